import { NAMED_CAUSES, type NamedCause } from '../model/cause.ts';
import type { MissingEvidence } from '../model/diagnosis.ts';
import type { EvidenceBundle, Gap } from '../model/evidence.ts';
import { shellWord } from './command.ts';
import { groupsWithoutKeepAlive, idleTimeoutSecondsOf } from './keep-alive.ts';
import { TAGS } from './tags.ts';
import { type FindingId, WEIGHTS, type Weights } from './weights.ts';

/** A piece of evidence that is not in the bundle, and the observations it could give. */
interface Candidate {
  readonly what: string;
  readonly how: string;
  readonly outcomes: readonly FindingId[];
}

/** Causes below this probability are no leaders; nothing needs to separate them. */
const LEADER_PROBABILITY = 0.04;

/** The command that reads or switches on the access log. */
function accessLogCandidate(bundle: EvidenceBundle): readonly Candidate[] {
  if (bundle.accessLog !== null) return [];
  const { attributes, arn } = bundle.loadBalancer;
  const bucket = attributes['access_logs.s3.bucket'];
  const prefix = attributes['access_logs.s3.prefix'];
  const enabled = attributes['access_logs.s3.enabled'] === 'true' && bucket;
  const how = enabled
    ? `npx alb502 logs ${shellWord(`s3://${bucket}${prefix ? `/${prefix}` : ''}`)} --idle-timeout ${idleTimeoutSecondsOf(bundle)}`
    : `aws elbv2 modify-load-balancer-attributes --region ${bundle.region} --load-balancer-arn ${shellWord(arn)} --attributes Key=access_logs.s3.enabled,Value=true Key=access_logs.s3.bucket,Value=BUCKET   # then, after the next 502: npx alb502 logs s3://BUCKET`;
  return [{ what: 'the access log around the 502s', how, outcomes: ACCESS_LOG_OUTCOMES }];
}

/** What a log can show, in rows of the table: an idle race, a kill, a path, a refused connection. */
const ACCESS_LOG_OUTCOMES: readonly FindingId[] = [
  'keepalive-measured-short',
  'backend-log-crash',
  'backend-log-worker-timeout',
  'rate-follows-traffic',
  'connection-errors',
];

function keepAliveCandidate(bundle: EvidenceBundle): readonly Candidate[] {
  const group = groupsWithoutKeepAlive(bundle)[0];
  if (!group) return [];
  const target = group.targets.find(({ id }) => /^[\d.]+$|:/.test(id));
  const scheme = group.protocol === 'HTTPS' ? 'https' : 'http';
  const host = target ? (target.id.includes(':') ? `[${target.id}]` : target.id) : 'TARGET';
  return [
    {
      what: `how long the targets of ${group.name} keep an idle connection`,
      how: `npx alb502 probe ${scheme}://${host}:${target?.port ?? group.port ?? 80}/ --idle-timeout ${idleTimeoutSecondsOf(bundle)}   # from a host that reaches them; or tag the group with ${TAGS.keepAliveSeconds}`,
      outcomes: ['keepalive-measured-short', 'keepalive-measured-safe'],
    },
  ];
}

const OUTCOMES_OF_GAP: Readonly<Record<Gap['subject'], readonly FindingId[]>> = {
  metrics: ['connection-errors', 'no-connection-errors', 'tls-errors', 'lambda-errors'],
  attributes: ['keepalive-declared-short'],
  tags: ['keepalive-declared-short', 'keepalive-declared-safe'],
  'load-balancer': [],
  listeners: [],
  'target-groups': ['no-lambda-group', 'no-https-group', 'targets-healthy'],
  'target-health': ['targets-healthy', 'targets-fail-checks', 'targets-changing'],
  changes: ['registration-near-failures', 'idle-timeout-raised-before'],
  'access-log': ACCESS_LOG_OUTCOMES,
  'backend-log': ['backend-log-crash', 'backend-log-worker-timeout'],
};

function howToFill(gap: Gap): string {
  if (gap.kind === 'denied' && gap.subject === 'access-log') {
    return 'name the bucket in accessLogBuckets of alb502.config.json and deploy again; or read it yourself: npx alb502 logs s3://BUCKET';
  }
  if (gap.kind === 'denied' && gap.action !== null)
    return `allow ${gap.action} to the role that looks; docs/iam-scan.json has the whole policy`;
  if (gap.kind === 'throttled') return 'look again in a few minutes; AWS throttled the read';
  return gap.reason;
}

function gapCandidates(bundle: EvidenceBundle): readonly Candidate[] {
  return bundle.gaps
    .filter((gap) => gap.kind !== 'switched-off')
    .map((gap) => ({
      what: `${gap.what} (${gap.kind})`,
      how: howToFill(gap),
      outcomes: OUTCOMES_OF_GAP[gap.subject],
    }));
}

/**
 * How well an observation would separate the leaders: the chance-weighted distance between them in nats.
 * Evidence that moves all leaders alike separates nothing.
 */
function separation(row: Weights, leaders: readonly (readonly [NamedCause, number])[]): number {
  let total = 0;
  for (const [left, leftChance] of leaders) {
    for (const [right, rightChance] of leaders) {
      total += leftChance * rightChance * Math.abs((row[left] ?? 0) - (row[right] ?? 0));
    }
  }
  return total;
}

function separated(
  outcomes: readonly FindingId[],
  leaders: readonly (readonly [NamedCause, number])[],
): NamedCause[] {
  const rows: readonly Weights[] = outcomes.map((id) => WEIGHTS[id]);
  const [first] = leaders;
  if (!first) return [];
  const apart = leaders
    .slice(1)
    .map(([cause]) => cause)
    .filter((cause) => rows.some((row) => Math.abs((row[first[0]] ?? 0) - (row[cause] ?? 0)) >= 0.5));
  return apart.length === 0 ? [] : [first[0], ...apart];
}

/**
 * What would settle the question, the piece that separates the leading causes best first. A read that was
 * denied or failed is always listed, whether or not it would settle anything.
 */
export function missingEvidence(
  bundle: EvidenceBundle,
  chances: ReadonlyMap<NamedCause, number>,
): readonly MissingEvidence[] {
  const leaders = NAMED_CAUSES.map((cause) => [cause, chances.get(cause) ?? 0] as const)
    .filter(([, chance]) => chance >= LEADER_PROBABILITY)
    .sort((left, right) => right[1] - left[1]);
  const gaps = gapCandidates(bundle);
  return [...accessLogCandidate(bundle), ...keepAliveCandidate(bundle), ...gaps]
    .map((candidate) => ({
      candidate,
      score: Math.max(0, ...candidate.outcomes.map((id) => separation(WEIGHTS[id], leaders))),
      separates: separated(candidate.outcomes, leaders),
    }))
    .filter(({ candidate, separates }) => separates.length > 0 || gaps.includes(candidate))
    .sort((left, right) => right.score - left.score)
    .map(({ candidate: { what, how }, separates }) => ({ what, how, separates }));
}
