import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { bytesInMemory, readLogBytes } from '../../lambda/observe/access-log-bytes.ts';
import { ByteStream } from '../../lambda/observe/byte-stream.ts';
import { type Inflater, inPlaceInflater, streamInflater } from '../../lambda/observe/inflater.ts';

const LINES = Array.from({ length: 20_000 }, (_, number) => `line ${number} ${(number * 7919) % 10_007}\n`);
const TEXT = Buffer.from(LINES.slice(0, 3000).join(''));
/** Many times as much as the buffer that is inflated into, from a few hundred bytes. */
const BOMB = Buffer.alloc(3_000_001, 'a');

async function inflated(inflater: Inflater, zipped: Uint8Array, pieceBytes: number) {
  const parts: Buffer[] = [];
  let problem: string | null = null;
  try {
    for (let at = 0; at < zipped.length; at += pieceBytes)
      for await (const chunk of inflater.inflate(zipped.subarray(at, at + pieceBytes)))
        parts.push(Buffer.from(chunk));
    for await (const chunk of inflater.end()) parts.push(Buffer.from(chunk));
  } catch (error) {
    problem = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  } finally {
    inflater.close();
  }
  return { bytes: Buffer.concat(parts), problem };
}

function inPlace(): Inflater {
  const inflater = inPlaceInflater();
  if (inflater === null)
    throw new Error('this Node.js cannot inflate in place: alb502 reads large logs slowly');
  return inflater;
}

function damaged(zipped: Buffer, fromEnd: number): Buffer {
  const copy = Buffer.from(zipped);
  copy[copy.length - fromEnd] = (copy[copy.length - fromEnd] ?? 0) ^ 1;
  return copy;
}

describe.each([
  ['into one buffer', inPlace],
  ['through the documented stream', streamInflater],
])('inflating %s', (_, inflater) => {
  test.each([
    ['a text', gzipSync(TEXT), TEXT],
    ['a text that is not compressed', gzipSync(TEXT, { level: 0 }), TEXT],
    ['much from little', gzipSync(BOMB), BOMB],
    ['nothing', gzipSync(''), Buffer.alloc(0)],
    [
      'two members',
      Buffer.concat([gzipSync(TEXT), gzipSync('and more')]),
      Buffer.concat([TEXT, Buffer.from('and more')]),
    ],
    ['padding behind it', Buffer.concat([gzipSync(TEXT), Buffer.alloc(700)]), TEXT],
  ])('gives %s, whatever the size of the pieces', async (_name, zipped, expected) => {
    for (const pieceBytes of [zipped.length, 4096, 61]) {
      const { bytes, problem } = await inflated(inflater(), zipped, pieceBytes);
      expect(problem).toBeNull();
      expect(bytes.equals(expected)).toBe(true);
    }
  });

  test.each([
    ['an end that is missing', gzipSync(TEXT).subarray(0, -9), /^InflateError: unexpected end of file$/],
    ['a wrong checksum', damaged(gzipSync(TEXT), 6), /^InflateError: incorrect data check$/],
    ['text behind the last member', Buffer.concat([gzipSync(TEXT), Buffer.from('text')]), /^InflateError: /],
    ['no gzip data', Buffer.from('line 1\nline 2\n'), /^InflateError: incorrect header check$/],
  ])('says %s, and gives what came before', async (_name, zipped, expected) => {
    const { bytes, problem } = await inflated(inflater(), zipped, 16);
    expect(problem).toMatch(expected);
    expect(bytes.equals(TEXT.subarray(0, bytes.length))).toBe(true);
    expect(bytes.length > TEXT.length * 0.9).toBe(!/header/.test(expected.source));
  });
});

test('an inflater that is made while another is at work has a buffer of its own', async () => {
  const other = Buffer.from(LINES.slice(3000, 6000).join(''));
  await inflated(inPlace(), gzipSync('closed before'), 4096);
  const [first, second] = [inPlace(), inPlace()];
  for await (const chunk of first.inflate(gzipSync(TEXT))) {
    expect((await inflated(second, gzipSync(other), other.length)).bytes.equals(other)).toBe(true);
    expect(Buffer.from(chunk).equals(TEXT)).toBe(true);
  }
  first.close();
});

/** One file in an archive, as `tar` writes it. */
function tarOf(name: string, content: Buffer): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write(`${content.length.toString(8).padStart(11, '0')} `, 124);
  header.write('        ', 148);
  header.write('0', 156);
  header.write('ustar', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return Buffer.concat([header, content, Buffer.alloc(((512 - (content.length % 512)) % 512) + 1024)]);
}

test('a file of an archive is whole, though what it is inflated into is used again', async () => {
  const much = Buffer.from(LINES.join(''));
  const other = Buffer.from(LINES.toReversed().join(''));
  const archive = gzipSync(
    Buffer.concat([
      tarOf('a.log', much).subarray(0, -1024),
      tarOf('b.log.gz', gzipSync(other, { level: 0 })),
    ]),
  );
  const parts: Buffer[] = [];
  const problem = await readLogBytes(bytesInMemory([archive]), {
    chunk: (bytes) => parts.push(Buffer.from(bytes)),
    file: () => true,
  });
  expect(problem).toBeNull();
  expect(Buffer.concat(parts).equals(Buffer.concat([much, other]))).toBe(true);
});

test('bytes that are asked for by count are kept, though their chunks are overwritten', async () => {
  const chunk = new Uint8Array(4);
  async function* overwritten() {
    for (const value of [1, 2, 3]) yield chunk.fill(value);
  }
  const read = await new ByteStream(overwritten()).read(10);
  expect([...read]).toEqual([1, 1, 1, 1, 2, 2, 2, 2, 3, 3]);
});
