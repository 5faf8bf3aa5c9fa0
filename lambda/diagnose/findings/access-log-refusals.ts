import type { LoggedTargetGroup } from '../../model/access-log-summary.ts';
import type { Finding } from '../finding.ts';
import { SOURCE, seconds } from './access-log-share.ts';

/** No process takes longer to be back, or for its health check to take it out of service. */
const LONG_OUTAGE_SECONDS = 90;
/** A process that is started again at once takes some seconds; */
const RESTART_SECONDS = 10;
/** and after about a minute one that stays dead is out of service (two checks of 30 s, the default). */
const OUT_OF_SERVICE_SECONDS = 60;
/** Of so many requests in flight none is cut off by a death less often than once in twenty. */
const ENOUGH_IN_FLIGHT = 3;
/** However little was in flight: what cut nothing off was seen to refuse, and not to die. */
const LEAST_UNCUT = 0.15;

/** How well the time of a stretch fits a process that died: 1 for seconds, 0 from a minute on. */
const brevity = (outageSeconds: number): number =>
  Math.min(
    1,
    Math.max(
      0,
      Math.log(OUT_OF_SERVICE_SECONDS / outageSeconds) / Math.log(OUT_OF_SERVICE_SECONDS / RESTART_SECONDS),
    ),
  );

/** What refuses some nodes only stands before the target, which does not know one node from another. */
export function nodeRefusalFindings({ nodeRefusals, elb502 }: LoggedTargetGroup): Finding[] {
  if (nodeRefusals === undefined || nodeRefusals.failures === 0) return [];
  const { failures, refused, answered } = nodeRefusals;
  const fact = `${failures} of ${elb502} failed requests came from ${refused} nodes that a target refused each time, while it answered ${answered} other nodes`;
  return [{ id: 'log-refused-by-node', fact, source: SOURCE, strength: Math.min(1, failures / elb502) }];
}

/** How long requests were refused in a stretch, how that began, and whether the process lived through it. */
export function outageFindings(group: LoggedTargetGroup): Finding[] {
  const { longestOutageSeconds, answeredWhileRefusing = 0, refusals, signatures, elb502 } = group;
  if (signatures.neverDispatched < 3 || longestOutageSeconds === 0) return [];
  // What a path refuses says nothing of the process behind it.
  const ofTarget = Math.max(0, signatures.neverDispatched - (group.nodeRefusals?.failures ?? 0));
  const share = ofTarget / elb502;
  const findings: Finding[] = [];
  const add = (id: Finding['id'], strength: number, fact: string) =>
    findings.push({ id, fact, source: SOURCE, strength: strength * share });
  const { stretches = 0, afterAnswers = 0, afterCut = 0, inFlight = 0 } = refusals ?? {};
  const long = longestOutageSeconds > LONG_OUTAGE_SECONDS;
  const lasted = `the longest stretch of refused requests took ${seconds(longestOutageSeconds)}`;
  if (long) add('log-long-outage', 1, lasted);
  // A target that never answered before did not die in what the log covers.
  else if (stretches === 0 || afterAnswers > 0)
    add('log-brief-outage', afterCut > 0 ? 1 : brevity(longestOutageSeconds), lasted);
  if (afterAnswers > 0 && afterCut === 0) {
    const fact = `no request was cut off when a target began to refuse them (${inFlight.toPrecision(2)} were in flight on average)`;
    add('log-none-cut-off', Math.min(1, Math.max(LEAST_UNCUT, inFlight / ENOUGH_IN_FLIGHT)), fact);
  }
  if (answeredWhileRefusing > 0) {
    const lived = `${answeredWhileRefusing} requests that a target had before it refused others were answered after that`;
    // One of many workers may have died: then its requests were cut off, and those of the others lived on.
    const cut = signatures.closedOnReuse + signatures.midRequest;
    add('log-answered-while-refusing', answeredWhileRefusing / (answeredWhileRefusing + cut), lived);
  }
  return findings;
}
