import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from './connection.ts';
import { confirmationDistanceSeconds } from './idle-plan.ts';
import { IdleWatch, type Observation } from './idle-watch.ts';
import { monotonicMs } from './monotonic.ts';
import type { RequestBudget, Session } from './session.ts';

/** What one connection of a round is for. */
export interface ConnectionSlot {
  readonly role: 'trial' | 'above' | 'ask';
  /** For `ask`: after how long. */
  readonly askAfterSeconds?: number;
  readonly startAfterSeconds?: number;
}

const LAST_LOOK_MS = 1_200;

interface Seated {
  readonly seat: ConnectionSlot;
  readonly watch: IdleWatch;
}

/**
 * Several idle connections side by side. The first to be closed gives the value; at that instant one that
 * began a little later is asked (just below), and a little later one that began together with it (just above).
 */
export class IdleRound {
  readonly #session: Session;
  readonly #budget: RequestBudget;
  readonly #seated: Seated[] = [];
  readonly #observations: Observation[] = [];
  readonly #opening = new Set<Connection>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #stop = new AbortController();
  readonly #ended: Promise<void>;
  #end: () => void = () => {};
  #pending = 0;
  #closing = false;
  #over = false;

  constructor(session: Session, budget: RequestBudget) {
    this.#session = session;
    this.#budget = budget;
    this.#ended = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  /**
   * Runs until the value and its confirmation are in, until two connections turned out to be dead, or until
   * `endAtMs`, when one open connection is asked.
   *
   * @param first - a connection that has answered already and takes the first seat
   */
  async run(
    seats: readonly ConnectionSlot[],
    endAtMs: number,
    first?: Connection,
  ): Promise<readonly Observation[]> {
    const [own, ...rest] = first === undefined ? [undefined, ...seats] : seats;
    if (first && own) this.#seat(own, first);
    this.#pending = rest.length;
    const opened = rest.map((seat) => seat && this.#open(seat));
    this.#at(endAtMs, () => this.#askOneAndEnd());
    this.#at(this.#session.deadlineMs, () => this.#end());
    this.#endWhenNothingIsLeft();
    await this.#ended;
    this.#over = true;
    this.#stop.abort();
    for (const timer of this.#timers) clearTimeout(timer);
    for (const { watch } of this.#seated) watch.drop();
    for (const connection of this.#opening) connection.destroy();
    void Promise.allSettled(opened);
    return this.#observations;
  }

  async #open(seat: ConnectionSlot): Promise<void> {
    try {
      if (seat.startAfterSeconds !== undefined) {
        await sleep(seat.startAfterSeconds * 1_000, undefined, { signal: this.#stop.signal });
      }
      await this.#session.pace();
      if (this.#over || this.#closing) return;
      const connection = await this.#session.connect();
      if (this.#over || this.#closing || !this.#budget.take()) return connection.destroy();
      this.#opening.add(connection);
      const answer = await this.#session.ask(connection, this.#session.remainingMs);
      this.#opening.delete(connection);
      if (this.#over || answer.kind !== 'response' || !answer.response.persistent)
        return connection.destroy();
      this.#seat(seat, connection);
    } catch {
      // One connection of many could not be made: the others tell what there is to tell.
    } finally {
      this.#pending--;
      this.#endWhenNothingIsLeft();
    }
  }

  #seat(seat: ConnectionSlot, connection: Connection): void {
    const watch = new IdleWatch(connection);
    this.#seated.push({ seat, watch });
    void watch.done.then((observation) => this.#observe(observation));
    if (seat.askAfterSeconds === undefined) return;
    const idleMs = watch.idleSecondsAt(monotonicMs()) * 1_000;
    this.#at(monotonicMs() + seat.askAfterSeconds * 1_000 - idleMs, () => this.#ask(watch));
  }

  #observe(observation: Observation): void {
    if (this.#over) return;
    this.#observations.push(observation);
    const dead = this.#observations.filter(({ kind }) => kind === 'unanswered');
    if (observation.kind === 'closed' && !this.#closing) this.#confirm(observation.idleSeconds);
    const watches = this.#seated.some(({ seat }) => seat.role !== 'ask');
    if (watches && dead.length >= 2 && !this.#closing) this.#end();
    this.#endWhenNothingIsLeft();
  }

  /** The first connection was closed: ask one just below and one just above, and let the rest close. */
  #confirm(seconds: number): void {
    this.#closing = true;
    const now = monotonicMs();
    const distance = confirmationDistanceSeconds(seconds);
    const waiting = this.#seated.filter(({ watch }) => watch.waiting);
    const below = waiting
      .filter(({ watch }) => watch.idleSecondsAt(now) <= seconds - distance)
      .sort((a, b) => b.watch.idleSecondsAt(now) - a.watch.idleSecondsAt(now))
      .at(0)?.watch;
    if (below) this.#ask(below);
    for (const { seat, watch } of waiting) {
      if (watch === below) continue;
      if (seat.role === 'ask') watch.drop();
      const untilMs = (seconds + distance - watch.idleSecondsAt(now)) * 1_000;
      if (seat.role === 'above') this.#at(now + untilMs, () => this.#ask(watch));
    }
    // Long enough for servers that look at their idle connections once a second.
    this.#at(now + Math.max(1_500, seconds * 100), () => this.#end());
  }

  #ask(watch: IdleWatch): void {
    if (!watch.waiting) return;
    if (this.#session.remainingMs <= 0 || !this.#budget.take()) watch.drop();
    else void watch.ask(this.#session);
  }

  #askOneAndEnd(): void {
    if (this.#closing) return;
    const oldest = this.#seated.find(({ seat, watch }) => seat.role === 'trial' && watch.waiting)?.watch;
    this.#closing = true;
    if (oldest) this.#ask(oldest);
    for (const { seat, watch } of this.#seated) {
      // Where the deadline is near, the others may still be seen to close before it.
      const worthWatching = seat.role !== 'ask' && this.#session.remainingMs <= LAST_LOOK_MS;
      if (watch !== oldest && watch.waiting && !worthWatching) watch.drop();
    }
    this.#endWhenNothingIsLeft();
  }

  #endWhenNothingIsLeft(): void {
    const waits = this.#closing ? 0 : this.#pending;
    if (waits === 0 && this.#observations.length === this.#seated.length) this.#end();
  }

  #at(atMs: number, act: () => void): void {
    const timer = setTimeout(act, Math.max(0, atMs - monotonicMs()));
    this.#timers.add(timer);
  }
}
