import { expect, test } from 'vitest';
import { haveLargerBodies } from '../../../lambda/access-log/explain/larger-bodies.ts';
import { type Logged, summaryOfRequests, viewOf } from '../requests.ts';

/** Uploads for two routes, of sizes that come again and again; some fail. */
const uploads = (fails: (size: number, at: number) => boolean, count = 400): Logged[] =>
  Array.from({ length: count }, (_, at) => {
    const size = (at * 37) % 100;
    return {
      ...{ sent: 3 * at + 0.1, took: 0.05, target: 1 + (at % 3), client: at % 31, method: 'POST' },
      ...{ path: at % 2 === 0 ? '/upload' : '/import', received: 1000 + 5000 * size },
      ...(fails(size, at) ? { failed: 'cut' as const } : {}),
    };
  });

const areLarger = (requests: readonly Logged[]): boolean => {
  const view = viewOf(requests);
  return haveLargerBodies(view, view.failures);
};

test('of uploads that break off at any byte, the largest fail most often', () => {
  expect(areLarger(uploads((size, at) => (at * 7) % 100 < size / 3))).toBe(true);
  expect(areLarger(uploads((size, at) => (at * 7) % 100 < (100 - size) / 3))).toBe(false);
  expect(areLarger(uploads((_, at) => (at * 7) % 100 < 15))).toBe(false);
});

test('few that are somewhat larger may be so by lot', () => {
  // Three standard deviations: four of ten among the upper half are two.
  const some = (count: number) => uploads((size, at) => at < 40 * count && at % 40 < 10 && size > 25, 400);
  expect(areLarger(some(1))).toBe(false);
  expect(areLarger(some(10))).toBe(true);
});

test('routes are held against themselves: one of large bodies that fails more is no sign', () => {
  const requests = uploads((_, at) => (at % 2 === 0 ? at % 10 === 0 : at % 50 === 1)).map((request) =>
    request.path === '/upload' ? { ...request, received: (request.received ?? 0) + 1_000_000 } : request,
  );
  expect(areLarger(requests)).toBe(false);
});

test('says nothing of failures of which more than a fifth are no uploads', () => {
  const failing = uploads((size, at) => (at * 7) % 100 < size / 3);
  const failed = failing.filter((request) => request.failed).length;
  const others = (count: number) =>
    Array.from(
      { length: count },
      (_, at): Logged => ({ sent: 11 * at + 0.7, took: 0.05, failed: 'cut', client: at % 29 }),
    );
  expect(areLarger([...failing, ...others(Math.floor(failed / 4))])).toBe(true);
  expect(areLarger([...failing, ...others(Math.ceil(failed / 4) + 1)])).toBe(false);
});

test('is said of the paths that fail, and leaves their cause open', () => {
  const other = Array.from(
    { length: 1200 },
    (_, at): Logged => ({
      ...{ sent: at + 0.6, took: 0.05, target: 1 + (at % 3), client: at % 37, path: `/item/${at % 9}` },
    }),
  );
  const [explanation] =
    summaryOfRequests([...other, ...uploads((size, at) => (at * 7) % 100 < size / 3)]).explanations ?? [];
  expect(explanation?.fact).toContain(
    'larger bodies than those that are answered, so the upload may break off',
  );
  expect(explanation?.causes[0]?.probability ?? 0).toBeLessThan(0.7);
});
