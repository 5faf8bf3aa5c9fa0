import type { CompletedRequest } from '../load-balancer/completed-request.ts';
import type { WireWhat } from '../load-balancer/wire-history.ts';

/** One thing that was seen on the way between client and target. */
export interface TimelineEvent {
  /** Lab seconds since the first event of the timeline. */
  readonly seconds: number;
  /** The end at which it was seen. Requests and answers of the client are seen at the node. */
  readonly where: 'node' | 'target';
  readonly what: WireWhat | 'client-request' | 'client-answer';
  /** Method and path of a request, status of a response, reason of an end; null where there is nothing to say. */
  readonly about: string | null;
}

/** What was seen of one failed request, and of the one before on its connection (`lab --json`). */
export interface WireTimeline {
  /** What really happened; no log tells. */
  readonly fault: string;
  readonly traceId: string;
  readonly node: string;
  /** null where no target was chosen, and for a function. */
  readonly target: string | null;
  readonly lambda: boolean;
  /** Lab time of the first event. */
  readonly startedAt: string;
  readonly elbStatus: number;
  /** Request, target and response processing time as the access log has them. */
  readonly times: string;
  /** Times ascend. */
  readonly events: readonly TimelineEvent[];
}

/** The client's own part of a trace header: `Self=...;Root=1-...` gives the root. */
export const rootOf = (header: string): string => /Root=([^;]+)/.exec(header)?.[1] ?? header;

/** Method and path without its query. */
const asked = ({ method, url }: CompletedRequest): string => `${method} ${url.split('?')[0] ?? '/'}`;

/** The three times of a log line. */
export const loggedTimes = (
  request: Pick<CompletedRequest, 'requestSeconds' | 'targetSeconds' | 'responseSeconds'>,
): string => [request.requestSeconds, request.targetSeconds, request.responseSeconds].map(logged).join(' ');

const logged = (seconds: number | null): string =>
  seconds === null ? '-1' : Math.max(0, seconds).toFixed(3);

/** @returns null where the request did not fail, or its client gave it up */
export function timelineOf(request: CompletedRequest): WireTimeline | null {
  const { fault, wire } = request.truth;
  if (fault === null || fault === 'client-closed') return null;
  // Part of a response that is with the client already cannot become a 502.
  const answer = request.targetStatus === null ? String(request.elbStatus) : 'cut off';
  const seen = [
    { at: request.receivedAt, where: 'node', what: 'client-request', about: asked(request) },
    ...wire,
    { at: request.finishedAt, where: 'node', what: 'client-answer', about: answer },
  ] as const;
  const inOrder = seen.toSorted((one, other) => one.at - other.at);
  const startedAt = inOrder[0]?.at ?? request.receivedAt;
  return {
    fault,
    traceId: rootOf(request.traceId),
    node: request.node.ip,
    target: request.target,
    lambda: request.targetGroup?.lambda ?? false,
    startedAt: new Date(startedAt).toISOString(),
    elbStatus: request.elbStatus,
    times: loggedTimes(request),
    events: inOrder.map(({ at, ...event }) => ({ seconds: rounded((at - startedAt) / 1000), ...event })),
  };
}

/** Microseconds, as the access log has them. */
const rounded = (seconds: number): number => Math.round(seconds * 1e6) / 1e6;

/** Timelines of the first failed request of each kind: no more of them than there are kinds. */
export class FirstOfEachKind {
  readonly #timelines = new Map<string, WireTimeline>();

  completed(request: CompletedRequest): void {
    const { fault } = request.truth;
    if (fault === null || this.#timelines.has(fault)) return;
    const timeline = timelineOf(request);
    if (timeline) this.#timelines.set(fault, timeline);
  }

  get timelines(): readonly WireTimeline[] {
    return [...this.#timelines.values()];
  }
}
