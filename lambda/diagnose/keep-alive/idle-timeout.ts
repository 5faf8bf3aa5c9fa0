import type { AccessLogSummary } from '../../model/access-log-summary.ts';
import type { EvidenceBundle } from '../../model/evidence.ts';
import { knownIdleTimeoutSeconds } from './keep-alive.ts';

/** Seconds to three digits: `5.00`, `75.0`. */
const threeDigits = (seconds: number): string => seconds.toPrecision(3);

/** The idle timeout of the load balancer, and where it is known from. */
export interface IdleTimeout {
  /** null where nobody said and AWS was not asked or did not tell. */
  readonly seconds: number | null;
  readonly source: 'given' | 'aws' | null;
  /** The longest time after which the log shows an idle connection being used again: the timeout is above it. */
  readonly reusedAfterSeconds: number | null;
}

/**
 * The longest idle time after which a request was sent on a connection, by the failures that show a keep-alive: the
 * load balancer sent them on connections that had been idle for so long, so it had not closed them.
 *
 * @returns seconds; null where the log shows no keep-alive
 */
export function reusedAfterSeconds(accessLog: AccessLogSummary | null): number | null {
  const seconds = (accessLog?.targetGroups ?? []).flatMap(({ keepAlive, targets }) =>
    [keepAlive, ...targets.map((target) => target.keepAlive)].flatMap((one) => one?.seconds ?? []),
  );
  return seconds.length === 0 ? null : Math.max(...seconds);
}

/** The idle timeout with its source. Where only a log was read a value can only have been given. */
export function idleTimeoutOf(bundle: EvidenceBundle): IdleTimeout {
  const seconds = knownIdleTimeoutSeconds(bundle);
  const wasAsked = !bundle.gaps.some(
    ({ subject, kind }) => subject === 'load-balancer' && kind === 'switched-off',
  );
  return {
    seconds,
    source: seconds === null ? null : wasAsked ? 'aws' : 'given',
    reusedAfterSeconds: reusedAfterSeconds(bundle.accessLog),
  };
}

/** `60 s (as given)`, `120 s (read from AWS)`. */
export const knownText = ({ source }: IdleTimeout, seconds: number): string =>
  `${seconds} s (${source === 'given' ? 'as given' : 'read from AWS'})`;

/** What the log proves: `a connection was reused after 75.0 s idle, so the idle timeout is above 75 s`. */
export const boundText = (reusedAfter: number): string =>
  `a connection was reused after ${threeDigits(reusedAfter)} s idle, so the idle timeout is above ${Number(threeDigits(reusedAfter))} s`;
