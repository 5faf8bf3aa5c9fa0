import { tokensOf } from '../http1/header.ts';
import type { ResponseHead } from '../http1/response-head.ts';

/** `timeout=N` of the field Keep-Alive, in seconds; null where it is not given. */
export function declaredKeepAliveSeconds({ headers }: Pick<ResponseHead, 'headers'>): number | null {
  for (const parameter of tokensOf(headers, 'keep-alive')) {
    const timeout = /^timeout\s*=\s*"?(\d{1,9})"?$/.exec(parameter);
    if (timeout) return Number(timeout[1]);
  }
  return null;
}
