/** A response that a load balancer does not pass on: it answers 502 in its place. */
export class MalformedResponseError extends Error {
  override readonly name: string = 'MalformedResponseError';
}

/** The bytes are no HTTP/1.x at all, as of a port that speaks something else. */
export class NotHttpError extends MalformedResponseError {
  override readonly name = 'NotHttpError';
}

/** A head above {@link MAX_RESPONSE_HEAD_BYTES}. */
export class HeadTooLargeError extends MalformedResponseError {
  override readonly name = 'HeadTooLargeError';
}

/** A bound of the reader's own was met before the end of the response: nothing is known of the rest. */
export class ReadLimitError extends Error {
  override readonly name = 'ReadLimitError';
}

/**
 * All header lines of a response together, with its status line: 32 K
 * (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html, "Entire response
 * header"; 502 above it: load-balancer-troubleshooting.html, "HTTP 502").
 */
export const MAX_RESPONSE_HEAD_BYTES = 32 * 1024;

/**
 * The failure of a response that breaks a rule.
 *
 * @param rule - where the rule stands: `RFC 9112, section 5.1`
 */
export function malformed(what: string, rule: string): MalformedResponseError {
  return new MalformedResponseError(`${what} (${rule})`);
}

/** Shows bytes of a stranger on one line: cut, and without control characters. */
export function quoted(text: string): string {
  const shown = text.slice(0, 60).replaceAll(/[^\x20-\x7e]/g, '.');
  return JSON.stringify(text.length > 60 ? `${shown}...` : shown);
}
