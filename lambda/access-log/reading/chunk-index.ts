import { FIELD } from './field-places.ts';
import { type LogLine, sentSecondsOf } from './line.ts';
import { LINE_INDEX } from './line-index.wasm.ts';
import {
  BODY_BYTES,
  CLIENT,
  ELB_STATUS,
  END_SECONDS,
  EXACT_PATH,
  FOUND_WEB_SOCKET,
  LEFT_TO_READER,
  LINE_END,
  LOAD_BALANCER_END,
  LOAD_BALANCER_START,
  LOAD_BALANCER_TEXT,
  MOST_TEXTS,
  RECORD_BYTES,
  REQUEST_SECONDS,
  RESPONSE_SECONDS,
  REST_BYTES,
  ROUTE,
  STATE,
  TARGET_END,
  TARGET_GROUP_END,
  TARGET_GROUP_START,
  TARGET_GROUP_TEXT,
  TARGET_SECONDS,
  TARGET_START,
  TARGET_STATUS,
  TARGET_TEXT,
  TEXT_BYTES,
} from './line-record.ts';

/** The largest chunk: each costs a message where threads share them. */
export const CHUNK_BYTES = 1024 * 1024;
/** More lines than so many bytes of an access log have. */
const MOST_LINES = 4096;
/** What searches for bytes looks at so many at once, beyond the end as well. */
const ROOM_BYTES = 64;
const RECORDS_AT = CHUNK_BYTES + ROOM_BYTES;
const SLOT_BYTES = RECORDS_AT + MOST_LINES * RECORD_BYTES;
const TABLE_BYTES = MOST_TEXTS * TEXT_BYTES;
/** Each thread keeps the texts that it has seen. */
const TABLES = 2;
const PAGE_BYTES = 65_536;

/** Memory for chunks and what is found in them; threads can share it. */
export interface ChunkMemory {
  readonly buffer: SharedArrayBuffer;
  /** The same for WebAssembly; null where that cannot be had: then no line is found, and each is left to its reader. */
  readonly wasm: WebAssembly.Memory | null;
}

/** What is found of the first lines of a chunk: a record for each of them, as `line-record.ts` has it. */
export interface ChunkIndex {
  readonly lines: number;
  /** In which texts have their numbers; null where none has. */
  readonly memory: ChunkMemory | null;
  /** The records, to be read in units of 4, 2 and 8 bytes. */
  readonly words: Int32Array;
  readonly halves: Uint16Array;
  readonly doubles: Float64Array;
}

/** No line was looked for. */
export const NOTHING_INDEXED: ChunkIndex = {
  lines: 0,
  memory: null,
  words: new Int32Array(),
  halves: new Uint16Array(),
  doubles: new Float64Array(),
};

type IndexLines = (chunk: number, bytes: number, records: number, mostLines: number) => number;
type KeepTexts = (table: number, firstNumber: number) => void;

const isFunction = <Own extends IndexLines | KeepTexts>(value: unknown): value is Own =>
  typeof value === 'function';

let compiled: WebAssembly.Module | undefined;

function exportsIn(memory: WebAssembly.Memory): { indexLines: IndexLines; keepTexts: KeepTexts } {
  compiled ??= new WebAssembly.Module(Buffer.from(LINE_INDEX, 'base64'));
  const { indexLines, keepTexts } = new WebAssembly.Instance(compiled, { env: { memory } }).exports;
  if (!isFunction<IndexLines>(indexLines) || !isFunction<KeepTexts>(keepTexts))
    throw new Error('assembly/line-index.ts does not export what is used here');
  return { indexLines, keepTexts };
}

/**
 * Null where Node.js runs without WebAssembly (`--jitless`), or the addresses of a process are limited (`ulimit -v`): of
 * these the engine takes ten gigabytes for each memory, however small.
 */
