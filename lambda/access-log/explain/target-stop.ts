import { burstWeights } from './client-burst.ts';
import { isByTheClock } from './clock-times.ts';
import { type CutEachTime, cutEachTime } from './cut-each-time.ts';
import type { Candidate, Explain, Statement } from './explanation.ts';
import { counted, lasting } from './fact-text.ts';
import { bestKeySet } from './key-set.ts';
import { areUnderLoad } from './load-before.ts';
import type { LogView } from './log-view.ts';
import { explainedBy, openOdds } from './odds.ts';
import { routeNameOf } from './path-name.ts';
import { placeOf } from './place.ts';
import { roundsOf } from './restart-rounds.ts';
import { type Stop, stopsOf } from './stop.ts';
import { answeringOn, areMostDropped, causesOfStops, shareWhere } from './stop-causes.ts';
import { isDrained, type StopTraits, traitsOfStop } from './stop-traits.ts';
import { failWheneverAsked } from './whenever-asked.ts';

const FEWEST_FAILURES = 2;
/** From so many stretches on, none of them shorter than this part of the longest, it is a fixed time that they last. */
const FEWEST_ALIKE = 3;
const ALIKE = 0.8;
/** Of so many stops it is told what came before them: fewer are no round of restarts. */
const FEWEST_AFTER_LOAD = 3;
/** Requests that reach the target this shortly before and after a stretch belong to its time. */
const AROUND_SECONDS = 0.5;
/** The first ones speak for any further stretches. */
const MOST_LOOKED_AT = 100;

/** Stretches that an explanation is of, and what the first ones look like. */
interface Stretches {
  readonly all: readonly Stop[];
  readonly stops: readonly Stop[];
  readonly looks: readonly StopTraits[];
}

function stretchesOf(view: LogView, all: readonly Stop[]): Stretches {
  const stops = all.slice(0, MOST_LOOKED_AT);
  return { all, stops, looks: stops.map((stop) => traitsOfStop(view, stop)) };
}

/**
 * Whether the failures need no stop: such requests fail whenever they are asked, and most did not end at one instant, as
 * they do with their target.
 */
function needNoStop(view: LogView, { stops, looks }: Stretches): boolean {
  if (shareWhere(looks, ({ cut, together }) => cut === 0 || together) > 0.5) return false;
  const members = stops.flatMap((stop) => stop.members);
  return failWheneverAsked(
    view,
    members.flatMap((at) => view.failures[at] ?? []),
  );
}

/** The request that was at work each time a target stopped, in words. */
function cutText(view: LogView, { by, failures }: CutEachTime, stops: number): string {
  const name = routeNameOf(view, failures);
  const what = name === null ? 'a request' : `a request for ${name}`;
  const whose = by === 'client' ? `${what} of one client` : what;
  return `, ${failures.length === stops ? 'each time' : `${failures.length} of ${stops} times`} with ${whose} in flight`;
}

const droppedText = (looks: readonly StopTraits[]): string =>
  `while ${counted(
    looks.reduce((sum, { connectTimeouts }) => sum + connectTimeouts, 0),
    'other request',
  )} got a 504 because no connection was made`;

function statementOf(
  view: LogView,
  { all, stops, looks }: Stretches,
  responsible: Float64Array,
  isDoubtful: boolean,
): Statement {
  const targets = new Set(all.map(({ target }) => target.target)).size;
  const refused = shareWhere(looks, ({ cut }) => cut === 0) > 0.5;
  const isGone = shareWhere(looks, (look) => look.isGone) > 0.5;
  const isLate = shareWhere(looks, ({ isReplacedLate }) => isReplacedLate) > 0.5;
  const isTaking = shareWhere(looks, (look) => look.isTaking) > 0.5;
  const isDrained = shareWhere(looks, (look) => look.isDrained) > 0.5;
  const lasted = looks.map(({ lastedSeconds }) => lastedSeconds);
  const longest = Math.max(...lasted);
  const isFixed = isTaking && lasted.length >= FEWEST_ALIKE && Math.min(...lasted) >= ALIKE * longest;
  const what = isDrained
    ? 'ended when a target that was sent nothing more was cut off'
    : refused
      ? 'were refused in a stretch by a target that answered before'
      : isTaking
        ? 'were broken off by a target that went on taking requests'
        : 'ended when their target stopped';
  const cut = cutEachTime(view, stops);
  const byTheClock = cut === null && isByTheClock(stops.map(({ firstSeconds }) => firstSeconds));
  const isUnderLoad = stops.length >= FEWEST_AFTER_LOAD && areUnderLoad(view, roundsOf(stops));
  const how = [
    `${counted(all.length, 'time')} on ${counted(targets, 'target')}`,
    ...(longest >= 1
      ? [`for ${isFixed ? 'about' : 'up to'} ${lasting(longest)}${isFixed ? ' each time' : ''}`]
      : []),
    ...(byTheClock ? ['always at the same minutes of the hour'] : []),
    ...(isUnderLoad ? ['after more requests, or slower answers, than usual'] : []),
    ...(shareWhere(looks, areMostDropped) > 0.5 ? [droppedText(looks)] : []),
    ...(answeringOn(looks) > 0.5 ? ['what was sent right after was answered'] : []),
    ...(isGone ? [targets === 1 ? 'it did not come back' : 'they did not come back'] : []),
    ...(shareWhere(looks, ({ isReplaced }) => isReplaced) > 0.5 ? ['a new target took its place'] : []),
    ...(isLate ? ['a new target came only after that'] : []),
  ];
  const causes = causesOfStops(view, stops, looks, cut, isUnderLoad);
  return {
    fact: `${what} (${how.join(', ')})${cut === null ? '' : cutText(view, cut, stops.length)}${isDoubtful ? '; such requests fail whenever they are asked' : ''}`,
    where: placeOf(view, explainedBy(view, responsible)),
    causes: isDoubtful ? openOdds(causes) : causes,
  };
}

/** Failures of a target come in stretches, in which it fails far more of its requests than elsewhere. */
export const explainByTargetStop: Explain = (view, weights): readonly Candidate[] => {
  const stops = stopsOf(view);
  const stopOf = new Int32Array(view.failures.length).fill(-1);
  for (const [number, { members }] of stops.entries()) for (const at of members) stopOf[at] = number;
  const { tally } = view;
  const scale = tally.elb502 / Math.max(1, view.failures.length);
  const set = bestKeySet(view, burstWeights(view, weights), {
    keyOf: (_, at) => (stopOf[at] === -1 ? undefined : stopOf[at]),
    shareOf: (number) => {
      const stop = stops[number];
      if (stop === undefined) return 1;
      const { times } = stop.target;
      const around = times.countBetween(
        stop.firstSeconds - AROUND_SECONDS,
        stop.lastSeconds + AROUND_SECONDS,
      );
      return Math.max(around, stop.members.length * scale) / tally.requests;
    },
    distinct: tally.requests,
    fewest: FEWEST_FAILURES,
  });
  if (set === null) return [];
  const chosen = stops.filter((_, number) => set.keys.has(number));
  const stretches = stretchesOf(view, chosen);
  const isDoubtful = needNoStop(view, stretches);
  return [
    {
      kind: chosen.some((stop) => isDrained(view, stop)) ? 'deregistration' : 'target-stop',
      ratios: set.ratios,
      searchedNats: set.searchedNats,
      weights: (left) => burstWeights(view, left),
      isDoubtful,
      statement: (responsible) => statementOf(view, stretches, responsible, isDoubtful),
    },
  ];
};
