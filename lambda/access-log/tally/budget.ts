import type { HistoryBudget } from './exchange-history.ts';

/** Pairs of node and target whose exchanges are kept one by one; the requests of further ones are only counted. */
const MOST_STREAMS = 40_000;
/** Failures that are looked at one by one, of all load balancers together. */
const MOST_FAILURES = 60_000;
/** Request lines that are kept, to name a path by. */
const MOST_TEXT_BYTES = 16_000_000;

/** What all load balancers of one analysis may keep together, whatever the log names. */
export interface TallyBudget extends HistoryBudget {
  streamsLeft: number;
  failuresLeft: number;
  textBytesLeft: number;
}

/** @param entries - how many exchanges all histories may hold */
export const tallyBudget = (entries: number): TallyBudget => ({
  entriesLeft: entries,
  streamsLeft: MOST_STREAMS,
  failuresLeft: MOST_FAILURES,
  textBytesLeft: MOST_TEXT_BYTES,
});
