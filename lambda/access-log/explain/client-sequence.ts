import { isAnyBetween } from '../keep-alive/pool.ts';
import type { Failure } from '../tally/failure.ts';
import type { GroupTally } from '../tally/group-tally.ts';
import { evenPausesNats, failEvenPauses, type PausesOfClient } from './even-pauses.ts';
import { groupsOf, type LogView, streamsOfGroup } from './log-view.ts';
import { type StreamIndex, streamIndex } from './stream-index.ts';

/** Answered requests whose clients are followed, to see how common the rhythm is. */
const MOST_CONTROLS = 1000;
/** How far a client's own rhythm may spread around its middle, as shares of it. */
const SPREADS = [0.002, 0.004, 0.01, 0.04, 0.12, 0.25];
const FEWEST_HITS = 3;
/** A range of pauses with so many answered ones right beside it, as a share of its own, is cut out of a wider rhythm. */
const CUT_SHARE = 0.5;
const FEWEST_BESIDE = 20;

interface Control {
  readonly client: number;
  readonly sent: number;
}

function controlsOf(group: GroupTally): Control[] {
  const streams = [...streamsOfGroup(group)].map(streamIndex);
  const whole = streams.reduce((sum, { sent }) => sum + sent.length, 0);
  const step = Math.max(1, Math.floor(whole / MOST_CONTROLS));
  const controls: Control[] = [];
  let next = 0;
  for (const { sent, clients } of streams)
    for (let at = 0; at < sent.length; at++) {
      if (next++ % step !== 0) continue;
      controls.push({ client: clients[at] ?? 0, sent: sent[at] ?? 0 });
    }
  return controls;
}

/** Answered requests of a group that are followed, and when answers to their clients and to those that failed were complete. */
interface Followed {
  readonly controls: readonly Control[];
  readonly ends: ReadonlyMap<number, Float64Array>;
  /** When the answered requests of clients that failed had been sent, sorted. */
  readonly sent: ReadonlyMap<number, Float64Array>;
}

const known = new WeakMap<GroupTally, Followed>();

/** Followed once for all idle times that are asked for: whatever failed is among the failures of the view. */
function followedOf(view: LogView, group: GroupTally): Followed {
  let followed = known.get(group);
  if (followed === undefined) {
    const controls = controlsOf(group);
    const clients = new Set(controls.map(({ client }) => client));
    for (const { client } of view.failures) clients.add(client);
    followed = { controls, ends: endsByClient(view, clients), sent: sentByClient(view, group) };
    known.set(group, followed);
  }
  return followed;
}

function sentByClient(view: LogView, group: GroupTally): ReadonlyMap<number, Float64Array> {
  const all = new Map<number, number[]>();
  for (const { client } of view.failures) all.set(client, []);
  for (const stream of streamsOfGroup(group)) {
    const { sent, clients } = streamIndex(stream);
    for (let at = 0; at < sent.length; at++) all.get(clients[at] ?? 0)?.push(sent[at] ?? 0);
  }
  return new Map([...all].map(([client, sent]) => [client, Float64Array.from(sent).sort()]));
}

/** When answers to the clients that failed, and to others, were complete, sorted. */
export const answersToClients = (view: LogView, group: GroupTally): ReadonlyMap<number, Float64Array> =>
  followedOf(view, group).ends;

/** The pauses of each client that failed. */
function pausesOf({ ends, sent }: Followed, failures: readonly Failure[]): readonly PausesOfClient[] {
  const failed = new Map<number, number[]>();
  for (const { client, sentSeconds } of failures) {
    const own = failed.get(client);
    if (own) own.push(sentSeconds);
    else failed.set(client, [sentSeconds]);
  }
  return [...failed].map(([client, own]) => {
    const toClient = ends.get(client) ?? new Float64Array();
    return {
      answered: { sent: sent.get(client) ?? new Float64Array(), ends: toClient },
      failed: { sent: Float64Array.from(own).sort(), ends: toClient },
    };
  });
}

/** Counts the answers to each client, by its number. */
function count({ clients }: StreamIndex, numbers: ReadonlyMap<number, number>, counts: Uint32Array): void {
  for (let at = 0; at < clients.length; at++) {
    const number = numbers.get(clients[at] ?? 0);
    if (number !== undefined) counts[number] = (counts[number] ?? 0) + 1;
  }
}

