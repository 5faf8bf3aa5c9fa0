import type { Window } from '../keep-alive/chance.ts';
import { chancesAt, type Place, placesOf } from '../keep-alive/estimate.ts';
import { type Failure, mayBeClose } from '../tally/failure.ts';
import type { GroupTally } from '../tally/group-tally.ts';
import { ageRivals } from './age-rival.ts';
import { answersToClients, clientSequences } from './client-sequence.ts';
import type { Candidate, Explain, IdleTimeEstimate } from './explanation.ts';
import { seconds } from './fact-text.ts';
import { bestFit, refit } from './formula.ts';
import { idleCandidate } from './idle-candidate.ts';
import { hasIdleTime, type IdleWindow, MatchedControls, refutingRequests } from './idle-controls.ts';
import { eligibleOf, type GroupSearch, type Member, membersOf, ratiosOf } from './idle-members.ts';
import { groupsOf, type LogView, streamOf, streamsOfGroup } from './log-view.ts';
import { explainedBy } from './odds.ts';
import { ownReasons } from './own-reason.ts';
import { placeOf } from './place.ts';
import { keepsToConnection } from './rhythm-dose.ts';
import { streamIndex } from './stream-index.ts';
import { usedMeanwhile } from './used-meanwhile.ts';

const FEWEST_FAILURES = 3;
/** Refused connections come in stretches, so more is asked of lines that do not show the request as sent. */
const UNDISPATCHED_P_VALUE = 1e-7;
/** Where a server's timer is coarse, a request in the window is answered as often as not; here it leaves no choice. */
const NARROW_SECONDS = 0.1;
/** How much wider than the narrowest window others are tried, of so many failures or more. */
const WIDER = [2, 4, 8];
const FEWEST_TO_WIDEN = 6;
/** As a part of the idle time: what is wider shows none. */
const WIDEST_SHARE = 0.1;
/** An idle time this close to an age that was found, as a part of it, is that age. */
const SAME_AS_AGE = 0.05;
/** Idle times this close to each other, as a part of them, are the same. */
const SAME_IDLE_TIME = 0.03;

function tookSeconds(members: readonly Member[]): number {
  const times = members.map(({ failure }) => Math.max(0, failure.endSeconds - failure.sentSeconds));
  return times.sort((a, b) => a - b)[times.length >> 1] ?? 0;
}

/** The rhythm of the clients themselves, as rivals of an idle time: none of our causes. */
function clientRivals({ view, tally, members, eligible }: GroupSearch, aroundSeconds: number): Candidate[] {
  const failures = members.map(({ failure }) => failure);
  const failedOfEach = (eligible.length * view.tally.elb502) / (failures.length * view.failures.length);
  return clientSequences(view, tally, failures, aroundSeconds, failedOfEach).map(
    ({ hits, share, lowSeconds, highSeconds }) => ({
      kind: 'client',
      ratios: ratiosOf(view, eligible, members, (member) => (hits[member] ? 1 / share : 0)),
      searchedNats: Math.log(10),
      rhythm: { lowSeconds, highSeconds },

      statement: (responsible) => ({
        fact: `came ${seconds(lowSeconds)} to ${seconds(highSeconds)} after an answer to the same client: a rhythm of the client, which may fall on an idle time by chance`,
        where: placeOf(view, explainedBy(view, responsible)),
        causes: [],
      }),
    }),
  );
}

/** A search that has found places at which failures pile up. */
interface PlaceSearch extends GroupSearch {
  readonly controls: MatchedControls;
}

/** How the failures lie at a place, in a window as wide as it or wider. */
interface Fitted {
  readonly window: IdleWindow;
  readonly hits: readonly boolean[];
  /** Chance of each member to be in the window without a close. */
  readonly chances: readonly number[];
  readonly ratios: Float64Array;
}

function fittedIn(search: PlaceSearch, place: Place, { low, width }: Window): Fitted {
  const { view, members, eligible, controls } = search;
  const failures = members.map(({ failure }) => failure);
  const samples = members.map(({ sample }) => sample);
  // The window is measured to the end of the failure, a hair wider than its rounded gaps.
  const window = { low: low - tookSeconds(members) - 1e-5, width: width + 2e-5, paired: place.paired };
  const byLuck = chancesAt(samples, { ...place, pileUp: { ...place.pileUp, window: { low, width } } });
  const chanceFor = controls.chancesIn(window);
  const hits = failures.map((failure) => {
    const stream = streamOf(view, failure);
    const took = Math.max(0, failure.endSeconds - failure.sentSeconds);
    return (
      stream !== undefined &&
      failure.sentSeconds - low - width >= failure.unansweredSeconds &&
      hasIdleTime(streamIndex(stream), failure.sentSeconds, { ...window, low: low - took - 1e-5 })
    );
  });
  const chances = failures.map((failure, member) => chanceFor(failure, byLuck[member] ?? 1));
  const ratios = ratiosOf(view, eligible, members, (member) =>
    hits[member] ? 1 / (chances[member] ?? 1) : 0,
  );
  return { window, hits, chances, ratios };
}

/**
 * The window in which the failures gain most: the narrowest one says where the close is, but closes that come a little
 * sooner or later are due to it as well.
 */
function widened(search: PlaceSearch, place: Place, narrow: Fitted): Fitted {
  const { low, width } = place.pileUp.window;
  const { view, members } = search;
  const gainOf = ({ ratios }: Fitted) => bestFit(ratios, view.momentWeights).gainNats;
  if (members.length < FEWEST_TO_WIDEN) return narrow;
  let [best, most] = [narrow, gainOf(narrow)];
  for (const factor of WIDER) {
    const wide = width * factor;
    const from = low - (wide - width) / 2;
    if (wide > WIDEST_SHARE * from) continue;
    const wider = fittedIn(search, place, { low: from, width: wide });
    const gain = gainOf(wider);
    if (gain > most + Math.log(1 + WIDER.length)) [best, most] = [wider, gain];
  }
  return best;
}

