import type { FailingRequest } from '../../model/access-log-summary.ts';
import { cut } from './text-format.ts';

/** One failed request in one line, in the words of the access log: `-` is what was not there, -1 a time that is none. */
export function requestLine(request: FailingRequest): string {
  const { at, method, url, rewrittenUrl, target, elbStatus, targetStatus, traceId } = request;
  const sent = rewrittenUrl === undefined ? '' : ` (rewritten to ${cut(rewrittenUrl, 300)})`;
  const times = [request.requestSeconds, request.targetSeconds, request.responseSeconds].join(' ');
  const where = target === null ? 'no target' : `target ${cut(target, 60)}`;
  return `${at} ${method} ${cut(url, 300)}${sent} ${where}, status ${elbStatus} (target ${targetStatus ?? '-'}), times ${times} s, trace ${traceId ?? '-'}`;
}
