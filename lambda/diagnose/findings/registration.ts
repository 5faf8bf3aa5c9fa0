import { coincidence, FULL_NATS, LEAST_NATS } from '../coincidence.ts';
import type { Finding, FindingReader } from '../finding.ts';
import { symptomOf } from '../symptom.ts';

/** CloudWatch counts by the minute, so a failure can seem to come up to two periods early or late. */
const SLACK_MS = 2 * 60_000;
/** So long after a registration or deregistration a failure still belongs to it. */
const AFTER_MS = 5 * 60_000;
/** AWS's default of `deregistration_delay.timeout_seconds`. */
const DEFAULT_DELAY_SECONDS = 300;
/** Registrations and deregistrations around the 502s, and 502s one deregistration delay after them. */
export const registrationFindings: FindingReader = (bundle) => {
  const symptom = symptomOf(bundle);
  const changes = bundle.changes.filter((change) => /^(Register|Deregister)Targets$/.test(change.eventName));
  const [first] = changes;
  if (!first || symptom.failures.size === 0) return [];
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

function delayMsOf(bundle: Parameters<FindingReader>[0], targetGroupArn: string): number {
  const group = bundle.targetGroups.find(({ arn }) => arn === targetGroupArn);
  const seconds = Number(group?.attributes['deregistration_delay.timeout_seconds'] ?? DEFAULT_DELAY_SECONDS);
  return (Number.isFinite(seconds) ? seconds : DEFAULT_DELAY_SECONDS) * 1000;
}