function candidateAt(search: PlaceSearch, place: Place): Candidate[] {
  const { view, tally, members, dispatched } = search;
  const { low, width } = place.pileUp.window;
  const narrow = fittedIn(search, place, { low, width });
  const fitted = widened(search, place, narrow);
  const hits = members.filter((_, member) => fitted.hits[member]);
  const count = hits.length;
  if (count < FEWEST_FAILURES) return [];
  const used = usedMeanwhile(view, tally, hits, fitted.window);
  const idle = idleCandidate(search, place, {
    ratios: fitted.ratios,
    // All places and widths are searched (see `chanceOfPileUp`).
    searchedNats: Math.log(10 * 17 * ((low + width) / width)),
    ...(used === null ? {} : { usedMeanwhile: used }),
  });
  if (idle === null) return [];
  if (width <= NARROW_SECONDS && dispatched) {
    const { estimate } = idle.idle;
    const refuting = refutingRequests([...streamsOfGroup(tally)], estimate.low, estimate.high);
    if (refuting > count) return [];
  }
  const failures = members.map(({ failure }) => failure);
  const ofClients = clientRivals(search, low + width / 2);
  const isOfConnection =
    ofClients.length > 0 && keepsToConnection(view, failures, narrow.window, answersToClients(view, tally));
  return [idle, ...ageRivals(search, narrow), ...(isOfConnection ? [] : ofClients)];
}

/** Whether two findings say that servers of one group close connections after one time. */
export const isSameIdleTime = (one: IdleTimeEstimate, other: IdleTimeEstimate): boolean =>
  one.group === other.group && Math.abs(one.estimate.seconds / other.estimate.seconds - 1) < SAME_IDLE_TIME;

/**
 * An idle time that shows in both ways, to all earlier answers and to the one that gave the connection back: some
 * failures show it in one way alone.
 */
function bothOf({ view }: GroupSearch, single: readonly Candidate[]): Candidate[] {
  const [one, other] = single.filter(({ idle }) => idle !== undefined);
  if (one?.idle === undefined || other?.idle === undefined) return [];
  if (!isSameIdleTime(one.idle, other.idle)) return [];
  const { shares } = refit([one.ratios, other.ratios], view.failures.length, [0.3, 0.3]);
  const [ownShare = 0, otherShare = 0] = shares;
  const whole = Math.max(1e-9, ownShare + otherShare);
  const ratios = one.ratios.map(
    (ratio, at) => (ratio * ownShare + (other.ratios[at] ?? 0) * otherShare) / whole,
  );
  const searchedNats = Math.max(one.searchedNats, other.searchedNats) + Math.LN2;
  return [{ ...(ownShare >= otherShare ? one : other), ratios, searchedNats }];
}

/** What was found for failures of a group that may be the race; they are the same again and again. */
const known = new WeakMap<LogView, Map<string, readonly Candidate[]>>();

function candidatesFor(
  view: LogView,
  group: number,
  tally: GroupTally,
  dispatched: boolean,
  eligible: readonly number[],
): readonly Candidate[] {
  if (eligible.length < FEWEST_FAILURES) return [];
  const searches = known.get(view) ?? new Map<string, readonly Candidate[]>();
  known.set(view, searches);
  const key = `${group} ${dispatched} ${eligible.join(' ')}`;
  const candidates =
    searches.get(key) ??
    candidatesOf({ view, group, tally, dispatched, eligible, members: membersOf(view, eligible) });
  searches.set(key, candidates);
  return candidates;
}

function candidatesOf(search: GroupSearch): readonly Candidate[] {
  const samples = search.members.map(({ sample }) => sample);
  const largest = search.dispatched ? undefined : UNDISPATCHED_P_VALUE;
  const places = placesOf(samples, largest);
  if (places.length === 0) return [];
  const failures = search.members.map(({ failure }) => failure);
  const withControls = { ...search, controls: new MatchedControls(search.tally, failures) };
  const single = places.flatMap((place) => candidateAt(withControls, place));
  return [...single, ...bothOf(search, single)];
}

/** Failures came a fixed time after an earlier answer of their target: it had closed the idle connection. */
export const explainByIdleTime: Explain = (view, weights, found = []) => {
  // What was found once has its share of all failures that are like these, those that were not looked at included.
  const isFoundBefore = ({ idle }: Candidate) =>
    idle !== undefined &&
    found.some(
      (other) =>
        (other.idle !== undefined &&
          other.idle.dispatched === idle.dispatched &&
          isSameIdleTime(other.idle, idle)) ||
        // The first answer on a connection that ends at an age lies as far back.
        (other.ageSeconds !== undefined &&
          Math.abs(idle.estimate.seconds / other.ageSeconds - 1) < SAME_AS_AGE),
    );
  const hasOwnReason = ownReasons(view);
  return [...groupsOf(view)].flatMap(([group, tally]) =>
    [true, false].flatMap((dispatched) => {
      const isEligible = (failure: Failure) =>
        failure.group === group &&
        !hasOwnReason(failure) &&
        (dispatched ? mayBeClose(failure) : failure.signature === 'neverDispatched' && failure.isFirstOfRun);
      const eligible = eligibleOf(view, weights, isEligible);
      const candidates = candidatesFor(view, group, tally, dispatched, eligible);
      return candidates.filter((candidate) => !isFoundBefore(candidate));
    }),
  );
};
