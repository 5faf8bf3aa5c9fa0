import type { LoggedTargetGroup, Signatures } from '../../model/access-log-summary.ts';
import type { EvidenceBundle } from '../../model/evidence.ts';
import { requiredKeepAliveSeconds } from '../../model/required-keep-alive.ts';
import type { Finding, FindingReader } from '../finding.ts';
import { idleTimeoutSecondsOf } from '../keep-alive.ts';
import type { FindingId } from '../weights.ts';

const SOURCE = 'access log';
/** A group with a smaller share of the 502s says nothing of the load balancer's trouble. */
const LEAST_SHARE = 0.05;
/** From so many failures on, a pattern that does not show is evidence too. */
const ENOUGH_FAILURES = 12;
/** A process that died is back, or out of service by its health check, within this. */
const LONG_OUTAGE_SECONDS = 90;

const percent = (share: number): string => `${Math.round(share * 100)} %`;
const seconds = (value: number): string => `${Number(value.toPrecision(4))} s`;

const CLASSES: readonly { readonly of: keyof Signatures; readonly id: FindingId; readonly words: string }[] =
  [
    {
      of: 'closedOnReuse',
      id: 'log-closed-on-reuse',
      words: 'were sent to a target that closed the connection at once, without an answer',
    },
    {
      of: 'midRequest',
      id: 'log-mid-request',
      words: 'broke off while the target was at work',
    },
    { of: 'neverDispatched', id: 'log-never-dispatched', words: 'never reached a target (-1 in the times)' },
    {
      of: 'answeredBadly',
      id: 'log-answered-badly',
      words: 'were answered in a way that could not be passed on',
    },
    { of: 'lambda', id: 'log-lambda-reason', words: 'name a failure of the Lambda function' },
  ];

/** Which share of the failures looks how. */
function signatureFindings(group: LoggedTargetGroup): Finding[] {
  return CLASSES.flatMap(({ of, id, words }) => {
    const count = group.signatures[of];
    if (count === 0) return [];
    const strength = count / group.elb502;
    const reasons = of === 'lambda' ? `: ${Object.keys(group.lambdaReasons).join(', ')}` : '';
    return [
      {
        id,
        fact: `${count} of ${group.elb502} failed requests ${words}${reasons}`,
        source: SOURCE,
        strength,
      },
    ];
  });
}

/** The fingerprint of the race, where it speaks of a keep-alive that does not outlast the idle timeout. */
function keepAliveFinding(group: LoggedTargetGroup, bundle: EvidenceBundle): Finding[] {
  const { keepAlive, elb502 } = group;
  if (keepAlive === null) return [];
  if (keepAlive.seconds >= requiredKeepAliveSeconds(idleTimeoutSecondsOf(bundle))) return [];
  const explained = Math.min(1, keepAlive.failures / elb502);
  const fact =
    `${keepAlive.failures} of ${elb502} failures came ${seconds(keepAlive.seconds)} after the target's last answer ` +
    `on a connection; by luck: ${keepAlive.pValue.toExponential(0)}`;
  return [{ id: 'log-idle-race', fact, source: SOURCE, strength: 0.4 + 0.6 * explained }];
}

/** Whether failed requests took connections that had been idle for long, and whether they should have shown it. */
function idleFindings(group: LoggedTargetGroup): Finding[] {
  const { idleRank, keepAlive, signatures } = group;
  const findings: Finding[] = [];
  if (keepAlive === null && signatures.closedOnReuse >= ENOUGH_FAILURES) {
    const fact = `${signatures.closedOnReuse} such failures share no idle time`;
    findings.push({ id: 'log-no-common-idle-time', fact, source: SOURCE });
  }
  if (idleRank === null) return findings;
  const fact = `${percent(idleRank.mean)} of the requests around a failed one took a connection that had been idle for less`;
  if (idleRank.mean >= 0.7)
    findings.push({ id: 'log-after-long-idle', fact, source: SOURCE, strength: (idleRank.mean - 0.5) * 2 });
  else if (keepAlive === null && idleRank.failures >= ENOUGH_FAILURES && idleRank.mean <= 0.6)
    findings.push({ id: 'log-whatever-idle', fact, source: SOURCE });
  return findings;
}

function requestCountFinding(group: LoggedTargetGroup): Finding[] {
  const { requestCount } = group;
  if (requestCount === null) return [];
  const fact = `${requestCount.failures} of ${requestCount.counted} failures are request ${requestCount.requests} of their connection`;
  return [
    {
      id: 'log-request-count',
      fact,
      source: SOURCE,
      strength: 0.5 + requestCount.failures / requestCount.counted / 2,
    },
  ];
}

function clusterFinding(group: LoggedTargetGroup): Finding[] {
  const { targetTimeCluster: cluster, elb502 } = group;
  if (cluster === null) return [];
  const share = Math.min(1, cluster.failures / elb502);
  const fact = `${cluster.failures} of ${elb502} failures end after ${seconds(cluster.seconds)} of work (${seconds(cluster.low)} to ${seconds(cluster.high)})`;
  return [{ id: 'log-target-time-cluster', fact, source: SOURCE, strength: 0.4 + 0.6 * share }];
}

