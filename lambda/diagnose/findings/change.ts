import type { Change, EvidenceBundle } from '../../model/evidence.ts';
import { configurationOf } from '../drift.ts';
import type { Finding, FindingReader } from '../finding.ts';
import { symptomOf } from '../symptom.ts';
import type { FindingId } from '../weights.ts';

/** A change this long before the first 502 may have caused it. */
const BEFORE_MS = 6 * 3_600_000;
/** CloudWatch counts by the minute, so a cause can seem to come up to two periods late. */
const SLACK_MS = 2 * 60_000;

function precedes(change: Change, firstSeen: string): boolean {
  const lead = Date.parse(firstSeen) - Date.parse(change.at);
  return lead >= -SLACK_MS && lead <= BEFORE_MS;
}

const by = (change: Change): string =>
  `${change.at}${change.principal === null ? '' : ` by ${change.principal}`}`;

/** A higher idle timeout opens the race that was closed before; `from` may be unknown to the trail. */
function idleTimeoutRaised(bundle: EvidenceBundle, change: Change): string | null {
  const key = 'idle_timeout.timeout_seconds';
  const to = change.to?.[key];
  if (to === undefined) return null;
  const from = change.from?.[key] ?? bundle.baseline?.resources[change.resourceArn]?.[key] ?? null;
  if (from !== null && Number(to) <= Number(from)) return null;
  return `${key} went ${from === null ? '' : `from ${from} `}to ${to}`;
}

function delayLowered(bundle: EvidenceBundle, change: Change): string | null {
  const key = 'deregistration_delay.timeout_seconds';
  const to = change.to?.[key];
  const from = change.from?.[key] ?? bundle.baseline?.resources[change.resourceArn]?.[key];
  if (to === undefined || from === undefined || Number(to) >= Number(from)) return null;
  return `${key} went from ${from} to ${to}`;
}

type Reading = (bundle: EvidenceBundle, change: Change) => string | null;

const byEventName =
  (pattern: RegExp, words: string): Reading =>
  (_, change) =>
    pattern.test(change.eventName) ? words : null;

const READINGS: ReadonlyArray<{ readonly id: FindingId; readonly read: Reading }> = [
  { id: 'idle-timeout-raised-before', read: idleTimeoutRaised },
  { id: 'deregistration-delay-lowered-before', read: delayLowered },
  {
    id: 'network-changed-before',
    read: byEventName(
      /^(SetSecurityGroups|SetSubnets|(Authorize|Revoke)SecurityGroup(In|E)gress|(Create|Replace|Delete)NetworkAclEntry)$/,
      'security groups, subnets or network ACLs were changed',
    ),
  },
  {
    id: 'tls-policy-changed-before',
    read: (_, change) =>
      change.eventName === 'ModifyListener' && change.to?.['sslPolicy'] !== undefined
        ? `the listener's policy became ${change.to['sslPolicy']}, which also decides the TLS spoken to targets`
        : null,
  },
  {
    id: 'protocol-changed-before',
    read: byEventName(/^(CreateTargetGroup|ModifyRule|CreateRule)$/, 'target groups or rules were changed'),
  },
];

/** Changes of configuration shortly before the first 502. */
export const changeFindings: FindingReader = (bundle) => {
  const { firstSeen } = symptomOf(bundle).summary;
  if (firstSeen === null) return [];
  const fresh = bundle.changes.filter((change) => precedes(change, firstSeen));
  const found = READINGS.flatMap(({ id, read }): Finding[] => {
    for (const change of fresh) {
      const words = read(bundle, change);
      if (words !== null)
        return [{ id, fact: `${words} (${by(change)}), before the first 502`, source: change.eventName }];
    }
    return [];
  });
  return found.some(({ id }) => id === 'idle-timeout-raised-before')
    ? found
    : [...found, ...raisedSinceBaseline(bundle)];
};

/** Without a trail the baseline still tells that the idle timeout was raised, though not when. */
function raisedSinceBaseline(bundle: EvidenceBundle): readonly Finding[] {
  const key = 'idle_timeout.timeout_seconds';
  const { arn } = bundle.loadBalancer;
  const before = bundle.baseline?.resources[arn]?.[key];
  const now = configurationOf(bundle)[arn]?.[key];
  if (before === undefined || now === undefined || Number(now) <= Number(before)) return [];
  const fact = `${key} is ${now}, and was ${before} when the baseline was taken`;
  return [{ id: 'idle-timeout-raised-before', fact, source: 'baseline', strength: 0.6 }];
}

/** Registrations and deregistrations around the 502s, and 502s one deregistration delay after them. */
export const registrationFindings: FindingReader = (bundle) => {
  const { failures } = symptomOf(bundle);
  const times = [...failures.keys()].map((time) => Date.parse(time));
  const changes = bundle.changes.filter((change) => /^(Register|Deregister)Targets$/.test(change.eventName));
  const findings: Finding[] = [];
  const near = changes.find((change) =>
    times.some((time) => within(time - Date.parse(change.at), -SLACK_MS, 5 * 60_000)),
  );
  if (near) {
    const fact = `${near.eventName} at ${by(near)}, within minutes of 502s`;
    findings.push({ id: 'registration-near-failures', fact, source: near.eventName });
  }
  const late = changes.find((change) => {
    if (change.eventName !== 'DeregisterTargets') return false;
    const group = bundle.targetGroups.find(({ arn }) => arn === change.resourceArn);
    // 300 s is AWS's default of the attribute.
    const delayMs = Number(group?.attributes['deregistration_delay.timeout_seconds'] ?? 300) * 1000;
    return times.some((time) => within(time - Date.parse(change.at) - delayMs, -SLACK_MS, SLACK_MS));
  });
  if (late) {
    const fact = `502s one deregistration delay after DeregisterTargets at ${by(late)}`;
    findings.push({ id: 'failures-at-deregistration-delay', fact, source: late.eventName });
  }
  return findings;
};

const within = (value: number, low: number, high: number): boolean => value >= low && value <= high;
