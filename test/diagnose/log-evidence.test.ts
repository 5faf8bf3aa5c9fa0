import { describe, expect, test } from 'vitest';
import { observedIn } from '../../lambda/diagnose/catalogue.ts';
import { diagnose } from '../../lambda/diagnose/diagnose.ts';
import type { LoggedTargetGroup } from '../../lambda/model/access-log-summary.ts';
import type { Diagnosis } from '../../lambda/model/diagnosis.ts';
import { failingRequestAt } from '../alert/failing-request.ts';
import {
  accessLog,
  at,
  bundleWith,
  change,
  type Edit,
  edits,
  explained,
  explanation,
  failures,
  from,
  group,
  groupArn,
  loggedGroup,
  together,
} from './bundle.ts';

const leaders = ({ hypotheses }: Diagnosis): string =>
  hypotheses
    .slice(0, 3)
    .map(({ cause, probability }) => `${cause} ${probability}`)
    .join(', ');

const delay = (seconds: number): Edit =>
  group('web', { attributes: { 'deregistration_delay.timeout_seconds': String(seconds) } });

/** Narrows the log's first and last 502 to two minutes of the window. */
const seen =
  (first: number, last: number): Edit =>
  (bundle) =>
    bundle.accessLog === null
      ? bundle
      : { ...bundle, accessLog: { ...bundle.accessLog, firstSeen: at(first), lastSeen: at(last) } };

/** As the engine tells it where targets are sent nothing more and their last requests are cut off. */
const drained = explanation('deregistration', 12, 1, {
  causes: [
    { cause: 'deployment', probability: 0.665 },
    { cause: 'deregistration-delay-elapsed', probability: 0.33 },
  ],
});

const race: Partial<LoggedTargetGroup> = {
  signatures: { closedOnReuse: 12, midRequest: 0, neverDispatched: 0, answeredBadly: 0, lambda: 0 },
  keepAlive: { seconds: 5, low: 4.99, high: 5.01, failures: 12, pValue: 1e-12 },
};

describe('requests that end one deregistration delay after their target was deregistered', () => {
  const cut = together(from(62, [6]), from(122, [6]));
  const deregistered = edits(
    change(60, 'DeregisterTargets', groupArn('web')),
    change(120, 'DeregisterTargets', groupArn('web')),
  );
  test.each([
    ['with the time they took', { midRequest: 12, neverDispatched: 0 }],
    ['with -1 in all times', { midRequest: 0, neverDispatched: 12 }],
  ])('are cut by it and by no crash, where their lines are %s', (_, signature) => {
    const signatures = { closedOnReuse: 0, answeredBadly: 0, lambda: 0, ...signature };
    const log = edits(accessLog(loggedGroup(12, { signatures })), explained(drained));
    const diagnosis = diagnose(bundleWith(delay(120), failures(cut), deregistered, log));
    expect(diagnosis.verdict, leaders(diagnosis)).toBe('deregistration-delay-elapsed');
  });
});

describe('two failed requests that end when a deregistration delay is over', () => {
  const requests = [failingRequestAt(1), failingRequestAt(2)];
  /** The delay is over at minute 65. */
  const seenIn = (minutes: number, offsetSeconds: number): boolean => {
    const ended = at(65 + offsetSeconds / 60);
    const failing: Edit = (bundle) => ({
      ...bundle,
      window: { start: at(0), end: at(minutes) },
      accessLog: bundle.accessLog && {
        ...bundle.accessLog,
        failingRequests: requests.map((request) => ({ ...request, at: ended })),
      },
    });
    const bundle = bundleWith(
      ...[delay(300), failures(from(65, [2])), change(60, 'DeregisterTargets', groupArn('web'))],
      ...[accessLog(loggedGroup(2)), failing],
    );
    return observedIn(bundle).some(({ id }) => id === 'log-failed-at-deregistration-delay');
  };

  test.each([
    [92, true],
    [91, false],
  ])('in a window of %i minutes that is no luck: %j', (minutes, expected) => {
    expect(seenIn(minutes, 0)).toBe(expected);
  });

  test.each([
    [-3, true],
    [-3.001, false],
    [8, true],
    [8.001, false],
  ])('%d s from that moment counts: %j', (offset, expected) => {
    expect(seenIn(180, offset)).toBe(expected);
  });
});

