import {
  CONTENT_SAMPLE_BYTES,
  type ContentKind,
  contentKind,
  isWithCarriageReturns,
  UNREAD,
} from './access-log-content.ts';
import { gunzipped, type Reopen } from './access-log-gzip.ts';
import { readTar } from './access-log-tar.ts';
import { ByteStream } from './byte-stream.ts';

/** Gives the records of a Parquet file as lines of JSON; returns what is wrong with it, if anything is. */
export type ParquetReader = (
  file: Uint8Array<ArrayBuffer>,
  onText: (text: Uint8Array) => void,
) => Promise<string | null>;

/** Takes the text of a log. */
export interface LogSink {
  /** Reads Parquet, where that is wanted: its reader is large. */
  readonly parquet?: ParquetReader;
  /** Takes the next bytes, not compressed; they are only valid during the call. */
  chunk(bytes: Uint8Array): void;
  /**
   * Another file begins, of an archive.
   *
   * @param problem - what is wrong with the file before, if anything is
   * @returns whether it is to be read
   */
  file(name: string, problem: string | null): boolean;
}

/** The bytes of a log, compressed or not. */
export interface LogBytes {
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Gives them once more: what is damaged is read again in smaller pieces. */
  readonly reopen: Reopen;
}

/** gzip in gzip in a tar archive in gzip; deeper ones are made to harm. */
const DEEPEST = 4;
/** Files of an archive up to this size can be read again where they are damaged. */
const MOST_KEPT_BYTES = 64 * 1024 * 1024;
/** A Parquet file is read whole, for its directory stands at its end. */
const MOST_PARQUET_BYTES = 128 * 1024 * 1024;

const NEWLINE = 10;
const CARRIAGE_RETURN = 13;

/**
 * Gives the text of a log to a sink: inflated, unpacked, and as UTF-8 with line feeds. What the bytes are is told by
 * the bytes, not by a name.
 *
 * @returns null, or what is wrong with the data, or what they are if they are not read
 * @throws whatever reading the source throws
 */
export function readLogBytes(log: LogBytes, sink: LogSink, depth = 0): Promise<string | null> {
  return readStream(new ByteStream(log.bytes), log.reopen, sink, depth);
}

async function readStream(
  stream: ByteStream,
  reopen: Reopen,
  sink: LogSink,
  depth: number,
): Promise<string | null> {
  const first = await stream.read(CONTENT_SAMPLE_BYTES);
  const kind = contentKind(first);
  stream.unread(first);
  if (depth > DEEPEST) return `${kind} data within more than ${DEEPEST} others; not read`;
  if (isUnread(kind)) return UNREAD[kind];
  if (kind === 'gzip') return readGzip(stream, reopen, sink, depth);
  if (kind === 'tar') return readArchive(stream, sink, depth);
  if (kind === 'parquet') return readParquet(stream, sink);
  for await (const chunk of textOf(kind, stream.rest())) sink.chunk(chunk);
  return null;
}

const isUnread = (kind: ContentKind): kind is keyof typeof UNREAD => kind in UNREAD;

async function readGzip(
  stream: ByteStream,
  reopen: Reopen,
  sink: LogSink,
  depth: number,
): Promise<string | null> {
  let problem: string | null = null;
  const chunks = (async function* () {
    problem = yield* gunzipped(stream.rest(), reopen);
  })();
  const within = await readLogBytes({ bytes: chunks, reopen: cannotReopen }, sink, depth + 1);
  return problem ?? within;
}

async function readParquet(stream: ByteStream, sink: LogSink): Promise<string | null> {
  if (sink.parquet === undefined)
    return 'a Parquet file, which only alb502 logs and alb502 scan --access-logs read';
  const file = await stream.read(MOST_PARQUET_BYTES + 1);
  if (file.length > MOST_PARQUET_BYTES)
    return `a Parquet file of more than ${MOST_PARQUET_BYTES / 2 ** 20} MB, which is not read; split it`;
  return sink.parquet(Uint8Array.from(file), (text) => sink.chunk(text));
}

async function readArchive(stream: ByteStream, sink: LogSink, depth: number): Promise<string | null> {
  let problem: string | null = null;
  const wrong = await readTar(stream, async ({ name, bytes }, content) => {
    if (!sink.file(name, problem)) {
      problem = null;
      return;
    }
    const log = bytes <= MOST_KEPT_BYTES ? await kept(content) : { bytes: content, reopen: cannotReopen };
    problem = await readLogBytes(log, sink, depth + 1);
  });
  return wrong ?? problem;
}

const cannotReopen: Reopen = () => null;

async function* partsOf(parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* parts;
}

/** Bytes that are in memory, in parts. */
export const bytesInMemory = (parts: readonly Uint8Array[]): LogBytes => ({
  bytes: partsOf(parts),
  reopen: () => partsOf(parts),
});

/**
 * Bytes that come once. What comes of gzip data is kept, so that it can be read again where it is damaged, unless it
 * is too much.
 */
export function bytesOnce(bytes: AsyncIterable<Uint8Array>): LogBytes {
  const parts: Uint8Array[] = [];
  let keptBytes = 0;
  let keeps = true;
  const passing = (async function* () {
    for await (const part of bytes) {
      if (keeps) {
        parts.push(part);
        keptBytes += part.length;
        keeps = keptBytes <= MOST_KEPT_BYTES && (keptBytes < 2 || isGzip(parts));
        if (!keeps) parts.length = 0;
      }
      yield part;
    }
  })();
  return { bytes: passing, reopen: () => (keeps ? partsOf(parts) : null) };
}

const isGzip = (parts: readonly Uint8Array[]): boolean =>
  contentKind(Buffer.concat(parts.slice(0, 2))) === 'gzip';

async function kept(bytes: AsyncIterable<Uint8Array>): Promise<LogBytes> {
  const parts: Uint8Array[] = [];
  for await (const part of bytes) parts.push(Buffer.from(part));
  return bytesInMemory(parts);
}

async function* textOf(kind: ContentKind, bytes: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  if (kind === 'utf-16le' || kind === 'utf-16be') yield* decoded(kind, bytes);
  else if (kind === 'text with CR') for await (const chunk of bytes) yield withLineFeeds(chunk);
  else yield* bytes;
}

const withLineFeeds = (chunk: Uint8Array): Uint8Array =>
  chunk.map((byte) => (byte === CARRIAGE_RETURN ? NEWLINE : byte));

async function* decoded(encoding: string, bytes: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const decoder = new TextDecoder(encoding);
  let hasReturns: boolean | null = null;
  for await (const chunk of bytes) {
    const text = Buffer.from(decoder.decode(chunk, { stream: true }));
    hasReturns ??= isWithCarriageReturns(text.subarray(0, CONTENT_SAMPLE_BYTES));
    yield hasReturns ? withLineFeeds(text) : text;
  }
  yield Buffer.from(decoder.decode());
}
