import type { Answer, Closure, Connection } from './connection.ts';
import { monotonicMs } from './monotonic.ts';
import type { Session } from './session.ts';

/** What was learnt on one idle connection; `idleSeconds` counts from the last byte of its response. */
export type Observation =
  /** The peer ended it while nobody used it. */
  | {
      readonly kind: 'closed';
      readonly by: Closure['by'];
      readonly idleSeconds: number;
      /** What the time may be off by because this process was held up. */
      readonly uncertainSeconds: number;
    }
  /** An answer to a second request came, or began to: it was alive. */
  | { readonly kind: 'answered'; readonly idleSeconds: number }
  /** A second request was not answered: it was dead, whatever it looked like. */
  | { readonly kind: 'unanswered'; readonly how: Closure['by'] | 'silent'; readonly idleSeconds: number }
  /** Nobody asked, and it was not closed. */
  | { readonly kind: 'open'; readonly idleSeconds: number };

const LEAST_PATIENCE_MS = 150;

/** Watches one connection that has answered once and is idle since. */
export class IdleWatch {
  readonly done: Promise<Observation>;
  readonly #connection: Connection;
  #finish: (observation: Observation) => void = () => {};
  #state: 'idle' | 'asked' | 'done' = 'idle';

  constructor(connection: Connection) {
    this.#connection = connection;
    this.done = new Promise((resolve) => {
      this.#finish = (observation) => {
        this.#state = 'done';
        connection.destroy();
        resolve(observation);
      };
    });
    void connection.closed.then(({ by, atMs, lateByMs }) => {
      if (this.#state !== 'idle') return;
      const uncertainSeconds = (lateByMs + connection.idleSinceLateByMs) / 1_000;
      this.#finish({ kind: 'closed', by, idleSeconds: this.idleSecondsAt(atMs), uncertainSeconds });
    });
  }

  /** Whether it is still idle and unasked. */
  get waiting(): boolean {
    return this.#state === 'idle';
  }

  idleSecondsAt(atMs: number): number {
    return (atMs - this.#connection.idleSinceMs) / 1_000;
  }

  /** Sends the second request now. */
  async ask(session: Session): Promise<void> {
    if (!this.waiting) return;
    this.#state = 'asked';
    const idleSeconds = this.idleSecondsAt(monotonicMs());
    const patient = session.remainingMs >= LEAST_PATIENCE_MS;
    const answer = await session.ask(this.#connection, session.answerTimeoutMs);
    // Silence that was only awaited for an instant, before the deadline, proves nothing.
    if (answer.kind === 'silent' && !patient) this.#finish({ kind: 'open', idleSeconds });
    else this.#finish(observed(answer, idleSeconds));
  }

  /** Stops watching. */
  drop(): void {
    if (this.#state === 'done') return;
    this.#finish({ kind: 'open', idleSeconds: this.idleSecondsAt(monotonicMs()) });
  }
}

function observed(answer: Answer, idleSeconds: number): Observation {
  // Whatever is wrong with a response that began: the connection was alive.
  const alive = answer.kind === 'response' || answer.kind === 'unreadable' || answer.started;
  if (alive) return { kind: 'answered', idleSeconds };
  return { kind: 'unanswered', how: answer.kind === 'closed' ? answer.by : 'silent', idleSeconds };
}
