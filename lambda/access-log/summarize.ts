import type {
  AccessLogSummary,
  IdleRank,
  KeepAliveEstimate,
  LoggedTarget,
  LoggedTargetGroup,
} from '../model/access-log-summary.ts';
import { burstsOf } from './bursts.ts';
import type { GroupTally } from './group-tally.ts';
import { estimateKeepAlive } from './keep-alive/estimate.ts';
import type { FailureSample } from './keep-alive/sample.ts';
import { requestCountOf, requestsAtFailure } from './request-count.ts';
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

/** Lines that show the request as sent first; those that do not, as the load balancer may log the race so too. */
function estimateOf(
  tally: GroupTally,
  of: (sample: FailureSample) => boolean,
  count: { readonly reused: number; readonly undispatched: number },
): KeepAliveEstimate | null {
  const reused = candidates(tally, tally.reused.samples).filter(of);
  const estimate = estimateKeepAlive(reused, count.reused);
  if (estimate !== null || tally.undispatched.seen === 0) return estimate;
  const undispatched = candidates(tally, tally.undispatched.samples).filter(of);
  return estimateKeepAlive(undispatched, count.undispatched, UNDISPATCHED_P_VALUE);
}

function scaled(
  samples: readonly FailureSample[],
  seen: number,
  of: (sample: FailureSample) => boolean,
): number {
  return Math.round((samples.filter(of).length / Math.max(1, samples.length)) * seen);
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

function targetsOf(tally: GroupTally, textOf: (id: number) => string): LoggedTarget[] {
  const known = tally.targets.filter((target) => target !== undefined);
  const targets = known.map(({ target: id, requests, elb502 }) => {
    const own = (sample: FailureSample) => sample.target === id;
    const count = {
      reused: scaled(tally.reused.samples, tally.reused.seen, own),
      undispatched: scaled(tally.undispatched.samples, tally.undispatched.seen, own),
    };
    return {
      target: textOf(id),
      requests,
      elb502,
      keepAlive: elb502 < 3 ? null : estimateOf(tally, own, count),
    };
  });
  return targets.sort((a, b) => b.elb502 - a.elb502 || b.requests - a.requests);
}

/** The group's own estimate; where its targets differ so much that it has none, that of the surest target. */
function groupEstimate(tally: GroupTally, targets: readonly LoggedTarget[]): KeepAliveEstimate | null {
  const [only, ...others] = targets.filter(({ elb502 }) => elb502 > 0);
  if (only !== undefined && others.length === 0 && only.elb502 === tally.elb502) return only.keepAlive;
  const count = { reused: tally.reused.seen, undispatched: tally.undispatched.seen };
  const whole = estimateOf(tally, () => true, count);
  if (whole !== null) return whole;
  let surest: KeepAliveEstimate | null = null;
  for (const { keepAlive } of targets)
    if (keepAlive !== null && (surest === null || keepAlive.pValue < surest.pValue)) surest = keepAlive;
  return surest;
}

/** Reduces what was counted of one target group. Call {@link GroupTally.finish} before. */
export function summarizeGroup(
  arn: string,
  tally: GroupTally,
  textOf: (target: number) => string,
): LoggedTargetGroup {
  const targets = targetsOf(tally, textOf);
  const late = tally.failures.filter((failure) => failure.targetSeconds >= 0);
  const counts = [...tally.historiesWithFailures()].flatMap((history) => requestsAtFailure(history.pairs()));
  return {
    targetGroupArn: arn,
    requests: tally.requests,
    elb502: tally.elb502,
    target502: tally.target502,
    signatures: tally.signatures,
    keepAlive: tally.elb502 < 3 ? null : groupEstimate(tally, targets),
    idleRank: idleRankOf(candidates(tally, tally.reused.samples)),
    requestCount: requestCountOf(counts),
    targetTimeCluster: targetTimeCluster(late, tally.answeredTimes),
    pathBound: tally.paths.concentration(),
    clientBound: tally.clients.concentration(),
    bursts: burstsOf(tally.failures, tally.targets, {
      lastSeconds: tally.lastSeconds,
      spanSeconds: tally.lastSeconds - tally.firstSeconds,
    }),
    longestOutageSeconds: tally.longestOutageSeconds,
    answeredWhileRefusing: tally.answeredWhileRefusing,
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
