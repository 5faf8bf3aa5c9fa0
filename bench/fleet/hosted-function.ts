import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import type { AdaptiveClock } from './simulated-clock.ts';

const HOST = fileURLToPath(new URL('host.mjs', import.meta.url));
const CLOCK = new URL('clock.mjs', import.meta.url).href;

const readySchema = z.object({ ready: z.literal(true) });
const answerSchema = z.object({
  result: z.unknown().optional(),
  error: z.string().optional(),
  rss: z.number(),
  cpuMs: z.number(),
});
const lateSchema = z.object({ lateMs: z.number() });

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

/** The next message that is no report of lateness. */
function nextMessage(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      child.off('exit', ended);
      child.off('message', take);
    };
    const ended = (code: number | null): void => {
      stop();
      reject(new Error(`the function's process ended with ${code}`));
    };
    const take = (message: unknown): void => {
      if (lateSchema.safeParse(message).success) return;
      stop();
      resolve(message);
    };
    child.on('exit', ended);
    child.on('message', take);
  });
}

/** Starts a bundle in a process of its own with nothing but the given environment; it lives in the clock's time. */
export async function hostFunction(options: {
  readonly bundle: string;
  readonly name: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly clock: AdaptiveClock;
}): Promise<HostedFunction> {
  const { bundle, name, environment, clock } = options;
  const child = fork(HOST, [bundle, name], {
    env: {
      ...environment,
      AWS_LAMBDA_FUNCTION_NAME: name,
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      BENCH_CLOCK: JSON.stringify(clock.current),
    },
    execArgv: ['--import', CLOCK],
    stdio: ['ignore', process.env['BENCH_LOGS'] === undefined ? 'ignore' : 'inherit', 'inherit', 'ipc'],
  });
  child.on('message', (message) => {
    const late = lateSchema.safeParse(message);
    if (late.success) clock.report(child, late.data.lateMs);
  });
  const unfollow = clock.follow(child, (stretch) => {
    if (child.connected) child.send({ stretch }, () => {});
  });
  child.once('exit', unfollow);
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
