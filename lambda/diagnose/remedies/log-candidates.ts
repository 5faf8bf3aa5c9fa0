import type { AccessLogSummary } from '../../model/access-log-summary.ts';
import type { EvidenceBundle } from '../../model/evidence.ts';
import { hasAnswered } from '../bundle/log-answers.ts';
import { outcomesFrom } from '../catalogue.ts';
import { ACCESS_LOG_OUTCOMES, type Candidate, NO_SIDE_EFFECT } from './candidate.ts';
import { argument, scanAgain } from './command.ts';

/** Whether some target that failed answered other requests: what its failures are compared with. */
function failedTargetsAnswered({ targetGroups }: AccessLogSummary): boolean {
  const failed = targetGroups.filter(({ elb502 }) => elb502 > 0);
  return failed.some((group) => {
    const targets = group.targets.filter(({ elb502 }) => elb502 > 0);
    return targets.length === 0
      ? (group.answered ?? group.requests - group.elb502) > 0
      : targets.some(({ requests, elb502 }) => requests > elb502);
  });
}

function whatIsMissing(isFiltered: boolean, nodes: number): string {
  if (isFiltered) return 'the answered requests, if there were any: the log has only failed ones';
  if (nodes > 0)
    return `answered requests through ${nodes} of the load balancer's nodes, which are missing: the log has only failed ones from ${nodes === 1 ? 'it' : 'them'}`;
  return 'answered requests of the targets that failed, which the log does not have';
}

/** Asks for answered requests where the log has none to compare the failures with. */
export function answeredRequestsCandidate({ accessLog, loadBalancer }: EvidenceBundle): readonly Candidate[] {
  if (accessLog === null || accessLog.elb502 === 0) return [];
  const isFiltered = !hasAnswered(accessLog);
  const nodes = accessLog.nodesWithoutAnswers ?? 0;
  if (!isFiltered && nodes === 0 && failedTargetsAnswered(accessLog)) return [];
  const { attributes } = loadBalancer;
  const bucket = attributes['access_logs.s3.bucket'];
  const prefix = attributes['access_logs.s3.prefix'];
  const place = bucket ? `s3://${bucket}${prefix ? `/${prefix}` : ''}` : 'FOLDER';
  return [
    {
      what: whatIsMissing(isFiltered, nodes),
      how: `${readWhole(place)}   # ${WHOLE}${isFiltered ? '' : `; if that is what you used, these ${nodes > 0 ? 'nodes' : 'targets'} got no answer`}`,
      commands: [readWhole(place)],
      sideEffects: `Use ${WHOLE}. ${NO_SIDE_EFFECT}`,
      rollback: [],
      outcomes: ACCESS_LOG_OUTCOMES,
      listed: isFiltered ? 'first' : 'always',
    },
  ];
}

const WHOLE = 'the whole files of all nodes, not the result of grep or of an Athena query for 502';

const readWhole = (place: string): string => `alb502 logs ${argument('BUCKET', place)}`;

/** CloudWatch keeps the points of single minutes for so long, and a scan looks back no further. */
const LONGEST_LOOK_HOURS = 15 * 24;
const USUAL_LOOK_HOURS = 3;

/** How many hours ago the first failure was, rounded up. */
const hoursBack = (first: string, now: string): number =>
  Math.ceil((Date.parse(now) - Date.parse(first)) / 3_600_000);

/** How far a scan has to look back for the failures of the log, and what is to be known of that. */
function lookBack({ window }: EvidenceBundle, now: string | null): { since: string; remark: string } {
  const usual = `${USUAL_LOOK_HOURS}h`;
  if (now === null)
    return { since: usual, remark: 'while it happens, or with a --since that goes back far enough' };
  const hours = hoursBack(window.start, now);
  if (hours > LONGEST_LOOK_HOURS)
    return {
      since: usual,
      remark: `when it happens again: AWS keeps the minutes for ${LONGEST_LOOK_HOURS / 24} days, and these failures are older`,
    };
  const since = hours <= 48 ? `${Math.max(USUAL_LOOK_HOURS, hours)}h` : `${Math.ceil(hours / 24)}d`;
  return { since, remark: 'this reaches back to the first failure of the log' };
}

/** Where only a log was read: what AWS itself can tell of the targets and the errors at that time. */
export function scanCandidate(bundle: EvidenceBundle, now: string | null): readonly Candidate[] {
  const { accessLog, gaps, loadBalancer } = bundle;
  const wasAsked = !gaps.some(({ subject, kind }) => subject === 'load-balancer' && kind === 'switched-off');
  if (accessLog === null || wasAsked) return [];
  const { since, remark } = lookBack(bundle, now);
  const look = scanAgain(loadBalancer.arn, since);
  return [
    {
      what: 'what AWS says about the targets: their health, registrations and connection errors',
      how: `${look}   # ${remark}`,
      commands: [`# ${remark}:`, look],
      sideEffects: NO_SIDE_EFFECT,
      rollback: [],
      outcomes: outcomesFrom('scan'),
    },
  ];
}
