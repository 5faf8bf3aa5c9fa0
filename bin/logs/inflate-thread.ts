import { statSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { ChunkIndexer } from '../../lambda/access-log/reading/chunk-index.ts';
import { EMPTY, type Inflated, type SharedMemory, SLOTS, sharedMemory } from './inflate-job.ts';
import type { SourceReader } from './source.ts';

/** Compiled, the worker is a .js file beside this one; run from source it is a .ts file. */
const WORKER = new URL(
  import.meta.url.endsWith('.ts') ? './inflate-worker.ts' : './inflate-worker.js',
  import.meta.url,
);
/** A thread is started in a tenth of a second, in which a smaller file is read. */
const THREAD_FROM_BYTES = 4 * 1024 * 1024;

interface Thread {
  readonly worker: Worker;
  readonly memory: SharedMemory;
}

/** A thread that inflates nothing yet, or no more; the process ends without waiting for it. */
let idle: Thread | null = null;

/** Whether a file is worth a thread. The reader of Parquet makes many objects, for which the thread has no room. */
export const isForThread = (path: string, bytes: number): boolean =>
  bytes >= THREAD_FROM_BYTES && !path.endsWith('.parquet');

function started(): Thread {
  const memory = sharedMemory();
  const worker = new Worker(WORKER, {
    workerData: memory,
    // It makes nothing but short-lived objects; without a bound it takes tens of megabytes for them.
    resourceLimits: { maxYoungGenerationSizeMb: 4 },
  });
  worker.unref();
  return { worker, memory };
}

function isLargeFile(argument: string): boolean {
  try {
    return isForThread(argument, statSync(argument, { throwIfNoEntry: false })?.size ?? 0);
  } catch {
    // What is wrong with it is said where it is read.
    return false;
  }
}

/** Starts the thread while the program is still being loaded, if one of its arguments names a large file. */
export function startEarly(args: readonly string[]): void {
  if (args.some(isLargeFile)) idle ??= started();
}

/** Ends the thread that waits for another file, if there is one. What it held is free afterwards. */
export async function endIdleThread(): Promise<void> {
  const ended = idle;
  idle = null;
  await ended?.worker.terminate();
}

/**
 * Gives the bytes of a file to the reader, inflated on another thread where they are gzip. A chunk is only valid during
 * the call: the few buffers that the threads share are used again and again, so that reading makes no garbage.
 *
 * @returns null, or what is wrong with the data
 * @throws whatever reading the file throws
 */
export async function inflateOnThread(path: string, reader: SourceReader): Promise<string | null> {
  const thread = idle ?? started();
  idle = null;
  try {
    const problem = await inflated(thread, path, reader);
    thread.worker.unref();
    await endIdleThread();
    idle = thread;
    return problem;
  } catch (error) {
    await thread.worker.terminate();
    throw error;
  }
}

function inflated({ worker, memory }: Thread, path: string, reader: SourceReader): Promise<string | null> {
  const states = new Int32Array(memory.states);
  const indexer = new ChunkIndexer(memory.memory, SLOTS);
  const take = (message: Exclude<Inflated, { readonly problem: string | null }>): void => {
    if ('file' in message) {
      reader.file(message.file, message.before, message.skipped);
      return;
    }
    const { slot, bytes, lines } = message;
    try {
      const chunk = indexer.chunks[slot]?.subarray(0, bytes) ?? new Uint8Array();
      reader.chunk(chunk, indexer.indexOf(slot, lines ?? indexer.find(slot, bytes)));
    } finally {
      Atomics.store(states, slot, EMPTY);
      Atomics.notify(states, slot);
    }
  };
  return new Promise((resolve, reject) => {
    const onMessage = (message: Inflated) => {
      try {
        if ('problem' in message) settle(() => resolve(message.problem));
        else take(message);
      } catch (error) {
        settle(() => reject(error));
      }
    };
    const onError = (error: unknown) => settle(() => reject(error));
    const onExit = () => onError(new Error(`the thread that inflates ${path} ended early`));
    // Only these are taken off: `removeAllListeners` would take off what Node.js itself listens with.
    const settle = (done: () => void) => {
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
      done();
    };
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
    worker.ref();
    worker.postMessage(path);
  });
}
