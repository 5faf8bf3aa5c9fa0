import type { Failure } from '../tally/failure.ts';
import { bestFit } from './formula.ts';
import { type LogView, streamsOfGroup, targetsOf } from './log-view.ts';
import { CLIENT, type RequestKey, ROUTE } from './request-key.ts';
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
const MOST_OF_REQUESTS = 0.5;

/** What requests may have in common that ends a target. */
interface Key extends RequestKey {
  readonly by: 'route' | 'client';
  readonly countOf: (view: LogView, failure: Failure) => number;
}

const KEYS: readonly Key[] = [
  { ...ROUTE, by: 'route', countOf: ({ tally }, { route }) => tally.routes.count(route) },
  { ...CLIENT, by: 'client', countOf: ({ tally }, { client }) => tally.clients.count(client) },
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
  const tally = view.tally.groups.get(group);
  for (const stream of tally === undefined ? [] : streamsOfGroup(tally)) {
    const index = streamIndex(stream);
    for (let at = 0; at < index.sent.length; at++) {
      if (ofAnswer(index.paths[at] ?? 0, index.clients[at] ?? 0) !== key) continue;
      begins.push(index.sent[at] ?? 0);
      ends.push(index.ends[at] ?? 0);
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

const workSecondsOf = (failures: readonly Failure[]): number =>
  failures.reduce((sum, { targetSeconds }) => sum + targetSeconds, 0) / Math.max(1, failures.length);

/** A stop, and the requests that it ended. */
interface Ended {
  readonly stop: Stop;
  readonly failures: readonly Failure[];
}

/** Whether all that a stop ended or refused is of one route, which is not what most ask for. */
function isOfOneJob({ failures, tally }: LogView, { members }: Stop): boolean {
  const routes = new Set(members.map((at) => failures[at]?.route));
  const [route] = routes;
  return (
    routes.size === 1 && route !== undefined && tally.routes.count(route) < MOST_OF_REQUESTS * tally.requests
  );
}

/**
 * Of each stop, `h / q`: whether a request with a key was among those it ended, over the chance that one is. That follows
 * from how often it is asked and how long it takes, beside all others, and from how many were at work around this time.
 */
function ratiosOf(view: LogView, ended: readonly Ended[], key: Key, own: readonly Failure[]): Float64Array {
  const [first] = own;
  if (first === undefined) return new Float64Array(ended.length);
  const { group } = first;
  const isOwn = (failure: Failure | undefined) =>
    failure !== undefined && key.ofFailure(failure) === key.ofFailure(first);
  const relativeWork = workSecondsOf(own) / workSecondsOf(ended.flatMap(({ failures }) => failures));
  const share = Math.min(1, (relativeWork * key.countOf(view, first)) / view.tally.requests);
  const work = workOf(view, group, key, key.ofFailure(first));
  const tally = view.tally.groups.get(group);
  const targets = Math.max(1, tally === undefined ? 0 : targetsOf(tally).length);
  return Float64Array.from(ended, ({ stop, failures }) => {
    if (!failures.some(isOwn)) return 0;
    // Without it nothing would have been seen of this stop: targets may stop as often without such a request.
    if (stop.members.every((at) => isOwn(view.failures[at])) || isOfOneJob(view, stop)) return 1;
    const around = atWorkAround(work, stop.firstSeconds) / targets;
    return 1 / Math.min(1, Math.max(LEAST_CHANCE, around, 1 - (1 - share) ** failures.length));
  });
}

/** The requests of each key that stops ended, one for each stop. */
function endedByKey(ended: readonly Ended[], { ofFailure }: Key): ReadonlyMap<number, readonly Failure[]> {
  const byKey = new Map<number, Failure[]>();
  for (const { failures } of ended)
    for (const [key, failure] of new Map(failures.map((one) => [ofFailure(one), one]))) {
      const own = byKey.get(key);
      if (own === undefined) byKey.set(key, [failure]);
      else own.push(failure);
    }
  return byKey;
}

/**
 * The requests that were at work each time a target stopped, and ended with it, far more often than chance has them
 * there: what stops a target each time it is asked. When that is, is a matter of who asks. null where there are none.
 */
export function cutEachTime(view: LogView, stops: readonly Stop[]): CutEachTime | null {
  if (new Set(stops.map(({ group }) => group)).size !== 1) return null;
  const ended = stops.map((stop): Ended => {
    const failures = stop.members.flatMap((at) => view.failures[at] ?? []);
    return { stop, failures: atOneInstant(failures.filter(({ targetSeconds }) => targetSeconds >= 0)) };
  });
  const found = KEYS.flatMap((key): CutEachTime[] => {
    const byKey = endedByKey(ended, key);
    return [...byKey.values()].flatMap((failures): CutEachTime[] => {
      if (failures.length < MOST_STOPS * stops.length) return [];
      const ratios = ratiosOf(view, ended, key, failures);
      const { gainNats } = bestFit(ratios, new Float64Array(stops.length).fill(1));
      // Each stop ends something rare: what the first one ended is looked for among the others.
      const searchedNats = Math.log(Math.max(1, ...ratios)) + Math.log(KEYS.length * byKey.size);
      return [{ by: key.by, failures, gainNats: gainNats - searchedNats }];
    });
  });
  const best = found.sort((one, other) => other.gainNats - one.gainNats)[0];
  return best === undefined || best.gainNats < LEAST_GAIN_NATS ? null : best;
}
