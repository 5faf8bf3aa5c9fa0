import { isAnyBetween, lowerBound } from '../keep-alive/pool.ts';
import type { Candidate } from './explanation.ts';
import { seconds } from './fact-text.ts';
import type { IdleWindow } from './idle-controls.ts';
import { ratiosOf, type Searched } from './idle-members.ts';
import { streamOf } from './log-view.ts';
import { explainedBy, oddsOf } from './odds.ts';
import { placeOf } from './place.ts';
import { answeredSent, streamIndex } from './stream-index.ts';

/** The answer of what opened a connection comes so much later, at most. */
const LONGEST_ANSWER_SECONDS = 2;
/** Windows are also looked for that are this much narrower than that of the idle time. */
const NARROWER = [1, 2, 4, 8];
/** How much better the times since opening must agree than those since the answer, for any of so many failures. */
const BETTER = 1.1;
const FEWEST_FAILURES = 5;

/** What was found of an idle time. */
interface Found {
  readonly window: IdleWindow;
  readonly hits: readonly boolean[];
  readonly chances: readonly number[];
}

interface Earlier {
  readonly member: number;
  /** How long before the failed request it was. */
  readonly agoSeconds: number;
}

/** What was before the failed requests, about as far back as the idle time: when requests were sent, or were answered. */
function earlierOf(
  { view, members }: Searched,
  { low, width }: IdleWindow,
  what: 'sent' | 'ends',
): readonly Earlier[] {
  const longest = low + 2 * width + (what === 'sent' ? LONGEST_ANSWER_SECONDS : 0);
  const all = members.flatMap(({ failure }, member): Earlier[] => {
    const stream = streamOf(view, failure);
    if (stream === undefined) return [];
    const index = streamIndex(stream);
    const { sentSeconds } = failure;
    const last = lowerBound(index.ends, sentSeconds - low + width);
    const earlier: Earlier[] = [];
    for (let at = lowerBound(index.ends, sentSeconds - longest); at < last; at++) {
      const agoSeconds = sentSeconds - (index[what][at] ?? Number.NaN);
      if (agoSeconds <= longest) earlier.push({ member, agoSeconds });
    }
    return earlier;
  });
  return all.sort((one, other) => one.agoSeconds - other.agoSeconds);
}

/** Where failures agree, and how well: their number times the nats that each has in a window so narrow. */
interface Agreement {
  readonly agoSeconds: number;
  readonly width: number;
  readonly members: ReadonlySet<number>;
  readonly nats: number;
}

/** Where most failures have something before them within a window. */
function mostIn(earlier: readonly Earlier[], width: number, natsEach: number): Agreement {
  let best: Agreement = { agoSeconds: Number.NaN, width, members: new Set(), nats: 0 };
  const counts = new Map<number, number>();
  let start = 0;
  for (const { member, agoSeconds } of earlier) {
    counts.set(member, (counts.get(member) ?? 0) + 1);
    for (; (earlier[start]?.agoSeconds ?? agoSeconds) < agoSeconds - width; start++) {
      const left = earlier[start]?.member ?? -1;
      const count = (counts.get(left) ?? 0) - 1;
      if (count > 0) counts.set(left, count);
      else counts.delete(left);
    }
    if (counts.size > best.members.size)
      best = {
        ...{ agoSeconds: agoSeconds - width / 2, width },
        ...{ members: new Set(counts.keys()), nats: counts.size * natsEach },
      };
  }
  return best;
}

/** Where they agree best, in a window as wide as that of the idle time or narrower, where chance has fewer. */
const bestIn = (earlier: readonly Earlier[], width: number, natsEach: number): Agreement =>
  NARROWER.map((factor) => mostIn(earlier, width / factor, natsEach + Math.log(factor))).reduce(
    (one, other) => (other.nats > one.nats ? other : one),
  );

/** Answered requests that are looked at of each node and target. */
const MOST_CONTROLS = 300;

/** The chance that an answered request has another one sent so long before it, too: where traffic ticks, most have. */
function chanceOfAnswered(
  { view, members }: Searched,
  { agoSeconds, width, members: own }: Agreement,
): number {
  const streams = new Set(
    members.flatMap(({ failure }, member) => (own.has(member) ? (streamOf(view, failure) ?? []) : [])),
  );
  let [all, hits] = [0, 0];
  for (const stream of streams) {
    const { starts } = streamIndex(stream);
    const sent = answeredSent(stream);
    const step = Math.max(1, Math.ceil(sent.length / MOST_CONTROLS));
    for (let at = 0; at < sent.length; at += step) {
      const opened = (sent[at] ?? 0) - agoSeconds;
      all++;
      if (isAnyBetween(starts, opened - width / 2, opened + width / 2)) hits++;
    }
  }
  return hits / Math.max(1, all);
}

/**
 * The age of connections as a rival of an idle time: counted from when a request was sent that opened one, and not from
 * when its answer came. Where the failures agree better on the first than on the second, what ends is no idle connection.
 */
export function ageRivals(search: Searched, { window, hits, chances }: Found): Candidate[] {
  const { view, members, eligible } = search;
  const hitNats = chances.flatMap((chance, member) => (hits[member] ? [-Math.log(chance)] : []));
  if (window.paired || hitNats.length < FEWEST_FAILURES) return [];
  const natsEach = hitNats.reduce((sum, nats) => sum + nats, 0) / hitNats.length;
  const opened = bestIn(earlierOf(search, window, 'sent'), window.width, natsEach);
  const answered = bestIn(earlierOf(search, window, 'ends'), window.width, natsEach);
  if (opened.nats < BETTER * answered.nats) return [];
  const narrower = window.width / opened.width;
  const likely = chanceOfAnswered(search, opened);
  return [
    {
      kind: 'connection-age',
      ageSeconds: opened.agoSeconds,
      ratios: ratiosOf(view, eligible, members, (member) =>
        opened.members.has(member) ? 1 / Math.max(likely, (chances[member] ?? 1) / narrower) : 0,
      ),
      searchedNats: Math.log(10 * NARROWER.length * (1 + LONGEST_ANSWER_SECONDS / opened.width)),
      statement: (responsible) => ({
        fact: `came ${seconds(opened.agoSeconds)} after a request was sent that may have opened their connection`,
        where: placeOf(view, explainedBy(view, responsible)),
        causes: oddsOf([
          ['requests-per-connection-limit', 0.85],
          ['keepalive-mismatch', 0.1],
        ]),
      }),
    },
  ];
}
