import { describe, expect, test } from 'vitest';
import { diagnose } from '../../lambda/diagnose/diagnose.ts';
import {
  bundleWith,
  change,
  counts,
  during,
  type Edit,
  edits,
  everyNth,
  failures,
  from,
  groupArn,
  health,
  healthyHosts,
  steady,
  together,
  unhealthyHosts,
} from './bundle.ts';

// Two minutes after the first 502 CloudTrail has nothing yet, and CloudWatch has two or three minutes of it.
const began = (...counted: readonly number[]): Edit => failures(from(180 - counted.length, counted));
const added = healthyHosts(together(steady(3), during(176, 180, 1)));
const doubled = healthyHosts(together(steady(3), during(175, 180, 3)));
const draining = health('draining', 'Target.DeregistrationInProgress', 1);
const starting = health('initial', 'Elb.InitialHealthChecking', 1);
/** A change event of the load balancer reaches the monitor within seconds where a trail is there. */
const registered = change(177, 'RegisterTargets', groupArn('web'));
const deregistered = change(178, 'DeregisterTargets', groupArn('web'));
const refused = (...counted: readonly number[]): Edit =>
  counts('TargetConnectionErrorCount', from(180 - counted.length, counted));

describe('the first look at a deployment names it', () => {
  test.each<readonly [string, Edit]>([
    ['new hosts and draining ones', edits(began(4, 22), added, draining)],
    ['new hosts alone', edits(began(4, 22), added)],
    ['draining targets alone', edits(began(9, 30), draining)],
    ['targets that are being checked for the first time', edits(began(9, 30), starting)],
    ['twice as many hosts: blue and green', edits(began(40, 60), doubled)],
    ['a registration by change event', edits(began(6, 12), registered)],
    ['registration and deregistration by change events', edits(began(6, 12), registered, deregistered)],
    ['a deregistration by change event, and draining targets', edits(began(15), deregistered, draining)],
    ['one failing minute, new hosts, draining ones', edits(began(5), added, draining)],
    ['targets that refuse while they drain', edits(began(10, 14), draining, added, refused(10, 14))],
    ['new targets that are not ready', edits(began(12, 18), starting, doubled)],
    ['all signs at once', edits(began(8, 9, 30), added, draining, registered, deregistered)],
  ])('%s', (_, evidence) => {
    const { verdict, hypotheses } = diagnose(bundleWith(evidence));
    const leaders = hypotheses.slice(0, 3).map(({ cause, probability }) => `${cause} ${probability}`);
    expect(verdict, leaders.join(', ')).toBe('deployment');
  });
});

describe('what came after the last 502 is no cause of it', () => {
  const race = failures(everyNth(9, 2).map((count, minute) => (minute < 150 ? count : null)));

  test.each<readonly [string, Edit]>([
    ['targets that drain for the fix', draining],
    ['new hosts of the fix', healthyHosts(together(steady(3), during(158, 165, 3)))],
    [
      'the registrations and deregistrations of the fix',
      edits(
        change(157, 'RegisterTargets', groupArn('web')),
        change(164, 'DeregisterTargets', groupArn('web')),
      ),
    ],
    ['targets that are unhealthy while they start', unhealthyHosts(during(158, 160, 1, 0))],
  ])('%s', (_, evidence) => {
    const without = diagnose(bundleWith(race));
    const { verdict, hypotheses } = diagnose(bundleWith(race, evidence));
    const chance = (list: typeof hypotheses) =>
      list.find(({ cause }) => cause === 'deployment')?.probability ?? 0;
    expect(without.verdict).toBe('keepalive-mismatch');
    expect(verdict).toBe('keepalive-mismatch');
    // Without a steady fleet it is a little less unlikely than with one.
    expect(chance(hypotheses)).toBeLessThan(0.1);
  });
});
