import { describe, expect, test } from 'vitest';
import { comparedPaths } from '../../check/check-repository.ts';
import type { CheckedServer } from '../../check/model.ts';
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
  unknown,
  wholeRepository,
  workload,
} from './repository.ts';

const rulesOf = (facts: Facts): readonly string[] =>
  check(facts).findings.map(({ rule, severity }) => `${severity} ${rule}`);
const withServer = (own: CheckedServer): Facts => wholeRepository({ servers: [own] });

describe('the keep-alive against the idle timeout', () => {
  test.each([
    [5, 60, ['error keep-alive-below-idle-timeout']],
    [59, 60, ['error keep-alive-below-idle-timeout']],
    [59.8, 60, ['warning keep-alive-equals-idle-timeout']],
    [60, 60, ['warning keep-alive-equals-idle-timeout']],
    [61, 60, ['warning keep-alive-margin-thin']],
    [65.9, 60, ['warning keep-alive-margin-thin']],
    [66, 60, []],
    [75, 60, []],
    [75, 120, ['error keep-alive-below-idle-timeout']],
    [131, 120, ['warning keep-alive-margin-thin']],
    [132, 120, []],
    [15, 10, []],
    [14, 10, ['warning keep-alive-margin-thin']],
    // Node.js never closes then; others close after each response and announce it.
    [0, 60, []],
    [Number.POSITIVE_INFINITY, 4000, []],
  ])('%d s behind %d s: %j', (keepAlive, idle, expected) => {
    const facts = wholeRepository({
      loadBalancers: [loadBalancer('shop', set(idle, at(INFRA, 4)))],
      servers: [server(keepAlive)],
    });
    expect(rulesOf(facts)).toEqual(expected);
    expect(comparedPaths(check(facts))).toBe(1);
  });

  test('a default that nobody wrote is found, with what to write in the file that lacks it', () => {
    const [finding] = check(wholeRepository()).findings;
    expect(finding).toMatchObject({
      rule: 'keep-alive-below-idle-timeout',
      severity: 'error',
      place: at(APP, 12),
      message:
        'Express in app/server.js closes idle connections after 5 s (its default; nothing in app/server.js sets it); shop uses them for 60 s. It has to keep them for 66 s or more.',
      write: [{ place: at(APP, 12), where: null, lines: ['server.keepAliveTimeout = 66000;'] }],
      assumed: [],
    });
    expect(finding?.places).toContainEqual({ place: at(INFRA, 4), what: 'idle timeout of shop' });
  });

  test('a lower idle timeout is offered where it leaves room for requests, as its file spells it', () => {
    const [finding] = check(withServer(server(61))).findings;
    expect(finding?.write).toEqual([
      {
        place: at(APP, 12),
        where: 'in place of "server.keepAliveTimeout = 61000;"',
        lines: ['server.keepAliveTimeout = 66000;'],
      },
      { place: at(INFRA, 4), where: 'the idle timeout', lines: ['idle_timeout = 55'] },
    ]);
  });

  test('a server in front is compared, and the one behind it is mentioned only', () => {
    const result = check(
      wholeRepository({
        workloads: [
          workload({
            behind: [{ targetGroup: `${INFRA}#web`, container: 'proxy', port: 80 }],
            containers: [container({ name: 'proxy', builtFrom: 'nginx', ports: [80] }), container()],
          }),
        ],
        images: [
          image(),
          image({
            id: 'nginx/Dockerfile',
            place: at('nginx/Dockerfile'),
            folder: 'nginx',
            from: 'nginx:1.27',
            command: null,
            copies: [{ from: 'nginx.conf', to: '/etc/nginx/nginx.conf' }],
          }),
        ],
        servers: [server(), nginx(75)],
      }),
    );
    expect(result.findings).toEqual([]);
    expect(
      result.paths.map(({ server: front, behind }) => [front?.server, behind.map((one) => one.server)]),
    ).toEqual([['nginx', ['express']]]);
  });
});

describe('what cannot be read offline is no all-clear', () => {
  test.each<[string, Facts, string]>([
    [
      'idle timeout',
      wholeRepository({ loadBalancers: [loadBalancer('shop', unknown(at(INFRA, 4)))] }),
      'idle-timeout-unknown',
    ],
    [
      'keep-alive',
      withServer(server(unknown(at(APP, 12), 'it is process.env.KEEP_ALIVE'))),
      'keep-alive-unknown',
    ],
    [
      'HTTP/2',
      wholeRepository({ targetGroups: [targetGroup({ protocolVersion: 'HTTP2' })] }),
      'protocol-not-compared',
    ],
  ])('an unknown %s is said, and not counted as compared', (_, facts, rule) => {
    const result = check(facts);
    expect(result.findings.map((finding) => `${finding.severity} ${finding.rule}`)).toEqual([`note ${rule}`]);
    expect(comparedPaths(result)).toBe(0);
  });
});

