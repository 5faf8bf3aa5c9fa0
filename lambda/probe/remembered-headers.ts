import type { EvidenceBundle } from '../model/evidence.ts';
import { type AskOptions, askServers, type ServerHeaders } from './ask-server.ts';

/** Servers are seldom replaced: four questions a day for each listener. */
const FRESH_MS = 6 * 3_600_000;
/** Beyond so many load balancers the oldest answer is let go. */
const MOST_KEPT = 2_000;

/**
 * Asks each load balancer's servers once in six hours.
 *
 * @param now - epoch milliseconds
 */
export function rememberedServerHeaders(
  options: AskOptions = {},
  now: () => number = Date.now,
): (bundle: EvidenceBundle) => Promise<ServerHeaders> {
  const kept = new Map<string, { readonly askedAt: number; readonly headers: Promise<ServerHeaders> }>();
  return (bundle) => {
    const { arn } = bundle.loadBalancer;
    const known = kept.get(arn);
    if (known !== undefined && now() - known.askedAt < FRESH_MS) return known.headers;
    const headers = askServers(bundle, options);
    kept.delete(arn);
    kept.set(arn, { askedAt: now(), headers });
    const [oldest] = kept.keys();
    if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
    return headers;
  };
}
