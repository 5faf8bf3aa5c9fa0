import { describe, expect, test } from 'vitest';
import { planOf } from '../../lambda/verify/plan.ts';
import { verify } from '../../lambda/verify/verify.ts';
import { OK, rawTarget } from '../probe/raw-target.ts';

/** What a machine busy with other tests may add. */
const SLACK_SECONDS = 20;
/** Far longer than the deadline, with a byte now and then so that no pause in it is long. */
const DRIP = Array.from({ length: 600 }, () => [100, 'x']).flat();

const plan = (gaps: readonly number[]) => planOf(gaps, 1, { maxRequests: 2_000, maxSeconds: 300 }, () => 1);

describe.concurrent('nothing is sent or awaited after --max-seconds', () => {
  test.each([
    ['a body that drips', ['HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n', ...DRIP], /had not ended/],
    ['a head that drips', ['HTTP/1.1 200 OK\r\nX: ', ...DRIP], /no answer within/],
    [
      'interim responses without end',
      Array(600).fill(['HTTP/1.1 103 Hints\r\n\r\n', 100]).flat(),
      /no answer/,
    ],
    ['silence', '', /no answer within/],
  ])('%s', async (_name, answer, reason) => {
    await using target = await rawTarget({ respond: () => answer });
    const startedAtMs = performance.now();
    const verified = verify({
      endpoint: target.endpoint,
      plan: plan([0.5]),
      firstStep: 1,
      maxSeconds: 2,
      onProgress: () => {},
    });
    await expect(verified).rejects.toThrow(reason);
    const tookSeconds = (performance.now() - startedAtMs) / 1_000;
    expect(tookSeconds).toBeGreaterThan(1.9);
    expect(tookSeconds).toBeLessThan(2 + SLACK_SECONDS);
  });

  test('pauses for which slow answers leave no time are named as not tried', async () => {
    let answered = 0;
    await using target = await rawTarget({
      // The first five are those before the first pause.
      respond: () => (++answered <= 5 ? OK : ['HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n', ...DRIP]),
    });
    const measured = await verify({
      endpoint: target.endpoint,
      plan: plan([0.5, 1, 1.5]),
      firstStep: 1,
      maxSeconds: 4,
      onProgress: () => {},
    });
    expect(measured.byStatus).toEqual({ 200: 5 });
    expect(measured.unanswered).toBe(measured.requests - 5);
    expect(measured.unansweredBecause).toMatch(/had not ended within/);
    expect(measured.gaps.map(({ seconds }) => seconds)).toEqual([0.5]);
    expect(measured.leftOutSeconds).toEqual([1, 1.5]);
  });
});

test('a response with 30 K of headers is an answer: a load balancer passes it on', async () => {
  const large = OK.replace('\r\n', `\r\nX: ${'a'.repeat(30_000)}\r\n`);
  await using target = await rawTarget({ respond: () => large });
  const { byStatus, unanswered } = await verify({
    endpoint: target.endpoint,
    plan: plan([0.5]),
    firstStep: 1,
    maxSeconds: 60,
    onProgress: () => {},
  });
  expect({ statuses: Object.keys(byStatus), unanswered }).toEqual({ statuses: ['200'], unanswered: 0 });
});
