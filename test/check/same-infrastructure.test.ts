import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { FileFacts, Setting } from '../../check/model.ts';
import { prepareReaders, readAll } from './read.ts';
import { type Shop, WRITERS } from './same-infrastructure.ts';

const TIMEOUT = 60_000;

beforeAll(prepareReaders, TIMEOUT);

const said = (setting: Setting<number> | null | undefined): string =>
  setting == null ? 'none' : setting.state === 'unknown' ? setting.why : `${setting.state} ${setting.value}`;

/** What every format must agree on. */
function essence({ loadBalancers, targetGroups, workloads, unread }: FileFacts) {
  const [workload] = workloads;
  const [container] = workload?.containers ?? [];
  const isPod = workload?.launchType === 'kubernetes';
  return {
    counts: [loadBalancers.length, targetGroups.length, workloads.length, unread.length],
    idle: said(loadBalancers[0]?.idleTimeoutSeconds),
    delay: said(targetGroups[0]?.deregistrationDelaySeconds),
    group: {
      type: targetGroups[0]?.targetType,
      port: targetGroups[0]?.port,
      version: targetGroups[0]?.protocolVersion,
    },
    isLinked: targetGroups[0]?.loadBalancers[0] === loadBalancers[0]?.id && loadBalancers.length === 1,
    elsewhere: targetGroups[0]?.elsewhere,
    isBehind: workload?.behind[0]?.targetGroup === targetGroups[0]?.id,
    behind: { container: workload?.behind[0]?.container, port: workload?.behind[0]?.port },
    image: container?.image,
    command: container?.command,
    environment: container?.environment,
    ports: container?.ports,
    stop: said(isPod ? workload.terminationGraceSeconds : container?.stopTimeoutSeconds),
  };
}

const expected = (shop: Shop) => {
  const either = (seconds: number | null, standard: number): string =>
    seconds === null ? `default ${standard}` : `set ${seconds}`;
  return {
    counts: [1, 1, 1, 0],
    idle: either(shop.idleTimeoutSeconds, 60),
    delay: either(shop.deregistrationDelaySeconds, 300),
    group: { type: 'ip', port: shop.port, version: 'HTTP1' },
    isLinked: true,
    elsewhere: null,
    isBehind: true,
    behind: { container: 'web', port: shop.port },
    image: shop.image,
    command: ['gunicorn', 'shop:app', '--keep-alive', '65'],
    environment: { PORT: String(shop.port) },
    ports: [shop.port],
    stop: either(shop.stopTimeoutSeconds, 30),
  };
};

const seconds = (most: number) => fc.option(fc.integer({ min: 1, max: most }), { nil: null });
const shops: fc.Arbitrary<Shop> = fc.record({
  idleTimeoutSeconds: seconds(4000),
  deregistrationDelaySeconds: seconds(3600),
  stopTimeoutSeconds: seconds(120),
  port: fc.integer({ min: 1, max: 65535 }),
  image: fc.constantFrom('nginx:1.27', 'shop', 'registry.example.com/team/shop:3'),
});

describe('the same infrastructure gives the same facts', () => {
  test.each(Object.entries(WRITERS))(
    '%s',
    (_format, write) => {
      fc.assert(
        fc.property(shops, (shop) => {
          expect(essence(readAll(write(shop)))).toEqual(expected(shop));
        }),
        { numRuns: 30 },
      );
    },
    TIMEOUT,
  );
});
