import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';

const HOST = fileURLToPath(new URL('host.mjs', import.meta.url));
const CLOCK = new URL('clock.mjs', import.meta.url).href;

/** A clock that runs faster than the real one; both times are epoch milliseconds. */
export interface FastClock {
  readonly speed: number;
  /** Real time when it was set to `origin`. */
  readonly startedAt: number;
  readonly origin: number;
}

export const timeOf = ({ speed, startedAt, origin }: FastClock): number =>
  Math.round(origin + (Date.now() - startedAt) * speed);

const readySchema = z.object({ ready: z.literal(true) });
const answerSchema = z.object({
  result: z.unknown().optional(),
  error: z.string().optional(),
  rss: z.number(),
  cpuMs: z.number(),
});

/** What one invocation left behind. */
export interface Invocation {
  readonly result: unknown;
  /** What the handler threw; null where it returned. */
  readonly error: string | null;
  /** Bytes that the process holds after it. */
  readonly rss: number;
}

/** One warm execution environment; invoke it again only after it answered. */
export interface HostedFunction {
  invoke(event: unknown): Promise<Invocation>;
  stop(): void;
}

function nextMessage(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null): void =>
      reject(new Error(`the function's process ended with ${code}`));
    child.once('exit', ended);
    child.once('message', (message) => {
      child.off('exit', ended);
      resolve(message);
    });
  });
}

/**
 * Starts a bundle in a process of its own with nothing but the given environment.
 *
 * @param heapMb - limit of the heap, as Lambda's memory sets it
 */
export async function hostFunction(options: {
  readonly bundle: string;
  readonly name: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly clock: FastClock;
}): Promise<HostedFunction> {
  const { bundle, name, environment, clock } = options;
  const child = fork(HOST, [bundle, name], {
    env: {
      ...environment,
      AWS_LAMBDA_FUNCTION_NAME: name,
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      BENCH_CLOCK_SPEED: String(clock.speed),
      BENCH_CLOCK_STARTED_AT: String(clock.startedAt),
      BENCH_CLOCK_ORIGIN: String(clock.origin),
    },
    execArgv: ['--import', CLOCK],
    stdio: ['ignore', process.env['BENCH_LOGS'] === undefined ? 'ignore' : 'inherit', 'inherit', 'ipc'],
  });
  readySchema.parse(await nextMessage(child));
  return {
    invoke: async (event) => {
      const answer = nextMessage(child);
      child.send({ event });
      const { result, error, rss } = answerSchema.parse(await answer);
      return { result, error: error ?? null, rss };
    },
    stop: () => {
      if (child.connected) child.disconnect();
    },
  };
}
