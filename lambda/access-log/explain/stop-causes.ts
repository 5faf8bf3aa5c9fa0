import type { CutEachTime } from './cut-each-time.ts';
import type { LogView } from './log-view.ts';
import { type CauseOdds, oddsFromNats } from './odds.ts';
import { plannedNats } from './planned-stops.ts';
import type { Stop } from './stop.ts';
import { type StopTraits, targetCountOf } from './stop-traits.ts';
import { areAtTimeout } from './stops-at-timeout.ts';

/** That a process had nothing to cut off when it died is never less probable than this makes it. */
const MOST_UNHARMED_NATS = 3;
/** A process is back sooner than this, or it is taken out of service. */
const BRIEF_SECONDS = 60;
const SEVERAL_TARGETS = 3;
/** Planned stops take this of their nats from processes that die, the rest is added for restarts. */
const PLAN_AGAINST_CRASH = 0.25;
/** What ended apart from the rest says that no process ended with all it had. */
const APART_NATS = 3;
/** A full accept queue may drop what comes, and a host that is gone does; most often it is lost on the way. */
const DROPPED_NATS = 4;
const DROPPED_ON_THE_WAY_NATS = 1.8;
/** One of several processes of a server may die alone; and anything else may break off what is at work. */
const ANSWERING_ON_NATS = 1.4;
const WORKER_TIMEOUT_NATS = 3.5;
/** That what replaces a target is there only after it ended is so much less probable in a deployment. */
const LATE_NATS = 2;
/** That the same request was at work each time a target was stopped is never less probable than this makes it. */
const MOST_REQUEST_NATS = 4;
/** Refused connections and failed handshakes leave the same line: for so much longer than a restart, on a port of TLS. */
const HANDSHAKE_NATS = 4.8;

/** Of the stretches that show it, those in which a target answered on at once: its server had not ended, or not all of it. */
export function answeringOn(looks: readonly StopTraits[]): number {
  const shown = looks.filter(({ rightAfter }) => rightAfter !== null);
  return shown.filter(({ rightAfter }) => rightAfter === 'answered').length / Math.max(1, shown.length);
}

/** Whether more requests were dropped than refused: what does not listen refuses at once. */
export const areMostDropped = ({ cut, refused, connectTimeouts }: StopTraits): boolean =>
  cut === 0 && connectTimeouts > refused;

/** Mean of a value over the stretches, weighted by their failures. */
function meanOf(looks: readonly StopTraits[], measure: (look: StopTraits) => number): number {
  const sizeOf = ({ cut, refused }: StopTraits) => cut + refused;
  const whole = looks.reduce((sum, look) => sum + sizeOf(look), 0);
  return looks.reduce((sum, look) => sum + sizeOf(look) * measure(look), 0) / Math.max(1, whole);
}

/** Share of the stretches, by their failures, for which something holds. */
export const shareWhere = (looks: readonly StopTraits[], holds: (look: StopTraits) => boolean): number =>
  meanOf(looks, (look) => (holds(look) ? 1 : 0));

/**
 * Why targets stopped: each trait moves the causes by so many nats, in the share of the stretches that show it. A
 * process that dies comes back; what is replaced is gone, and another takes its place; what is drained was sent
 * nothing for a while before its last requests ended.
 */