/** Failures that keep to paths or clients, or do not where there are enough to tell. */
function boundFindings(group: LoggedTargetGroup): Finding[] {
  const { pathBound, clientBound, elb502 } = group;
  const findings: Finding[] = [];
  const strength = (bound: NonNullable<typeof pathBound>) =>
    bound.shareOfFailures * Math.min(1, bound.failureRatio * 4) * (1 - bound.shareOfRequests);
  if (pathBound !== null) {
    const fact = `${percent(pathBound.shareOfFailures)} of the failures are on ${pathBound.count} of the paths, which fail in ${percent(pathBound.failureRatio)} of their requests`;
    findings.push({ id: 'log-path-bound', fact, source: SOURCE, strength: strength(pathBound) });
  }
  if (clientBound !== null) {
    const fact = `${percent(clientBound.shareOfFailures)} of the failures are of ${clientBound.count} clients, which fail in ${percent(clientBound.failureRatio)} of their requests`;
    findings.push({ id: 'log-client-bound', fact, source: SOURCE, strength: strength(clientBound) });
  }
  if (elb502 < ENOUGH_FAILURES) return findings;
  const bound = Math.max(pathBound?.shareOfFailures ?? 0, clientBound?.shareOfFailures ?? 0);
  if (bound < 0.3)
    findings.push({
      id: 'log-not-bound',
      fact: 'the failures keep to no path and no client',
      source: SOURCE,
    });
  return findings;
}

/** How long requests were refused in a stretch. */
function outageFindings(group: LoggedTargetGroup): Finding[] {
  const { longestOutageSeconds, signatures, elb502 } = group;
  if (signatures.neverDispatched < 3) return [];
  // A process that dies takes requests in flight with it; a port that refuses has none.
  const cutSome = signatures.closedOnReuse + signatures.midRequest > 0;
  const share = signatures.neverDispatched / elb502;
  const strength = cutSome || longestOutageSeconds > LONG_OUTAGE_SECONDS ? share : share * 0.7;
  const fact = `the longest stretch of refused requests took ${seconds(longestOutageSeconds)}`;
  const id = longestOutageSeconds > LONG_OUTAGE_SECONDS ? 'log-long-outage' : 'log-brief-outage';
  return [{ id, fact, source: SOURCE, strength }];
}

/** Failures at once on one target, and what became of it. */
function burstFindings(group: LoggedTargetGroup): Finding[] {
  const { bursts, elb502, targets } = group;
  const bound = Math.max(group.pathBound?.shareOfFailures ?? 0, group.clientBound?.shareOfFailures ?? 0);
  // A client that always fails fails in bursts, as it calls.
  if (bound >= 0.7) return [];
  const serving = targets.filter((target) => target.requests > 0).length;
  const failing = targets.filter((target) => target.elb502 > 0).length;
  const findings: Finding[] = [];
  if (bursts.excessShare >= 0.3) {
    const fact = `${bursts.failures} of ${elb502} failures come in ${bursts.count} bursts on ${bursts.targets} of ${serving} targets`;
    const onAll = bursts.targets >= 3 || (bursts.targets === serving && serving > 1);
    const id = onAll ? 'log-bursts-on-targets' : 'log-burst-on-target';
    findings.push({ id, fact, source: SOURCE, strength: bursts.excessShare });
  } else if (elb502 >= ENOUGH_FAILURES && bursts.excessShare < 0.15) {
    const fact = `the failures are scattered over time and ${failing} of ${serving} targets`;
    findings.push({ id: 'log-scattered', fact, source: SOURCE });
  }
  if (bursts.simultaneous > 0) {
    const fact = `in ${bursts.simultaneous} of ${bursts.count} bursts requests of different age ended at one instant`;
    findings.push({
      id: 'log-end-together',
      fact,
      source: SOURCE,
      strength: bursts.simultaneous / bursts.count,
    });
  }
  if (bursts.targetGone > 0) {
    const fact = `after ${bursts.targetGone} of ${bursts.count} bursts the target never answered again, while others did`;
    findings.push({
      id: 'log-target-gone',
      fact,
      source: SOURCE,
      strength: bursts.targetGone / bursts.count,
    });
  }
  return findings;
}

/** What the access log says of the 502s; each group counts by its share of them. */
export const accessLogFindings: FindingReader = (bundle) => {
  const groups = bundle.accessLog?.targetGroups ?? [];
  const failed = groups.reduce((sum, group) => sum + group.elb502, 0);
  return groups
    .filter((group) => group.elb502 > 0 && group.elb502 / failed >= LEAST_SHARE)
    .flatMap((group) =>
      [
        ...signatureFindings(group),
        ...keepAliveFinding(group, bundle),
        ...idleFindings(group),
        ...requestCountFinding(group),
        ...clusterFinding(group),
        ...boundFindings(group),
        ...burstFindings(group),
        ...outageFindings(group),
      ].map((finding) => ({ ...finding, strength: ((finding.strength ?? 1) * group.elb502) / failed })),
    );
};
