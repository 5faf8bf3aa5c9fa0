import { setTimeout as sleep } from 'node:timers/promises';
import type { ResponseFact } from '../model/evidence.ts';
import type { MonitorStore } from '../store/monitor-store.ts';
import { endpointName } from './endpoint.ts';
import { pathsToAsk, type SkippedPath } from './paths-to-ask.ts';
import { PAUSE_MS, RESERVE_MS } from './probe-targets.ts';
import { type RegisteredTarget, rotated } from './registered-target.ts';
import { checkResponse } from './response-check.ts';
import { responseFactFor } from './response-fact.ts';

/** What asking for failed paths needs from outside. */
export interface AskPorts {
  readonly store: Pick<MonitorStore, 'active' | 'load' | 'saveResponseFact'>;
  /** ISO time. */
  readonly now: () => string;
  /** Time left before this run is ended from outside. */
  readonly remainingMs: () => number;
  /** Words in a path that keep it from being asked. */
  readonly skipWords: readonly string[];
}

/** What came of it. */
export interface AskReport {
  /** Paths asked for, of any target. */
  readonly asked: number;
  readonly facts: number;
  /** Where nothing came that could be judged, with the reason. */
  readonly unanswered: readonly { readonly target: string; readonly reason: string }[];
  /** Paths that failed and are never asked, with the reason. */
  readonly skipped: readonly SkippedPath[];
}

/** All together in one run, and of one load balancer, so that others have their turn. */
const MOST_PATHS = 20;
const MOST_PATHS_OF_LOAD_BALANCER = 6;
/** For one path; half of it is kept for asking the other way, with TLS or without. */
const ASK_SECONDS = 20;
/** The rest of a run is the sample's. */
const MOST_MS = 180_000;

/**
 * Asks registered targets for paths that failed on them in open incidents, one after the other at a slow pace, and saves
 * each answer as soon as it is known: GET without a body, cookies or a query, of no path that its tags or its name forbid. An incident that is over has no turn.
 *
 * @param turn - counts the runs: where there are too many incidents for one, the next run begins with others
 */
export async function askFailingPaths(
  registered: readonly RegisteredTarget[],
  turn: number,
  { store, now, remainingMs, skipWords }: AskPorts,
): Promise<AskReport> {
  const endMs = Math.max(RESERVE_MS, remainingMs() - MOST_MS) + ASK_SECONDS * 1_000;
  const facts: ResponseFact[] = [];
  const unanswered: AskReport['unanswered'][number][] = [];
  const skipped: SkippedPath[] = [];
  for await (const target of targetsToAsk(registered, turn, { store, skipWords, skipped })) {
    const asked = facts.length + unanswered.length;
    if (asked === MOST_PATHS || remainingMs() < endMs) break;
    if (asked > 0) await sleep(PAUSE_MS);
    const { loadBalancerArn, targetGroupArn, endpoint } = target;
    const about = { targetGroupArn, target: endpointName(endpoint), path: endpoint.path };
    const check = await checkResponse(endpoint, ASK_SECONDS);
    const fact = responseFactFor({ ...about, at: now() }, check);
    if (fact === null) unanswered.push({ target: about.target, reason: check.detail });
    else {
      await store.saveResponseFact(loadBalancerArn, fact);
      facts.push(fact);
    }
  }
  return { asked: facts.length + unanswered.length, facts: facts.length, unanswered, skipped };
}

/** Registered targets, each with a path that failed on it; a load balancer is read only when its turn has come. */
async function* targetsToAsk(
  registered: readonly RegisteredTarget[],
  turn: number,
  { store, skipWords, skipped }: Pick<AskPorts, 'store' | 'skipWords'> & { readonly skipped: SkippedPath[] },
): AsyncIterable<RegisteredTarget> {
  const open = new Set((await store.active()).map(({ loadBalancerArn }) => loadBalancerArn));
  const arns = [...new Set(registered.map(({ loadBalancerArn }) => loadBalancerArn))];
  // A run has room for at least so many.
  const first = turn * Math.floor(MOST_PATHS / MOST_PATHS_OF_LOAD_BALANCER);
  for (const arn of rotated(
    arns.filter((one) => open.has(one)),
    first,
  )) {
    const { incident } = await store.load(arn);
    if (incident === null || incident.resolvedAt !== null) continue;
    const own = registered.filter(({ loadBalancerArn }) => loadBalancerArn === arn);
    const paths = pathsToAsk(incident.failingRequests?.requests ?? [], own, skipWords);
    skipped.push(...paths.skipped);
    yield* paths.asks.slice(0, MOST_PATHS_OF_LOAD_BALANCER);
  }
}
