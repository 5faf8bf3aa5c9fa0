import { isByTheClock, isRush } from './clock-times.ts';
import type { LogView } from './log-view.ts';
import { MOST_NATS, restartRoundNats } from './restart-rounds.ts';
import type { Stop } from './stop.ts';

/** A restart of all targets takes no longer from one to the next. */
const NEXT_SECONDS = 300;
const MOST_NEAR_ANOTHER = 0.6;
/**
 * One target at each time, or all in a rush, may as well be stopped by what a clock has asked of them; and all of them,
 * one after the other, by the load that came before.
 */
const ASKED_NATS = 2;

/** Share of the stops that have one of another target near. */
function shareNearAnother(stops: readonly Stop[]): number {
  const near = stops.filter(({ target, firstSeconds }) =>
    stops.some(
      (other) => other.target !== target && Math.abs(other.firstSeconds - firstSeconds) <= NEXT_SECONDS,
    ),
  );
  return near.length / Math.max(1, stops.length);
}

function clockNats(view: LogView, stops: readonly Stop[]): number {
  const times = stops.map(({ firstSeconds }) => firstSeconds);
  if (!isByTheClock(times)) return 0;
  const mayBeAsked = shareNearAnother(stops) < MOST_NEAR_ANOTHER || isRush(view, times);
  return mayBeAsked ? ASKED_NATS : MOST_NATS;
}

/**
 * How much better the times of stops agree with restarts that somebody planned than with processes that die of
 * themselves: nats, 0 where they do not agree better. Targets are restarted one after the other, or at a minute of the
 * hour, all of them each time.
 *
 * @param isUnderLoad - whether the load before may have stopped them
 */
export function plannedNats(view: LogView, stops: readonly Stop[], isUnderLoad: boolean): number {
  const nats = Math.max(restartRoundNats(view, stops), clockNats(view, stops));
  return isUnderLoad ? Math.min(ASKED_NATS, nats) : nats;
}
