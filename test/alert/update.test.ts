import { describe, expect, test } from 'vitest';
import { updateReason } from '../../lambda/alert/update.ts';
import type { OpenIncident } from '../../lambda/model/alert.ts';
import { lookAt, minute, policyOf } from './looks.ts';

/** What was announced ten minutes before, of a load balancer alone or as one of many. */
const announced = (
  verdict: 'undetermined' | 'target-crash',
  grouped: boolean,
): NonNullable<OpenIncident['announced']> => ({
  at: minute(10),
  verdict,
  severity: 'warning',
  probability: 0.5,
  changes: 0,
  grouped,
});

const reasonOf = (before: OpenIncident['announced'], severity: 'warning' | 'critical' = 'warning') =>
  updateReason(
    lookAt({ at: 20, failing: [12, 13], verdict: 'keepalive-mismatch', severity }),
    before,
    policyOf(),
    minute(20),
  )?.reason ?? null;

describe('a cause that is found after the first message', () => {
  test('is news of a load balancer that was told of alone', () => {
    expect(reasonOf(announced('undetermined', false))).toBe(
      'the verdict changed from undetermined to keepalive-mismatch',
    );
  });

  test('is none of one of many that were told of together: hundreds would page one after the other', () => {
    expect(reasonOf(announced('undetermined', true))).toBeNull();
  });

  test('is news all the same where another one had been named, or the failure became worse', () => {
    expect(reasonOf(announced('target-crash', true))).toBe(
      'the verdict changed from target-crash to keepalive-mismatch',
    );
    expect(reasonOf(announced('undetermined', true), 'critical')).toBe(
      'the severity rose from warning to critical',
    );
  });
});