function wasmMemory(pages: number): WebAssembly.Memory | null {
  if (typeof WebAssembly === 'undefined') return null;
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** Memory for so many chunks and what is found in them. */
export function chunkMemory(slots: number): ChunkMemory {
  const pages = Math.ceil((slots * SLOT_BYTES + TABLES * TABLE_BYTES) / PAGE_BYTES);
  const wasm = wasmMemory(pages);
  return { buffer: wasm?.buffer ?? new SharedArrayBuffer(pages * PAGE_BYTES), wasm };
}

/** Finds the lines of chunks, their fields and what these hold. */
export class ChunkIndexer {
  /** Room for a chunk each. */
  readonly chunks: readonly Uint8Array[];
  private readonly memory: ChunkMemory;
  private readonly records: readonly Pick<ChunkIndex, 'words' | 'halves' | 'doubles'>[];
  /** Null where there is no WebAssembly. */
  private readonly indexLines: IndexLines | null;

  /**
   * @param memory - of {@link chunkMemory}, for as many chunks
   * @param thread - 0 or 1, where two share the memory
   */
  constructor(memory: ChunkMemory, slots: number, thread: 0 | 1 = 0) {
    const { buffer, wasm } = memory;
    this.memory = memory;
    const starts = Array.from({ length: slots }, (_, slot) => slot * SLOT_BYTES);
    this.chunks = starts.map((start) => Buffer.from(buffer, start, CHUNK_BYTES));
    this.records = starts.map((start) => {
      const [at, bytes] = [start + RECORDS_AT, MOST_LINES * RECORD_BYTES];
      return {
        words: new Int32Array(buffer, at, bytes / Int32Array.BYTES_PER_ELEMENT),
        halves: new Uint16Array(buffer, at, bytes / Uint16Array.BYTES_PER_ELEMENT),
        doubles: new Float64Array(buffer, at, bytes / Float64Array.BYTES_PER_ELEMENT),
      };
    });
    const exported = wasm === null ? null : exportsIn(wasm);
    // Numbers begin at 1: 0 is that of none.
    exported?.keepTexts(slots * SLOT_BYTES + thread * TABLE_BYTES, 1 + thread * MOST_TEXTS);
    this.indexLines = exported?.indexLines ?? null;
  }

  /**
   * Finds the first lines of the chunk in a slot.
   *
   * @returns how many there are
   */
  find(slot: number, bytes: number, most = MOST_LINES): number {
    const start = slot * SLOT_BYTES;
    return this.indexLines?.(start, bytes, start + RECORDS_AT, most) ?? 0;
  }

  /** What was found of so many lines in a slot; valid until its chunk is another. */
  indexOf(slot: number, lines: number): ChunkIndex {
    const { words, halves, doubles } = this.records[slot] ?? NOTHING_INDEXED;
    return { lines, memory: this.memory, words, halves, doubles };
  }
}

const WORDS = RECORD_BYTES / Int32Array.BYTES_PER_ELEMENT;
const HALVES = RECORD_BYTES / Uint16Array.BYTES_PER_ELEMENT;
const DOUBLES = RECORD_BYTES / Float64Array.BYTES_PER_ELEMENT;

const wordAt = ({ words }: ChunkIndex, line: number, place: number): number =>
  words[line * WORDS + place / Int32Array.BYTES_PER_ELEMENT] ?? 0;
const halfAt = ({ halves }: ChunkIndex, line: number, place: number): number =>
  halves[line * HALVES + place / Uint16Array.BYTES_PER_ELEMENT] ?? 0;
const doubleAt = ({ doubles }: ChunkIndex, line: number, place: number): number =>
  doubles[line * DOUBLES + place / Float64Array.BYTES_PER_ELEMENT] ?? Number.NaN;

/** Where a line ends, from the begin of the chunk. */
export const lineEndAt = (index: ChunkIndex, line: number): number => wordAt(index, line, LINE_END);

/** The highest number that a text can have. */
export const HIGHEST_TEXT = TABLES * MOST_TEXTS;

/**
 * Fills in a line of a request that did not fail, as far as what is counted of it needs.
 *
 * @param number - its number in the chunk
 * @param start - where it begins in its chunk
 * @returns how many bytes follow its target group; -1 where the line has to be read by the caller
 */
export function takeIndexed(line: LogLine, index: ChunkIndex, number: number, start: number): number {
  const state = halfAt(index, number, STATE);
  if (state === LEFT_TO_READER) return -1;
  const { starts, ends } = line;
  starts[FIELD.loadBalancer] = start + halfAt(index, number, LOAD_BALANCER_START);
  ends[FIELD.loadBalancer] = start + halfAt(index, number, LOAD_BALANCER_END);
  starts[FIELD.target] = start + halfAt(index, number, TARGET_START);
  ends[FIELD.target] = start + halfAt(index, number, TARGET_END);
  starts[FIELD.targetGroup] = start + halfAt(index, number, TARGET_GROUP_START);
  ends[FIELD.targetGroup] = start + halfAt(index, number, TARGET_GROUP_END);
  line.loadBalancerText = halfAt(index, number, LOAD_BALANCER_TEXT);
  line.targetText = halfAt(index, number, TARGET_TEXT);
  line.targetGroupText = halfAt(index, number, TARGET_GROUP_TEXT);
  line.fieldCount = FIELD.targetGroup + 1;
  line.escaped = false;
  line.endSeconds = doubleAt(index, number, END_SECONDS);
  line.requestSeconds = doubleAt(index, number, REQUEST_SECONDS);
  line.targetSeconds = doubleAt(index, number, TARGET_SECONDS);
  line.responseSeconds = doubleAt(index, number, RESPONSE_SECONDS);
  line.elbStatus = halfAt(index, number, ELB_STATUS);
  line.targetStatus = halfAt(index, number, TARGET_STATUS);
  line.exactPath = wordAt(index, number, EXACT_PATH) >>> 0;
  line.route = wordAt(index, number, ROUTE) >>> 0;
  line.client = wordAt(index, number, CLIENT) >>> 0;
  line.bodyBytes = doubleAt(index, number, BODY_BYTES);
  line.webSocket = state === FOUND_WEB_SOCKET;
  line.sentSeconds = sentSecondsOf(line);
  return halfAt(index, number, REST_BYTES);
}
