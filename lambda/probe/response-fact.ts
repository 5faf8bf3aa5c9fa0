import { RESPONSE_FAULTS, type ResponseFact, type ResponseFault } from '../model/evidence.ts';
import { redactedLine } from '../model/redacted-line.ts';

const isResponseFault = (fault: string): fault is ResponseFault =>
  RESPONSE_FAULTS.some((known) => known === fault);

/**
 * What a response that was asked for directly says for the diagnosis; null where nothing came that could be judged.
 *
 * @param check - `fault`: a failure code of the probe, or null where a load balancer would pass the response on
 */
export function responseFactFor(
  { targetGroupArn, target, path, at }: Omit<ResponseFact, 'fault' | 'detail'>,
  { fault, detail }: { readonly fault: string | null; readonly detail: string },
): ResponseFact | null {
  if (fault !== null && !isResponseFault(fault)) return null;
  // A query string may hold what nobody else should read, and so may a header line that is quoted.
  const about = { targetGroupArn, target, path: path.split('?', 1)[0] ?? '/' };
  return { ...about, fault, detail: redactedLine(detail), at };
}
