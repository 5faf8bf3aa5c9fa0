import pLimit from 'p-limit';
import type { LogPorts } from '../investigate/collect.ts';

/** How much of the logs the looks of a batch may read. */
export interface LogBudget {
  readonly accessLogBytes: number;
  /** Of each access log. */
  readonly accessLogMs: number;
  readonly backendLogMs: number;
}

/**
 * Readers of logs whose code, a quarter of the function's, is loaded when the first log is read: most looks read none.
 * Access logs are read one after the other, backend logs side by side with them.
 */
export function logsOnDemand({ accessLogBytes, accessLogMs, backendLogMs }: LogBudget): LogPorts {
  const oneLog = pLimit(1);
  let loaded: Promise<LogPorts['readAccessLog']> | null = null;
  const load = async (): Promise<LogPorts['readAccessLog']> => {
    const { accessLogEvidence } = await import('./access-log-evidence.ts');
    return accessLogEvidence({ maxBytes: accessLogBytes, maxMs: accessLogMs });
  };
  return {
    readAccessLog: (bundle) =>
      oneLog(async () => {
        loaded ??= load();
        return (await loaded)(bundle);
      }),
    readBackendLog: async (bundle) => {
      const { backendLogEvidence } = await import('./backend-log-evidence.ts');
      return backendLogEvidence({ maxMs: backendLogMs })(bundle);
    },
  };
}