describe('beside the keep-alive', () => {
  const withHeaders = (version: string | null, headers: number, isSet = true): CheckedServer =>
    server(75, {
      server: 'node',
      version,
      headersTimeoutSeconds: isSet ? set(headers, at(APP, 13)) : byDefault(headers, at(APP, 12)),
    });

  test.each([
    ['14.2.0', 60, false, ['warning headers-timeout-below-keep-alive']],
    ['14.2.0', 40, true, ['error headers-timeout-below-keep-alive']],
    ['18.2.0', 40, true, []],
    ['22', 60, false, []],
    [null, 40, true, ['warning headers-timeout-below-keep-alive']],
    [null, 60, false, []],
    ['14.2.0', 80, true, []],
  ])('headersTimeout on Node.js %s: %d s, set: %j', (version, seconds, isSet, expected) => {
    expect(rulesOf(withServer(withHeaders(version, seconds, isSet)))).toEqual(expected);
  });

  test('a shutdown that waits for idle connections longer than it may', () => {
    expect(rulesOf(withServer(server(75, { closesIdleOnShutdown: false })))).toEqual([
      'warning shutdown-keeps-idle-connections',
    ]);
    const patient = wholeRepository({
      servers: [server(75, { closesIdleOnShutdown: false })],
      workloads: [workload({ containers: [container({ stopTimeoutSeconds: set(120, at(INFRA, 25)) })] })],
    });
    expect(rulesOf(patient)).toEqual(['note shutdown-keeps-idle-connections']);
  });

  test.each([
    [0, 'ecs', ['warning deregistration-delay-short']],
    [5, 'ecs', ['note deregistration-delay-short']],
    [19, 'ecs', ['note deregistration-delay-short']],
    [20, 'ecs', []],
  ])('a deregistration delay of %d s on %s: %j', (seconds, _, expected) => {
    const facts = wholeRepository({
      servers: [server(75)],
      targetGroups: [targetGroup({ deregistrationDelaySeconds: set(seconds, at(INFRA, 11)) })],
    });
    expect(rulesOf(facts)).toEqual(expected);
  });

  test('a stopTimeout that Fargate refuses, and EC2 takes', () => {
    const stop = { containers: [container({ stopTimeoutSeconds: set(300, at(INFRA, 25)) })] };
    const facts = wholeRepository({ servers: [server(75)], workloads: [workload(stop)] });
    expect(rulesOf(facts)).toEqual(['error stop-timeout-above-fargate-limit']);
    expect(rulesOf({ ...facts, workloads: [workload({ ...stop, launchType: 'ec2' })] })).toEqual([]);
  });

  test.each([
    [null, 30, ['note pre-stop-missing']],
    [15, 60, ['warning pre-stop-short']],
    [19, 60, ['warning pre-stop-short']],
    [20, 60, []],
    [30, 30, ['error grace-period-below-pre-stop']],
    [25, 20, ['error grace-period-below-pre-stop']],
  ])('a preStop of %s s in a grace period of %d s: %j', (sleep, grace, expected) => {
    const facts = wholeRepository({
      servers: [server(75)],
      workloads: [
        workload({
          format: 'Kubernetes',
          launchType: 'kubernetes',
          terminationGraceSeconds: set(grace, at(INFRA, 21)),
          containers: [
            container({
              stopTimeoutSeconds: null,
              preStopSeconds: sleep === null ? null : set(sleep, at(INFRA, 26)),
            }),
          ],
        }),
      ],
    });
    expect(rulesOf(facts)).toEqual(expected);
  });

  test('nothing of a Lambda function, where no connection is reused', () => {
    const result = check({
      loadBalancers: [loadBalancer()],
      targetGroups: [targetGroup({ targetType: 'lambda' })],
    });
    expect(result.findings).toEqual([]);
    expect(comparedPaths(result)).toBe(1);
  });
});

test('what could be a secret is not repeated', () => {
  const own = server(set(5, at(APP, 12), 'start({ keepAlive: 5, password: "hunter2-aB3dE5" })'));
  const text = JSON.stringify(check(withServer(own)).findings);
  expect(text).toContain('keepAlive: 5');
  expect(text).not.toContain('hunter2');
});
