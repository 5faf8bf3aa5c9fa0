import type { EvidenceBundle } from '../../model/evidence.ts';
import { coincidence, FULL_NATS, LEAST_NATS } from '../coincidence.ts';
import type { Finding, FindingReader } from '../finding.ts';
import { type Symptom, symptomOf } from '../symptom.ts';

/** CloudWatch counts by the minute, so a failure can seem to come up to two periods early or late. */
const SLACK_MS = 2 * 60_000;
/** So long after a registration or deregistration a failure still belongs to it. */
const AFTER_MS = 5 * 60_000;
/** AWS's default of `deregistration_delay.timeout_seconds`. */
const DEFAULT_DELAY_SECONDS = 300;
/** The log and the trail have clocks of their own. */
const CLOCKS_MS = 5_000;

/** The latest time at which a request can have failed: the log tells it exactly, metrics by their minute. */
function lastFailureMs({ accessLog }: EvidenceBundle, { failures }: Symptom): number {
  const lastMinute = Math.max(...[...failures.keys()].map((time) => Date.parse(time)));
  const logged = accessLog?.leftOut.length === 0 ? Date.parse(accessLog.lastSeen ?? '') : Number.NaN;
  return logged >= lastMinute ? logged : lastMinute + 60_000;
}

/** Registrations and deregistrations around the 502s, and 502s one deregistration delay after them. */
export const registrationFindings: FindingReader = (bundle) => {
  const symptom = symptomOf(bundle);
  const all = bundle.changes.filter((change) => /^(Register|Deregister)Targets$/.test(change.eventName));
  if (all.length === 0 || symptom.failures.size === 0) return [];
  // What came after the last failure is no cause of it; it may be the cure.
  const latest = lastFailureMs(bundle, symptom) + CLOCKS_MS;
  const changes = all.filter(({ at }) => Date.parse(at) <= latest);
  const [first] = changes;
  if (!first) {
    const fact = `the last 502 came before the ${all.length} registrations or deregistrations of targets`;
    return [{ id: 'failures-apart-from-registrations', fact, source: 'RegisterTargets, DeregisterTargets' }];
  }
  const findings: Finding[] = [];
  const events = changes.map((change) => Date.parse(change.at));
  const near = coincidence(symptom, bundle.window, events, { fromMs: -SLACK_MS, toMs: AFTER_MS });
  const source = [...new Set(changes.map(({ eventName }) => eventName))].sort().join(', ');
  const shown = `${changes.length} registrations or deregistrations of targets`;
  if (near >= LEAST_NATS) {
    const fact = `the 502s gather around ${shown} (the first at ${first.at})`;
    findings.push({ id: 'registration-near-failures', fact, source, strength: near / FULL_NATS });
  } else if (near <= -LEAST_NATS) {
    const fact = `the 502s keep no company with ${shown}`;
    findings.push({ id: 'failures-apart-from-registrations', fact, source, strength: -near / FULL_NATS });
  }
  const ends = changes
    .filter(({ eventName }) => eventName === 'DeregisterTargets')
    .map(({ at, resourceArn }) => Date.parse(at) + delayMsOf(bundle, resourceArn));
  const late = coincidence(symptom, bundle.window, ends, { fromMs: -SLACK_MS, toMs: SLACK_MS });
  if (late >= LEAST_NATS) {
    const fact = 'the 502s gather one deregistration delay after targets were deregistered';
    const name = 'DeregisterTargets, deregistration_delay.timeout_seconds';
    findings.push({
      id: 'failures-at-deregistration-delay',
      fact,
      source: name,
      strength: late / FULL_NATS,
    });
  }
  return findings;
};

/** `deregistration_delay.timeout_seconds` of a group in milliseconds. */
export function delayMsOf(bundle: EvidenceBundle, targetGroupArn: string): number {
  const group = bundle.targetGroups.find(({ arn }) => arn === targetGroupArn);
  const seconds = Number(group?.attributes['deregistration_delay.timeout_seconds'] ?? DEFAULT_DELAY_SECONDS);
  return (Number.isFinite(seconds) ? seconds : DEFAULT_DELAY_SECONDS) * 1000;
}
