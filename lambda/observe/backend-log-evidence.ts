import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { backendLogWindows } from '../diagnose/bundle/backend-log-windows.ts';
import { parseLogGroup, TAGS } from '../diagnose/bundle/tags.ts';
import { symptomOf } from '../diagnose/symptom.ts';
import type { EvidenceBundle } from '../model/evidence.ts';
import { type BackendLogEvidence, readBackendLogs } from './backend-log.reader.ts';
import { type ClientOptions, clientConfig } from './clients.ts';

/** How long one investigation reads logs of targets at most. */
export interface BackendLogBudget {
  readonly maxMs: number;
}

const clients = new Map<string, CloudWatchLogsClient>();

function logsOf(region: string, options: ClientOptions): CloudWatchLogsClient {
  // FilterLogEvents takes 5 to 10 calls a second for account and region, so a throttled one is not worth many tries.
  const known =
    clients.get(region) ?? new CloudWatchLogsClient(clientConfig(region, { maxAttempts: 3, ...options }));
  clients.set(region, known);
  return known;
}

/** The log groups that the tag `alb502:log-group` names, on groups that serve first; malformed ones are left out. */
export function logGroupsOf({ loadBalancer, targetGroups }: EvidenceBundle): readonly string[] {
  const serving = [...targetGroups].sort(
    (left, right) => Number(left.serving === false) - Number(right.serving === false),
  );
  const names = [...serving, loadBalancer].flatMap(({ tags }) => {
    const name = parseLogGroup(tags[TAGS.logGroup] ?? '');
    return name === null ? [] : [name];
  });
  return [...new Set(names)];
}

/** Reads the logs of the targets that tags point to, around the failing minutes of a bundle. */
export function backendLogEvidence(
  budget: BackendLogBudget,
  options: ClientOptions = {},
): (bundle: EvidenceBundle) => Promise<BackendLogEvidence> {
  return async (bundle) => {
    const logGroups = logGroupsOf(bundle);
    const windows = backendLogWindows(symptomOf(bundle).failures);
    if (logGroups.length === 0 || windows.length === 0) return { matches: [], gaps: [] };
    const over = Date.now() + budget.maxMs;
    return readBackendLogs({
      logs: logsOf(bundle.region, options),
      region: bundle.region,
      account: bundle.account,
      logGroups,
      windows,
      isOver: () => Date.now() >= over,
    });
  };
}
