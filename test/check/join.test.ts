import { describe, expect, test } from 'vitest';
import { comparedPaths } from '../../check/check-repository.ts';
import type { ByHand } from '../../check/join/by-hand.ts';
import {
  APP,
  at,
  byDefault,
  check,
  container,
  type Facts,
  INFRA,
  image,
  loadBalancer,
  nginx,
  server,
  set,
  targetGroup,
  wholeRepository,
  workload,
} from './repository.ts';

const byHand = (...paths: ByHand['paths']): ByHand => ({
  file: 'alb502.check.json',
  paths,
  lines: paths.map((_, index) => index + 2),
});
const shown = (facts: Facts, options = {}) => {
  const { paths, findings, notJoined } = check(facts, options);
  return {
    paths: paths.map(
      ({ loadBalancer: from, server: to, certainty }) => `${from.name} > ${to?.place.file} ${certainty}`,
    ),
    findings: findings.map(({ severity, rule }) => `${severity} ${rule}`),
    notJoined: notJoined.map(({ name }) => name),
  };
};
const other = server(byDefault(5, at('jobs/index.js')), { place: at('jobs/index.js') });
const BELOW = 'keep-alive-below-idle-timeout';

describe('a path is joined', () => {
  test('by the ids of its files, over the folder that the container is built from', () => {
    expect(shown(wholeRepository())).toEqual({
      paths: [`shop > ${APP} joined`],
      findings: [`error ${BELOW}`],
      notJoined: [],
    });
  });

  test('by the name of an image, which is said', () => {
    const facts = wholeRepository({
      workloads: [
        workload({
          containers: [container({ builtFrom: null, image: '1.dkr.ecr.eu-central-1.amazonaws.com/x/app:7' })],
        }),
      ],
      images: [image(), image({ id: 'jobs/Dockerfile', place: at('jobs/Dockerfile'), folder: 'jobs' })],
      servers: [server(), other],
    });
    const [path] = check(facts).paths;
    expect(path?.server?.place.file).toBe(APP);
    expect(path?.assumed).toEqual([
      'the container app is taken to be built from app/Dockerfile: its folder has the name of the image',
    ]);
  });

  test('by there being one load balancer and one server, which is said', () => {
    const facts = { loadBalancers: [loadBalancer()], servers: [server()] };
    expect(shown(facts)).toEqual({
      paths: [`shop > ${APP} assumed`],
      findings: [`error ${BELOW}`],
      notJoined: [],
    });
    expect(check(facts).findings[0]?.assumed).toEqual([
      'app is taken to stand behind shop: there is one of each, and no file joins them',
    ]);
  });

  test('with each of several servers as no more than a warning, and what joins them', () => {
    const result = shown({ loadBalancers: [loadBalancer()], servers: [server(), other] });
    expect(result.findings).toEqual([`warning ${BELOW}`, `warning ${BELOW}`]);
    expect(result.notJoined).toEqual(['app', 'jobs']);
  });

  test('with one of several load balancers as a note', () => {
    const two = { loadBalancers: [loadBalancer(), loadBalancer('admin')], servers: [server()] };
    expect(shown(two).findings).toEqual([`note ${BELOW}`]);
    expect(shown(two).notJoined).toContain('app');
  });

  test('with --idle-timeout where the load balancer is defined elsewhere', () => {
    const options = { idleTimeoutSeconds: 30 };
    expect(shown({ servers: [server(), other] }, options).findings).toEqual([
      `error ${BELOW}`,
      `error ${BELOW}`,
    ]);
    expect(shown({ servers: [server(35)] }, options).findings).toEqual([]);
    const elsewhere = wholeRepository({
      loadBalancers: [],
      targetGroups: [targetGroup({ loadBalancers: [], elsewhere: 'its listener is a parameter' })],
    });
    expect(shown(elsewhere, options).findings).toEqual([`error ${BELOW}`]);
    expect(shown(elsewhere).findings).toEqual([`note ${BELOW}`]);
  });

  test("with AWS's default as a note, where nobody says an idle timeout", () => {
    expect(shown({ servers: [server()] })).toEqual({
      paths: [`an ALB with the default idle timeout > ${APP} supposed`],
      findings: [`note ${BELOW}`],
      notJoined: [],
    });
  });

  test('not with servers of tests, nor with the copies of cdk.out', () => {
    const files = ['app/test/server.js', 'app/server.test.js', 'cdk.out/asset.1f/server.js'];
    const servers = files.map((file) => server(5, { place: at(file) }));
    expect(shown({ loadBalancers: [loadBalancer()], servers }).paths).toEqual([]);
  });
});

