import type { Finding, FindingReader } from '../finding.ts';
import { couldRead, countByTime, coveredShare, sameMinuteShare, sum } from '../metric-view.ts';
import { symptomOf } from '../symptom.ts';

/** Above this share of the 502s, connection errors are taken as what caused them. */
const MAIN_SHARE = 0.5;
/** Below this share they are taken as coincidence. */
const NOTABLE_SHARE = 0.05;

/** From this share on, no failure is left that a connection error of the same minute does not account for. */
const ONLY_SHARE = 0.95;

/** Fewer than this, or a smaller share, may be connections that were counted in another way. */
const LEAST_EXCESS = 3;
const EXCESS_SHARE = 0.03;
/** So many leave no doubt. */
const CLEAR_EXCESS = 10;

const percent = (share: number): string => `${Math.round(share * 100)} %`;

/** TargetConnectionErrorCount beside the 502s: did a connection to a target fail? */
export const connectionFindings: FindingReader = (bundle) => {
  const metric = 'TargetConnectionErrorCount';
  const { failures, summary } = symptomOf(bundle);
  if (failures.size === 0) return [];
  const errors = countByTime(bundle, metric);
  const share = coveredShare(failures, errors);
  const total = sum(errors.values());
  if (share >= MAIN_SHARE) {
    const fact = `${total} connections to targets failed, next to ${percent(share)} of the ${summary.count} 502s`;
    const only = sameMinuteShare(failures, errors) >= ONLY_SHARE;
    const main: Finding = { id: only ? 'only-connection-errors' : 'connection-errors', fact, source: metric };
    return [main, ...excessFinding(summary.count, total)];
  }
  // What was counted counts; what was not counted tells only where it could be read.
  if (!couldRead(bundle, metric)) return [];
  if (share >= NOTABLE_SHARE) {
    const fact = `${total} connections to targets failed, next to only ${percent(share)} of the 502s`;
    return [{ id: 'some-connection-errors', fact, source: metric }];
  }
  const fact = 'no connection to a target failed in the minutes of the 502s';
  return [{ id: 'no-connection-errors', fact, source: metric }];
};

/** Failures that no connection error accounts for, wherever a minute ends. */
function excessFinding(failures: number, errors: number): Finding[] {
  const excess = failures - errors;
  if (excess < LEAST_EXCESS || excess / failures < EXCESS_SHARE) return [];
  const fact = `${excess} of ${failures} 502s are more than the connections that failed: those requests had one`;
  const source = `HTTPCode_ELB_502_Count, TargetConnectionErrorCount`;
  return [
    {
      id: 'more-failures-than-connection-errors',
      fact,
      source,
      strength: Math.min(1, excess / CLEAR_EXCESS),
    },
  ];
}

/** 504s in the minutes of the 502s point to a path that swallows packets. */
export const timeoutFindings: FindingReader = (bundle) => {
  const metric = 'HTTPCode_ELB_504_Count';
  const { failures, summary } = symptomOf(bundle);
  if (failures.size === 0) return [];
  const timeouts = countByTime(bundle, metric);
  const total = sum(timeouts.values());
  if (coveredShare(failures, timeouts) >= 0.2) {
    const fact = `${total} requests timed out with 504 beside the ${summary.count} 502s`;
    return [{ id: 'gateway-timeouts', fact, source: metric }];
  }
  return total === 0 && couldRead(bundle, metric)
    ? [{ id: 'no-gateway-timeouts', fact: 'no request timed out with 504', source: metric }]
    : [];
};
