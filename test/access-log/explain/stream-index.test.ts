import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { streamIndex, timesAsRead } from '../../../lambda/access-log/explain/stream-index.ts';
import { emptyStream } from '../../../lambda/access-log/tally/target-tally.ts';

interface Exchange {
  readonly start: number;
  /** NaN where it failed. */
  readonly end: number;
  readonly path: number;
  readonly client: number;
}

/** Exchanges as lines give them: nearly by their ends, some late. */
const exchanges = fc.array(
  fc.record({
    start: fc.integer({ min: 0, max: 500 }),
    took: fc.option(fc.integer({ min: 0, max: 30 }), { freq: 4 }),
    path: fc.integer({ min: -5, max: 5 }),
    client: fc.integer({ min: -5, max: 5 }),
    lateBy: fc.oneof({ weight: 8, arbitrary: fc.constant(0) }, fc.integer({ min: 0, max: 100 })),
  }),
  { maxLength: 120 },
);

type Drawn = typeof exchanges extends fc.Arbitrary<infer Value> ? Value : never;

const asRead = (drawn: Drawn): readonly Exchange[] =>
  [...drawn]
    .sort((a, b) => a.start + (a.took ?? 0) + a.lateBy - (b.start + (b.took ?? 0) + b.lateBy))
    .map(({ start, took, path, client }) => ({
      start,
      end: took === null ? Number.NaN : start + took,
      path,
      client,
    }));

function streamOf(read: readonly Exchange[]) {
  const stream = emptyStream({ entriesLeft: 10_000 });
  for (const { start, end, path, client } of read) stream.history.push(start, end, path, client);
  return stream;
}

const inOrder = (times: readonly number[]): readonly number[] => [...times].sort((a, b) => a - b);

describe('the exchanges of a stream in the order of time', () => {
  test('are those that were read, answered ones by their ends', () => {
    fc.assert(
      fc.property(exchanges, (drawn) => {
        const read = asRead(drawn);
        const { starts, ends, sent, paths, clients } = streamIndex(streamOf(read));
        expect([...starts]).toEqual(inOrder(read.map(({ start }) => start)));
        const answered = read.filter(({ end }) => !Number.isNaN(end)).sort((a, b) => a.end - b.end);
        expect([...ends]).toEqual(answered.map(({ end }) => end));
        expect([...sent]).toEqual(answered.map(({ start }) => start));
        expect([...paths]).toEqual(answered.map(({ path }) => path));
        expect([...clients]).toEqual(answered.map(({ client }) => client));
      }),
    );
  });

  test('are given as they were read, where no line of an answer was late', () => {
    fc.assert(
      fc.property(exchanges, (drawn) => {
        const read = asRead(drawn.map((each) => ({ ...each, lateBy: 0 })));
        const { starts, ends } = timesAsRead(streamOf(read));
        expect([...starts]).toEqual(read.map(({ start }) => start));
        expect([...ends]).toEqual(read.map(({ end }) => end));
      }),
    );
  });

  test('failures keep their places, and each answer its request, where lines were late', () => {
    fc.assert(
      fc.property(exchanges, (drawn) => {
        const read = asRead(drawn);
        const { starts, ends } = timesAsRead(streamOf(read));
        const pairs = [...starts].map((start, at) => `${start} ${ends[at]}`);
        expect(pairs.toSorted()).toEqual(read.map(({ start, end }) => `${start} ${end}`).toSorted());
        const failed = (times: readonly number[]) => times.map((end) => Number.isNaN(end));
        expect(failed([...ends])).toEqual(failed(read.map(({ end }) => end)));
      }),
    );
  });

  test('are looked at as often as is asked', () => {
    const stream = streamOf(asRead([{ start: 3, took: null, path: 1, client: 2, lateBy: 0 }]));
    expect(streamIndex(stream)).toBe(streamIndex(stream));
    expect(timesAsRead(stream)).toEqual(timesAsRead(stream));
  });
});
