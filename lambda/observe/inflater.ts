import { finished } from 'node:stream/promises';
import { constants, createGunzip } from 'node:zlib';

/** Inflates the pieces of gzip data, in their order; members that follow one another are one text. */
export interface Inflater {
  /**
   * What the piece holds, in chunks, each only valid until the next is asked for. Ask for all of them. What does not fill
   * a chunk may come with the next piece.
   *
   * @throws InflateError where zlib refuses the piece; what it held before the damage is lost
   */
  inflate(piece: Uint8Array): Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
  /** What is left when no more pieces come. @throws InflateError where the data ends too early */
  end(): Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
  /** Frees zlib's memory. */
  close(): void;
}

/** Why zlib gave up, in its own words. */
export class InflateError extends Error {
  override readonly name = 'InflateError';
}

/** Fits a processor's cache. */
const OUTPUT_BYTES = 256 * 1024;
/** Of the inflater that was closed last: a folder has thousands of small files, and each would take memory anew. */
let spareOutput: Buffer | null = null;
const NOTHING = new Uint8Array();

/** zlib below the streams of `node:zlib`, the same in Node.js 20, 22, 24 and 26, but not documented. */
interface ZlibBinding {
  /** Inflates on this thread into memory of the caller. */
  writeSync(
    flush: number,
    input: Uint8Array,
    inputAt: number,
    inputBytes: number,
    output: Uint8Array,
    outputAt: number,
    outputBytes: number,
  ): void;
  onerror: (message: string) => void;
}

interface WithBinding {
  readonly _handle: ZlibBinding;
  /** How many bytes are left of the output, and of the input, after a write. */
  readonly _writeState: Uint32Array;
}

function hasBinding(gunzip: object): gunzip is WithBinding {
  if (!('_handle' in gunzip && '_writeState' in gunzip)) return false;
  const { _handle: binding, _writeState: state } = gunzip;
  return (
    state instanceof Uint32Array &&
    typeof binding === 'object' &&
    binding !== null &&
    'writeSync' in binding &&
    typeof binding.writeSync === 'function' &&
    'onerror' in binding
  );
}

/**
 * Inflates into one buffer, again and again. The streams of `node:zlib` take a new buffer for each chunk, and another
 * thread for each piece: most of their time goes into that, not into inflating.
 *
 * @returns null where this Node.js does not have what it takes
 */
export function inPlaceInflater(): Inflater | null {
  const gunzip = createGunzip();
  if (!hasBinding(gunzip)) {
    gunzip.close();
    return null;
  }
  const { _handle: binding, _writeState: left } = gunzip;
  const output = spareOutput ?? Buffer.allocUnsafeSlow(OUTPUT_BYTES);
  spareOutput = null;
  let problem: string | null = null;
  binding.onerror = (message) => {
    problem = message;
  };
  // So much of the output is filled, and was not given yet. Only whole ones are: what is shared with another thread is
  // copied four times as fast from and to the same place within a word.
  let filled = 0;
  function* rest(): Generator<Uint8Array> {
    const bytes = filled;
    filled = 0;
    if (bytes > 0) yield output.subarray(0, bytes);
  }
  function* written(flush: number, piece: Uint8Array): Generator<Uint8Array> {
    let [outputLeft, inputLeft] = [0, piece.length];
    while (outputLeft === 0) {
      if (filled === OUTPUT_BYTES) yield* rest();
      const at = piece.length - inputLeft;
      binding.writeSync(flush, piece, at, inputLeft, output, filled, OUTPUT_BYTES - filled);
      if (problem !== null) {
        yield* rest();
        throw new InflateError(problem);
      }
      [outputLeft = 0, inputLeft = 0] = left;
      filled = OUTPUT_BYTES - outputLeft;
    }
  }
  return {
    inflate: (piece) => written(constants.Z_NO_FLUSH, piece),
    *end() {
      yield* written(constants.Z_FINISH, NOTHING);
      yield* rest();
    },
    close: () => {
      gunzip.close();
      spareOutput = output;
    },
  };
}

/** Inflates with the documented stream of `node:zlib`. */
export function streamInflater(): Inflater {
  const gunzip = createGunzip();
  const chunks: Uint8Array[] = [];
  let problem: Error | null = null;
  gunzip.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
  });
  // Of a piece that is refused, zlib never says that it was written.
  const refused = new Promise<void>((resolve) => {
    gunzip.on('error', (error) => {
      problem = error;
      resolve();
    });
  });
  async function* after(step: Promise<void>): AsyncGenerator<Uint8Array> {
    await Promise.race([step, refused]);
    yield* chunks.splice(0);
    if (problem !== null) throw new InflateError(problem.message);
  }
  return {
    inflate: (piece) => after(new Promise((resolve) => gunzip.write(piece, () => resolve()))),
    end: () => after(finished(gunzip.end(), { writable: false }).catch(() => {})),
    close: () => gunzip.close(),
  };
}

/** The faster of the two that this Node.js has. */
export const inflater = (): Inflater => inPlaceInflater() ?? streamInflater();
