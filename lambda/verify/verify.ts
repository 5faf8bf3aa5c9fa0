import { randomBytes } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { RemoteError } from '../model/failure.ts';
import { inTextOrder } from '../model/text-order.ts';
import { type Endpoint, endpointName } from '../probe/endpoint.ts';
import {
  askOn,
  type ClientConnection,
  openClientConnection,
  type VerifyAnswer,
} from './client-connection.ts';
import { idleConnections, STEP_MS, STEPS, type VerifyPlan } from './plan.ts';
import type { VerifyFailure, VerifyMeasurement } from './record.ts';

/** Connections are opened this long before they are used: not earlier, because the load balancer ends idle ones. */
const CONNECT_AHEAD_MS = 800;
const CONNECT_TIMEOUT_MS = 10_000;
const ANSWER_TIMEOUT_MS = 75_000;
/** Failures that are kept one by one; all are counted. */
const KEPT_FAILURES = 200;

export interface VerifyOptions {
  readonly endpoint: Endpoint;
  readonly plan: VerifyPlan;
  /** Nothing is sent or awaited after this long, whatever the plan says. */
  readonly maxSeconds: number;
  /** Requests of the first step after a pause. */
  readonly firstStep: number;
  /** Is told after each try how many seconds of the plan are done. */
  readonly onProgress: (doneSeconds: number, failures: number) => void;
}

/**
 * Sends the planned traffic through a load balancer: all clients pause together, so that its connections to the
 * targets lie idle, and come back together.
 *
 * @throws RemoteError where the first requests get no answer at all
 */
export async function verify(options: VerifyOptions): Promise<VerifyMeasurement> {
  const deadlineMs = performance.now() + options.maxSeconds * 1_000;
  const run = new VerifyRun(options, await addressesOf(options.endpoint, deadlineMs), deadlineMs);
  return run.all();
}

async function addressesOf({ host }: Endpoint, deadlineMs: number): Promise<readonly string[]> {
  if (isIP(host)) return [host];
  const waiting = new AbortController();
  const late = sleep(Math.max(0, deadlineMs - performance.now()), undefined, { signal: waiting.signal });
  try {
    const found = await Promise.race([lookup(host, { all: true }), late]);
    if (found) return found.map(({ address }) => address);
  } catch (cause) {
    throw new RemoteError(`the name ${host} does not resolve; check it, or give an address`, { cause });
  } finally {
    waiting.abort();
  }
  throw new RemoteError(`the name ${host} was not resolved in time; check it, or give an address`);
}

class VerifyRun {
  readonly #options: VerifyOptions;
  readonly #addresses: readonly string[];
  readonly #startedAt = new Date().toISOString();
  readonly #byStatus = new Map<string, number>();
  readonly #failures: VerifyFailure[] = [];
  readonly #perGap = new Map<number, { requests: number; failures: number }>();
  #requests = 0;
  #failed = 0;
  #unanswered = 0;
  #lastError: string | null = null;
  #roundTripMs = 0;
  #nextAddress = 0;
  readonly #deadlineMs: number;
  readonly #leftOut: number[];

  constructor(options: VerifyOptions, addresses: readonly string[], deadlineMs: number) {
    this.#options = options;
    this.#addresses = addresses;
    this.#deadlineMs = deadlineMs;
    this.#leftOut = [...options.plan.leftOut];
  }

