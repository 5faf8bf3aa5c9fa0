import type { Failure } from '../tally/failure.ts';
import { bestFit } from './formula.ts';
import { groupsOf, type LogView, streamsOfGroup, targetsOf } from './log-view.ts';
import { atOneInstant, type Stop } from './stop.ts';
import { streamIndex } from './stream-index.ts';

/** So many of the stops have to end such a request. */
const MOST_STOPS = 0.75;
/** What else asks for the same is looked at this long before and after a stop. */
const AROUND_SECONDS = 60;
/** What it must gain over chance: there is something to choose from, and clients ask again where they failed. */
const LEAST_GAIN_NATS = 5;
/** No request is in flight more rarely, as far as a log can tell. */
const LEAST_CHANCE = 1e-3;

/** What requests may have in common that ends a target: what is asked, or who asks. */
interface Key {
  readonly by: 'route' | 'client';
  readonly ofFailure: (failure: Failure) => number;
  readonly ofAnswer: (packedPath: number, client: number) => number;
  readonly countOf: (view: LogView, failure: Failure) => number;
}

const KEYS: readonly Key[] = [
  {
    by: 'route',
    ofFailure: ({ packedPath }) => packedPath >>> 16,
    ofAnswer: (packedPath) => packedPath >>> 16,
    countOf: ({ tally }, { route }) => tally.routes.count(route),
  },
  {
    by: 'client',
    ofFailure: ({ client }) => client,
    ofAnswer: (_, client) => client,
    countOf: ({ tally }, { client }) => tally.clients.count(client),
  },
];

/** Requests for the same, or of the same client, that were at work when nearly all of some targets stopped. */
export interface CutEachTime {
  readonly by: Key['by'];
  /** One for each stop that has some. */
  readonly failures: readonly Failure[];
  readonly gainNats: number;
}

/** When requests with a key were at work on the targets of a group: answered ones, as far as remembered, and failed ones. */
function workOf(view: LogView, group: number, { ofFailure, ofAnswer }: Key, key: number) {
  const [begins, ends]: [number[], number[]] = [[], []];
  for (const failure of view.failures) {
    if (failure.group !== group || failure.targetSeconds < 0 || ofFailure(failure) !== key) continue;
    begins.push(failure.sentSeconds);
    ends.push(failure.endSeconds);
  }
  for (const [number, tally] of groupsOf(view)) {
    if (number !== group) continue;
    for (const stream of streamsOfGroup(tally)) {
      const index = streamIndex(stream);
      for (let at = 0; at < index.sent.length; at++) {
        if (ofAnswer(index.paths[at] ?? 0, index.clients[at] ?? 0) !== key) continue;
        begins.push(index.sent[at] ?? 0);
        ends.push(index.ends[at] ?? 0);
      }
    }
  }
  return { begins, ends };
}

/** How many of some requests were at work on average around a time. */
function atWorkAround({ begins, ends }: ReturnType<typeof workOf>, seconds: number): number {
  let sum = 0;
  for (let at = 0; at < begins.length; at++) {
    const begin = Math.max(begins[at] ?? 0, seconds - AROUND_SECONDS);
    sum += Math.max(0, Math.min(ends[at] ?? 0, seconds + AROUND_SECONDS) - begin);
  }
  return sum / (2 * AROUND_SECONDS);
}

/**
 * Of each stop, `h / q`: whether such a request was at work on the target that stopped, over the chance that one was,
 * given how often it is asked, in all the time and around this, and how long it takes.
 */
function ratiosOf(view: LogView, stops: readonly Stop[], key: Key, cuts: readonly (Failure | undefined)[]) {
  const own = cuts.filter((cut) => cut !== undefined);
  const [first] = own;
  const { group } = stops[0] ?? { group: -1 };
  if (first === undefined) return new Float64Array(stops.length);
  const worked = own.reduce((sum, { targetSeconds }) => sum + targetSeconds, 0) / own.length;
  const usual = (key.countOf(view, first) * worked) / view.spanSeconds;
  const work = workOf(view, group, key, key.ofFailure(first));
  const tally = view.tally.groups[group];
  const targets = Math.max(1, tally === undefined ? 0 : targetsOf(tally).length);
  return Float64Array.from(stops, ({ firstSeconds }, at) => {
    if (cuts[at] === undefined) return 0;
    const atWork = Math.max(usual, atWorkAround(work, firstSeconds)) / targets;
    return 1 / Math.max(LEAST_CHANCE, 1 - Math.exp(-atWork));
  });
}

/** By what some stops ended, one request of each key for each stop. */
function cutsByKey(
  ended: readonly (readonly Failure[])[],
  { ofFailure }: Key,
): ReadonlyMap<number, (Failure | undefined)[]> {
  const byKey = new Map<number, (Failure | undefined)[]>();
  for (const [at, failures] of ended.entries())
    for (const failure of failures) {
      const key = ofFailure(failure);
      const cuts = byKey.get(key) ?? Array.from({ length: ended.length }, () => undefined);
      byKey.set(key, cuts);
      cuts[at] = failure;
    }
  return byKey;
}

/**
 * The requests that were at work each time a target stopped, and ended with it, far more often than chance has them
 * there: what stops a target each time it is asked. When that is, is a matter of who asks. null where there are none.
 */
export function cutEachTime(view: LogView, stops: readonly Stop[]): CutEachTime | null {
  const [first] = stops;
  if (first === undefined || stops.some(({ group }) => group !== first.group)) return null;
  const ended = stops.map(({ members }) =>
    atOneInstant(members.flatMap((at) => view.failures[at] ?? []).filter((one) => one.targetSeconds >= 0)),
  );
  const found = KEYS.flatMap((key): CutEachTime[] => {
    const byKey = cutsByKey(ended, key);
    return [...byKey.values()].flatMap((cuts): CutEachTime[] => {
      const failures = cuts.filter((cut) => cut !== undefined);
      if (failures.length < MOST_STOPS * stops.length) return [];
      const ratios = ratiosOf(view, stops, key, cuts);
      const { gainNats } = bestFit(ratios, new Float64Array(stops.length).fill(1));
      return [{ by: key.by, failures, gainNats: gainNats - Math.log(KEYS.length * byKey.size) }];
    });
  });
  const best = found.sort((one, other) => other.gainNats - one.gainNats)[0];
  return best === undefined || best.gainNats < LEAST_GAIN_NATS ? null : best;
}
