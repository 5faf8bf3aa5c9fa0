import fc from 'fast-check';
import { expect, test } from 'vitest';
import { requiredKeepAliveSeconds } from '../../lambda/model/required-keep-alive.ts';
import type { IdleClose } from '../../lambda/probe/idle-summary.ts';
import { judge, type Measurement } from '../../lambda/probe/probe-result.ts';

const closes = (seconds: number, by: 'fin' | 'rst' | 'response-close' = 'fin'): IdleClose => ({
  seconds,
  by,
  trials: [seconds],
  confirmation: { answeredAfterSeconds: null, deadAfterSeconds: null },
});

const measured = (idleClose: IdleClose, over: Partial<Measurement> = {}): Measurement => ({
  server: null,
  declaredKeepAliveSeconds: null,
  statusCode: 200,
  idleClose,
  requestsPerConnection: { atLeast: 100 },
  ...over,
});

const unannounced = { requestsPerConnection: { limit: 100, announced: false, trials: [100] } };
const announced = { requestsPerConnection: { limit: 100, announced: true, trials: [100] } };

test.each<[string, Measurement, number, boolean | null, string, number]>([
  ['closes long before', measured(closes(5.003)), 60, false, 'closes-first', -54.997],
  ['closes by RST', measured(closes(5, 'rst')), 60, false, 'closes-first', -55],
  ['closes at the same time', measured(closes(60)), 60, false, 'closes-first', 0],
  [
    'closes at the same time, as far as can be measured',
    measured(closes(60.002)),
    60,
    false,
    'closes-first',
    0.002,
  ],
  ['outlasts, but thinly', measured(closes(65)), 60, false, 'thin-margin', 5],
  ['outlasts by the margin', measured(closes(66)), 60, true, 'outlasts', 6],
  ['outlasts but for the error of measurement', measured(closes(65.96)), 60, true, 'outlasts', 5.96],
  ['outlasts a short idle timeout by 5 s', measured(closes(15)), 10, true, 'outlasts', 5],
  [
    'stays open for longer than required',
    measured({ openAfterSeconds: 67, muteAfterSeconds: null }),
    60,
    true,
    'outlasts',
    7,
  ],
  [
    'was not watched for long enough',
    measured({ openAfterSeconds: 61, muteAfterSeconds: null }),
    60,
    null,
    'not-watched-long-enough',
    1,
  ],
  [
    'was not watched for long enough, and limits requests unannounced',
    measured({ openAfterSeconds: 61, muteAfterSeconds: null }, unannounced),
    60,
    false,
    'not-watched-long-enough',
    1,
  ],
  ['goes mute', measured({ openAfterSeconds: 40, muteAfterSeconds: 41 }), 60, false, 'goes-mute', -20],
  [
    'goes mute later than required',
    measured({ openAfterSeconds: 70, muteAfterSeconds: 80 }),
    60,
    true,
    'outlasts',
    10,
  ],
  ['announces each close', measured(closes(0, 'response-close'), announced), 60, true, 'never-reused', -60],
  ['closes after a number of requests, announced', measured(closes(75), announced), 60, true, 'outlasts', 15],
  [
    'closes after a number of requests, unannounced',
    measured(closes(75), unannounced),
    60,
    false,
    'unannounced-request-limit',
    15,
  ],
  [
    'closes early and after a number of requests',
    measured(closes(5), unannounced),
    60,
    false,
    'closes-first',
    -55,
  ],
])('a target that %s', (_name, measurement, idleTimeoutSeconds, safe, reason, marginSeconds) => {
  expect(judge(measurement, idleTimeoutSeconds)).toMatchObject({
    idleTimeoutSeconds,
    safe,
    reason,
    marginSeconds,
  });
});

test('the required keep-alive outlasts the idle timeout by 5 s and by 10 %', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4000 }), (idle) => {
      const required = requiredKeepAliveSeconds(idle);
      expect(required).toBeGreaterThanOrEqual(idle + 5);
      expect(required).toBeGreaterThanOrEqual(idle * 1.1 - 1e-9);
      expect(Math.min(required - (idle + 5), required - idle * 1.1)).toBeLessThan(1e-9);
    }),
  );
});
