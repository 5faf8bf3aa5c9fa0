import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** zlib inflates one chunk ahead on a thread of its own while the one before is read. */
const CHUNK_BYTES = 256 * 1024;

function isGzip(chunk: Uint8Array): boolean {
  return chunk[0] === 0x1f && chunk[1] === 0x8b;
}

async function* withFirst(first: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield first;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** What zlib says, in words for whoever gave the file. */
function gzipProblem(error: unknown): string {
  const reason = reasonOf(error);
  return /unexpected end of file/.test(reason)
    ? 'the gzip data ends early; the lines before its end were read'
    : `the gzip data is damaged (${reason}); the lines before were read`;
}

/**
 * Gives the bytes of a log to `onChunk`, inflated where they are gzip (told by the bytes, not by a name).
 *
 * @param chunkBytes - largest size of an inflated chunk
 * @returns null, or what is wrong with the gzip data; what could be inflated before that was given
 * @throws whatever reading the source throws
 */
export async function inflateInto(
  source: AsyncIterable<Uint8Array>,
  onChunk: (chunk: Uint8Array) => void,
  chunkBytes = CHUNK_BYTES,
): Promise<string | null> {
  const bytes = source[Symbol.asyncIterator]();
  const first = await bytes.next();
  if (first.done) return null;
  if (!isGzip(first.value)) {
    for await (const chunk of withFirst(first.value, bytes)) onChunk(chunk);
    return null;
  }
  const gunzip = createGunzip({ chunkSize: chunkBytes });
  let readFailed = false;
  const compressed = Readable.from(withFirst(first.value, bytes));
  compressed.on('error', (error) => {
    readFailed = true;
    gunzip.destroy(error);
  });
  compressed.pipe(gunzip);
  try {
    for await (const chunk of gunzip) onChunk(chunk);
    return null;
  } catch (error) {
    compressed.destroy();
    if (readFailed) throw error;
    return gzipProblem(error);
  }
}
