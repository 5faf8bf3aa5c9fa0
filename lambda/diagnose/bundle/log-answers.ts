import type { AccessLogSummary, LoggedTargetGroup } from '../../model/access-log-summary.ts';

/** How many requests targets of these groups answered, whatever the status. */
export const answeredBy = (groups: readonly LoggedTargetGroup[]): number =>
  groups.reduce((sum, { answered, requests, elb502 }) => sum + (answered ?? requests - elb502), 0);

/** Whether the log has answered requests to compare failures with: without them nothing can stand out. */
export const hasAnswered = ({ targetGroups, requests, elb502 }: AccessLogSummary): boolean =>
  answeredBy(targetGroups) > 0 && requests > elb502;