test('requests that end on drained targets long before the delay are cut by the rollout', () => {
  const signatures = { closedOnReuse: 0, midRequest: 12, neverDispatched: 0, answeredBadly: 0, lambda: 0 };
  const diagnosis = diagnose(
    bundleWith(
      delay(300),
      failures(together(from(62, [6]), from(122, [6]))),
      change(61.5, 'DeregisterTargets', groupArn('web')),
      change(121.5, 'DeregisterTargets', groupArn('web')),
      accessLog(loggedGroup(12, { signatures })),
      explained(drained),
    ),
  );
  expect(diagnosis.verdict, leaders(diagnosis)).toBe('deployment');
});

describe('a cause does not come after its effect', () => {
  const replaced = edits(
    change(41, 'RegisterTargets', groupArn('web')),
    change(41, 'DeregisterTargets', groupArn('web')),
  );
  const before = failures(together(from(37, [2]), from(38, [3]), from(39, [3]), from(40, [4])));

  test('targets that were replaced by the fix make it no deployment', () => {
    const log = edits(
      accessLog(loggedGroup(12, race)),
      explained(explanation('idle-time', 12, 1)),
      seen(37.2, 40.7),
    );
    const diagnosis = diagnose(bundleWith(before, log, replaced));
    expect(diagnosis.verdict, leaders(diagnosis)).toBe('keepalive-mismatch');
    const deployment = diagnosis.hypotheses.find(({ cause }) => cause === 'deployment');
    expect(Math.max(0, ...(deployment?.evidence ?? []).map(({ weight }) => weight))).toBeLessThan(1);
  });

  test('also where there are metrics alone', () => {
    const later = edits(
      change(43, 'RegisterTargets', groupArn('web')),
      change(43, 'DeregisterTargets', groupArn('web')),
    );
    const diagnosis = diagnose(bundleWith(before, later));
    expect(diagnosis.verdict, leaders(diagnosis)).not.toBe('deployment');
  });

  test('targets that were replaced while requests failed still do', () => {
    const during = edits(
      change(37, 'DeregisterTargets', groupArn('web')),
      change(39, 'DeregisterTargets', groupArn('web')),
    );
    const deployment = ({ hypotheses }: Diagnosis) =>
      hypotheses.find(({ cause }) => cause === 'deployment')?.probability ?? 0;
    const with_ = deployment(diagnose(bundleWith(before, during)));
    expect(with_).toBeGreaterThan(deployment(diagnose(bundleWith(before))));
  });
});

describe('an estimate out of the log is of the targets that failed', () => {
  const log = edits(
    failures(together(from(20, [6]), from(25, [6]))),
    accessLog(loggedGroup(12, race)),
    explained(explanation('idle-time', 12, 1)),
    seen(20, 25),
  );
  const targets =
    (...ids: readonly string[]): Edit =>
    (bundle) => ({
      ...bundle,
      targetGroups: bundle.targetGroups.map((one) => ({
        ...one,
        targets: ids.flatMap((id) => one.targets.slice(0, 1).map((each) => ({ ...each, id }))),
      })),
    });

  test('and a mismatch while one of them is registered', () => {
    expect(diagnose(bundleWith(log, targets('10.0.1.10', '10.0.9.9'))).mismatches).toHaveLength(1);
  });

  test('and history once all of them were replaced, though it still explains the failures', () => {
    const diagnosis = diagnose(bundleWith(log, targets('10.0.9.8', '10.0.9.9')));
    expect(diagnosis.mismatches).toEqual([]);
    expect(diagnosis.verdict, leaders(diagnosis)).toBe('keepalive-mismatch');
  });

  test('of instances, whose addresses are not known, only a later registration tells', () => {
    const instances = targets('i-0123456789abcdef0');
    const registered = (minute: number) => change(minute, 'RegisterTargets', groupArn('web'));
    expect(diagnose(bundleWith(log, instances)).mismatches).toHaveLength(1);
    expect(diagnose(bundleWith(log, instances, registered(10))).mismatches).toHaveLength(1);
    expect(diagnose(bundleWith(log, instances, registered(40))).mismatches).toEqual([]);
  });
});
