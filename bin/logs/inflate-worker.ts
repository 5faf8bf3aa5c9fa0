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
let filled = 0;

const tell = (message: Inflated) => parentPort?.postMessage(message);

/** Whether the reader has more to read than the buffer that it is at. */
const isReaderBusy = () => states.indexOf(FULL) !== states.lastIndexOf(FULL);

/** Gives the reader what is in the buffer. Where the reader has enough to do its lines are looked for here. */
function handOver(): void {
  if (filled === 0) return;
  const chunk = Buffer.from(job.memory, slot * SLOT_BYTES, filled);
  const lines = isReaderBusy() ? indexLines(chunk, indexOf(job, slot)) : 0;
  Atomics.store(states, slot, FULL);
  tell({ slot, bytes: filled, lines });
  slot = (slot + 1) % SLOTS;
  filled = 0;
}

function hand(part: Uint8Array): void {
  // Waits while the reader still has what this buffer held before.
  if (filled === 0) Atomics.wait(states, slot, FULL);
  const fits = part.subarray(0, SLOT_BYTES - filled);
  Buffer.from(job.memory, slot * SLOT_BYTES + filled, fits.length).set(fits);
  filled += fits.length;
  if (filled === SLOT_BYTES) handOver();
  if (fits.length < part.length) hand(part.subarray(fits.length));
}

const open = () => createReadStream(job.path, { highWaterMark: READ_BYTES });
const reader: SourceReader = {
  chunk: hand,
  file: (file, before, skipped) => {
    handOver();
    tell({ file, before, skipped });
  },
};
const problem = await readLogBytes(
  { bytes: open(), reopen: open },
  {
    chunk: (bytes) => reader.chunk(bytes),
    file: (name, before) => takeFile(reader, name, before),
    parquet,
  },
);
handOver();
tell({ problem });
