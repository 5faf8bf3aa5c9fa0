import { Worker } from 'node:worker_threads';
import { EMPTY, type Inflated, indexOf, SLOT_BYTES, sharedMemory } from './inflate-job.ts';
import type { SourceReader } from './source.ts';

/** Compiled, the worker is a .js file beside this one; run from source it is a .ts file. */
const WORKER = new URL(
  import.meta.url.endsWith('.ts') ? './inflate-worker.ts' : './inflate-worker.js',
  import.meta.url,
);

/**
 * Gives the bytes of a file to the reader, inflated on another thread where they are gzip. A chunk is only valid during
 * the call: the few buffers that the threads share are used again and again, so that reading makes no garbage.
 *
 * @returns null, or what is wrong with the data
 * @throws whatever reading the file throws
 */
export function inflateOnThread(path: string, reader: SourceReader): Promise<string | null> {
  const job = sharedMemory(path);
  const states = new Int32Array(job.states);
  const worker = new Worker(WORKER, {
    workerData: job,
    // It makes nothing but short-lived objects; without a bound it takes tens of megabytes for them.
    resourceLimits: { maxYoungGenerationSizeMb: 4 },
  });
  return new Promise<string | null>((resolve, reject) => {
    worker.on('message', (message: Inflated) => {
      if ('problem' in message) {
        resolve(message.problem);
        return;
      }
      if ('file' in message) {
        reader.file(message.file, message.before, message.skipped);
        return;
      }
      try {
        const { slot, bytes, lines } = message;
        reader.chunk(Buffer.from(job.memory, slot * SLOT_BYTES, bytes), indexOf(job, slot, lines));
      } catch (error) {
        reject(error);
      }
      Atomics.store(states, message.slot, EMPTY);
      Atomics.notify(states, message.slot);
    });
    worker.on('error', reject);
    worker.on('exit', () => reject(new Error(`the thread that inflates ${path} ended early`)));
  }).finally(() => worker.terminate());
}
