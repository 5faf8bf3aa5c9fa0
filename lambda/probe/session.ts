import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from './connect.ts';
import type { Answer, Connection } from './connection.ts';
import type { Endpoint } from './endpoint.ts';
import { monotonicMs } from './monotonic.ts';
import { StallWatch } from './stall-watch.ts';

/** What a probe of one target may spend. */
export interface ProbeLimits {
  /** Nothing is sent or awaited after this long. */
  readonly maxSeconds: number;
  /** How long an idle connection is watched at most; at most `maxSeconds`. */
  readonly watchSeconds: number;
  /** Requests in total. */
  readonly requests: number;
  /** Least time between two connections, and between two requests that follow each other. */
  readonly pauseMs: number;
}

/** A number of requests that may still be sent. */
export class RequestBudget {
  #left: number;

  constructor(requests: number) {
    this.#left = requests;
  }

  get left(): number {
    return this.#left;
  }

  /** Takes one, or answers false where none is left. */
  take(): boolean {
    if (this.#left < 1) return false;
    this.#left--;
    return true;
  }
}

/** The probing of one target at one address: its clock, its pace and its slowest answer so far. */
export class Session {
  readonly endpoint: Endpoint;
  readonly deadlineMs: number;
  readonly #address: string;
  readonly #pauseMs: number;
  readonly #stalls = new StallWatch();
  #nextSendMs = 0;
  #slowestAnswerMs = 0;

  constructor(endpoint: Endpoint, address: string, deadlineMs: number, pauseMs: number) {
    this.endpoint = endpoint;
    this.deadlineMs = deadlineMs;
    this.#address = address;
    this.#pauseMs = pauseMs;
  }

  /** Time until the deadline. */
  get remainingMs(): number {
    return this.deadlineMs - monotonicMs();
  }

  /** What a request needs to be answered in, judged by the slowest answer so far. */
  get answerMs(): number {
    return 3 * this.#slowestAnswerMs + 50;
  }

  /** How long an answer is awaited before the target counts as mute. */
  get answerTimeoutMs(): number {
    return Math.max(1_500, 5 * this.#slowestAnswerMs + 500);
  }

  /** Waits for this session's turn to send. */
  async pace(): Promise<void> {
    const now = monotonicMs();
    const turnMs = Math.max(now, this.#nextSendMs);
    this.#nextSendMs = turnMs + this.#pauseMs;
    if (turnMs > now) await sleep(turnMs - now);
  }

  /**
   * @throws ProbeFailure where the target cannot be reached before the deadline
   */
  connect(): Promise<Connection> {
    // A handshake that hangs leaves time to ask without TLS.
    const timeoutMs = this.endpoint.tls ? this.remainingMs / 2 : this.remainingMs;
    return connect(this.endpoint, this.#address, Math.min(timeoutMs, 10_000), this.#stalls);
  }

  /** Sends one request; silence at the deadline is silence. */
  async ask(connection: Connection, timeoutMs: number): Promise<Answer> {
    const answer = await connection.ask(Math.min(timeoutMs, this.remainingMs));
    if (answer.kind === 'response') {
      this.#slowestAnswerMs = Math.max(this.#slowestAnswerMs, answer.tookMs);
    }
    return answer;
  }

  /** Ends what the session keeps running. */
  end(): void {
    this.#stalls.stop();
  }
}
