import type {
  AccessLogSummary,
  IdleRank,
  KeepAliveEstimate,
  LoggedTarget,
  LoggedTargetGroup,
  RequestCount,
} from '../model/access-log-summary.ts';
import { burstsOf } from './bursts.ts';
import type { GroupTally } from './group-tally.ts';
import { estimateKeepAlive, type Found } from './keep-alive/estimate.ts';
import type { FailureSample } from './keep-alive/sample.ts';
import { nodeRefusalsOf } from './node-refusals.ts';
import { refusalsOf } from './refusals.ts';
import { isAtLimit, requestCountOf, requestsByConnection } from './request-count.ts';
import { targetTimeCluster } from './target-time.ts';

/** A path or client that fails this often fails for a reason of its own, which no idle connection explains. */
const OWN_REASON_RATIO = 0.6;
const OWN_REASON_CLIENT_RATIO = 0.25;
const OWN_REASON_FAILURES = 4;
/** Refused connections come in stretches, so more is asked of lines that do not show the request as sent. */
const UNDISPATCHED_P_VALUE = 1e-7;
/** Fewer failures have no rank worth naming. */
const FEWEST_RANKED = 5;

/** Failures that can be the race: those of paths and clients that nearly always fail cannot. */
function candidates(tally: GroupTally, samples: readonly FailureSample[]): readonly FailureSample[] {
  return samples.filter((sample) => {
    const path = tally.paths.failureRatioOf(sample.path);
    const client = tally.clients.failureRatioOf(sample.client);
    const ofPath = path.failures >= OWN_REASON_FAILURES && path.ratio >= OWN_REASON_RATIO;
    const ofClient = client.failures >= OWN_REASON_FAILURES && client.ratio >= OWN_REASON_CLIENT_RATIO;
    return !ofPath && !ofClient;
  });
}

/** Failures at a limit of requests per connection, by when they were sent. */
interface Limit {
  readonly count: RequestCount;
  readonly sentSeconds: ReadonlySet<number>;
}

/** A limit that explains so many times the failures that an estimate does leaves it only the others. */
const FAR_BETTER = 2;

function scaled(
  samples: readonly FailureSample[],
  seen: number,
  of: (sample: FailureSample) => boolean,
): number {
  return Math.round((samples.filter(of).length / Math.max(1, samples.length)) * seen);
}

/** Which failures an estimate is for, and where it is looked for first. */
interface Part {
  readonly of: (sample: FailureSample) => boolean;
  readonly near?: Found['place'];
}

/** Lines that show the request as sent first; those that do not, as the load balancer may log the race so too. */
function foundIn(tally: GroupTally, { of, ...near }: Part): Found | null {
  const { reused, undispatched } = tally;
  const sent = candidates(tally, reused.samples).filter(of);
  const found = estimateKeepAlive(sent, { ...near, failureCount: scaled(reused.samples, reused.seen, of) });
  if (found !== null || undispatched.seen === 0) return found;
  const unsent = candidates(tally, undispatched.samples).filter(of);
  const failureCount = scaled(undispatched.samples, undispatched.seen, of);
  return estimateKeepAlive(unsent, { ...near, failureCount, largestPValue: UNDISPATCHED_P_VALUE });
}

/** An estimate that holds beside a limit of requests, if there is one: failures at that limit have their cause. */
function foundBeside(tally: GroupTally, limit: Limit | null, part: Part): Found | null {
  const found = foundIn(tally, part);
  if (found === null || limit === null) return found;
  const share = found.estimate.failures / Math.max(1, tally.reused.seen + tally.undispatched.seen);
  if (limit.count.failures / limit.count.counted < FAR_BETTER * share) return found;
  const of = (sample: FailureSample) => part.of(sample) && !limit.sentSeconds.has(sample.sentSeconds);
  return foundIn(tally, { ...part, of });
}

