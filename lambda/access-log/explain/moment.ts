import { burstWeights } from './client-burst.ts';
import { isByTheClock, isRush } from './clock-times.ts';
import type { Candidate, Explain, Statement } from './explanation.ts';
import { atTimes, counted, lasting, percent } from './fact-text.ts';
import type { LogView } from './log-view.ts';
import { type CauseOdds, explainedBy, oddsOf } from './odds.ts';
import { placeOf } from './place.ts';
import { wasRefused } from './stop-traits.ts';
import {
  bestStretch,
  isIn,
  type Stretch,
  type StretchSearch,
  searchOfAll,
  standsOut,
  widthsFor,
} from './stretch.ts';
import { clientsThatAlwaysFail } from './whenever-asked.ts';

const FEWEST_TARGETS = 2;
const MOST_MOMENTS = 50;
const MOST_REFUSED = 0.8;
/** What lasts for longer is no burst. */
const LONGEST_BURST_SECONDS = 120;

/** A moment in which more of the requests fail may be of those who ask at the time alone. */
const MOST_FAILED = 0.5;
const MOST_OF_CLIENTS = 0.75;

/** A stretch of time, and how much of the failures lies in it. */
export interface Moment extends Stretch {
  readonly weight: number;
  readonly targets: ReadonlySet<number>;
}

function momentOf({ failures }: LogView, stretch: Stretch, weights: Float64Array): Moment {
  let weight = 0;
  const targets = new Set<number>();
  for (const [at, { endSeconds, target }] of failures.entries()) {
    if (!isIn(stretch, endSeconds)) continue;
    weight += weights[at] ?? 0;
    if (target >= 0) targets.add(target);
  }
  return { ...stretch, weight, targets };
}

/**
 * Whether what failed in a moment is nearly all of clients that fail whenever they ask, while most of what else was asked
 * for was answered: they came then, and would have failed at any other time.
 */
function isOfClients(view: LogView, stretch: Stretch): boolean {
  const { failures, tally } = view;
  const inside = failures.filter(({ endSeconds }) => isIn(stretch, endSeconds));
  const scale = tally.elb502 / Math.max(1, failures.length);
  if (inside.length * scale > MOST_FAILED * stretch.share * tally.requests) return false;
  const alwaysFail = clientsThatAlwaysFail(view);
  const own = inside.filter(({ client }) => alwaysFail.has(client));
  return own.length >= MOST_OF_CLIENTS * inside.length;
}

/** What one moment more must gain: its place, and the share that is fitted to it. */
export const eachNats = (failures: number): number => Math.log(failures) + 0.5 * Math.log(failures);

/** The moments of one width at which failures of so many targets come most above their share of the requests. */
export function momentsOf(
  view: LogView,
  search: StretchSearch,
  all: Float64Array,
  widthSeconds: number,
  fewestTargets = FEWEST_TARGETS,
): readonly Moment[] {
  const moments: Moment[] = [];
  const leastNats = eachNats(search.order.length);
  const { weights, whole, part } = search;
  let { order } = search;
  while (moments.length < MOST_MOMENTS) {
    const best = bestStretch(view, { order, weights, whole, part }, widthSeconds);
    const isFirst = order === search.order;
    if (best === null || (!isFirst && best.gain <= leastNats)) break;
    const moment = momentOf(view, best, weights);
    const isOne = moment.targets.size >= fewestTargets;
    const ofAll = { ...best, share: best.share / part };
    if (isOne && standsOut(view, all, ofAll, leastNats) && !isOfClients(view, best)) moments.push(moment);
    else if (!isOne && moments.length === 0) break;
    // What fails right before and after is no other moment: a longer one may hold it.
    const [low, high] = [best.firstSeconds - widthSeconds, best.lastSeconds + widthSeconds];
    order = order.filter((at) => {
      const { endSeconds } = view.failures[at] ?? { endSeconds: low };
      return endSeconds < low || endSeconds > high;
    });
  }
  return moments;
}

/** Whether the moments came by the clock, and not with a rush of requests. */
function isPlanned(view: LogView, moments: readonly Moment[]): boolean {
  const times = moments.map(({ firstSeconds }) => firstSeconds);
  return isByTheClock(times) && !isRush(view, times);
}

/** @param cut - how many requests were at work and broke off */
function causesOf(refused: number, cut: number, planned: boolean): CauseOdds {
  const mostly = refused > MOST_REFUSED * (refused + cut);
  // Restarts come by the clock, and so do backups, maintenance and the reload of a firewall.
  if (planned)
    return oddsOf([
      ['deployment', 0.5],
      ['network-path', 0.1],
      ['connection-refused', mostly ? 0.1 : 0.02],
      ['target-crash', 0.1],
    ]);
  return mostly
    ? oddsOf([
        ['connection-refused', 0.45],
        ['deployment', 0.2],
        ['network-path', 0.15],
        ['tls-failure', 0.08],
      ])
    : oddsOf([
        ['deployment', 0.4],
        ['target-crash', 0.2],
      ]);
}

function statementOf(view: LogView, moments: readonly Moment[], responsible: Float64Array): Statement {
  let [refused, cut] = [0, 0];
  for (const [at, failure] of view.failures.entries()) {
    if (wasRefused(failure)) refused += responsible[at] ?? 0;
    else cut += responsible[at] ?? 0;
  }
  const lasted = Math.max(
    0.001,
    ...moments.map(({ firstSeconds, lastSeconds }) => lastSeconds - firstSeconds),
  );
  const targets = new Set(moments.flatMap((moment) => [...moment.targets])).size;
  const share = moments.reduce((sum, moment) => sum + moment.share, 0);
  const planned = isPlanned(view, moments);
  const at = atTimes(
    moments.map(({ firstSeconds }) => firstSeconds),
    view.tally,
  );
  const came =
    moments.length === 1
      ? `within ${lasting(lasted)} ${at} on ${counted(targets, 'target')}`
      : `in ${moments.length} ${lasted < LONGEST_BURST_SECONDS ? 'bursts' : 'stretches'} of up to ${lasting(lasted)} on ${counted(targets, 'target')}, ${at}`;
  const clock = planned ? ', always at the same minutes of the hour' : '';
  return {
    fact: `came ${came}, in which ${percent(share)} of all requests came${clock}`,
    where: placeOf(view, explainedBy(view, responsible)),
    causes: causesOf(refused, cut, planned),
  };
}

/** Failures of several targets come at once. */
export const explainByMoment: Explain = (view, left): readonly Candidate[] => {
  const search = searchOfAll(view, burstWeights(view, left));
  const { order } = search;
  const { failures } = view;
  // What something else explains was there as well: without it, what is left beside it would stand out.
  const all = burstWeights(view, new Float64Array(failures.length).fill(1));
  const widths = widthsFor(view);
  return widths.flatMap((width): Candidate[] => {
    const moments = momentsOf(view, search, all, width);
    if (moments.length === 0) return [];
    const inMoments = moments.reduce((sum, { weight }) => sum + weight, 0);
    const ratioAt = (seconds: number): number => {
      const moment = moments.find((one) => isIn(one, seconds));
      return moment === undefined ? 0 : moment.weight / inMoments / moment.share;
    };
    return [
      {
        kind: 'moment',
        ratios: Float64Array.from(failures, ({ endSeconds }) => ratioAt(endSeconds)),
        searchedNats: Math.log(order.length * widths.length) + (moments.length - 1) * eachNats(order.length),
        weights: (rest) => burstWeights(view, rest),
        statement: (responsible) => statementOf(view, moments, responsible),
      },
    ];
  });
};
