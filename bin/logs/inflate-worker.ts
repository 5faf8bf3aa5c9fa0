import { createReadStream } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { indexLines } from '../../lambda/access-log/reading/chunk-index.ts';
import { readLogBytes } from '../../lambda/observe/access-log-bytes.ts';
import { FULL, type Inflated, type InflateJob, indexOf, SLOT_BYTES, SLOTS } from './inflate-job.ts';
import { parquet, type SourceReader, takeFile } from './source.ts';

const READ_BYTES = 256 * 1024;

const job: InflateJob = workerData;
const states = new Int32Array(job.states);
let slot = 0;

const tell = (message: Inflated) => parentPort?.postMessage(message);

function hand(part: Uint8Array): void {
  // Waits while the reader still has what this buffer held before.
  Atomics.wait(states, slot, FULL);
  const chunk = Buffer.from(job.memory, slot * SLOT_BYTES, part.length);
  chunk.set(part);
  const lines = indexLines(chunk, indexOf(job, slot));
  Atomics.store(states, slot, FULL);
  tell({ slot, bytes: part.length, lines });
  slot = (slot + 1) % SLOTS;
}

const open = () => createReadStream(job.path, { highWaterMark: READ_BYTES });
const reader: SourceReader = {
  chunk: (bytes) => {
    for (let from = 0; from < bytes.length; from += SLOT_BYTES) hand(bytes.subarray(from, from + SLOT_BYTES));
  },
  file: (file, before, skipped) => tell({ file, before, skipped }),
};
const problem = await readLogBytes(
  { bytes: open(), reopen: open },
  {
    chunk: (bytes) => reader.chunk(bytes),
    file: (name, before) => takeFile(reader, name, before),
    parquet,
  },
  SLOT_BYTES,
);
tell({ problem });
