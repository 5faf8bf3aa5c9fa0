import { LOGS_OFF, type LogPorts } from '../lambda/investigate/collect.ts';
import { accessLogEvidence } from '../lambda/observe/access-log-evidence.ts';
import { backendLogEvidence } from '../lambda/observe/backend-log-evidence.ts';
import type { ClientOptions } from '../lambda/observe/clients.ts';
import { parquet } from './logs/source.ts';

/** How long the logs of one load balancer's targets are read at most. */
const BACKEND_LOG_MS = 20_000;
/** The same of its access log, and how many bytes of it; 64 MB of gz are some 600,000 requests. */
const ACCESS_LOG_MS = 60_000;
const ACCESS_LOG_BYTES = 64_000_000;

/** What reads the logs that were asked for. */
export function logPortsOf(
  asked: { readonly accessLogs?: true; readonly backendLogs?: true },
  client: ClientOptions,
): LogPorts {
  const budget = { maxBytes: ACCESS_LOG_BYTES, maxMs: ACCESS_LOG_MS, parquet };
  return {
    ...LOGS_OFF,
    ...(asked.accessLogs === true ? { readAccessLog: accessLogEvidence(budget, client) } : {}),
    ...(asked.backendLogs === true
      ? { readBackendLog: backendLogEvidence({ maxMs: BACKEND_LOG_MS }, client) }
      : {}),
  };
}
