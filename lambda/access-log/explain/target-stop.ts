import { burstWeights } from './client-burst.ts';
import type { Candidate, Explain, Statement } from './explanation.ts';
import { counted, seconds } from './fact-text.ts';
import { bestKeySet } from './key-set.ts';
import type { LogView } from './log-view.ts';
import { type CauseOdds, explainedBy, oddsFromNats, openOdds } from './odds.ts';
import { placeOf } from './place.ts';
import { restartRoundNats } from './restart-rounds.ts';
import {
  atOneInstant,
  isDrained,
  type Stop,
  type StopTraits,
  stopsOf,
  targetCountOf,
  traitsOfStop,
} from './stop.ts';
import { failWheneverAsked } from './whenever-asked.ts';
import { inWindow, timeoutOf } from './work-window.ts';

const FEWEST_FAILURES = 2;
/** Requests that reach the target this shortly before and after a stretch belong to its time. */
const AROUND_SECONDS = 0.5;
/** That a process had nothing to cut off when it died is never less probable than this makes it. */
const MOST_UNHARMED_NATS = 3;
/** The first ones speak for any further stretches. */
const MOST_LOOKED_AT = 100;
/** A process is back sooner than this, or it is taken out of service. */
const BRIEF_SECONDS = 60;
const SEVERAL_TARGETS = 3;
/** Stops in rounds take this of their nats from processes that die, the rest is added for restarts. */
const ROUNDS_AGAINST_CRASH = 0.25;
/** So many stops, and such a share of them, that a request which had worked for one time ended with each. */
const FEWEST_AT_TIMEOUT = 4;
const MOST_AT_TIMEOUT = 0.6;
/** What ended apart from the rest says that no process ended with all it had. */
const APART_NATS = 3;
const WORKER_TIMEOUT_NATS = 3.5;

/** Mean of a value over the stretches, weighted by their failures. */
function meanOf(looks: readonly StopTraits[], measure: (look: StopTraits) => number): number {
  const sizeOf = ({ cut, refused }: StopTraits) => cut + refused;
  const whole = looks.reduce((sum, look) => sum + sizeOf(look), 0);
  return looks.reduce((sum, look) => sum + sizeOf(look) * measure(look), 0) / Math.max(1, whole);
}

/** Share of the stretches, by their failures, for which something holds. */
const shareWhere = (looks: readonly StopTraits[], holds: (look: StopTraits) => boolean): number =>
  meanOf(looks, (look) => (holds(look) ? 1 : 0));

/** Share of the stops in which one and the same time of work came to its end: a server killed what took too long. */
function shareAtTimeout(view: LogView, stops: readonly Stop[]): number {
  if (stops.length < FEWEST_AT_TIMEOUT) return 0;
  const cutIn = ({ members }: Stop) => atOneInstant(members.flatMap((at) => view.failures[at] ?? []));
  const time = timeoutOf(stops.flatMap(cutIn));
  if (time === null) return 0;
  const timed = stops.filter((stop) =>
    cutIn(stop).some(({ targetSeconds }) => inWindow(targetSeconds, time)),
  );
  return timed.length / stops.length;
}

/**
 * Why targets stopped: each trait moves the causes by so many nats, in the share of the stretches that show it. A
 * process that dies comes back; what is replaced is gone, and another takes its place; what is drained was sent
 * nothing for a while before its last requests ended.
 */
