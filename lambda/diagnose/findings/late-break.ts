import type { FindingReader } from '../finding.ts';
import { percent, SOURCE, seconds } from './access-log-share.ts';

/** A response that is malformed comes as soon as any; a worker that is stopped was at work for long. */
const LONG_WORK_SECONDS = 10;
const FEWEST = 2;

/** Failed requests that broke off after long work, few as they may be: of many the log's own clusters tell more. */
export const lateBreakFindings: FindingReader = ({ accessLog }) => {
  const failing = accessLog?.failingRequests ?? [];
  const late = failing.filter(({ targetSeconds }) => targetSeconds >= LONG_WORK_SECONDS);
  if (late.length < FEWEST) return [];
  const share = late.length / failing.length;
  const shortest = Math.min(...late.map(({ targetSeconds }) => targetSeconds));
  const fact = `${percent(share)} of the failed requests broke off after the target had worked on them for ${seconds(shortest)} or longer`;
  return [{ id: 'log-late-break', fact, source: SOURCE, strength: share }];
};
