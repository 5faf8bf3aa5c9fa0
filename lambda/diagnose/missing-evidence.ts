import { switchOnAccessLogs } from '../access-log/switch-on.ts';
import { NAMED_CAUSES, type NamedCause } from '../model/cause.ts';
import type { MissingEvidence } from '../model/diagnosis.ts';
import type { EvidenceBundle, Gap } from '../model/evidence.ts';
import { addTag, printable, probe, removeTag, scanAgain, shellWord } from './command.ts';
import { groupsWithoutMeasuredKeepAlive, knownIdleTimeoutSeconds } from './keep-alive.ts';
import { TAGS, tagOf } from './tags.ts';
import { type FindingId, WEIGHTS, type Weights } from './weights.ts';

/** A piece of evidence that is not in the bundle, the observations it could give, and what getting it costs. */
interface Candidate {
  readonly what: string;
  readonly how: string;
  /** Empty where `how` is not a command. */
  readonly commands: readonly string[];
  /** Whole sentences. */
  readonly sideEffects: string;
  readonly rollback: readonly string[];
  readonly outcomes: readonly FindingId[];
}

/** Missing evidence with what the advice needs beside the contract's three fields. */
export type WantedEvidence = MissingEvidence & Omit<Candidate, 'outcomes'>;

type Leader = readonly [NamedCause, number];

/** Causes below this probability are no leaders; nothing needs to separate them. */
const LEADER_PROBABILITY = 0.04;
/** Twenty to one decides between two causes; more separates them no better. */
const DECISIVE_NATS = 3;
/** Less than this moves two causes together. */
const NOTABLE_NATS = 0.5;

const NO_SIDE_EFFECT = 'Side effect: none, it only reads.';

/** What a log can show. */
const ACCESS_LOG_OUTCOMES: readonly FindingId[] = [
  'log-idle-race',
  'log-request-count',
  'log-mid-request',
  'log-never-dispatched',
  'log-path-bound',
  'log-client-bound',
  'log-burst-on-target',
  'log-bursts-on-targets',
  'log-target-time-cluster',
  'log-lambda-reason',
];

/**
 * The command that reads the access log, or switches it on. Where the attribute says "off" the log may still be
 * delivered by CloudWatch Logs, so that is asked first.
 */
function accessLogCandidate(bundle: EvidenceBundle): readonly Candidate[] {
  const unread = bundle.gaps.some((gap) => gap.subject === 'access-log' && gap.kind !== 'switched-off');
  if (bundle.accessLog !== null || unread) return [];
  const { attributes, arn } = bundle.loadBalancer;
  const bucket = attributes['access_logs.s3.bucket'];
  const prefix = attributes['access_logs.s3.prefix'];
  const base = { what: 'the access log around the 502s', outcomes: ACCESS_LOG_OUTCOMES };
  const idle = knownIdleTimeoutSeconds(bundle);
  const against = idle === null ? '' : ` --idle-timeout ${idle}`;
  if (attributes['access_logs.s3.enabled'] === 'true' && bucket) {
    const place = shellWord(`s3://${bucket}${prefix ? `/${prefix}` : ''}`);
    const how = `npx alb502 logs ${place}${against}`;
    return [{ ...base, how, commands: [how], sideEffects: NO_SIDE_EFFECT, rollback: [] }];
  }
  const { look, commands, rollback, sideEffects } = switchOnAccessLogs({
    loadBalancerArn: shellWord(arn),
    // They go into a policy, where no quoting for the shell helps: what is no region or account is left to fill in.
    account: /^\d{12}$/.test(bundle.account) ? bundle.account : 'ACCOUNT',
    region: /^[a-z\d-]+$/.test(bundle.region) ? bundle.region : 'REGION',
    bucket: '',
    prefix: '',
  });
  const read = `npx alb502 logs s3://BUCKET${against}`;
  return [
    {
      ...base,
      how: `${commands.at(-1)}   # unless ${look} shows that it is delivered already; then, after the next 502: ${read}`,
      commands: [look, ...commands, read],
      sideEffects: `Switch it on only if no delivery source names this load balancer, and read it after the next 502. Side effects: ${sideEffects}`,
      rollback: [...rollback],
    },
  ];
}

function keepAliveCandidate(bundle: EvidenceBundle): readonly Candidate[] {
  const group = groupsWithoutMeasuredKeepAlive(bundle)[0];
  if (!group) return [];
  const measure = probe(group, knownIdleTimeoutSeconds(bundle));
  return [
    {
      what: `how long the targets of ${printable(group.name)} keep an idle connection`,
      how: `${measure}   # from a host that reaches them; or tag the group with ${TAGS.keepAliveSeconds}`,
      commands: [measure],
      sideEffects: 'Side effect: a few idle connections to one target while it runs.',
      rollback: [],
      outcomes: ['keepalive-measured-short', 'keepalive-measured-safe'],
    },
  ];
}

/** What the targets' own logs can show. */
const BACKEND_LOG_OUTCOMES: readonly FindingId[] = [
  'backend-log-crash',
  'backend-log-worker-timeout',
  'backend-log-shutdown',
  'backend-log-headers',
  'backend-log-backlog',
];

