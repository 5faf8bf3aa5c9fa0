import { describe, expect, test } from 'vitest';
import { type Logged, summaryOfRequests } from '../requests.ts';

/** Requests each second to a target, which takes a moment for each; it refuses between two times. */
const refusing = (from: number, to: number, tookSeconds: number): Logged[] =>
  Array.from({ length: 1800 }, (_, at) => ({
    sent: at + 0.31,
    took: tookSeconds,
    target: 1,
    client: at % 50,
    path: `/shelf/${at % 9}`,
    ...(at >= from && at < to ? { failed: 'refused' as const } : {}),
  }));

const others: Logged[] = Array.from({ length: 1800 }, (_, at) => ({
  sent: at + 0.7,
  took: 0.02,
  target: 2,
  client: at % 47,
  path: `/shelf/${at % 9}`,
}));

function oddsOf(from: number, to: number, tookSeconds: number): ReadonlyMap<string, number> {
  const [explanation, ...more] =
    summaryOfRequests([...refusing(from, to, tookSeconds), ...others]).explanations ?? [];
  if (explanation === undefined || more.length > 0) throw new Error('one explanation was expected');
  expect(explanation.kind).toBe('target-stop');
  return new Map(explanation.causes.map(({ cause, probability }) => [cause, probability]));
}

describe('a target that refuses connections, and cut nothing off', () => {
  test('for some seconds, with hardly a request at work: it may have died and come back, or not', () => {
    const odds = oddsOf(900, 909, 0.02);
    expect(odds.get('connection-refused') ?? 0).toBeLessThan(0.7);
    expect(odds.get('target-crash') ?? 0).toBeGreaterThan(0.15);
  });

  test('for some seconds, with one request at work at nearly any time: what dies cuts it off', () => {
    const idle = oddsOf(900, 909, 0.02);
    const busy = oddsOf(900, 909, 0.95);
    expect(busy.get('target-crash') ?? 0).toBeLessThan((idle.get('target-crash') ?? 0) * 0.6);
  });

  test('for five minutes: it does not listen', () => {
    const odds = oddsOf(900, 1200, 0.02);
    expect(odds.get('connection-refused') ?? 0).toBeGreaterThan(0.85);
    expect(odds.get('target-crash') ?? 0).toBeLessThan(0.012);
  });
});
