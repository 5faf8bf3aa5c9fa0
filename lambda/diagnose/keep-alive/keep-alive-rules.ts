import type { serverAdvice } from '../../advice/servers.ts';

/** The attribute of the load balancer. */
export const IDLE_TIMEOUT = 'idle_timeout.timeout_seconds';

/** A shorter idle timeout cuts off requests that are merely slow, so it is no advice. */
const SHORTEST_IDLE_TIMEOUT_SECONDS = 10;

/** The longest idle timeout that leaves a keep-alive the required margin; null where only one that cuts off ordinary requests would. */
export function safeIdleTimeoutSeconds(keepAliveSeconds: number): number | null {
  const longest = Math.floor(Math.min(keepAliveSeconds - 5, keepAliveSeconds / 1.1));
  return longest >= SHORTEST_IDLE_TIMEOUT_SECONDS ? Math.min(longest, 4000) : null;
}

const sentences = (parts: readonly string[]): string =>
  parts
    .map((part) => part.replace(/[.;]\s*$/, ''))
    // The name of a setting keeps its own first letter.
    .map((part, at) =>
      at > 0 && /^[a-z]+ /.test(part) ? part.charAt(0).toUpperCase() + part.slice(1) : part,
    )
    .join('. ');

/** What the change costs, and what else can close the connection first. */
export function sideNotes({
  sideEffects,
  alsoCheck,
}: Pick<ReturnType<typeof serverAdvice>, 'sideEffects' | 'alsoCheck'>): string {
  const also = alsoCheck.length === 0 ? '' : ` Also check: ${sentences(alsoCheck)}.`;
  return `Side effects: ${sideEffects.length === 0 ? 'none known' : sentences(sideEffects)}.${also}`;
}
