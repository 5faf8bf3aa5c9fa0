import { lowerBound } from '../keep-alive/pool.ts';
import type { GroupTally } from '../tally/group-tally.ts';
import { type LogView, streamsOfGroup } from './log-view.ts';
import { middleOf, type Round } from './restart-rounds.ts';
import type { Stop } from './stop.ts';
import { streamIndex } from './stream-index.ts';

/** What goes before the first stop: this long. */
const BEFORE_SECONDS = 90;
/** The usual rate of requests is that of the hours around, lest a day's peak count as a rush. */
const AROUND_SECONDS = 3600;
/** So many times the usual requests, and so many standard deviations more than chance makes of them, are a rush. */
const RUSH_TIMES = 1.8;
const RUSH_DEVIATIONS = 4;
/** What takes longer because targets stop, or will stop, is not usual. */
const NEAR_SECONDS = 600;
const FEWEST_BEFORE = 20;
const FEWEST_USUAL = 50;
const SLOW_TIMES = 2;
const MOST_UNDER_LOAD = 0.5;
/** So many answers of a group say what is usual. */
const MOST_USUAL = 4000;

function isRushed({ tally }: LogView, firstSeconds: number): boolean {
  const [low, high] = [
    Math.max(tally.firstLineSeconds, firstSeconds - AROUND_SECONDS),
    Math.min(tally.lastLineSeconds, firstSeconds + AROUND_SECONDS),
  ];
  const came = tally.times.countBetween(firstSeconds - BEFORE_SECONDS, firstSeconds);
  const usual = (tally.times.countBetween(low, high) * BEFORE_SECONDS) / Math.max(1, high - low);
  return came > RUSH_TIMES * usual && came - usual > RUSH_DEVIATIONS * Math.sqrt(usual);
}

/** How long answers of a group take far from all of some times, ascending: the one in the middle; NaN of too few. */
function usualSecondsOf(group: GroupTally, times: Float64Array): number {
  const streams = [...streamsOfGroup(group)].map(streamIndex);
  const count = streams.reduce((sum, { ends }) => sum + ends.length, 0);
  const step = Math.max(1, Math.floor(count / MOST_USUAL));
  const usual: number[] = [];
  for (const { ends, sent } of streams)
    for (let at = 0; at < ends.length; at += step) {
      const end = ends[at] ?? Number.NaN;
      const next = times[lowerBound(times, end - NEAR_SECONDS)] ?? Number.POSITIVE_INFINITY;
      if (next > end + NEAR_SECONDS) usual.push(end - (sent[at] ?? Number.NaN));
    }
  return usual.length >= FEWEST_USUAL ? middleOf(usual) : Number.NaN;
}

/** How long the answers took that were complete in the time before a stop, those of all targets of the group. */
function beforeSecondsOf(group: GroupTally, firstSeconds: number): number {
  const before: number[] = [];
  for (const stream of streamsOfGroup(group)) {
    const { ends, sent } = streamIndex(stream);
    const to = lowerBound(ends, firstSeconds);
    for (let at = lowerBound(ends, firstSeconds - BEFORE_SECONDS); at < to; at++)
      before.push((ends[at] ?? Number.NaN) - (sent[at] ?? Number.NaN));
  }
  return before.length >= FEWEST_BEFORE ? middleOf(before) : Number.NaN;
}

/**
 * Whether a group was asked far more than usual, or took far longer to answer, before most of the stops began: what
 * stopped the first of its targets, and the others after it, may be the load.
 */
export function areUnderLoad(view: LogView, rounds: readonly Round[]): boolean {
  const times = Float64Array.from(rounds.flat(), ({ firstSeconds }) => firstSeconds).sort();
  const usual = new Map<GroupTally, number>();
  const isSlowed = ({ group, firstSeconds }: Stop): boolean => {
    const tally = view.tally.groups.get(group);
    if (tally === undefined) return false;
    const usualSeconds = usual.get(tally) ?? usualSecondsOf(tally, times);
    usual.set(tally, usualSeconds);
    return beforeSecondsOf(tally, firstSeconds) >= SLOW_TIMES * usualSeconds;
  };
  const loaded = rounds.filter(
    ([first]) => first !== undefined && (isRushed(view, first.firstSeconds) || isSlowed(first)),
  );
  return loaded.flat().length >= MOST_UNDER_LOAD * times.length;
}