export function causesOfStops(
  view: LogView,
  stops: readonly Stop[],
  looks: readonly StopTraits[],
  cut: CutEachTime | null,
  isUnderLoad: boolean,
): CauseOdds {
  const share = (holds: (look: StopTraits) => boolean) => shareWhere(looks, holds);
  const targets = new Set(stops.map(({ target }) => target.target)).size;
  // Who asks what stops a target decides when: the times say nothing of who stopped it.
  const apartFromOthers = share(({ isAlone }) => isAlone);
  const planNats = cut === null ? plannedNats(view, stops, isUnderLoad) * (1 - apartFromOthers) : 0;
  // One that is gone alone has died; of several, one after the other, each may have been taken away.
  const alone = targets < SEVERAL_TARGETS ? apartFromOthers : 0;
  // A rollout starts what is new before it stops what is old; what died is missed first, and comes back as another.
  const late = share(({ isReplacedLate }) => isReplacedLate) * (1 - alone);
  const requestNats = Math.min(MOST_REQUEST_NATS, cut?.gainNats ?? 0);
  const turns = planNats > 0 ? 1 : 0;
  const again = stops.length > targets ? 1 - turns : 0;
  const most = targets >= SEVERAL_TARGETS && targets >= targetCountOf(view) / 2 && !again;
  // Where each was replaced in its turn, the next to die is the one that had replaced another.
  const many = most ? (1 - turns) * (1 - late) : 0;
  // What went on taking requests did not end, however often.
  const taking = share(({ isTaking }) => isTaking);
  const onlyRefused = share(({ cut }) => cut === 0);
  const long = share(({ lastedSeconds, cut }) => lastedSeconds > BRIEF_SECONDS && cut === 0);
  const lived = share(({ survivors, cut }) => survivors * 2 >= Math.max(1, cut) && survivors > 0);
  const alive = share(({ answeredWhileRefusing }) => answeredWhileRefusing > 0);
  // A process that dies cuts off what it is at work on: that it had nothing has a chance of exp(-inFlight).
  const unharmedNats = meanOf(looks, ({ cut, inFlight }) =>
    cut === 0 ? Math.min(MOST_UNHARMED_NATS, inFlight) : 0,
  );
  const shortlyRefused = share(({ cut, lastedSeconds }) => cut === 0 && lastedSeconds <= BRIEF_SECONDS);
  const handshakes = share(
    ({ lastedSeconds, cut, isOnTlsPort }) => lastedSeconds > BRIEF_SECONDS && cut === 0 && isOnTlsPort,
  );
  const dropped = share(areMostDropped);
  const gone = share(({ isGone }) => isGone);
  const replaced = share(({ isReplaced }) => isReplaced);
  const drained = share(({ isDrained }) => isDrained);
  const together = share((look) => look.together);
  const brief = share(
    ({ refused, lastedSeconds, cut }) => refused > 0 && cut > 0 && lastedSeconds <= BRIEF_SECONDS,
  );
  const apart = meanOf(looks, (look) => look.apart / Math.max(1, look.cut + look.refused));
  const on = answeringOn(looks) * (1 - turns);
  const timed = areAtTimeout(view, stops) ? 1 : 0;
  const nats = {
    crash:
      0.6 -
      unharmedNats +
      1.6 * together +
      1.5 * brief +
      1.5 * again * (1 - taking) -
      0.8 * gone * (1 - late) -
      1.2 * replaced -
      3 * drained -
      2 * lived -
      0.6 * onlyRefused -
      1.2 * long -
      3 * alive -
      ANSWERING_ON_NATS * on -
      0.8 * many +
      2 * alone -
      PLAN_AGAINST_CRASH * planNats -
      APART_NATS * apart -
      3 * timed,
    deployment:
      -0.3 +
      1.4 * together +
      0.5 * brief -
      2 * again +
      2.6 * gone +
      2.4 * replaced -
      0.6 * drained -
      1.5 * lived * (1 - turns) -
      1.5 * onlyRefused -
      3 * alive -
      2 * many -
      2.5 * alone -
      LATE_NATS * late +
      (1 - PLAN_AGAINST_CRASH) * planNats * (1 - drained) -
      APART_NATS * apart -
      2 * timed -
      requestNats,
    delay: -3 + 6.2 * drained + 1.2 * gone + 0.8 * replaced - 2 * again - 2 * onlyRefused,
    refused:
      -1.6 +
      3.2 * onlyRefused -
      1.4 * shortlyRefused +
      2.2 * long +
      1.5 * alive -
      0.7 * gone -
      1 * replaced -
      DROPPED_NATS * dropped -
      3 * (1 - onlyRefused),
    network:
      -2.6 + 2.2 * onlyRefused + 0.4 * long + DROPPED_ON_THE_WAY_NATS * dropped - 3 * (1 - onlyRefused),
    tls: -3 + 1.6 * onlyRefused + HANDSHAKE_NATS * handshakes - 3 * (1 - onlyRefused),
  };
  return oddsFromNats(
    [
      ['target-crash', nats.crash],
      ['deployment', nats.deployment],
      ['deregistration-delay-elapsed', nats.delay],
      ['connection-refused', nats.refused],
      ['network-path', nats.network],
      ['tls-failure', nats.tls],
      ...(timed ? [['worker-timeout', WORKER_TIMEOUT_NATS] as const] : []),
    ],
    // What is stopped in turn may finish what it has, as it should.
    0.2 + 1.5 * lived * (1 - turns) + ANSWERING_ON_NATS * on,
  );
}
