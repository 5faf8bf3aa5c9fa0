import { type ChildProcess, fork } from 'node:child_process';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { RemoteError } from '../../lambda/model/failure.ts';

/** A server started; it serves on 127.0.0.1, unless its settings say otherwise. */
export interface ServerProcess {
  readonly port: number;
  readonly pid: number;
  /** Sends the signal (default SIGTERM) and waits for the end. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** As a container runtime tells it, 128 and the signal where one ended it; null while it runs. */
  exitCode(): number | null;
}

const readySchema = z.object({ port: z.number().int().positive() });

/** Longest a server may take to listen: a bound, not an expectation. On a busy machine Node alone may take many seconds. */
const START_TIMEOUT_MS = 90_000;

/**
 * Starts one of the lab's own servers as a process. It ends with this process, however that ends: the channel
 * between them closes, and the server goes.
 *
 * @param module - of the server: `MODULE.server.ts` beside this file
 * @param settings - handed over as JSON
 * @param within - a command that runs the command after it elsewhere, as `ip netns exec NAME` does; default none
 * @throws RemoteError where it does not come up
 */
export async function startNodeServer(
  module: string,
  settings: object,
  within: readonly string[] = [],
): Promise<ServerProcess> {
  const fromSource = import.meta.url.endsWith('.ts');
  const file = fileURLToPath(new URL(`./${module}.server${fromSource ? '.ts' : '.js'}`, import.meta.url));
  const [execPath = process.execPath, ...execArgv] = [
    ...within,
    process.execPath,
    ...(fromSource ? ['--import', 'tsx'] : []),
  ];
  const child = fork(file, [JSON.stringify(settings)], {
    execPath,
    execArgv,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const port = await listening(child, module);
  return {
    port,
    pid: child.pid ?? 0,
    stop: (signal) => stopped(child, signal),
    exitCode: () => exitCodeOf(child),
  };
}

function exitCodeOf({ exitCode, signalCode }: ChildProcess): number | null {
  return signalCode === null ? exitCode : 128 + constants.signals[signalCode];
}

function listening(child: ChildProcess, module: string): Promise<number> {
  return new Promise((resolve, reject) => {
    let errors = '';
    const timer = setTimeout(() => fail('did not listen in time'), START_TIMEOUT_MS);
    const fail = (reason: string) => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      reject(new RemoteError(`the lab's server ${module} ${reason}; ${errors.trim() || 'it said nothing'}`));
    };
    const onExit = () => fail('ended before it listened');
    child.stderr?.on('data', (chunk: Buffer) => {
      errors = `${errors}${chunk.toString()}`.slice(-2000);
    });
    child.once('error', (error) => fail(error.message));
    child.once('exit', onExit);
    child.once('message', (message) => {
      clearTimeout(timer);
      child.off('exit', onExit);
      const ready = readySchema.safeParse(message);
      if (ready.success) resolve(ready.data.port);
      else fail('sent an unexpected message');
    });
  });
}

/** A server that is told to end and lingers over its connections is not waited for longer. */
const LINGER_MS = 1500;

function stopped(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(() => child.disconnect(), LINGER_MS);
    child.once('exit', () => {
      clearTimeout(timer);
      resolve();
    });
    child.kill(signal);
  });
}
