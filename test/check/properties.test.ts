import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { comparedPaths } from '../../check/check-repository.ts';
import { isAtLeastAsBad } from '../../check/compare/finding.ts';
import { checkJson } from '../../check/report/json.ts';
import {
  at,
  byDefault,
  check,
  container,
  type Facts,
  image,
  loadBalancer,
  nginx,
  server,
  set,
  targetGroup,
  unknown,
  workload,
} from './repository.ts';

const file = fc.constantFrom('app/server.js', 'api/index.js', 'jobs/main.js');
const seconds = fc.constantFrom(0, 5, 59, 60, 61, 65, 66, 75, 130, 4000);
const idle = fc.oneof(
  fc.constantFrom(1, 30, 60, 120, 4000).map((value) => set(value, at('infra/main.tf', 4))),
  fc.constant(unknown(at('infra/main.tf', 4))),
);
const keepAlive = (path: string) =>
  fc.oneof(
    seconds.map((value) => set(value, at(path, 12))),
    fc.constant(byDefault(5, at(path, 12))),
    fc.constant(unknown(at(path, 12))),
  );
const servers = fc
  .uniqueArray(
    file.chain((path) =>
      fc.record({
        value: keepAlive(path),
        closes: fc.constantFrom(true, false, null),
        path: fc.constant(path),
      }),
    ),
    { selector: ({ path }) => path, maxLength: 3 },
  )
  .map((all) =>
    all.map(({ value, closes, path }) =>
      server(value, { place: at(path, 12), closesIdleOnShutdown: closes }),
    ),
  );

const repositories: fc.Arbitrary<Facts> = fc.record({
  loadBalancers: fc
    .uniqueArray(fc.tuple(fc.constantFrom('shop', 'admin'), idle), {
      selector: ([name]) => name,
      maxLength: 2,
    })
    .map((all) => all.map(([name, value]) => loadBalancer(name, value))),
  targetGroups: fc.constantFrom([], [targetGroup()], [targetGroup({ protocolVersion: 'GRPC' })]),
  workloads: fc.constantFrom([], [workload()], [workload({ containers: [container({ builtFrom: null })] })]),
  images: fc.constantFrom(
    [],
    [image()],
    [image(), image({ id: 'api/Dockerfile', place: at('api/Dockerfile'), folder: 'api' })],
  ),
  servers: fc
    .tuple(servers, fc.constantFrom([], [nginx(75)], [nginx(20)]))
    .map(([all, more]) => [...all, ...more]),
});

const reversed = (facts: Facts): Facts =>
  Object.fromEntries(Object.entries(facts).map(([key, items]) => [key, [...items].reverse()]));

const isBad = (facts: Facts): boolean =>
  check(facts).findings.some(({ severity }) => isAtLeastAsBad(severity, 'warning'));

describe('whatever a repository holds', () => {
  test('the order of files and of what is in them changes nothing', () => {
    fc.assert(
      fc.property(repositories, (facts) => {
        expect(checkJson(check(reversed(facts)), [])).toEqual(checkJson(check(facts), []));
      }),
    );
  });

  test('other names of resources change names and nothing else', () => {
    const renamed = (facts: Facts): Facts => JSON.parse(JSON.stringify(facts).replaceAll('shop', 'zebra'));
    fc.assert(
      fc.property(repositories, (facts) => {
        const outcome = (given: Facts) =>
          check(given)
            .findings.map(({ rule, severity, place }) => `${severity} ${rule} ${place.file}:${place.line}`)
            .sort();
        // Which of two load balancers is named first may follow their names; with one there is no choice.
        fc.pre((facts.loadBalancers?.length ?? 0) < 2);
        expect(outcome(renamed(facts))).toEqual(outcome(facts));
      }),
    );
  });

  test('a file that cannot be read makes no finding go away, and is named', () => {
    const broken = {
      place: at('infra/broken.yaml'),
      what: 'CloudFormation template',
      why: 'line 3 is no YAML',
    };
    fc.assert(
      fc.property(repositories, (facts) => {
        const before = check(facts);
        const after = check({ ...facts, unread: [broken] });
        expect(after.findings).toEqual(before.findings);
        expect(after.unread).toEqual([broken]);
      }),
    );
  });

  test('a value that becomes unreadable is never counted as compared', () => {
    fc.assert(
      fc.property(repositories, (facts) => {
        const blind = {
          ...facts,
          servers: facts.servers?.map((one) => ({ ...one, keepAliveSeconds: unknown(one.place) })) ?? [],
        };
        const result = check(blind);
        expect(comparedPaths(result)).toBe(0);
        if (result.paths.length > 0) expect(result.findings.length).toBeGreaterThan(0);
      }),
    );
  });

  test('a longer keep-alive makes nothing worse', () => {
    fc.assert(
      fc.property(seconds, seconds, fc.constantFrom(10, 60, 120), (one, two, idleTimeout) => {
        const [short, long] = [Math.min(one, two), Math.max(one, two)];
        fc.pre(short > 0);
        const facts = (value: number): Facts => ({
          loadBalancers: [loadBalancer('shop', set(idleTimeout, at('infra/main.tf', 4)))],
          servers: [server(value)],
        });
        expect(isBad(facts(long)) && !isBad(facts(short))).toBe(false);
      }),
    );
  });
});
