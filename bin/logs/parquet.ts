import { parquetMetadataAsync, parquetReadObjects, parquetSchema } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { isFieldName } from '../../lambda/access-log/format/field-name.ts';

/** Parquet's times keep their microseconds, which a Date would lose. */
function instant(microseconds: bigint): string {
  const milliseconds = new Date(Number(microseconds / 1000n)).toISOString();
  return `${milliseconds.slice(0, -1)}${String(microseconds % 1000n).padStart(3, '0')}Z`;
}

const parsers = {
  timestampFromMilliseconds: (milliseconds: bigint) => instant(BigInt(milliseconds) * 1000n),
  timestampFromMicroseconds: instant,
  timestampFromNanoseconds: (nanoseconds: bigint) => instant(nanoseconds / 1000n),
};

const lineOf = (row: Readonly<Record<string, unknown>>): string =>
  JSON.stringify(row, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/**
 * Gives the records of a Parquet file as lines of JSON, one row group after the other.
 *
 * @returns null, or why it cannot be read, or not to its end
 */
export async function readParquet(
  bytes: Uint8Array<ArrayBuffer>,
  onText: (text: Uint8Array) => void,
): Promise<string | null> {
  const { buffer, byteOffset, byteLength } = bytes;
  const file = {
    byteLength,
    slice: (start: number, end = byteLength) => buffer.slice(byteOffset + start, byteOffset + end),
  };
  try {
    const metadata = await parquetMetadataAsync(file);
    const names = parquetSchema(metadata).children.map(({ element }) => element.name);
    const columns = names.filter(isFieldName);
    if (columns.length === 0)
      return `a Parquet file without a field of an access log; it has ${names.slice(0, 5).join(', ')}`;
    let rowStart = 0;
    for (const group of metadata.row_groups) {
      const rowEnd = rowStart + Number(group.num_rows);
      const rows = await parquetReadObjects({
        file,
        metadata,
        columns,
        rowStart,
        rowEnd,
        compressors,
        parsers,
      });
      if (rows.length > 0) onText(Buffer.from(`${rows.map(lineOf).join('\n')}\n`));
      rowStart = rowEnd;
    }
    return null;
  } catch (error) {
    return `the Parquet file is damaged or cut (${reasonOf(error)}); the row groups before were read`;
  }
}
