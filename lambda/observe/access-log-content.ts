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
  compress: 'data of compress (.Z), which is not read; try zcat FILE | alb502 logs -',
  snappy: 'snappy data, which is not read; try snzip -dc FILE | alb502 logs -',
  excel: 'an Excel workbook, which is not read; export the table as CSV',
  rar: 'a RAR archive, which is not read; unpack it with unrar x FILE logs/, then alb502 logs logs',
  orc: 'an ORC file, which is not read; export the table as CSV or Parquet',
  avro: 'an Avro file, which is not read; export the table as CSV or Parquet',
  pdf: 'a PDF document, not a log',
} as const;
/** See {@link UNREAD}. */
export type Unread = keyof typeof UNREAD;

const MAGIC: readonly (readonly [ContentKind, readonly number[]])[] = [
  ['gzip', [0x1f, 0x8b]],
  ['bzip2', [0x42, 0x5a, 0x68]],
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a]],
  ['lz4', [0x04, 0x22, 0x4d, 0x18]],
  ['zip', [0x50, 0x4b, 0x03, 0x04]],
  ['compress', [0x1f, 0x9d]],
  ['snappy', [0xff, 0x06, 0x00, 0x00, 0x73, 0x4e, 0x61, 0x50, 0x70, 0x59]],
  ['rar', [0x52, 0x61, 0x72, 0x21, 0x1a]],
  ['orc', [0x4f, 0x52, 0x43, 0x08]],
  ['avro', [0x4f, 0x62, 0x6a, 0x01]],
  ['pdf', [0x25, 0x50, 0x44, 0x46, 0x2d]],
  ['7z', [0x37, 0x7a, 0xbc, 0xaf]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
  ['parquet', [0x50, 0x41, 0x52, 0x31]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];
/** The header of a file in a tar archive, and where the sum of its bytes stands in it, in octal digits. */
const TAR_HEADER_BYTES = 512;
const [TAR_SUM_AT, TAR_SUM_END] = [148, 156];
/** Stands there in all but the oldest. */
const TAR_MAGIC_AT = 257;
const TAR_MAGIC = 'ustar';
const SPACE = 32;
/** Workbooks are ZIP archives with a folder of this name. */
const WORKBOOK = 'xl/work';
/** pzstd and others put a frame of their own before the data: the first byte is 0x50 to 0x5f. */
const ZSTD_SKIPPABLE = [0x2a, 0x4d, 0x18] as const;
/** As many first bytes as tell the kind; a line, and the header of a tar archive, are in them. */
export const CONTENT_SAMPLE_BYTES = 16_384;

const NEWLINE = 10;
const CARRIAGE_RETURN = 13;

/** Whether bytes are the header of a file in a tar archive: its sum is right, whatever tar wrote it. */
export function isTarHeader(block: Uint8Array): boolean {
  if (block.length < TAR_HEADER_BYTES) return false;
  const digits = Buffer.from(block.subarray(TAR_SUM_AT, TAR_SUM_END)).toString('latin1');
  const sum = /^ *([0-7]{1,7})[\0 ]*$/.exec(digits)?.[1];
  if (sum === undefined) return false;
  let found = 0;
  for (let at = 0; at < TAR_HEADER_BYTES; at++)
    found += at >= TAR_SUM_AT && at < TAR_SUM_END ? SPACE : (block[at] ?? 0);
  return found === Number.parseInt(sum, 8);
}

function byMagic(first: Uint8Array): ContentKind | null {
  for (const [kind, magic] of MAGIC)
    if (magic.every((byte, at) => first[at] === byte))
      return kind === 'zip' && Buffer.from(first).includes(WORKBOOK) ? 'excel' : kind;
  if (ZSTD_SKIPPABLE.every((byte, at) => first[at + 1] === byte) && (first[0] ?? 0) >> 4 === 5) return 'zstd';
  return null;
}

/** Tells what a log is by its first bytes, whatever its name. */
export function contentKind(first: Uint8Array): ContentKind {
  if (first.length === 0) return 'empty';
  const kind = byMagic(first);
  if (kind !== null) return kind;
  const magic = Buffer.from(first.subarray(TAR_MAGIC_AT, TAR_MAGIC_AT + TAR_MAGIC.length)).toString('latin1');
  if (magic === TAR_MAGIC || isTarHeader(first)) return 'tar';
  if (first[0] !== 0 && first[1] === 0 && first[2] !== 0 && first[3] === 0) return 'utf-16le';
  if (first[0] === 0 && first[1] !== 0 && first[2] === 0 && first[3] !== 0) return 'utf-16be';
  return isWithCarriageReturns(first) ? 'text with CR' : 'text';
}

/** Whether lines end with carriage returns alone. */
export const isWithCarriageReturns = (first: Uint8Array): boolean =>
  !first.includes(NEWLINE) && first.includes(CARRIAGE_RETURN);
