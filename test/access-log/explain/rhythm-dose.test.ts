import { describe, expect, test } from 'vitest';
import { randomFrom } from '../../../lab/worlds/access-log/random.ts';
import { answersToClients } from '../../../lambda/access-log/explain/client-sequence.ts';
import { groupsOf } from '../../../lambda/access-log/explain/log-view.ts';
import { keepsToConnection } from '../../../lambda/access-log/explain/rhythm-dose.ts';
import { type Logged, resultOf, viewOf } from '../requests.ts';

const POLLS = 900;
const POLL_SECONDS = 5;
const KEEP_ALIVE_SECONDS = 10;
/** The server closes so much before the load balancer knows. */
const ROUND_TRIP_SECONDS = 0.03;

interface Poll {
  readonly sent: number;
  readonly target: number;
  /** When the last answer of its target had been complete. */
  readonly idle: number;
  /** When the answer to the poll before the last had been. */
  readonly pause: number;
  /** Between 0 and 1. */
  readonly lot: number;
}

/** A client that polls two targets by lot, and others that ask them now and then; what fails is told by the poll. */
function polled(fails: (poll: Poll) => boolean, targets = 2): Logged[] {
  const random = randomFrom(5);
  const lastAnswer = [0, 0];
  const ends: number[] = [];
  const requests: Logged[] = [];
  for (let at = 0; at < POLLS; at++) {
    const sent = at * POLL_SECONDS + 0.1 * (random.next() - 0.5);
    const target = random.whole(targets);
    const poll = {
      lot: random.next(),
      sent,
      target,
      idle: sent - (lastAnswer[target] ?? 0),
      pause: sent - (ends.at(-2) ?? 0),
    };
    const isFailed = at > 2 && fails(poll);
    const took = isFailed ? 0.01 : 0.02;
    requests.push({ sent, target, took, client: 7, path: '/status', ...(isFailed ? { failed: 'cut' } : {}) });
    ends.push(isFailed ? Number.NaN : sent + took);
    if (!isFailed) lastAnswer[target] = sent + took;
    if (random.chance(0.2)) {
      const other = { sent: sent + 0.5 + 4 * random.next(), target: random.whole(targets), took: 0.02 };
      requests.push({ ...other, client: 100 + at, path: '/shelf' });
      lastAnswer[other.target] = other.sent + other.took;
    }
  }
  return requests;
}

const isAtKeepAlive = (seconds: number): boolean =>
  seconds < KEEP_ALIVE_SECONDS && seconds > KEEP_ALIVE_SECONDS - ROUND_TRIP_SECONDS;

const window = {
  low: KEEP_ALIVE_SECONDS - ROUND_TRIP_SECONDS - 0.001,
  width: ROUND_TRIP_SECONDS + 0.002,
  paired: false,
};

function isOfConnection(requests: readonly Logged[]): boolean {
  const view = viewOf(requests);
  const [group] = [...groupsOf(view)].map(([, tally]) => tally);
  if (group === undefined) throw new Error('there is no group');
  expect(view.failures.length).toBeGreaterThan(20);
  return keepsToConnection(view, view.failures, window, answersToClients(view, group));
}

describe('a poller at half the keep-alive of two targets', () => {
  const race = polled(({ idle }) => isAtKeepAlive(idle));

  test('races where its target was idle: after the same pause it is answered by the other one', () => {
    expect(isOfConnection(race)).toBe(true);
    const { summary, explanations } = resultOf(race);
    expect(explanations[0]?.cause).toBe('keepalive-mismatch');
    const seconds = summary.targetGroups[0]?.keepAlive?.seconds ?? 0;
    expect(Math.abs(seconds / KEEP_ALIVE_SECONDS - 1)).toBeLessThan(0.005);
  });

  test('has a rhythm as a rival where it fails after a pause, whatever its target did', () => {
    expect(isOfConnection(polled(({ pause }) => isAtKeepAlive(pause)))).toBe(false);
  });

  test('has one where it fails after a pause at one of the targets alone', () => {
    expect(isOfConnection(polled(({ pause, target }) => target === 1 && isAtKeepAlive(pause)))).toBe(false);
  });

  test('has one where some fail after the pause that had another target before', () => {
    const fails = ({ idle, pause, lot }: Poll) => isAtKeepAlive(idle) || (isAtKeepAlive(pause) && lot < 0.3);
    expect(isOfConnection(polled(fails))).toBe(false);
  });

  test('has one where it asks one target alone, so that nothing tells them apart', () => {
    expect(isOfConnection(polled(({ pause }) => isAtKeepAlive(pause), 1))).toBe(false);
  });
});
