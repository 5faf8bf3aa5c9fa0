import { createReadStream } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { CHUNK_BYTES, ChunkIndexer } from '../../lambda/access-log/reading/chunk-index.ts';
import { readLogBytes } from '../../lambda/observe/access-log-bytes.ts';
import { FULL, type Inflated, type SharedMemory, SLOTS } from './inflate-job.ts';
import { parquet, type SourceReader, takeFile } from './source.ts';

const READ_BYTES = 256 * 1024;

const shared: SharedMemory = workerData;
const states = new Int32Array(shared.states);
const indexer = new ChunkIndexer(shared.memory, SLOTS, 1);
let slot = 0;
let filled = 0;

const tell = (message: Inflated) => parentPort?.postMessage(message);

/** Whether the reader has more to read than the buffer that it is at. */
const isReaderBusy = () => states.indexOf(FULL) !== states.lastIndexOf(FULL);

/** Gives the reader the chunk. Where the reader has enough to do its lines are looked for here. */
function handOver(): void {
  if (filled === 0) return;
  const lines = isReaderBusy() ? indexer.find(slot, filled) : null;
  Atomics.store(states, slot, FULL);
  tell({ slot, bytes: filled, lines });
  slot = (slot + 1) % SLOTS;
  filled = 0;
}

function hand(part: Uint8Array): void {
  // Waits while the reader still has what this buffer held before.
  if (filled === 0) Atomics.wait(states, slot, FULL);
  const fits = part.subarray(0, CHUNK_BYTES - filled);
  indexer.chunks[slot]?.set(fits, filled);
  filled += fits.length;
  if (filled === CHUNK_BYTES) handOver();
  if (fits.length < part.length) hand(part.subarray(fits.length));
}

const reader: SourceReader = {
  chunk: hand,
  file: (file, before, skipped) => {
    handOver();
    tell({ file, before, skipped });
  },
};

/** Gives the reader what a file holds; the thread ends with what it throws. */
async function inflate(path: string): Promise<void> {
  const open = () => createReadStream(path, { highWaterMark: READ_BYTES });
  const problem = await readLogBytes(
    { bytes: open(), reopen: open },
    {
      chunk: hand,
      file: (name, before) => takeFile(reader, name, before),
      parquet,
    },
  );
  handOver();
  tell({ problem });
}

parentPort?.on('message', inflate);
