import { lowerBound } from '../keep-alive/pool.ts';
import type { Candidate } from './explanation.ts';
import { seconds } from './fact-text.ts';
import type { IdleWindow } from './idle-controls.ts';
import { ratiosOf, type Searched } from './idle-members.ts';
import { streamOf } from './log-view.ts';
import { explainedBy, oddsOf } from './odds.ts';
import { placeOf } from './place.ts';
import { streamIndex } from './stream-index.ts';

/** The answer of what opened a connection comes so much later, at most. */
const LONGEST_ANSWER_SECONDS = 2;
/** An age must explain so many failures more than the idle time, and so much of them. */
const FEWEST_MORE = 3;
const MORE = 1.2;

/** What was found of an idle time. */
interface Found {
  readonly window: IdleWindow;
  readonly hits: readonly boolean[];
  readonly chances: readonly number[];
}

interface Opened {
  readonly member: number;
  /** How long before the failed request another had been sent. */
  readonly agoSeconds: number;
}

/** When requests had been sent before the failed ones, as far back as the idle time and somewhat further. */
function openedBefore({ view, members }: Searched, { low, width }: IdleWindow): Opened[] {
  const all = members.flatMap(({ failure }, member): Opened[] => {
    const stream = streamOf(view, failure);
    if (stream === undefined) return [];
    const { ends, sent } = streamIndex(stream);
    const { sentSeconds } = failure;
    const opened: Opened[] = [];
    const last = lowerBound(ends, sentSeconds - low + width);
    for (let at = lowerBound(ends, sentSeconds - low - width - LONGEST_ANSWER_SECONDS); at < last; at++) {
      const agoSeconds = sentSeconds - (sent[at] ?? Number.NaN);
      if (agoSeconds >= low && agoSeconds <= low + width + LONGEST_ANSWER_SECONDS)
        opened.push({ member, agoSeconds });
    }
    return opened;
  });
  return all.sort((one, other) => one.agoSeconds - other.agoSeconds);
}

/** Where most failures have a request sent before them, within a window of this width. */
function mostIn(opened: readonly Opened[], width: number): { readonly ago: number; members: Set<number> } {
  let best = { ago: Number.NaN, members: new Set<number>() };
  const counts = new Map<number, number>();
  let start = 0;
  for (const { member, agoSeconds } of opened) {
    counts.set(member, (counts.get(member) ?? 0) + 1);
    for (; (opened[start]?.agoSeconds ?? agoSeconds) < agoSeconds - width; start++) {
      const left = opened[start]?.member ?? -1;
      const count = (counts.get(left) ?? 0) - 1;
      if (count > 0) counts.set(left, count);
      else counts.delete(left);
    }
    if (counts.size > best.members.size)
      best = { ago: agoSeconds - width / 2, members: new Set(counts.keys()) };
  }
  return best;
}

/**
 * The age of connections as a rival of an idle time: counted from when a request was sent that opened one, and not from
 * when its answer came. Where the first agrees for more failures than the second, what ends is no idle connection.
 */
export function ageRivals(search: Searched, { window, hits, chances }: Found): Candidate[] {
  const { view, members, eligible } = search;
  if (window.paired) return [];
  const count = hits.filter((hit) => hit).length;
  const { ago, members: own } = mostIn(openedBefore(search, window), window.width);
  if (own.size < count + FEWEST_MORE || own.size < MORE * count) return [];
  return [
    {
      kind: 'connection-age',
      ageSeconds: ago,
      ratios: ratiosOf(view, eligible, members, (member) =>
        own.has(member) ? 1 / (chances[member] ?? 1) : 0,
      ),
      searchedNats: Math.log(10 * (1 + LONGEST_ANSWER_SECONDS / window.width)),
      statement: (responsible) => ({
        fact: `are on connections that a request had opened ${seconds(ago)} before`,
        where: placeOf(view, explainedBy(view, responsible)),
        causes: oddsOf([
          ['requests-per-connection-limit', 0.85],
          ['keepalive-mismatch', 0.1],
        ]),
      }),
    },
  ];
}
