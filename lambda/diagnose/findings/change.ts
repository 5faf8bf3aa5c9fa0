import type { Change, EvidenceBundle } from '../../model/evidence.ts';
import { NOTABLE_CHANCE, onsetAt, onsetWords } from '../change-onset.ts';
import { FULL_NATS } from '../coincidence.ts';
import { printable } from '../command.ts';
import { configurationOf } from '../drift.ts';
import type { Finding, FindingReader } from '../finding.ts';
import { DEFAULT_IDLE_TIMEOUT_SECONDS } from '../keep-alive.ts';
import { type Symptom, symptomOf } from '../symptom.ts';
import type { FindingId } from '../weights.ts';

/** A change this long before the 502s may have caused it. */
const BEFORE_MS = 6 * 3_600_000;
/** CloudWatch counts by the minute, so a cause can seem to come up to two periods late. */
const SLACK_MS = 2 * 60_000;

/** What a change in the right order is worth by itself: few load balancers are changed within hours of a 502. */
const ORDER_STRENGTH = 0.5;

const by = (change: Change): string =>
  `${change.at}${change.principal === null ? '' : ` by ${printable(change.principal)}`}`;

/** A higher idle timeout opens the race that was closed before; `from` may be unknown to the trail. */
function idleTimeoutRaised(bundle: EvidenceBundle, change: Change): string | null {
  const key = 'idle_timeout.timeout_seconds';
  const to = change.to?.[key];
  if (to === undefined) return null;
  const from = change.from?.[key] ?? bundle.baseline?.resources[change.resourceArn]?.[key] ?? null;
  // The trail has no value of before: without a baseline only a value above AWS's default counts as raised.
  if (Number(to) <= Number(from ?? DEFAULT_IDLE_TIMEOUT_SECONDS)) return null;
  return `${key} went ${from === null ? '' : `from ${printable(from)} `}to ${printable(to)}`;
}

function delayLowered(bundle: EvidenceBundle, change: Change): string | null {
  const key = 'deregistration_delay.timeout_seconds';
  const to = change.to?.[key];
  const from = change.from?.[key] ?? bundle.baseline?.resources[change.resourceArn]?.[key];
  if (to === undefined || from === undefined || Number(to) >= Number(from)) return null;
  return `${key} went from ${printable(from)} to ${printable(to)}`;
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
        ? `the listener's policy became ${printable(change.to['sslPolicy'])}, which also decides the TLS spoken to targets`
        : null,
  },
  {
    id: 'protocol-changed-before',
    read: byEventName(/^(CreateTargetGroup|ModifyRule|CreateRule)$/, 'target groups or rules were changed'),
  },
];

/** The minute with which the trouble begins: a stray 502 or two before it, of another reason, do not count. */
function onsetOf({ failures, summary }: Symptom): string | null {
  const stray = summary.count / 20;
  let seen = 0;
  for (const [time, count] of failures) {
    seen += count;
    if (seen > stray) return time;
  }
  return summary.firstSeen;
}

interface Judged {
  readonly strength: number;
  readonly words: string;
}

/**
 * Whether 502s began with a change, and what that is worth; null where they did not.
 *
 * @param tried - how many changes are tried on the same 502s: one of many fits by chance sooner
 */
function judge(bundle: EvidenceBundle, change: Change, onset: string, tried: number): Judged | null {
  const lead = Date.parse(onset) - Date.parse(change.at);
  const inOrder = lead >= -SLACK_MS && lead <= BEFORE_MS;
  const compared = onsetAt(bundle, change.at);
  if (compared === null)
    return inOrder ? { strength: ORDER_STRENGTH, words: 'before the first 502 that is in view' } : null;
  const chance = Math.min(1, compared.chance * tried);
  const strength = Math.min(1, Math.max(0, -Math.log(chance) / FULL_NATS));
  if (inOrder)
    return {
      strength: ORDER_STRENGTH + (1 - ORDER_STRENGTH) * strength,
      words: onsetWords(compared, tried),
    };
  return chance <= NOTABLE_CHANCE ? { strength, words: onsetWords(compared, tried) } : null;
}

/** The change of one kind that the 502s fit best. */
function bestOf(bundle: EvidenceBundle, onset: string, { id, read }: (typeof READINGS)[number]): Finding[] {
  const earliest = Date.parse(onset) - BEFORE_MS;
  const candidates = bundle.changes.flatMap((change) => {
    const words = Date.parse(change.at) < earliest ? null : read(bundle, change);
    return words === null ? [] : [{ change, words }];
  });
  return candidates
    .flatMap(({ change, words }): Finding[] => {
      const judged = judge(bundle, change, onset, candidates.length);
      if (judged === null) return [];
      const fact = `${words} (${by(change)}); ${judged.words}`;
      return [{ id, fact, source: change.eventName, strength: judged.strength }];
    })
    .sort((left, right) => (right.strength ?? 0) - (left.strength ?? 0))
    .slice(0, 1);
}

/** Changes of configuration with which the 502s began or rose. */
export const changeFindings: FindingReader = (bundle) => {
  const onset = onsetOf(symptomOf(bundle));
  if (onset === null) return [];
  const found = READINGS.flatMap((reading) => bestOf(bundle, onset, reading));
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
  const fact = `${key} is ${printable(now)}, and was ${printable(before)} when the baseline was taken`;
  return [{ id: 'idle-timeout-raised-before', fact, source: 'baseline', strength: 0.6 }];
}