/** Where the idle time of a failed request's connection ranks among its neighbours' (last in, first out). */
function idleRankOf(samples: readonly FailureSample[]): IdleRank | null {
  let [sum, failures] = [0, 0];
  for (const { idleSeconds, controls } of samples) {
    const known = controls.filter((control) => !Number.isNaN(control.idleSeconds));
    if (Number.isNaN(idleSeconds) || known.length < 5) continue;
    const shorter = known.filter((control) => control.idleSeconds < idleSeconds).length;
    sum += (shorter + 0.5) / (known.length + 1);
    failures++;
  }
  return failures < FEWEST_RANKED ? null : { mean: sum / failures, failures };
}

/** Targets are looked at where their group's failures pile up, and elsewhere if theirs do not. */
function targetsOf(
  tally: GroupTally,
  limit: Limit | null,
  whole: Found | null,
  textOf: (id: number) => string,
): LoggedTarget[] {
  const near = whole === null ? {} : { near: whole.place };
  const foundFor = (target: number) =>
    foundBeside(tally, limit, { of: (sample) => sample.target === target, ...near });
  const known = tally.targets.filter((target) => target !== undefined);
  const targets = known.map(({ target: id, requests, elb502 }) => {
    const found = elb502 < 3 ? null : elb502 === tally.elb502 ? whole : foundFor(id);
    return { target: textOf(id), requests, elb502, keepAlive: found?.estimate ?? null };
  });
  return targets.sort((a, b) => b.elb502 - a.elb502 || b.requests - a.requests);
}

/** Where the targets differ so much that their group has no estimate of its own, that of the surest target. */
function surestOf(targets: readonly LoggedTarget[]): KeepAliveEstimate | null {
  let surest: KeepAliveEstimate | null = null;
  for (const { keepAlive } of targets)
    if (keepAlive !== null && (surest === null || keepAlive.pValue < surest.pValue)) surest = keepAlive;
  return surest;
}

function limitOf(tally: GroupTally): Limit | null {
  const seen = [...tally.historiesWithFailures()].map((history) => requestsByConnection(history.pairs()));
  const count = requestCountOf(seen);
  if (count === null) return null;
  const at = seen.flatMap(({ failures }) => failures.filter((failure) => isAtLimit(failure, count)));
  return { count, sentSeconds: new Set(at.map(({ sentSeconds }) => sentSeconds)) };
}

/** Reduces what was counted of one target group. Call {@link GroupTally.finish} before. */
export function summarizeGroup(
  arn: string,
  tally: GroupTally,
  textOf: (target: number) => string,
): LoggedTargetGroup {
  const limit = limitOf(tally);
  const whole = tally.elb502 < 3 ? null : foundBeside(tally, limit, { of: () => true });
  const targets = targetsOf(tally, limit, whole, textOf);
  const late = tally.failures.filter((failure) => failure.targetSeconds >= 0);
  const spanSeconds = tally.lastSeconds - tally.firstSeconds;
  return {
    targetGroupArn: arn,
    requests: tally.requests,
    elb502: tally.elb502,
    target502: tally.target502,
    signatures: tally.signatures,
    keepAlive: whole?.estimate ?? surestOf(targets),
    idleRank: idleRankOf(candidates(tally, tally.reused.samples)),
    requestCount: limit?.count ?? null,
    targetTimeCluster: targetTimeCluster(late, tally.answeredTimes),
    pathBound: tally.paths.concentration(),
    clientBound: tally.clients.concentration(),
    bursts: burstsOf(tally.failures, tally.targets, (target) => tally.answersOf(target), {
      lastSeconds: tally.lastSeconds,
      spanSeconds,
    }),
    longestOutageSeconds: tally.longestOutageSeconds,
    answeredWhileRefusing: tally.answeredWhileRefusing,
    refusals: refusalsOf(tally.refusals, tally.failures, tally.targets, spanSeconds),
    nodeRefusals: nodeRefusalsOf(tally.targets),
    lambdaReasons: tally.lambdaReasons,
    targets,
  };
}

/** Nothing was read of this load balancer. */
export const emptySummary = (loadBalancer: string): AccessLogSummary => ({
  loadBalancer,
  linesRead: 0,
  linesRejected: 0,
  requests: 0,
  elb502: 0,
  firstSeen: null,
  lastSeen: null,
  targetGroups: [],
  leftOut: [],
});
