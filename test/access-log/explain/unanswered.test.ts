import { expect, test } from 'vitest';
import { type Logged, resultOf } from '../requests.ts';

const EACH = 150;

/**
 * One client asks again five seconds after each answer. Of each 150 requests one is not answered within a minute, and the
 * next one fails: the worker that did not answer is started anew.
 */
function polls(rounds: number, gaveUpAfter: number | undefined): Logged[] {
  const all: Logged[] = [];
  let sent = 0;
  for (let at = 0; at < rounds * EACH; at++) {
    const jitter = 0.005 * Math.sin(at * at);
    const one = { sent: sent + jitter, took: 0.02, path: '/jobs/next', client: 7 };
    if (at % EACH === EACH - 2) all.push(gaveUpAfter === undefined ? one : { ...one, gaveUpAfter });
    else all.push(at % EACH === EACH - 1 ? { ...one, took: 0.003, failed: 'cut' } : one);
    sent += 5 + (at % EACH === EACH - 2 ? (gaveUpAfter ?? 0) : 0.02);
  }
  return all;
}
/** Others ask now and then, through other nodes. */
const others: Logged[] = Array.from({ length: 2400 }, (_, at) => ({
  ...{ sent: at * 7 + 3 * Math.sin(at * at), took: 0.02, node: 1 + (at % 3), client: 20 + (at % 60) },
  path: `/shelf/${'abcdefgh'[at % 8]}`,
}));

test('a connection is not idle while its target owes an answer: what fails after a 504 has no idle time', () => {
  const { diagnosis, summary } = resultOf([...polls(20, 60), ...others]);
  expect(summary.elb502).toBe(20);
  expect(
    diagnosis.explanations.filter(({ fact }) => /s after an answer of the same target/.test(fact)),
  ).toEqual([]);
  expect(diagnosis.verdict).not.toBe('keepalive-mismatch');
});
