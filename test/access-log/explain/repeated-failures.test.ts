import { expect, test } from 'vitest';
import { explainByConnection } from '../../../lambda/access-log/explain/connection.ts';
import { shareFailingAgain } from '../../../lambda/access-log/explain/repeated-failures.ts';
import { type Logged, viewOf } from '../requests.ts';
import { saidBy } from './said.ts';

const asked = (sent: number, failed: boolean, change: Partial<Logged> = {}): Logged => ({
  ...{ sent, took: 0.01, client: 1, path: '/a' },
  ...(failed ? { failed: 'cut' as const } : {}),
  ...change,
});
const shareOf = (requests: readonly Logged[]) => {
  const view = viewOf(requests);
  return shareFailingAgain(view, view.failures);
};

test.each<[string, number, Logged[]]>([
  ['at the next request', 1 / 2, [asked(10, true), asked(20, true)]],
  ['after an answer', 0, [asked(10, true), asked(15, false), asked(20, true)]],
  [
    'after an answer on another path, or to another client',
    1 / 2,
    [asked(10, true), asked(14, false, { path: '/b' }), asked(15, false, { client: 2 }), asked(20, true)],
  ],
  ['more than a minute later', 0, [asked(10, true), asked(71, true)]],
  ['of another client, or on another path', 0, [asked(10, true), asked(20, true, { client: 2 })]],
  ['through another target', 1 / 2, [asked(10, true), asked(20, true, { target: 2 })]],
])('the same request fails again %s', (_, share, requests) => {
  expect(shareOf([asked(0, false), asked(1, false, { target: 2 }), ...requests])).toBeCloseTo(share);
});

test('a limit of requests is left open where the same request fails again on a new connection', () => {
  /** Each thirteenth request of a connection fails, and so many after it. */
  const limited = (again: number): Logged[] => {
    const round = 13 + again;
    return Array.from({ length: 8 * round }, (_, at) => asked(3 * at, at % round >= 12, { client: 9 }));
  };
  const [plain] = saidBy(explainByConnection, limited(0));
  expect(plain?.odds['requests-per-connection-limit']).toBe(0.96);
  const [repeated] = saidBy(explainByConnection, limited(1));
  expect(repeated?.fact).toMatch(/; the same request failed again right after, on a new connection$/);
  expect(repeated?.odds['requests-per-connection-limit']).toBe(0.48);
});
