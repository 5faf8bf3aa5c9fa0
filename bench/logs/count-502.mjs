// Counts the 502s of each target, and nothing else: what reading JSON lines or Parquet takes at least.
import { createReadStream, readFileSync } from 'node:fs';
import { parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';

const [, , kind, path = ''] = process.argv;
/** @type {Map<string, number>} */
const counts = new Map();
/** @param {Record<string, string>} record */
const count = (record) => {
  const target = record['target_port'] ?? '';
  if (record['elb_status_code'] === '502') counts.set(target, (counts.get(target) ?? 0) + 1);
};

if (kind === 'json') {
  let rest = '';
  for await (const chunk of createReadStream(path, { encoding: 'utf8', highWaterMark: 256 * 1024 })) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) count(JSON.parse(line));
  }
} else {
  const { buffer, byteOffset, byteLength } = readFileSync(path);
  const file = {
    byteLength,
    slice: (/** @type {number} */ start, end = byteLength) =>
      buffer.slice(byteOffset + start, byteOffset + end),
  };
  const metadata = await parquetMetadataAsync(file);
  let rowStart = 0;
  for (const group of metadata.row_groups) {
    const rowEnd = rowStart + Number(group.num_rows);
    for (const row of await parquetReadObjects({ file, metadata, rowStart, rowEnd, compressors })) count(row);
    rowStart = rowEnd;
  }
}
process.stdout.write(`${[...counts].map(([target, times]) => `${target} ${times}`).join('\n')}\n`);
