import { hexDigits, type Random } from '../random.ts';

/** The header by which one request can be followed through load balancer, target and logs. */
export const TRACE_HEADER = 'x-amzn-trace-id';

/** @param epochMs - lab time */
export function newTraceId(epochMs: number, random: Random): string {
  const seconds = Math.floor(epochMs / 1000).toString(16);
  return `1-${seconds.padStart(8, '0')}-${hexDigits(random, 24)}`;
}

/**
 * What the load balancer makes of the header: it adds `Root` where there is none, and keeps the client's `Root`,
 * to which it adds `Self` in front (AWS: Request tracing for your Application Load Balancer).
 */
export function tracedBy(incoming: string | undefined, fresh: string): string {
  if (!incoming?.trim()) return `Root=${fresh}`;
  const fields = incoming.split(';').filter((field) => !field.startsWith('Self='));
  return fields.some((field) => field.startsWith('Root='))
    ? [`Self=${fresh}`, ...fields].join(';')
    : [`Root=${fresh}`, ...fields].join(';');
}
