import type { KeepAliveFact } from '../model/evidence.ts';
import type { IdleClose } from './idle-summary.ts';
import type { RequestsPerConnection } from './request-limit.ts';

/** What is used of a probe's result. */
export type Probed =
  | { readonly verdict: null }
  | {
      readonly verdict: { readonly reason: string };
      readonly server: string | null;
      readonly declaredKeepAliveSeconds: number | null;
      readonly idleClose: IdleClose;
      readonly requestsPerConnection?: RequestsPerConnection | undefined;
    };

/** A limit is counted in requests, so connections that ended after other numbers did not meet one. */
const MOST_APART = 1;

/**
 * What a probe's result says of a target's keep-alive: what was measured, and what the target declares. Nothing
 * where there is no keep-alive to speak of, or where the probe stopped looking too soon to tell.
 *
 * @param at - ISO time of the measurement
 */
export function keepAliveFactsOf(
  { targetGroupArn, target }: { readonly targetGroupArn: string; readonly target: string },
  result: Probed,
  at: string,
): readonly KeepAliveFact[] {
  if (result.verdict === null) return [];
  const about = { targetGroupArn, target, at };
  const { declaredKeepAliveSeconds: declared } = result;
  const tooSoon = result.verdict.reason === 'not-watched-long-enough';
  const measured = tooSoon ? null : measuredSeconds(result.idleClose);
  const server = result.server === null ? '' : `, server ${result.server.slice(0, 60)}`;
  return [
    ...(measured
      ? [
          {
            ...about,
            ...measured,
            source: 'probe' as const,
            detail: measured.detail + server,
            ...countedRequestsOf(result.requestsPerConnection),
          },
        ]
      : []),
    ...(declared === null || declared <= 0
      ? []
      : [
          {
            ...about,
            seconds: declared,
            lowSeconds: null,
            highSeconds: null,
            source: 'header' as const,
            detail: `declares Keep-Alive: timeout=${declared}${server}`,
          },
        ]),
  ];
}

/** What a probe counted, for a fact of it; nothing where the connections that ended unannounced were not two, or ended after different numbers. */
export function countedRequestsOf(
  requests: RequestsPerConnection | undefined,
): Pick<KeepAliveFact, 'requestsPerConnection'> {
  if (requests === undefined) return {};
  if ('atLeast' in requests)
    return requests.atLeast < 1 ? {} : { requestsPerConnection: { served: requests.atLeast, end: 'none' } };
  const { limit: served, announced, trials } = requests;
  if (served < 1) return {};
  if (announced) return { requestsPerConnection: { served, end: 'announced' } };
  const agree = trials.length > 1 && Math.max(...trials) - Math.min(...trials) <= MOST_APART;
  return agree ? { requestsPerConnection: { served, end: 'unannounced' } } : {};
}

type Measured = Pick<KeepAliveFact, 'seconds' | 'lowSeconds' | 'highSeconds' | 'detail'>;

function measuredSeconds(idle: IdleClose): Measured | null {
  if ('openAfterSeconds' in idle) {
    const { openAfterSeconds: seconds, muteAfterSeconds: mute } = idle;
    if (seconds <= 0) return null;
    return {
      seconds,
      lowSeconds: seconds,
      highSeconds: mute,
      detail: mute === null ? `still open after ${seconds} s` : `goes mute between ${seconds} and ${mute} s`,
    };
  }
  // A connection that is announced to close is never idle.
  if (idle.by === 'response-close' || idle.seconds <= 0) return null;
  return {
    seconds: idle.seconds,
    lowSeconds: idle.confirmation.answeredAfterSeconds,
    highSeconds: Math.max(idle.seconds, ...idle.trials),
    detail: `closed by ${idle.by.toUpperCase()} on ${idle.trials.length} connections`,
  };
}
