import { lowerBound } from '../keep-alive/pool.ts';
import { burstWeights } from './client-burst.ts';
import type { Candidate, Explain } from './explanation.ts';
import { clockTimes, lasting } from './fact-text.ts';
import { bestKeySet } from './key-set.ts';
import { groupsOf, type LogView, streamsOfGroup, weightsByMoment } from './log-view.ts';
import { openOdds } from './odds.ts';
import { type Paths, pathStatement, pathsOf } from './path.ts';
import { FORMS, type Form } from './path-name.ts';
import { streamIndex } from './stream-index.ts';
import { bestStretch, isIn, type Stretch, searchOfAll, widthsFor } from './stretch.ts';

const FEWEST_FAILURES = 5;
/** What is shorter is rather a moment at which targets stop than one at which a path is broken. */
const SHORTEST_SECONDS = 60;
/** So many answers of other paths say that the targets worked all the time. */
const FEWEST_OTHERS = 60;
/** A path that fails for a while only has more reasons than one that always fails, such as what it depends on. */
const OF_ALWAYS = 0.92;

/** Answered requests of a stretch that are remembered: all of them, and those for some paths. */
function answeredIn(view: LogView, { firstSeconds, lastSeconds }: Stretch, isOfPaths: Paths['isOfPaths']) {
  let [all, own] = [0, 0];
  for (const [, group] of groupsOf(view))
    for (const stream of streamsOfGroup(group)) {
      const { ends, paths } = streamIndex(stream);
      const to = lowerBound(ends, lastSeconds);
      for (let at = lowerBound(ends, firstSeconds); at < to; at++) {
        all++;
        if (isOfPaths(paths[at] ?? 0)) own++;
      }
    }
  return { all, own };
}

/** Requests for some paths in a stretch; null where too little else was answered in it to say that it is the paths. */
function requestsIn(view: LogView, stretch: Stretch, paths: Paths): number | null {
  const { tally, failures } = view;
  const { all, own } = answeredIn(view, stretch, paths.isOfPaths);
  if (all - own < FEWEST_OTHERS) return null;
  const scale = tally.elb502 / failures.length;
  const failed = failures.filter(({ endSeconds }) => isIn(stretch, endSeconds)).length * scale;
  const requests = tally.times.countBetween(stretch.firstSeconds, stretch.lastSeconds);
  return (own / all) * Math.max(0, requests - failed) + paths.failures.length * scale;
}

function candidateOf(
  view: LogView,
  form: Form,
  stretch: Stretch,
  left: Float64Array,
  searchedNats: number,
): Candidate | null {
  const counts = form.countsOf(view);
  const weights = weightsIn(view, left).map((weight, at) =>
    isIn(stretch, view.failures[at]?.endSeconds ?? 0) ? weight : 0,
  );
  const set = bestKeySet(view, weights, {
    keyOf: form.keyOf,
    shareOf: (key) => counts.count(key) / view.tally.requests,
    distinct: counts.distinct(),
    fewest: FEWEST_FAILURES,
  });
  if (set === null) return null;
  const all = pathsOf(view, form, set);
  const inside = all.failures.filter(({ endSeconds }) => isIn(stretch, endSeconds));
  const paths: Paths = {
    ...all,
    failures: inside,
    when: ` that came within ${lasting(stretch.lastSeconds - stretch.firstSeconds)} from ${clockTimes([stretch.firstSeconds], view.tally)}`,
  };
  const requests = requestsIn(view, stretch, paths);
  if (requests === null) return null;
  const ratio = view.tally.requests / Math.max(1, requests);
  const hit = new Set(inside);
  const said = pathStatement(view, form, { ...paths, requests }, left.slice());
  return {
    kind: 'path',
    ratios: Float64Array.from(view.failures, (failure) => (hit.has(failure) ? ratio : 0)),
    searchedNats: searchedNats + set.searchedNats,
    weights: (rest) => weightsIn(view, rest),
    statement: (responsible) => {
      const statement = said(responsible);
      return { ...statement, causes: openOdds(statement.causes, OF_ALWAYS) };
    },
  };
}

const weightsIn = (view: LogView, left: Float64Array): Float64Array =>
  burstWeights(view, weightsByMoment(view, left));

/** Failures keep to few paths for a while, in which others are answered: a release broke them, say. */
export const explainByPathInStretch: Explain = (view, left): readonly Candidate[] => {
  const search = searchOfAll(view, weightsIn(view, left));
  const widths = widthsFor(view).filter((width) => width >= SHORTEST_SECONDS);
  const searchedNats = Math.log(Math.max(1, search.order.length * widths.length * FORMS.length));
  return widths.flatMap((width) => {
    const stretch = bestStretch(view, search, width);
    if (stretch === null || stretch.lastSeconds - stretch.firstSeconds < SHORTEST_SECONDS) return [];
    return FORMS.flatMap((form) => candidateOf(view, form, stretch, left, searchedNats) ?? []);
  });
};