describe('of the servers in a container', () => {
  test('what a command sets goes before a file, and a file before a default', () => {
    const own = (keepAlive: Parameters<typeof server>[0]) =>
      server(keepAlive, { id: 'command', server: 'node', place: at(INFRA, 24), version: '16.1' });
    const facts = wholeRepository({ servers: [server(75)] });
    const seen = (keepAlive: Parameters<typeof server>[0]) =>
      check(facts, { serverOf: () => own(keepAlive) }).paths.map(({ server: one }) => [
        one?.place.file,
        one?.version,
      ]);
    expect(seen(set(5, at(INFRA, 24)))).toEqual([[INFRA, '16.1']]);
    expect(seen(byDefault(5, at(INFRA, 24)))).toEqual([[APP, '16.1']]);
  });

  test('the one that the command starts', () => {
    const metrics = server(5, { place: at('app/metrics.js') });
    expect(shown(wholeRepository({ servers: [server(75), metrics] })).paths).toEqual([
      `shop > ${APP} joined`,
    ]);
  });

  test('an nginx that the image does not run is none', () => {
    const facts = wholeRepository({ servers: [server(75), nginx(5, 'app/nginx.conf')] });
    expect(shown(facts).paths).toContain(`shop > ${APP} joined`);
    expect(shown(facts).findings).toEqual([]);
  });

  test('an nginx in front of an application faces the load balancer', () => {
    const facts = wholeRepository({
      images: [
        image({
          copies: [
            { from: 'nginx.conf', to: '/etc/nginx/nginx.conf' },
            { from: '.', to: '.' },
          ],
        }),
      ],
      workloads: [workload({ behind: [{ targetGroup: `${INFRA}#web`, container: 'app', port: 80 }] })],
      servers: [server(5, { ports: [3000] }), nginx(75, 'app/nginx.conf')],
    });
    const [path] = check(facts).paths;
    expect([path?.server?.server, path?.behind.map((one) => one.server)]).toEqual(['nginx', ['express']]);
    expect(check(facts).findings).toEqual([]);
  });

  test('an nginx of a Compose file stands before its other services', () => {
    const service = (name: string, builtFrom: string | null) =>
      workload({
        id: `compose.yaml#${name}`,
        name,
        format: 'docker compose',
        place: at('compose.yaml'),
        behind: [],
        containers: [
          container({ name, builtFrom, image: builtFrom === null ? 'nginx:1.27' : null, ports: [] }),
        ],
      });
    const own = { ...nginx(65, 'compose.yaml'), keepAliveSeconds: byDefault(65, at('compose.yaml')) };
    const result = check(
      {
        workloads: [service('proxy', null), service('app', 'app')],
        images: [image()],
        servers: [server(), nginx(30)],
      },
      { idleTimeoutSeconds: 60, serverOf: ({ image: name }) => (name === 'nginx:1.27' ? own : null) },
    );
    expect(
      result.paths.map(({ server: one, behind }) => [one?.place.file, behind.map(({ server: of }) => of)]),
    ).toEqual([['nginx/nginx.conf', ['express']]]);
    expect(result.findings.map(({ rule, severity }) => `${severity} ${rule}`)).toEqual([`error ${BELOW}`]);
  });
});

describe('what cannot be joined', () => {
  test('is said with the entry that joins it', () => {
    const result = check(wholeRepository({ servers: [] }));
    expect(comparedPaths(result)).toBe(0);
    expect(result.notJoined).toEqual([
      {
        name: 'shop, target group web',
        place: at(INFRA, 10),
        why: 'which server service runs cannot be read from its command, image or files',
        write:
          '{"loadBalancer": "shop", "targetGroup": "web", "server": {"keepAliveSeconds": SECONDS, "name": "SERVER"}}',
      },
    ]);
  });

  test('is joined by that entry', () => {
    const entry = {
      loadBalancer: 'shop',
      targetGroup: 'web',
      server: { keepAliveSeconds: 75, name: 'nginx' },
    };
    const facts = wholeRepository({ servers: [] });
    expect(shown(facts, { byHand: byHand(entry) })).toEqual({
      paths: ['shop > alb502.check.json joined'],
      findings: [],
      notJoined: [],
    });
    const short = byHand({ ...entry, server: { keepAliveSeconds: 5, name: 'nginx' } });
    expect(check(facts, { byHand: short }).findings[0]).toMatchObject({
      rule: BELOW,
      place: at('alb502.check.json', 2),
      write: [{ place: null, lines: expect.arrayContaining(['keepalive_timeout 66s;']) }],
    });
  });

  test.each([
    [{ loadBalancer: { idleTimeoutSeconds: 120 }, server: APP }, [`error ${BELOW}`]],
    [{ loadBalancer: { idleTimeoutSeconds: 60 }, server: 'app/' }, []],
  ])('takes files and folders, and an idle timeout: %j', (entry, findings) => {
    expect(shown({ servers: [server(75)] }, { byHand: byHand(entry) }).findings).toEqual(findings);
  });

  test.each([
    [
      { loadBalancer: 'nope', server: APP },
      /alb502\.check\.json:2: no load balancer is called "nope"; there is shop/,
    ],
    [{ loadBalancer: 'shop', server: 'nope' }, /no server is set up in "nope"; there is app\/server\.js/],
    [{ loadBalancer: 'shop', targetGroup: 'x', server: APP }, /no target group is called "x"/],
  ])('an entry that names what is not there is refused: %j', (entry, message) => {
    expect(() => check(wholeRepository(), { byHand: byHand(entry) })).toThrow(message);
  });
});
