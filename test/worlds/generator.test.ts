import { describe, expect, test } from 'vitest';
import type { Exchange } from '../../lab/worlds/access-log/scenario.ts';
import { drawWorld, FAMILIES, type World } from '../../lab/worlds/access-log/world.ts';
import { filesOf } from '../../lab/worlds/access-log/write.ts';
import { LogAnalysis } from '../../lambda/access-log/analysis.ts';
import { inReadingOrder } from '../../lambda/access-log/reading/file-name.ts';

const SEED = 4;
/** Milliseconds in the log, and half a millisecond by which a server's timer is late. */
const CLOCK_SECONDS = 0.002;
/** Two causes at once are drawn from 1:4 to 4:1; what is found by trying is not met exactly. */
const LEAST_RATIO = 1 / 4.5;

const worlds = new Map<string, World>();

function drawn(family: string, seed = SEED): World {
  const world = worlds.get(`${family} ${seed}`) ?? draw(family, seed);
  worlds.set(`${family} ${seed}`, world);
  return world;
}

function draw(family: string, seed: number): World {
  for (let next = seed; next < seed + 100; next++) {
    const world = drawWorld(family, next);
    if (world) return world;
  }
  throw new Error(`no world of ${family}`);
}

const utf8 = new TextEncoder();

function readingOf(world: World) {
  const analysis = new LogAnalysis();
  for (const { name, text } of inReadingOrder(filesOf(world), (file) => file.name)) {
    analysis.startFile(name);
    analysis.feed(utf8.encode(text));
    analysis.endFile();
  }
  return analysis.reading();
}

const failuresOf = ({ exchanges }: World, cause?: string): readonly Exchange[] =>
  exchanges.filter(
    (exchange) => exchange.cause !== null && (cause === undefined || exchange.cause === cause),
  );

const sentAt = ({ end, targetSeconds }: Exchange): number => end - Math.max(0, targetSeconds);

const named = (area: string): string[] =>
  [...FAMILIES].filter(([, own]) => own === area).map(([name]) => name);

/** Whether a response on the same connections ended as long before as the servers wait. */
function closedInTime(race: Exchange, { scenario, exchanges }: World): boolean {
  const spec = scenario.groups[race.group];
  const late = (spec?.sweepSeconds ?? spec?.granularitySeconds ?? 0) + CLOCK_SECONDS;
  return exchanges.some(
    (earlier) =>
      earlier.cause === null &&
      earlier.node === race.node &&
      earlier.group === race.group &&
      earlier.target === race.target &&
      (spec?.keepAliveSeconds ?? []).some((keepAlive) => {
        const gap = sentAt(race) - earlier.end;
        return (
          keepAlive !== null &&
          gap > keepAlive - (spec?.roundTripSeconds ?? 0) - CLOCK_SECONDS &&
          gap <= keepAlive + late
        );
      }),
  );
}

describe.each([...FAMILIES.keys()])('%s', (family) => {
  test('the lines and what is said of them agree', () => {
    const world = drawn(family);
    const { linesRead, linesRejected, loadBalancers } = readingOf(world);
    expect(linesRejected).toBe(0);
    expect(linesRead).toBe(world.exchanges.length);
    const { failures, parts, right, defensible } = world.truth;
    expect(loadBalancers[0]?.elb502).toBe(failures);
    expect(parts.reduce((sum, part) => sum + part.failures, 0)).toBe(failures);
    expect(parts.reduce((sum, part) => sum + part.share, 0)).toBeCloseTo(1, 9);
    expect(right.length).toBeGreaterThan(0);
    expect(defensible.length).toBeGreaterThan(0);
    // In a damaged view the answer before it may be what is missing.
    const races = world.area === 'damaged' ? [] : failuresOf(world, 'keepalive-mismatch');
    for (const race of races) expect(closedInTime(race, world), `a race at ${race.end}`).toBe(true);
  });
});

describe('a seed draws one world', () => {
  test.each(['race', 'rhythm: job and result', 'race and path', 'damaged: a short slice'])('%s', (family) => {
    const [first, again] = [drawn(family), draw(family, SEED)];
    expect(filesOf(again)).toEqual(filesOf(first));
    expect(drawn(family, SEED + 1).exchanges).not.toEqual(first.exchanges);
  });
});

describe('lines', () => {
  const world = drawn('a path always');
  const lines = filesOf(world).flatMap(({ text }) => text.trimEnd().split('\n'));

  test('have trace ids of their own', () => {
    const ids = lines.map((line) => /"Root=(1-[0-9a-f]{8}-[0-9a-f]{24})"/.exec(line)?.[1]);
    expect(new Set(ids).size).toBe(lines.length);
    expect(ids).not.toContain(undefined);
  });

  test('of one client keep its connection while it calls', () => {
    const connections = new Set(lines.map((line) => /(TID_[0-9a-f]{32})/.exec(line)?.[1]));
    expect(connections.size).toBeGreaterThan(1);
    expect(connections.size).toBeLessThan(lines.length);
  });
});

