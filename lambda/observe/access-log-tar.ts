import { isTarHeader } from './access-log-content.ts';
import type { ByteStream } from './byte-stream.ts';

/** A file in an archive. */
export interface TarEntry {
  readonly name: string;
  readonly bytes: number;
}

const BLOCK = 512;
const LONGEST_NAME = 65_536;

const textAt = (block: Buffer, from: number, length: number): string =>
  block.toString('utf8', from, from + length).replace(/\0.*$/s, '');

/** A size in octal digits, or in binary where it is too large for them. */
function sizeOf(block: Buffer): number {
  if (((block[124] ?? 0) & 0x80) === 0) return Number.parseInt(textAt(block, 124, 12).trim() || '0', 8);
  return Number(block.readBigUInt64BE(128));
}

const padded = (bytes: number): number => Math.ceil(bytes / BLOCK) * BLOCK;

/** The path in a record of a pax header, such as `30 path=NAME`. */
const paxPath = (records: Buffer): string | undefined =>
  /^\d+ path=(.*)$/m.exec(records.toString('utf8'))?.[1];

/**
 * Reads the files of a tar archive (POSIX ustar and pax, GNU), one after the other.
 *
 * @param onFile - takes the bytes of each; what it does not read is passed over
 * @returns null, or what is wrong with the archive
 */
export async function readTar(
  stream: ByteStream,
  onFile: (entry: TarEntry, bytes: AsyncGenerator<Uint8Array>) => Promise<void>,
): Promise<string | null> {
  let longName: string | undefined;
  for (;;) {
    const block = await stream.read(BLOCK);
    if (block.length === 0 || block.every((byte) => byte === 0)) return null;
    const bytes = sizeOf(block);
    if (block.length < BLOCK) return 'the tar archive ends early; the files before were read';
    if (!Number.isSafeInteger(bytes) || bytes < 0 || !isTarHeader(block))
      return 'the tar archive is damaged; the files before were read';
    const type = String.fromCharCode(block[156] ?? 0);
    if (type === 'L' || type === 'x') {
      const header = await stream.read(padded(Math.min(bytes, LONGEST_NAME)));
      longName = type === 'L' ? textAt(header, 0, bytes) : (paxPath(header.subarray(0, bytes)) ?? longName);
      continue;
    }
    // Older ones have something else there.
    const prefix = textAt(block, 257, 6) === 'ustar' ? textAt(block, 345, 155) : '';
    const short = textAt(block, 0, 100);
    const name = longName ?? (prefix === '' ? short : `${prefix}/${short}`);
    longName = undefined;
    let got = 0;
    const content = stream.take(bytes);
    const counted = (async function* () {
      for await (const part of content) {
        got += part.length;
        yield part;
      }
    })();
    if (type === '0' || type === '\0') await onFile({ name, bytes }, counted);
    await stream.read(padded(bytes) - got);
  }
}
