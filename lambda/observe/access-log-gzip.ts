import { InflateError, inflater } from './inflater.ts';

/** Gives the same bytes from their begin once more, or null where they are no longer there. */
export type Reopen = () => AsyncIterable<Uint8Array> | null;

/** Chunks, and at the end what is wrong with the data, or null. */
export type Inflating = AsyncGenerator<Uint8Array, string | null>;

type Bytes = AsyncIterable<Uint8Array> | readonly Uint8Array[];

/** A piece that zlib refuses takes with it what it held before the damage: the next try feeds smaller ones. */
const SMALLER_PIECES = [4096, 1] as const;
/** As much is handed to zlib at once. */
const PIECE_BYTES = 64 * 1024;
/** How a gzip member begins that holds deflated data. */
const MEMBER = Buffer.from([0x1f, 0x8b, 0x08]);
const LAST_FLAG = 0x1f;
const FIRST_TEXT_BYTES = 64;

/** Where zlib gave up. */
class Damage extends Error {
  override readonly name = 'Damage';
  /** So many compressed bytes were in pieces that zlib took. */
  readonly taken: number;

  constructor(reason: string, taken: number) {
    super(reason);
    this.taken = taken;
  }

  get isCut(): boolean {
    return /unexpected end of file/.test(this.message);
  }
}

/** What follows the first bytes, in pieces as they come, but in pieces of this size from a place on. */
async function* pieces(bytes: Bytes, from: number, smallFrom: number, size: number) {
  let at = 0;
  for await (const chunk of bytes) {
    let rest = chunk.subarray(Math.min(chunk.length, Math.max(0, from - at)));
    let place = at + chunk.length - rest.length;
    at += chunk.length;
    if (rest.length > 0 && place < smallFrom) {
      const large = rest.subarray(0, smallFrom - place);
      yield large;
      place += large.length;
      rest = rest.subarray(large.length);
    }
    for (let start = 0; start < rest.length; start += size) yield rest.subarray(start, start + size);
  }
}

/** Inflates; all that zlib gave before it met damage is given, and then thrown what it met. */
async function* inflated(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const zlib = inflater();
  let taken = 0;
  try {
    for await (const piece of pieces(bytes, 0, 0, PIECE_BYTES)) {
      yield* zlib.inflate(piece);
      taken += piece.length;
    }
    yield* zlib.end();
  } catch (error) {
    throw error instanceof InflateError ? new Damage(error.message, taken) : error;
  } finally {
    zlib.close();
  }
}

/** Where the next gzip member begins, or -1. */
async function nextMember(bytes: Bytes, from: number): Promise<number> {
  let place = from;
  let before = Buffer.alloc(0);
  for await (const piece of pieces(bytes, from, Number.POSITIVE_INFINITY, 1)) {
    const window = Buffer.concat([before, piece]);
    for (let at = window.indexOf(MEMBER); at >= 0; at = window.indexOf(MEMBER, at + 1))
      if (at + MEMBER.length < window.length && (window[at + MEMBER.length] ?? 0xff) <= LAST_FLAG)
        return place + at;
    before = Buffer.from(window.subarray(Math.max(0, window.length - MEMBER.length)));
    place += window.length - before.length;
  }
  return -1;
}

const isText = (chunk: Uint8Array): boolean =>
  chunk.subarray(0, FIRST_TEXT_BYTES).every((byte) => byte >= 9 && byte < 127);

/** What zlib says, in words for whoever gave the file. */
function problemOf(damage: Damage, goesOn: boolean): string {
  if (damage.isCut) return 'the gzip data ends early; what could be inflated before its end was read';
  const where = `at byte ${damage.taken + 1} (${damage.message})`;
  if (/data check|length check/.test(damage.message))
    return `the gzip data is damaged somewhere before byte ${damage.taken + 1} (${damage.message}); its lines were read, and some may be wrong`;
  return goesOn
    ? `the gzip data is damaged ${where}; what could be inflated before was read, and what follows from the next gzip member on`
    : `the gzip data is damaged ${where}; what could be inflated before was read, what follows is lost`;
}

/**
 * Inflates gzip data. Where it is damaged, everything up to the damage is given, and what follows from the next gzip
 * member on.
 *
 * @param first - the bytes
 * @param reopen - the same bytes once more, to read a damaged stretch in smaller pieces
 * @throws whatever reading the bytes throws
 */
export async function* gunzipped(first: AsyncIterable<Uint8Array>, reopen: Reopen): Inflating {
  const progress = { from: 0, given: 0 };
  let problem: string | null = null;
  let bytes = first;
  for (;;) {
    const damage = yield* upToDamage(bytes, progress);
    if (damage === null) return problem;
    if (damage.isCut) return problem ?? problemOf(damage, false);
    if (reopen() === null)
      return `${problemOf(damage, false)}, and so are some lines before, for it could not be read again`;
    const met = yield* inSmallerPieces(reopen, damage, progress);
    const end = progress.from + met.taken;
    const next = await nextMember(reopen() ?? [], end + 1);
    problem ??= problemOf(new Damage(met.message, end), next >= 0);
    if (next < 0) return problem;
    progress.from = next;
    progress.given = 0;
    bytes = pieces(reopen() ?? [], next, Number.POSITIVE_INFINITY, 1);
    // What was inflated before may end within a line.
    yield Buffer.from('\n');
  }
}

/** From where inflating began, and how many inflated bytes have been given since. */
interface Progress {
  from: number;
  given: number;
}

async function* upToDamage(
  bytes: AsyncIterable<Uint8Array>,
  progress: Progress,
): AsyncGenerator<Uint8Array, Damage | null> {
  try {
    for await (const chunk of inflated(bytes)) {
      // Three bytes by chance look like the begin of a member.
      if (progress.from > 0 && progress.given === 0 && !isText(chunk)) return new Damage('not text', 0);
      progress.given += chunk.length;
      yield chunk;
    }
    return null;
  } catch (error) {
    if (error instanceof Damage) return error;
    throw error;
  }
}

async function* inSmallerPieces(
  reopen: Reopen,
  met: Damage,
  progress: Progress,
): AsyncGenerator<Uint8Array, Damage> {
  let damage = met;
  for (const size of SMALLER_PIECES) {
    const skip = progress.given;
    let seen = 0;
    try {
      for await (const chunk of inflated(
        pieces(reopen() ?? [], progress.from, progress.from + damage.taken, size),
      )) {
        const isNew = chunk.subarray(Math.min(chunk.length, Math.max(0, skip - seen)));
        seen += chunk.length;
        progress.given += isNew.length;
        if (isNew.length > 0) yield isNew;
      }
    } catch (error) {
      if (!(error instanceof Damage)) throw error;
      damage = error;
    }
  }
  return damage;
}
