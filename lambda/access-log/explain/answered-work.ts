import { groupsOf, type LogView, streamsOfGroup } from './log-view.ts';
import { streamIndex } from './stream-index.ts';
import { inWindow, type Window } from './work-window.ts';

/** Target times from here on are work, not the network. */
export const SHORTEST_WORK_SECONDS = 0.1;
/** Fewer may be luck. */
const FEWEST_SOONER = 3;

/** Of answered requests, on the same route where there are some, how many took as long. */
export function answeredShare({ tally }: LogView, route: number, window: Window): number {
  const { paths, targetSeconds } = tally.answered;
  let [all, inside, ofRoute, insideOfRoute] = [0, 0, 0, 0];
  for (let at = 0; at < paths.length; at++) {
    const took = targetSeconds[at] ?? -1;
    if (took < SHORTEST_WORK_SECONDS) continue;
    const hit = inWindow(took, window) ? 1 : 0;
    all++;
    inside += hit;
    if ((paths[at] ?? 0) >>> 16 !== route) continue;
    ofRoute++;
    insideOfRoute += hit;
  }
  const whole = inside / Math.max(20, all);
  return ofRoute < 5 ? whole : Math.max(whole, insideOfRoute / ofRoute);
}

/**
 * Whether requests of a route were answered sooner, several of them. A rare route has hardly a place in the sample of
 * all answers; what is remembered of each target has more of it.
 */
export function isAnsweredSooner(view: LogView, route: number, seconds: number): boolean {
  const { paths, targetSeconds } = view.tally.answered;
  let sooner = 0;
  for (let at = 0; at < paths.length; at++)
    if ((paths[at] ?? 0) >>> 16 === route && (targetSeconds[at] ?? 0) < seconds) sooner++;
  if (sooner >= FEWEST_SOONER) return true;
  sooner = 0;
  for (const [, group] of groupsOf(view))
    for (const stream of streamsOfGroup(group)) {
      const { paths, ends, sent } = streamIndex(stream);
      for (let at = 0; at < ends.length && sooner < FEWEST_SOONER; at++)
        if ((paths[at] ?? 0) >>> 16 === route && (ends[at] ?? 0) - (sent[at] ?? 0) < seconds) sooner++;
    }
  return sooner >= FEWEST_SOONER;
}
