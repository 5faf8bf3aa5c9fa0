import type { LoggedTargetGroup, Signatures } from '../../model/access-log-summary.ts';
import type { EvidenceBundle } from '../../model/evidence.ts';
import { requiredKeepAliveSeconds } from '../../model/required-keep-alive.ts';
import type { Finding, FindingReader } from '../finding.ts';
import { knownIdleTimeoutSeconds } from '../keep-alive.ts';
import type { FindingId } from '../weights.ts';
import { burstFindings, drainedFindings } from './access-log-bursts.ts';
import { nodeRefusalFindings, outageFindings } from './access-log-refusals.ts';
import { boundShare, FEWEST_FAILURES, fullness, percent, SOURCE, seconds } from './access-log-share.ts';

/** A group with a smaller share of the 502s says nothing of the load balancer's trouble. */
const LEAST_SHARE = 0.05;
/**
 * From so many failures on, an idle race gives an estimate nearly always; servers that look at their idle connections
 * once a second, as gunicorn does, need more than others.
 */
const ENOUGH_FOR_ESTIMATE = 20;
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

/** Failures of a class that a fingerprint of their own explains: it says more than their class does. */
function explainedBy(group: LoggedTargetGroup, of: keyof Signatures, bundle: EvidenceBundle): number {
  if (of === 'midRequest') return group.targetTimeCluster?.failures ?? 0;
  return of === 'closedOnReuse' && isRace(group, bundle) ? (group.keepAlive?.failures ?? 0) : 0;
}

/** Which share of the failures looks how. */
function signatureFindings(group: LoggedTargetGroup, bundle: EvidenceBundle): Finding[] {
  return CLASSES.flatMap(({ of, id, words }) => {
    const count = group.signatures[of];
    if (count === 0) return [];
    const strength = Math.max(0, count - explainedBy(group, of, bundle)) / group.elb502;
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

/** Whether the failures point at a keep-alive that does not outlast the idle timeout. */
function isRace({ keepAlive }: LoggedTargetGroup, bundle: EvidenceBundle): boolean {
  if (keepAlive === null) return false;
  const idleTimeoutSeconds = knownIdleTimeoutSeconds(bundle);
  // Where it could not be read, what lines up in the log stands by itself.
  return idleTimeoutSeconds === null || keepAlive.seconds < requiredKeepAliveSeconds(idleTimeoutSeconds);
}

/** The fingerprint of the race, where it speaks of a keep-alive that does not outlast the idle timeout. */
function keepAliveFinding(group: LoggedTargetGroup, bundle: EvidenceBundle): Finding[] {
  const { keepAlive, elb502 } = group;
  if (keepAlive === null || !isRace(group, bundle)) return [];
  const explained = Math.min(1, keepAlive.failures / elb502);
  const fact =
    `${keepAlive.failures} of ${elb502} failures came ${seconds(keepAlive.seconds)} after the target's last answer ` +
    `on a connection; by luck: ${keepAlive.pValue.toExponential(0)}`;
  return [{ id: 'log-idle-race', fact, source: SOURCE, strength: 0.2 + 0.8 * explained }];
}

/** Whether failed requests took connections that had been idle for long, and whether they should have shown it. */
function idleFindings(group: LoggedTargetGroup): Finding[] {
  const { idleRank, keepAlive, signatures } = group;
  const findings: Finding[] = [];
  const unexplained = 1 - boundShare(group);
  if (keepAlive === null && signatures.closedOnReuse >= FEWEST_FAILURES) {
    const fact = `${signatures.closedOnReuse} such failures share no idle time`;
    const strength = fullness(signatures.closedOnReuse, ENOUGH_FOR_ESTIMATE) * unexplained;
    findings.push({ id: 'log-no-common-idle-time', fact, source: SOURCE, strength });
  }
  if (idleRank === null) return findings;
  const fact = `${percent(idleRank.mean)} of the requests around a failed one took a connection that had been idle for less`;
  if (idleRank.mean >= 0.7) {
    const strength = (idleRank.mean - 0.5) * 2 * fullness(idleRank.failures);
    findings.push({ id: 'log-after-long-idle', fact, source: SOURCE, strength });
  } else if (keepAlive === null && idleRank.mean <= 0.6) {
    const strength = fullness(idleRank.failures, ENOUGH_FOR_ESTIMATE) * unexplained;
    findings.push({ id: 'log-whatever-idle', fact, source: SOURCE, strength });
  }
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
  const { targetTimeCluster: cluster, elb502, signatures } = group;
  if (cluster === null) {
    if (signatures.midRequest < FEWEST_FAILURES) return [];
    const fact = `${signatures.midRequest} requests broke off after times that have nothing in common`;
    const strength = fullness(signatures.midRequest) * (signatures.midRequest / elb502);
    return [{ id: 'log-no-common-target-time', fact, source: SOURCE, strength }];
  }
  const share = Math.min(1, cluster.failures / elb502);
  const fact = `${cluster.failures} of ${elb502} failures end after ${seconds(cluster.seconds)} of work (${seconds(cluster.low)} to ${seconds(cluster.high)})`;
  return [{ id: 'log-target-time-cluster', fact, source: SOURCE, strength: 0.2 + 0.8 * share }];
}

/** Failures that keep to paths or clients, or do not where there are enough to tell. */
function boundFindings(group: LoggedTargetGroup): Finding[] {
  const { pathBound, clientBound, elb502 } = group;
  const findings: Finding[] = [];
  const strength = (bound: NonNullable<typeof pathBound>, share: number) =>
    share * Math.min(1, bound.failureRatio * 4) * (1 - bound.shareOfRequests);
  if (pathBound !== null) {
    const fact = `${percent(pathBound.shareOfFailures)} of the failures are on ${pathBound.count} of the paths, which fail in ${percent(pathBound.failureRatio)} of their requests`;
    findings.push({
      id: 'log-path-bound',
      fact,
      source: SOURCE,
      strength: strength(pathBound, pathBound.shareOfFailures),
    });
  }
  if (clientBound !== null) {
    const fact = `${percent(clientBound.shareOfFailures)} of the failures are of ${clientBound.count} clients, which fail in ${percent(clientBound.failureRatio)} of their requests`;
    // Other clients failed on one occasion each, which speaks for nothing else.
    const share = Math.sqrt(clientBound.shareOfFailures);
    findings.push({ id: 'log-client-bound', fact, source: SOURCE, strength: strength(clientBound, share) });
  }
  if (elb502 < FEWEST_FAILURES) return findings;
  const bound = Math.max(pathBound?.shareOfFailures ?? 0, clientBound?.shareOfFailures ?? 0);
  if (bound < 0.3)
    findings.push({
      id: 'log-not-bound',
      fact: 'the failures keep to no path and no client',
      source: SOURCE,
      strength: fullness(elb502),
    });
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
        ...signatureFindings(group, bundle),
        ...keepAliveFinding(group, bundle),
        ...idleFindings(group),
        ...requestCountFinding(group),
        ...clusterFinding(group),
        ...boundFindings(group),
        ...burstFindings(group),
        ...drainedFindings(group, bundle),
        ...outageFindings(group),
        ...nodeRefusalFindings(group),
      ].map((finding) => ({ ...finding, strength: ((finding.strength ?? 1) * group.elb502) / failed })),
    );
};