describe('worlds without a race', () => {
  test.each([...named('rhythm'), ...named('unknown')])('%s', (family) => {
    const { scenario, truth } = drawn(family);
    const closing = scenario.groups
      .flatMap(({ keepAliveSeconds }) => keepAliveSeconds)
      .filter((seconds) => seconds !== null && seconds < scenario.idleTimeoutSeconds);
    expect(closing).toEqual([]);
    expect(truth.parts.map(({ cause }) => cause)).not.toContain('keepalive-mismatch');
    expect(truth.right).not.toContain('keepalive-mismatch');
  });
});

describe('failures keep to what they are said to', () => {
  test('a worker timeout to a time of work', () => {
    const times = failuresOf(drawn('worker timeout'), 'worker-timeout').map(
      ({ targetSeconds }) => targetSeconds,
    );
    expect(Math.max(...times) - Math.min(...times)).toBeLessThanOrEqual(1);
  });

  test.each(['a path always', 'a path now and then', 'one id of a path', 'a path of certain callers'])(
    '%s: to one path',
    (family) => {
      expect(new Set(failuresOf(drawn(family)).map(({ path }) => path)).size).toBe(1);
    },
  );

  test('all ids of a path: to many', () => {
    expect(new Set(failuresOf(drawn('all ids of a path')).map(({ path }) => path)).size).toBeGreaterThan(5);
  });

  test('large bodies: smaller ones on the same paths are answered', () => {
    const world = drawn('large bodies');
    const failed = failuresOf(world, 'request-body-refused');
    const least = Math.min(...failed.map(({ receivedBytes }) => receivedBytes));
    const paths = new Set(failed.map(({ path, method }) => `${method} ${path.replaceAll(/\d+/g, '')}`));
    const answered = world.exchanges.filter(
      ({ cause, path, method }) => cause === null && paths.has(`${method} ${path.replaceAll(/\d+/g, '')}`),
    );
    expect(answered.filter(({ receivedBytes }) => receivedBytes < least).length).toBeGreaterThan(3);
  });

  test('headers of certain clients: to few clients, on more than one path', () => {
    const failed = failuresOf(drawn('headers of certain clients'));
    expect(new Set(failed.map(({ client }) => client)).size).toBeLessThanOrEqual(5);
    expect(new Set(failed.map(({ path }) => path)).size).toBeGreaterThan(1);
  });

  test('network path: to one node, which is answered by other targets', () => {
    const world = drawn('network path');
    const failed = failuresOf(world, 'network-path');
    expect(new Set(failed.map(({ node }) => node)).size).toBe(1);
    const targets = new Set(failed.map(({ target }) => target));
    expect(world.exchanges.some(({ cause, target }) => cause === null && targets.has(target))).toBe(true);
  });

  test('a request limit: to the same count on each connection, where a pool is one', () => {
    const [failing] = Array.from({ length: 6 }, (_, seed) => drawn('request limit', seed)).filter(
      ({ truth }) => !truth.defensible.some(({ verdict }) => verdict === 'undetermined'),
    );
    expect(failing).toBeDefined();
  });

  test('random: about the share that was drawn', () => {
    const world = drawn('random, 30 %');
    expect(world.truth.failures / world.exchanges.length).toBeCloseTo(0.3, 1);
    expect(world.truth.defensible).toEqual([{ verdict: 'undetermined', upTo: 1 }]);
  });
});

describe('two causes', () => {
  test.each(named('two causes'))('%s: each has its share', (family) => {
    const { parts } = drawn(family).truth;
    const [first, second] = parts;
    expect((second?.failures ?? 0) / (first?.failures ?? 1)).toBeGreaterThanOrEqual(LEAST_RATIO);
  });
});

describe('damaged views', () => {
  test('only failing lines: nothing else', () => {
    const world = drawn('damaged: only failing lines');
    expect(failuresOf(world)).toHaveLength(world.exchanges.length);
  });

  test.each(named('damaged').filter((name) => !name.includes('node')))(
    '%s: nothing need be named',
    (family) => {
      expect(drawn(family).truth.defensible).toContainEqual({ verdict: 'undetermined', upTo: 1 });
    },
  );
});

test('a family that is none is refused, and those that are are named', () => {
  expect(() => drawWorld('weather', 1)).toThrow(/no family "weather"; there are race, /);
});
