import { lowerBound } from '../keep-alive/pool.ts';
import { type LogView, streamsOfGroup } from './log-view.ts';
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

const middleOf = (values: readonly number[]): number =>
  [...values].sort((one, other) => one - other)[values.length >> 1] ?? Number.NaN;

function isRushed({ tally }: LogView, firstSeconds: number): boolean {
  const [low, high] = [
    Math.max(tally.firstLineSeconds, firstSeconds - AROUND_SECONDS),
    Math.min(tally.lastLineSeconds, firstSeconds + AROUND_SECONDS),
  ];
  const came = tally.times.countBetween(firstSeconds - BEFORE_SECONDS, firstSeconds);
  const usual = (tally.times.countBetween(low, high) * BEFORE_SECONDS) / Math.max(1, high - low);
  return came > RUSH_TIMES * usual && came - usual > RUSH_DEVIATIONS * Math.sqrt(usual);
}

/** How long the answers of a group took that were sent between two times, and those far from all of some times. */
function answersOf(view: LogView, group: number, firstSeconds: number, times: Float64Array) {
  const [before, usual]: [number[], number[]] = [[], []];
  const tally = view.tally.groups.get(group);
  if (tally === undefined) return { before, usual };
  for (const stream of streamsOfGroup(tally)) {
    const { ends, sent } = streamIndex(stream);
    for (let at = 0; at < ends.length; at++) {
      const from = sent[at] ?? Number.NaN;
      const took = (ends[at] ?? Number.NaN) - from;
      if (from >= firstSeconds - BEFORE_SECONDS && from < firstSeconds) before.push(took);
      const next = lowerBound(times, from - NEAR_SECONDS);
      if ((times[next] ?? Number.POSITIVE_INFINITY) > from + NEAR_SECONDS) usual.push(took);
    }
  }
  return { before, usual };
}

function isSlowed(view: LogView, { group, firstSeconds }: Stop, times: Float64Array): boolean {
  const { before, usual } = answersOf(view, group, firstSeconds, times);
  return (
    before.length >= FEWEST_BEFORE &&
    usual.length >= FEWEST_USUAL &&
    middleOf(before) >= SLOW_TIMES * middleOf(usual)
  );
}

/**
 * Whether a group was asked far more than usual, or took far longer to answer, before most of the stops began: what
 * stopped the first of its targets, and the others after it, may be the load.
 *
 * @param rounds - stops that came after each other
 */
export function areUnderLoad(view: LogView, rounds: readonly (readonly Stop[])[]): boolean {
  const times = Float64Array.from(rounds.flat(), ({ firstSeconds }) => firstSeconds).sort();
  const loaded = rounds.filter(
    ([first]) => first !== undefined && (isRushed(view, first.firstSeconds) || isSlowed(view, first, times)),
  );
  return loaded.flat().length >= MOST_UNDER_LOAD * times.length;
}
