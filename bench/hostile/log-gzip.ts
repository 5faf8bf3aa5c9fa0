import { constants, gunzipSync, gzipSync } from 'node:zlib';
import { type Random, randomFrom } from '../../lab/worlds/access-log/random.ts';
import { bytesOnce, readLogBytes } from '../../lambda/observe/access-log-bytes.ts';
import type { Attacked } from './attacked.ts';
import { lineAt } from './log-lines.ts';

const BEGIN_SECONDS = 1_772_323_200;

/** What zlib gives of the first so many bytes, or null where it refuses them. */
function prefixOf(gzip: Buffer, bytes: number): Buffer | null {
  try {
    return gunzipSync(gzip.subarray(0, bytes), { finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return null;
  }
}

/** All that can be inflated of damaged data: of the longest begin of it that zlib takes. */
function readable(gzip: Buffer): Buffer {
  let [taken, refused] = [0, gzip.length + 1];
  while (refused - taken > 1) {
    const middle = (taken + refused) >> 1;
    if (prefixOf(gzip, middle) === null) refused = middle;
    else taken = middle;
  }
  return taken === 0 ? Buffer.alloc(0) : (prefixOf(gzip, taken) ?? Buffer.alloc(0));
}

function isIntact(gzip: Buffer): boolean {
  try {
    gunzipSync(gzip);
    return true;
  } catch {
    return false;
  }
}

const DAMAGES: Readonly<Record<string, (gzip: Buffer, random: Random) => Buffer>> = {
  'an end that is cut off': (gzip, random) => gzip.subarray(0, 18 + random.whole(gzip.length - 18)),
  'flipped bits': (gzip, random) => {
    const result = Buffer.from(gzip);
    for (let flips = 1 + random.whole(3); flips > 0; flips--) {
      const at = 10 + random.whole(result.length - 10);
      result[at] = (result[at] ?? 0) ^ (1 << random.whole(8));
    }
    return result;
  },
  'a hole': (gzip, random) => {
    const from = 10 + random.whole(gzip.length - 10);
    return Buffer.concat([gzip.subarray(0, from), gzip.subarray(from + 1 + random.whole(400))]);
  },
  'a stretch of zeros': (gzip, random) => {
    const from = 10 + random.whole(gzip.length - 10);
    return Buffer.from(gzip).fill(0, from, Math.min(gzip.length, from + random.whole(600)));
  },
  'text behind it': (gzip) => Buffer.concat([gzip, Buffer.from('https 2026-03-01T12:00:05.123456Z')]),
  nothing: (gzip) => gzip,
};

/** Reads data that comes in chunks of so many bytes; a chunk is gone after it was given. */
async function read(gzip: Buffer, chunkBytes: number) {
  const parts: Buffer[] = [];
  const chunks = (async function* () {
    for (let at = 0; at < gzip.length; at += chunkBytes) yield gzip.subarray(at, at + chunkBytes);
  })();
  const problem = await readLogBytes(bytesOnce(chunks), {
    chunk: (bytes) => parts.push(Buffer.from(bytes)),
    file: () => true,
  });
  return { problem, text: Buffer.concat(parts).toString('latin1') };
}

const memberOf = (random: Random, lines: number): Buffer =>
  gzipSync(
    Array.from({ length: lines }, (_, at) => `${lineAt(random, BEGIN_SECONDS + at / 7, 0.2)}\n`).join(''),
  );

/**
 * Damages gzip data and holds what is read against all that zlib gives of it, tried out byte by byte: no line that can
 * be inflated is lost, in the damaged member and in the one that follows, and damage is said.
 *
 * @param rounds - how often each damage is tried
 */
export async function attackGzip(rounds: number, seed: number): Promise<Attacked> {
  const random = randomFrom(seed);
  const wrong: string[] = [];
  let tried = 0;
  for (let round = 0; round < rounds; round++)
    for (const [name, damage] of Object.entries(DAMAGES)) {
      const damaged = damage(memberOf(random, 20 + random.whole(400)), random);
      const chunkBytes = random.pick([1, 100, 4096, 1 << 18]);
      const { problem, text } = await read(damaged, chunkBytes);
      const expected = readable(damaged).toString('latin1');
      tried++;
      const [got, wanted] = [text.split('\n').slice(0, -1), expected.split('\n').slice(0, -1)];
      const lost = wanted.findIndex((line, at) => got[at] !== line);
      if (lost >= 0) wrong.push(`${name}: ${wanted.length - lost} of ${wanted.length} lines are lost`);
      else if ((problem === null) !== isIntact(damaged)) wrong.push(`${name}: says ${problem}`);
    }
  return { tried, survived: tried - wrong.length, wrong };
}
