import { describe, expect, test } from 'vitest';
import { lookFrom } from '../../lambda/alert/investigation-look.ts';
import { diagnose } from '../../lambda/diagnose/diagnose.ts';
import type { EvidenceBundle, Gap } from '../../lambda/model/evidence.ts';
import {
  accessLog,
  at,
  bundleWith,
  type Edit,
  failures,
  from,
  gap,
  LOAD_BALANCER_ARN,
  loggedGroup,
  requests,
} from '../diagnose/bundle.ts';

const look = (...edits: readonly Edit[]) => {
  const bundle = bundleWith(...edits);
  return lookFrom({ bundle, diagnosis: diagnose(bundle), now: bundle.window.end, silence: null });
};

describe('what was looked at', () => {
  test('has the 502s by minute, and requests up to the end of the newest minute that has some', () => {
    const seen = look(requests(from(100, [5, 0, 7, 0, null])), failures(from(101, [2])));
    expect([...seen.failures]).toEqual([[at(101), 2]]);
    expect(seen.requestsUntil).toBe(at(103));
    expect(seen.couldLook).toBe(true);
    expect(seen.silence).toBeNull();
  });

  test('has the 502s of a log in its last failing minute, where the metrics have none', () => {
    const log = accessLog(loggedGroup(7));
    const late = (bundle: EvidenceBundle): EvidenceBundle => ({
      ...bundle,
      accessLog: bundle.accessLog && { ...bundle.accessLog, lastSeen: at(170.4) },
    });
    expect([...look(log, late).failures]).toEqual([[at(170), 7]]);
    expect([...look(log, failures(from(101, [2]))).failures]).toEqual([[at(101), 2]]);
    expect([...look(accessLog(loggedGroup(0))).failures]).toEqual([]);
  });

  test('has no requests where none were seen', () => {
    expect(look(requests(from(0, [0]))).requestsUntil).toBeNull();
  });
});

describe('what could not be read', () => {
  test.each<readonly [Gap['subject'], Gap['kind'], boolean]>([
    ['attributes', 'denied', false],
    ['tags', 'failed', false],
    ['target-groups', 'throttled', false],
    ['listeners', 'denied', false],
    ['load-balancer', 'failed', false],
    ['workload', 'throttled', false],
    ['workload', 'failed', false],
    ['workload', 'denied', true],
    ['workload', 'switched-off', true],
    ['target-health', 'denied', true],
    ['target-health', 'failed', true],
  ])('%s, %s: the configuration was read whole: %j', (subject, kind, expected) => {
    expect(look(gap(subject, { kind })).couldReadConfiguration).toBe(expected);
  });

  test('leaves the idle timeout known unless it is the attributes of the load balancer itself', () => {
    const of = (resource: string) => look(gap('attributes', { resource })).couldReadIdleTimeout;
    expect(of(LOAD_BALANCER_ARN)).toBe(false);
    expect(of('arn:of:a:group')).toBe(true);
    expect(look(gap('tags', { resource: LOAD_BALANCER_ARN })).couldReadIdleTimeout).toBe(true);
  });

  test('leaves the 502s unknown where it is their metric', () => {
    expect(look(gap('metrics')).couldLook).toBe(false);
  });
});
