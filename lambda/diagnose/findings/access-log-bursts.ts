import type { LoggedTargetGroup } from '../../model/access-log-summary.ts';
import type { EvidenceBundle } from '../../model/evidence.ts';
import type { Finding } from '../finding.ts';
import type { FindingId } from '../weights.ts';
import { boundShare, FEWEST_FAILURES, fullness, SOURCE } from './access-log-share.ts';
import { delayMsOf } from './registration.ts';

/** The trail has seconds, and a load balancer node is not exact to one. */
const AT_DELAY_MS = 10_000;

/** Last requests that ended on targets which were sent nothing new: with the deregistration delay, or before. */
export function drainedFindings(group: LoggedTargetGroup, bundle: EvidenceBundle): Finding[] {
  const { count, drained = 0, drainedAt = [] } = group.bursts;
  if (drained === 0) return [];
  const arn = group.targetGroupArn;
  const due = bundle.changes
    .filter(({ eventName, resourceArn }) => eventName === 'DeregisterTargets' && resourceArn === arn)
    .map(({ at }) => Date.parse(at) + delayMsOf(bundle, arn));
  const atDelay = drainedAt.filter((at) => due.some((ms) => Math.abs(Date.parse(at) - ms) <= AT_DELAY_MS));
  if (atDelay.length > 0) {
    const fact = `${atDelay.length} of ${drained} times the last requests of a target ended just one deregistration delay after a deregistration`;
    return [
      { id: 'log-drained-at-delay', fact, source: SOURCE, strength: atDelay.length / drainedAt.length },
    ];
  }
  const fact = `${drained} of ${count} bursts ended requests on a target that had been sent nothing new for a while`;
  return [{ id: 'log-drained', fact, source: SOURCE, strength: drained / count }];
}

/** Bursts of each target: a rollout that is done twice in the time of a log is not rare, */
const ONCE = 2;
/** and one that is done so often is. */
const OFTEN = 4;

/** Failures at once on one target, and what became of it. */
export function burstFindings(group: LoggedTargetGroup): Finding[] {
  const { bursts, elb502, targets } = group;
  const { gathering = 0, replaced = 0 } = bursts;
  // A client that always fails fails in bursts, as it calls.
  const unbound = 1 - boundShare(group);
  const serving = targets.filter((target) => target.requests > 0).length;
  const failing = targets.filter((target) => target.elb502 > 0).length;
  const findings: Finding[] = [];
  const add = (id: FindingId, strength: number, fact: string) =>
    findings.push({ id, fact, source: SOURCE, strength: strength * unbound });
  // A process that ends cuts requests off, refuses some or is gone; without any of it something else comes in bursts.
  const ended = bursts.simultaneous + bursts.targetGone + replaced + group.signatures.neverDispatched > 0;
  const weight = ended ? 1 : 0.3;
  if (bursts.excessShare >= 0.3) {
    const oneByOne = bursts.targets >= 2 && bursts.targetGone > 0;
    const onAll = bursts.targets >= 3 || (bursts.targets === serving && serving > 1) || oneByOne;
    const fact = `${bursts.failures} of ${elb502} failures come in ${bursts.count} bursts on ${bursts.targets} of ${serving} targets`;
    add(onAll ? 'log-bursts-on-targets' : 'log-burst-on-target', bursts.excessShare * weight, fact);
  } else if (elb502 >= FEWEST_FAILURES && bursts.excessShare < 0.15 && gathering < 0.4) {
    const fact = `the failures are scattered over time and ${failing} of ${serving} targets`;
    findings.push({ id: 'log-scattered', fact, source: SOURCE, strength: fullness(elb502) });
  }
  if (gathering >= 0.6) {
    const fact = `the ${elb502} failures keep to few moments of the time that the log covers`;
    add('log-gathered', (gathering - 0.5) * 2 * weight, fact);
  }
  const { count, simultaneous, targetGone } = bursts;
  const again = (count - targetGone - replaced) / Math.max(1, bursts.targets);
  if (simultaneous > 0 && again > ONCE) {
    const fact = `the same targets had ${again.toPrecision(2)} bursts each and came back; a rollout stops each of them once`;
    add('log-bursts-again', Math.min(1, (again - ONCE) / (OFTEN - ONCE)) * bursts.excessShare, fact);
  }
  if (simultaneous > 0) {
    const fact = `in ${simultaneous} of ${count} bursts requests of different age ended at one instant`;
    add('log-end-together', simultaneous / count, fact);
  }
  if (replaced > 0) {
    const fact = `around ${replaced} of ${count} bursts a new target took up work`;
    add('log-target-replaced', replaced / count, fact);
  }
  if (targetGone > 0) {
    const fact = `after ${targetGone} of ${count} bursts the target never answered again, while others did`;
    // Of the last ones it cannot be told yet.
    add('log-target-gone', (targetGone + 1) / (count + 1), fact);
  }
  return findings;
}