  get #remainingMs(): number {
    return this.#deadlineMs - performance.now();
  }

  async all(): Promise<VerifyMeasurement> {
    const { plan, firstStep, endpoint, onProgress } = this.#options;
    await this.#send(await this.#connect(idleConnections(firstStep)), null);
    if (this.#unanswered === this.#requests)
      throw new RemoteError(
        `${endpointName(endpoint)} answered none of ${this.#requests} requests: ${this.#lastError ?? 'no reason given'}; check the URL, and that it can be reached from here`,
      );
    let doneSeconds = 0;
    for (const { gapSeconds, tries } of plan.gaps) {
      for (let count = 0; count < tries; count++) {
        // A load balancer that is slow to answer takes the time that was planned for pauses.
        if (this.#remainingMs < gapSeconds * 1_000) {
          if (count === 0) this.#leftOut.push(gapSeconds);
          break;
        }
        await this.#try(gapSeconds);
        doneSeconds += gapSeconds;
        onProgress(doneSeconds, this.#failed);
      }
    }
    return this.#measurement();
  }

  /** One pause from the last answer on, then the steps around its end. */
  async #try(gapSeconds: number): Promise<void> {
    const { firstStep } = this.#options;
    const lastAnswerMs = performance.now();
    const endMs = lastAnswerMs + gapSeconds * 1000;
    await sleep(Math.max(0, endMs - CONNECT_AHEAD_MS - performance.now()));
    const steps: (readonly ClientConnection[])[] = [];
    const sizes = Array.from({ length: STEPS }, (_, index) => firstStep * (index + 1));
    for (const connections of await Promise.all(sizes.map((size) => this.#connect(size))))
      steps.push(connections);
    const sent = steps.map(async (connections, index) => {
      // The load balancer saw the last answer half a round trip before us, and sees a request half a one later.
      const atMs = endMs + (index - (STEPS - 1) / 2) * STEP_MS - this.#roundTripMs;
      await sleep(Math.max(0, atMs - performance.now()));
      await this.#send(connections, { plannedSeconds: gapSeconds, lastAnswerMs });
    });
    await Promise.all(sent);
  }

  /** Connections in turn to all addresses of the load balancer, so that every node takes part. */
  async #connect(count: number): Promise<readonly ClientConnection[]> {
    const opening = Array.from({ length: count }, () => {
      const address = this.#addresses[this.#nextAddress++ % this.#addresses.length] ?? '';
      const timeoutMs = Math.min(CONNECT_TIMEOUT_MS, this.#remainingMs);
      return openClientConnection(this.#options.endpoint, address, timeoutMs).catch((error: Error) => {
        this.#requests += 1;
        this.#unanswered += 1;
        this.#lastError = error.message;
        return null;
      });
    });
    const open = (await Promise.all(opening)).filter((connection) => connection !== null);
    const fastest = Math.min(...open.map(({ roundTripMs }) => roundTripMs));
    if (open.length > 0) this.#roundTripMs = fastest;
    return open;
  }

  async #send(
    connections: readonly ClientConnection[],
    pause: { readonly plannedSeconds: number; readonly lastAnswerMs: number } | null,
  ): Promise<void> {
    const gapSeconds = pause && (performance.now() - pause.lastAnswerMs + this.#roundTripMs) / 1000;
    const at = new Date();
    const answers = await Promise.all(
      connections.map((connection) =>
        askOn(connection, this.#options.endpoint, {
          traceId: newTraceId(at),
          timeoutMs: Math.min(ANSWER_TIMEOUT_MS, this.#remainingMs),
        }),
      ),
    );
    for (const answer of answers) this.#count(answer, at, pause?.plannedSeconds ?? null, gapSeconds);
  }

  #count(answer: VerifyAnswer, at: Date, plannedSeconds: number | null, gapSeconds: number | null): void {
    this.#requests += 1;
    const { status, traceId, byLoadBalancer, error } = answer;
    if (status === null) {
      this.#unanswered += 1;
      this.#lastError = error;
    } else this.#byStatus.set(String(status), (this.#byStatus.get(String(status)) ?? 0) + 1);
    const gap =
      plannedSeconds === null ? null : (this.#perGap.get(plannedSeconds) ?? { requests: 0, failures: 0 });
    if (gap && plannedSeconds !== null)
      this.#perGap.set(plannedSeconds, { ...gap, requests: gap.requests + 1 });
    if (status !== 502) return;
    this.#failed += 1;
    if (gap && plannedSeconds !== null)
      this.#perGap.set(plannedSeconds, { requests: gap.requests + 1, failures: gap.failures + 1 });
    if (this.#failures.length >= KEPT_FAILURES) return;
    const idleSeconds = gapSeconds === null ? null : Math.round(gapSeconds * 1000) / 1000;
    this.#failures.push({ at: at.toISOString(), traceId, byLoadBalancer, idleSeconds });
  }

  #measurement(): VerifyMeasurement {
    return {
      startedAt: this.#startedAt,
      endedAt: new Date().toISOString(),
      addresses: [...this.#addresses],
      requests: this.#requests,
      byStatus: Object.fromEntries([...this.#byStatus].sort(([a], [b]) => inTextOrder(a, b))),
      unanswered: this.#unanswered,
      unansweredBecause: this.#lastError,
      failed502: this.#failed,
      failures: this.#failures,
      gaps: [...this.#perGap].map(([seconds, counted]) => ({ seconds, ...counted })),
      leftOutSeconds: [...this.#leftOut],
    };
  }
}

/** `1-8 digits-24 digits`, as load balancers write it. */
const newTraceId = (at: Date): string =>
  `1-${Math.floor(at.getTime() / 1000)
    .toString(16)
    .padStart(8, '0')}-${randomBytes(12).toString('hex')}`;