/** Puts each answer's end at the place that is next for its client. */
function fill(
  { clients, ends }: StreamIndex,
  numbers: ReadonlyMap<number, number>,
  next: Uint32Array,
  all: Float64Array,
): void {
  for (let at = 0; at < clients.length; at++) {
    const number = numbers.get(clients[at] ?? 0);
    if (number === undefined) continue;
    const place = next[number] ?? 0;
    all[place] = ends[at] ?? 0;
    next[number] = place + 1;
  }
}

/** When answers of clients were complete, on whatever target and node, sorted. */
function endsByClient(view: LogView, clients: ReadonlySet<number>): ReadonlyMap<number, Float64Array> {
  const streams = [...groupsOf(view)].flatMap(([, group]) => [...streamsOfGroup(group)].map(streamIndex));
  const numbers = new Map([...clients].map((client, number) => [client, number]));
  const counts = new Uint32Array(clients.size);
  for (const stream of streams) count(stream, numbers, counts);
  // All lists in one, each behind the one before.
  const next = new Uint32Array(clients.size);
  for (let number = 1; number < next.length; number++)
    next[number] = (next[number - 1] ?? 0) + (counts[number - 1] ?? 0);
  const all = new Float64Array(counts.reduce((sum, own) => sum + own, 0));
  for (const stream of streams) fill(stream, numbers, next, all);
  return new Map(
    [...clients].map((client, number) => {
      const end = next[number] ?? 0;
      return [client, all.subarray(end - (counts[number] ?? 0), end).sort()];
    }),
  );
}

/** Seconds since the same client's answers ended: the distances that lie in a range. */
function hasGap(ends: Float64Array | undefined, sent: number, low: number, high: number): boolean {
  return ends !== undefined && isAnyBetween(ends, sent - high, sent - low);
}

/** A client's own rhythm around some seconds, as far as failures and answered requests show it. */
export interface ClientSequence {
  readonly lowSeconds: number;
  readonly highSeconds: number;
  /** Whether each of the failures shows it. */
  readonly hits: readonly boolean[];
  /** Share of the group's answered requests that show it. */
  readonly share: number;
}

/**
 * How the failures lie in the rhythms of their clients: the statement "the same client's answer ended so many seconds
 * before", at several spreads. In a race the earlier answer went to anybody; where one client has a connection nearly to
 * itself, to that client, after any pause.
 *
 * @param failedOfEach - how many failed requests each failure stands for
 */
export function clientSequences(
  view: LogView,
  group: GroupTally,
  failures: readonly Failure[],
  aroundSeconds: number,
  failedOfEach = 1,
): readonly ClientSequence[] {
  const followed = followedOf(view, group);
  const pauses = pausesOf(followed, failures);
  if (failEvenPauses(pauses, aroundSeconds, failedOfEach)) return [];
  const { controls, ends } = followed;
  // Failures are looked at one by one, answered requests one of many.
  const failingPart = view.tally.elb502 / Math.max(1, failures.length) / Math.max(1, group.answered);
  return SPREADS.flatMap((spread) => {
    const [low, high] = [aroundSeconds * (1 - spread), aroundSeconds * (1 + spread)];
    const hits = failures.map(({ client, sentSeconds }) => hasGap(ends.get(client), sentSeconds, low, high));
    const hitCount = hits.filter((hit) => hit).length;
    if (hitCount < FEWEST_HITS) return [];
    const shownIn = (from: number, to: number) =>
      controls.filter(({ client, sent }) => hasGap(ends.get(client), sent, from, to)).length;
    const shown = shownIn(low, high);
    // Answered requests whose pauses are a little shorter, or longer, are of the same rhythm, which then is wider.
    const width = high - low;
    const beside = Math.max(shownIn(low - width, low), shownIn(high, high + width));
    const all = shown + hitCount * controls.length * failingPart;
    const evenNats = evenPausesNats(pauses, aroundSeconds, spread, failedOfEach);
    const isCut = evenNats === null ? beside >= FEWEST_BESIDE && beside > CUT_SHARE * all : evenNats > 0;
    if (isCut) return [];
    return [{ lowSeconds: low, highSeconds: high, hits, share: (shown + 1) / (controls.length + 2) }];
  });
}