function causesOf(view: LogView, stops: readonly Stop[], looks: readonly StopTraits[]): CauseOdds {
  const share = (holds: (look: StopTraits) => boolean) => shareWhere(looks, holds);
  const targets = new Set(stops.map(({ target }) => target.target)).size;
  const roundNats = restartRoundNats(view, stops);
  const turns = roundNats > 0 ? 1 : 0;
  const again = stops.length > targets ? 1 - turns : 0;
  const most = targets >= SEVERAL_TARGETS && targets >= targetCountOf(view) / 2 && !again;
  const many = most ? 1 - turns : 0;
  const onlyRefused = share(({ cut }) => cut === 0);
  const long = share(({ lastedSeconds, cut }) => lastedSeconds > BRIEF_SECONDS && cut === 0);
  const lived = share(({ survivors, cut }) => survivors * 2 >= Math.max(1, cut) && survivors > 0);
  const alive = share(({ answeredWhileRefusing }) => answeredWhileRefusing > 0);
  // A process that dies cuts off what it is at work on: that it had nothing has a chance of exp(-inFlight).
  const unharmedNats = meanOf(looks, ({ cut, inFlight }) =>
    cut === 0 ? Math.min(MOST_UNHARMED_NATS, inFlight) : 0,
  );
  const shortlyRefused = share(({ cut, lastedSeconds }) => cut === 0 && lastedSeconds <= BRIEF_SECONDS);
  const gone = share(({ isGone }) => isGone);
  const replaced = share(({ isReplaced }) => isReplaced);
  const drained = share(({ isDrained }) => isDrained);
  const together = share((look) => look.together);
  const brief = share(
    ({ refused, lastedSeconds, cut }) => refused > 0 && cut > 0 && lastedSeconds <= BRIEF_SECONDS,
  );
  const apart = meanOf(looks, (look) => look.apart / Math.max(1, look.cut + look.refused));
  const timed = shareAtTimeout(view, stops) >= MOST_AT_TIMEOUT ? 1 : 0;
  const nats = {
    crash:
      0.6 -
      unharmedNats +
      1.6 * together +
      1.5 * brief +
      1.5 * again -
      0.8 * gone -
      1.2 * replaced -
      3 * drained -
      2 * lived -
      0.6 * onlyRefused -
      1.2 * long -
      3 * alive -
      0.8 * many -
      ROUNDS_AGAINST_CRASH * roundNats -
      APART_NATS * apart -
      3 * timed,
    deployment:
      -0.3 +
      1.4 * together +
      0.5 * brief -
      2 * again +
      2.6 * gone +
      2.4 * replaced -
      0.6 * drained -
      1.5 * lived * (1 - turns) -
      1.5 * onlyRefused -
      3 * alive -
      2 * many +
      (1 - ROUNDS_AGAINST_CRASH) * roundNats * (1 - drained) -
      APART_NATS * apart -
      2 * timed,
    delay: -3 + 6.2 * drained + 1.2 * gone + 0.8 * replaced - 2 * again - 2 * onlyRefused,
    refused:
      -1.6 +
      3.2 * onlyRefused -
      1.4 * shortlyRefused +
      2.2 * long +
      1.5 * alive -
      0.7 * gone -
      1 * replaced -
      3 * (1 - onlyRefused),
    network: -2.6 + 2.2 * onlyRefused + 0.4 * long - 3 * (1 - onlyRefused),
    tls: -3 + 1.6 * onlyRefused - 3 * (1 - onlyRefused),
  };
  return oddsFromNats(
    [
      ['target-crash', nats.crash],
      ['deployment', nats.deployment],
      ['deregistration-delay-elapsed', nats.delay],
      ['connection-refused', nats.refused],
      ['network-path', nats.network],
      ['tls-failure', nats.tls],
      ...(timed ? [['worker-timeout', WORKER_TIMEOUT_NATS] as const] : []),
    ],
    // What is stopped in turn may finish what it has, as it should.
    0.2 + 1.5 * lived * (1 - turns),
  );
}

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

function statementOf(
  view: LogView,
  { all, stops, looks }: Stretches,
  responsible: Float64Array,
  isDoubtful: boolean,
): Statement {
  const targets = new Set(all.map(({ target }) => target.target)).size;
  const refused = shareWhere(looks, ({ cut }) => cut === 0) > 0.5;
  const isGone = shareWhere(looks, (look) => look.isGone) > 0.5;
  const isDrained = shareWhere(looks, (look) => look.isDrained) > 0.5;
  const longest = Math.max(...looks.map(({ lastedSeconds }) => lastedSeconds));
  const what = isDrained
    ? 'ended when a target that was sent nothing more was cut off'
    : refused
      ? 'were refused in a stretch by a target that answered before'
      : 'ended when their target stopped';
  const how = [
    `${counted(all.length, 'time')} on ${counted(targets, 'target')}`,
    ...(longest >= 1 ? [`for up to ${seconds(longest)}`] : []),
    ...(isGone ? ['it did not come back'] : []),
    ...(shareWhere(looks, ({ isReplaced }) => isReplaced) > 0.5 ? ['a new target took its place'] : []),
  ];
  const causes = causesOf(view, stops, looks);
  return {
    fact: `${what} (${how.join(', ')})${isDoubtful ? '; such requests fail whenever they are asked' : ''}`,
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
