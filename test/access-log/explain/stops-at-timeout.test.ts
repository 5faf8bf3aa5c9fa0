import { expect, test } from 'vitest';
import { stopsOf } from '../../../lambda/access-log/explain/stop.ts';
import { areAtTimeout } from '../../../lambda/access-log/explain/stops-at-timeout.ts';
import { explainByTargetStop } from '../../../lambda/access-log/explain/target-stop.ts';
import { type Logged, viewOf } from '../requests.ts';
import { saidBy } from './said.ts';

const END = 1200;
const STOPS = [200, 400, 600, 800, 1000];
const DOWN_SECONDS = 10;

const isDown = (seconds: number) => STOPS.some((stop) => seconds >= stop && seconds < stop + DOWN_SECONDS);

const path = (at: number) => `/shelf/${'abcdefg'[at % 7]}`;

/** A request each two seconds to each of three targets; the first one refuses after each stop. */
const answered = [1, 2, 3].flatMap((target) =>
  Array.from({ length: END / 2 }, (_, at): Logged => {
    const sent = 2 * at + 0.31 * target;
    const refused = target === 1 && isDown(sent) ? { failed: 'refused' as const } : {};
    return { sent, took: 0.02, target, client: at % 40, path: path(at), ...refused };
  }),
);

/** Requests of the first target that were cut off at one instant after so much work each. */
const cutAt = (end: number, ages: readonly number[]): Logged[] =>
  ages.map((took, at) => ({
    ...{ sent: end - took, took, target: 1, failed: 'cut' },
    ...{ client: 50 + ((Math.floor(end) + at) % 90), path: path(Math.floor(end) + at) },
  }));

/** What each stop cuts off, after so much work. */
const stops = (agesOf: (stop: number) => readonly number[]) =>
  STOPS.flatMap((end, stop) => cutAt(end, agesOf(stop)));

/** Requests that are cut off alone after half a minute, so often. */
const timeouts = (everySeconds: number, from = 40): Logged[] =>
  Array.from({ length: Math.floor((END - from) / everySeconds) }, (_, at) =>
    cutAt(from + at * everySeconds, [30 + (at % 4) / 100]),
  ).flat();

test.each([
  ['each ends what had worked for half a minute', stops((at) => [30 + at / 100, 1.1, 0.5]), true],
  [
    'each ends what had worked for half a minute, as is ended now and then without a stop',
    [...stops((at) => [30 + at / 100, 1.1, 0.5]), ...timeouts(60, 70)],
    true,
  ],
  [
    'three of five end what had worked for half a minute',
    stops((at) => (at < 3 ? [30 + at / 100, 1.1, 0.5] : [3 + at, 0.5])),
    true,
  ],
  [
    'timeouts come while the target is down, not as it stops',
    [...stops((at) => [2.4 + at, 1.1, 0.5]), ...timeouts(7)],
    false,
  ],
  [
    'timeouts come so often that one falls on three of five stops by luck',
    [
      ...stops((at) => (at < 3 ? [30 + at / 100, 1.1, 0.5] : [3 + at, 0.5])),
      ...timeouts(2.5, 41),
      ...timeouts(2.5, 41.2),
    ],
    false,
  ],
  [
    'each ends what had worked for half a minute, and what had worked for longer',
    stops((at) => [30 + at / 100, 37 + 7 * at, 0.5]),
    false,
  ],
  [
    'each ends something that had worked for ten seconds or a little more',
    stops((at) => [10 + at / 5, 0.5]),
    true,
  ],
  [
    'three of five end something that had worked for ten seconds or a little more',
    stops((at) => [at > 2 ? 12 + at : 10 + at / 3, 0.5]),
    false,
  ],
])('stops at a timeout: %s', (_, failed, expected) => {
  const view = viewOf([...answered, ...failed]);
  const several = stopsOf(view).filter(({ members }) => members.length > 4);
  expect(areAtTimeout(view, several)).toBe(expected);
});

test('a target that stops beside many timeouts is not killed by them', () => {
  const requests = [...answered, ...stops((at) => [2.4 + at, 1.1, 0.5]), ...timeouts(7)];
  const odds = saidBy(explainByTargetStop, requests).map((said) => said.odds['worker-timeout'] ?? 0);
  expect(odds).toEqual([0]);
});
