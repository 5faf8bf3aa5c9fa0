/** What the first bytes of a log are. */
export type ContentKind =
  | 'gzip'
  | 'tar'
  | 'parquet'
  | 'utf-16le'
  | 'utf-16be'
  | 'text with CR'
  | 'text'
  | 'empty'
  | Unread;

/** Kinds that are not read, with the way to make them readable. */
export const UNREAD = {
  bzip2: 'bzip2 data, which is not read; try bzip2 -dc FILE | alb502 logs -',
  xz: 'xz data, which is not read; try xz -dc FILE | alb502 logs -',
  lz4: 'lz4 data, which is not read; try lz4 -dc FILE | alb502 logs -',
  zip: 'a ZIP archive, which is not read; unpack it with unzip FILE -d logs, then alb502 logs logs',
  '7z': 'a 7-Zip archive, which is not read; unpack it with 7z x FILE -ologs, then alb502 logs logs',
  zstd: 'zstd data, which is not read; try zstd -dc FILE | alb502 logs -',
} as const;
/** See {@link UNREAD}. */
export type Unread = keyof typeof UNREAD;

const MAGIC: readonly (readonly [ContentKind, readonly number[]])[] = [
  ['gzip', [0x1f, 0x8b]],
  ['bzip2', [0x42, 0x5a, 0x68]],
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a]],
  ['lz4', [0x04, 0x22, 0x4d, 0x18]],
  ['zip', [0x50, 0x4b, 0x03, 0x04]],
  ['7z', [0x37, 0x7a, 0xbc, 0xaf]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
  ['parquet', [0x50, 0x41, 0x52, 0x31]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];
/** `ustar` stands there in a tar archive. */
const TAR_MAGIC_AT = 257;
const TAR_MAGIC = 'ustar';
/** As many first bytes as tell the kind; a line, and the header of a tar archive, are in them. */
export const CONTENT_SAMPLE_BYTES = 16_384;

const NEWLINE = 10;
const CARRIAGE_RETURN = 13;

/** Tells what a log is by its first bytes, whatever its name. */
export function contentKind(first: Uint8Array): ContentKind {
  if (first.length === 0) return 'empty';
  for (const [kind, magic] of MAGIC) if (magic.every((byte, at) => first[at] === byte)) return kind;
  const ustar = first.subarray(TAR_MAGIC_AT, TAR_MAGIC_AT + TAR_MAGIC.length);
  if (Buffer.from(ustar).toString('latin1') === TAR_MAGIC) return 'tar';
  if (first[0] !== 0 && first[1] === 0 && first[2] !== 0 && first[3] === 0) return 'utf-16le';
  if (first[0] === 0 && first[1] !== 0 && first[2] === 0 && first[3] !== 0) return 'utf-16be';
  return !first.includes(NEWLINE) && first.includes(CARRIAGE_RETURN) ? 'text with CR' : 'text';
}
