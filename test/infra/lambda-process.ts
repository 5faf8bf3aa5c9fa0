import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';

const RUNNER = fileURLToPath(new URL('run-handler.mjs', import.meta.url));
const LIMIT_MS = 120_000;

const answerSchema = z.union([
  z.object({ error: z.object({ name: z.string(), message: z.string() }) }),
  // JSON has no undefined: a handler that returns nothing answers with an empty object.
  z.object({ result: z.unknown().optional() }),
]);

/** What one invocation left behind. */
export interface Invocation {
  /** What the handler returned, as JSON carries it; undefined where it failed. */
  readonly result: unknown;
  /** Name and message of what the handler threw; null where it returned. */
  readonly error: { readonly name: string; readonly message: string } | null;
  /** Everything written to stdout and stderr. */
  readonly logs: string;
}

/**
 * Invokes a bundle's handler in a process of its own that has nothing but the given environment.
 *
 * @param bundle - path of the bundle's index.mjs
 * @throws Error with the logs where the process ended without an answer, or took longer than two minutes
 */
export async function invokeBundle(
  bundle: string,
  functionName: string,
  environment: Readonly<Record<string, string>>,
  event: unknown,
): Promise<Invocation> {
  const child = fork(RUNNER, [bundle, functionName], {
    env: {
      ...environment,
      AWS_LAMBDA_FUNCTION_NAME: functionName,
      // Lambda's Node is newer than the one the SDK warns about.
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    },
    execArgv: [],
    silent: true,
    timeout: LIMIT_MS,
  });
  const written: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => written.push(text));
  let answer: unknown;
  child.once('message', (message) => {
    answer = message;
  });
  child.send({ event });
  await once(child, 'close');
  const logs = written.join('');
  const parsed = answerSchema.safeParse(answer);
  if (!parsed.success) throw new Error(`${functionName} ended without an answer:\n${logs}`);
  if ('error' in parsed.data) return { result: undefined, error: parsed.data.error, logs };
  return { result: parsed.data.result, error: null, logs };
}
