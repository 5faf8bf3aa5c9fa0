import { describe, expect, test } from 'vitest';
import { clientSequences } from '../../../lambda/access-log/explain/client-sequence.ts';
import {
  hasIdleTime,
  MatchedControls,
  refutingRequests,
} from '../../../lambda/access-log/explain/idle-controls.ts';
import { streamsOfGroup } from '../../../lambda/access-log/explain/log-view.ts';
import { streamIndex } from '../../../lambda/access-log/explain/stream-index.ts';
import { type Logged, viewOf } from '../requests.ts';

/** 5 s after an answer, give or take 10 ms. */
const WINDOW = { low: 4.99, width: 0.02, paired: false };
const LUCK = 0.001;

function groupOf(requests: readonly Logged[]) {
  const view = viewOf(requests);
  const [group] = view.tally.groups;
  if (group === undefined) throw new Error('no group');
  return { view, group };
}

/** The chance that a request like the failed one has the idle time anyway. */
function chancesOf(requests: readonly Logged[]): readonly number[] {
  const { view, group } = groupOf(requests);
  const controls = new MatchedControls(group, view.failures, WINDOW);
  return view.failures.map((failure) => controls.chanceFor(failure, LUCK));
}

/** A job and what follows it five seconds later, every 100 s; of some the second fails. */
const pairs = (count: number, second: (at: number) => Partial<Logged>): Logged[] =>
  Array.from({ length: count }, (_, at): Logged[] => [
    { sent: at * 100, took: 0.01, client: at, path: '/job' },
    { sent: at * 100 + 5.01, took: 0.01, client: 125 + at, path: `/other/${'xyzw'[at % 4]}`, ...second(at) },
  ]).flat();

const fails = (at: number): Partial<Logged> => (at % 5 === 0 ? { failed: 'cut', took: 0.001 } : {});

describe('an idle time', () => {
  test('is the distance back to an answer of the same stream', () => {
    const { group } = groupOf([{ sent: 0, took: 0.01 }, { sent: 5.01 }, { sent: 20 }]);
    const [stream] = streamsOfGroup(group);
    if (stream === undefined) throw new Error('no stream');
    const index = streamIndex(stream);
    const begin = index.sent[0] ?? 0;
    expect(hasIdleTime(index, begin + 5.01, WINDOW)).toBe(true);
    expect(hasIdleTime(index, begin + 5.2, WINDOW)).toBe(false);
    expect(hasIdleTime(index, begin + 4.8, WINDOW)).toBe(false);
  });
});

describe('answered requests like the failed one', () => {
  test('leave it to luck where none of them has the idle time', () => {
    const answeredElsewhen = pairs(60, (at) => (at % 5 === 0 ? fails(at) : { sent: at * 100 + 30 }));
    for (const chance of chancesOf(answeredElsewhen)) expect(chance).toBeLessThan(0.02);
  });

  test.each<[string, (at: number) => Partial<Logged>]>([
    ['on the same path', () => ({ path: '/result' })],
    ['on the same route', (at) => ({ path: `/result/${at}` })],
    ['of the same client', () => ({ client: 9 })],
  ])('kill it where those %s have it as well', (_, alike) => {
    const requests = pairs(60, (at) => ({
      path: `/p${'abcdefghij'[at % 10]}${'abcdefg'[at % 7]}`,
      ...alike(at),
      ...fails(at),
    }));
    for (const chance of chancesOf(requests)) expect(chance).toBeGreaterThan(0.8);
  });

  test('of other methods on the path are not like it', () => {
    const requests = pairs(60, (at) =>
      at % 5 === 0 ? { ...fails(at), path: '/result', method: 'PUT' } : { path: '/result' },
    );
    for (const chance of chancesOf(requests)) expect(chance).toBeLessThan(0.1);
  });

  test('never make it less likely than luck, nor more than certain', () => {
    const { view, group } = groupOf(pairs(60, (at) => ({ path: '/result', ...fails(at) })));
    const controls = new MatchedControls(group, view.failures, WINDOW);
    for (const failure of view.failures)
      for (const luck of [0, 0.3, 1]) {
        expect(controls.chanceFor(failure, luck)).toBeGreaterThanOrEqual(luck);
        expect(controls.chanceFor(failure, luck)).toBeLessThanOrEqual(1);
      }
  });
});

describe('requests that had one connection to take', () => {
  test('refute an idle time where they were answered after it', () => {
    const { group } = groupOf(pairs(20, () => ({})));
    expect(refutingRequests([...streamsOfGroup(group)], 4.99, 5.01)).toBe(20);
    expect(refutingRequests([...streamsOfGroup(group)], 6, 7)).toBe(0);
  });

  test('do not where others were in the pool', () => {
    const dense = Array.from({ length: 400 }, (_, at): Logged => ({ sent: at * 5 + 0.005, took: 0.01 }));
    const { group } = groupOf(dense);
    expect(refutingRequests([...streamsOfGroup(group)], 4.98, 5.01)).toBeLessThan(2);
  });
});

describe("the client's own sequence", () => {
  const hitsOf = (requests: readonly Logged[]) => {
    const { view, group } = groupOf(requests);
    return clientSequences(view, group, view.failures, 5).map(({ hits, share, lowSeconds, highSeconds }) => ({
      hits: hits.filter((hit) => hit).length,
      of: view.failures.length,
      share,
      width: highSeconds - lowSeconds,
    }));
  };

  test('is shown where the earlier answer went to the same client', () => {
    const narrowest = hitsOf(pairs(100, (at) => ({ client: at, ...fails(at) })))[0];
    expect(narrowest).toMatchObject({ hits: 20, of: 20 });
    // Of the answered ones the second halves show it: 80 of 180.
    expect(narrowest?.share).toBeGreaterThan(0.4);
    expect(narrowest?.share).toBeLessThan(0.5);
  });

  test('is not where it went to anybody', () => {
    expect(hitsOf(pairs(100, fails))).toEqual([]);
  });

  test('is asked for at wider and wider spreads, and holds for no fewer', () => {
    const jittered = pairs(100, (at) => ({
      client: at,
      sent: at * 100 + 5.01 + ((at % 11) - 5) * 0.08,
      ...fails(at),
    }));
    const spreads = hitsOf(jittered);
    expect(spreads.length).toBeGreaterThan(1);
    for (const [at, spread] of spreads.entries()) {
      const before = spreads[at - 1];
      if (before === undefined) continue;
      expect(spread.width).toBeGreaterThan(before.width);
      expect(spread.hits).toBeGreaterThanOrEqual(before.hits);
    }
    expect(spreads.at(-1)?.hits).toBe(20);
  });
});