/** Nobody said where the targets log: the tag that says so, then a look that reads there. */
function backendLogCandidate(bundle: EvidenceBundle): readonly Candidate[] {
  const serving = bundle.targetGroups.filter((group) => group.serving !== false);
  const [group] = serving;
  const unread = bundle.gaps.some(({ subject }) => subject === 'backend-log' || subject === 'tags');
  const said = serving.some((one) => tagOf(bundle, one, TAGS.logGroup) !== null);
  if (!group || unread || said || bundle.backendLogMatches.length > 0) return [];
  const tag = addTag(group.arn, TAGS.logGroup, 'LOG_GROUP');
  const look = `${scanAgain(bundle.loadBalancer.arn, '3h')} --backend-logs`;
  return [
    {
      what: `the own log of the targets of ${printable(group.name)} around the 502s`,
      how: `${tag}   # the log group they write to; then: ${look}`,
      commands: [tag, look],
      sideEffects: 'Side effect: none on traffic. A deployed monitor reads what backendLogGroups lists.',
      rollback: [removeTag(group.arn, TAGS.logGroup)],
      outcomes: BACKEND_LOG_OUTCOMES,
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
  'backend-log': BACKEND_LOG_OUTCOMES,
};

const OUTCOMES_OF_METRIC: Readonly<Record<string, readonly FindingId[]>> = {
  TargetConnectionErrorCount: ['connection-errors', 'no-connection-errors'],
  TargetTLSNegotiationErrorCount: ['tls-errors', 'no-tls-errors'],
  LambdaUserError: ['lambda-errors', 'no-lambda-errors'],
  LambdaInternalError: ['lambda-errors', 'no-lambda-errors'],
  HTTPCode_ELB_504_Count: ['gateway-timeouts', 'no-gateway-timeouts'],
  HealthyHostCount: ['host-count-changed', 'no-target-change'],
  UnHealthyHostCount: ['health-flipped'],
  RequestCount: ['every-request-fails', 'burst'],
  TargetResponseTime: ['slow-responses', 'fast-responses'],
};

function outcomesOf(gap: Gap): readonly FindingId[] {
  return gap.metrics.length === 0
    ? OUTCOMES_OF_GAP[gap.subject]
    : gap.metrics.flatMap((metric) =>
        Object.hasOwn(OUTCOMES_OF_METRIC, metric) ? (OUTCOMES_OF_METRIC[metric] ?? []) : [],
      );
}

function howToFill(gap: Gap): string {
  if (gap.kind === 'denied' && gap.subject === 'backend-log')
    return `allow logs:FilterLogEvents on ${printable(gap.resource ?? 'the log group')}: a deployed monitor reads the log groups in its setting backendLogGroups, a scan needs docs/iam-scan-backend-logs.json`;
  if (gap.kind === 'denied' && gap.action !== null)
    return `allow ${printable(gap.action)} to the role that looks; docs/iam-scan.json has the whole policy`;
  if (gap.kind === 'throttled') return 'look again in a few minutes; AWS throttled the read';
  return printable(gap.reason);
}

function gapCandidates(bundle: EvidenceBundle): readonly Candidate[] {
  return bundle.gaps
    .filter((gap) => gap.kind !== 'switched-off')
    .map((gap) => ({
      what: `${printable(gap.what)} (${gap.kind})`,
      how: howToFill(gap),
      commands: [],
      sideEffects: NO_SIDE_EFFECT,
      rollback: [],
      outcomes: outcomesOf(gap),
    }));
}

/** How far apart the most telling of the outcomes would move two causes, in nats, at most what decides. */
function distance(outcomes: readonly FindingId[], left: NamedCause, right: NamedCause): number {
  const distances = outcomes.map((id) => {
    const row: Weights = WEIGHTS[id];
    return Math.abs((row[left] ?? 0) - (row[right] ?? 0));
  });
  return Math.min(DECISIVE_NATS, Math.max(0, ...distances));
}

/** How well evidence tells one leader from the others, weighted by their chances. */
function told([cause, chance]: Leader, outcomes: readonly FindingId[], leaders: readonly Leader[]): number {
  return leaders.reduce(
    (total, [other, otherChance]) => total + chance * otherChance * distance(outcomes, cause, other),
    0,
  );
}

/** How well evidence separates the leaders from one another. */
function separation(outcomes: readonly FindingId[], leaders: readonly Leader[]): number {
  return leaders.reduce((total, leader) => total + told(leader, outcomes, leaders), 0);
}

/** The leader that the evidence tells best, then those it tells it from; empty where it tells none. */
function separated(outcomes: readonly FindingId[], leaders: readonly Leader[]): NamedCause[] {
  const [pivot] = leaders
    .map((leader) => ({ cause: leader[0], worth: told(leader, outcomes, leaders) }))
    .sort((left, right) => right.worth - left.worth);
  if (!pivot) return [];
  const apart = leaders
    .map(([cause]) => cause)
    .filter((cause) => cause !== pivot.cause && distance(outcomes, pivot.cause, cause) >= NOTABLE_NATS);
  return apart.length === 0 ? [] : [pivot.cause, ...apart];
}

/**
 * What would settle the question, the piece that separates the leading causes best first. A read that was
 * denied or failed is always listed, whether or not it would settle anything.
 */
export function missingEvidence(
  bundle: EvidenceBundle,
  chances: ReadonlyMap<NamedCause, number>,
): readonly WantedEvidence[] {
  const leaders = NAMED_CAUSES.map((cause) => [cause, chances.get(cause) ?? 0] as const)
    .filter(([, chance]) => chance >= LEADER_PROBABILITY)
    .sort((left, right) => right[1] - left[1]);
  const gaps = gapCandidates(bundle);
  const known = [
    ...accessLogCandidate(bundle),
    ...keepAliveCandidate(bundle),
    ...backendLogCandidate(bundle),
  ];
  return [...known, ...gaps]
    .map((candidate) => ({
      candidate,
      score: separation(candidate.outcomes, leaders),
      separates: separated(candidate.outcomes, leaders),
    }))
    .filter(({ candidate, separates }) => separates.length > 0 || gaps.includes(candidate))
    .sort((left, right) => right.score - left.score)
    .map(({ candidate: { outcomes: _, ...wanted }, separates }) => ({ ...wanted, separates }));
}
