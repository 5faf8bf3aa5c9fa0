import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, expect, test } from 'vitest';
import { FIELD_NAMES } from '../../lambda/access-log/reading/line-form.ts';
import { valuesOf } from '../access-log/format-writers.ts';
import { failedLine, lineWith } from '../access-log/lines.ts';
import { alb502 } from './cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'alb502-parquet-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const LINES = Array.from({ length: 300 }, (_, at) => {
  const changes = { 2: `2026-03-01T12:00:${String(at % 60).padStart(2, '0')}.123456Z` };
  return at % 9 === 0 ? failedLine(changes, 34) : lineWith(changes, 34);
});

const NUMBERS: readonly string[] = [
  'request_processing_time',
  'target_processing_time',
  'response_processing_time',
];

/**
 * A Parquet file of the lines, with numbers as numbers.
 *
 * @param type - of the times
 */
function parquetOf(lines: readonly string[], type: 'DOUBLE' | 'FLOAT' = 'DOUBLE'): Buffer {
  const rows = lines.map(valuesOf);
  const columnData = FIELD_NAMES.map((name, at) => {
    const texts = rows.map((row) => row[at] ?? '');
    const column = name.replace(/[^a-z0-9]+/g, '_');
    if (NUMBERS.includes(name)) return { name: column, data: texts.map(Number), type };
    return name === 'elb_status_code'
      ? { name: column, data: texts.map(Number), type: 'INT32' as const }
      : { name: column, data: texts, type: 'STRING' as const };
  });
  return Buffer.from(parquetWriteBuffer({ columnData, rowGroupSize: 100 }));
}

async function read(name: string, content: Uint8Array | string) {
  const path = join(folder, name);
  writeFileSync(path, content);
  const { code, stdout, stderr } = await alb502(['logs', path, '--json']);
  return { code, stderr, document: JSON.parse(stdout) };
}

test('the same requests in Parquet give the same document, from a file, from gzip and from the standard input', async () => {
  const plain = await read('plain.log', LINES.join('\n'));
  const parquet = parquetOf(LINES);
  const file = await read('some.parquet', parquet);
  expect(file).toEqual(plain);
  expect((await read('some.parquet.gz', gzipSync(parquet))).document).toEqual(plain.document);
  expect((await read('single.parquet', parquetOf(LINES, 'FLOAT'))).document).toEqual(plain.document);
  const piped = await alb502(['logs', '-', '--json'], {}, [parquet.subarray(0, 3), parquet.subarray(3)]);
  expect(JSON.parse(piped.stdout)).toEqual(plain.document);
});

test('health checks and connections in Parquet are told apart from requests', async () => {
  const columns = (names: Readonly<Record<string, string>>) =>
    Buffer.from(
      parquetWriteBuffer({
        columnData: Object.entries(names).map(([name, value]) => ({ name, data: [value], type: 'STRING' })),
      }),
    );
  const time = '2026-03-01T12:00:05.123Z';
  const checks = await read(
    'checks.parquet',
    columns({
      type: 'http',
      time,
      latency: '0.1',
      target_addr: '10.0.0.7:8080',
      status: 'FAIL',
      reason_code: 'x',
    }),
  );
  expect(checks.document.healthCheckLogs).toMatchObject([{ healthCheckLog: { checks: 1, failed: 1 } }]);
  const connections = await read(
    'connections.parquet',
    columns({ timestamp: time, client_ip: '203.0.113.1', listener_port: '443', tls_protocol: 'TLSv1.3' }),
  );
  expect([connections.code, connections.stderr]).toEqual([
    2,
    expect.stringMatching(/a record of a connection log/),
  ]);
});

test('a cut Parquet file, and one of something else, are named', async () => {
  const cut = await read('cut.parquet', parquetOf(LINES).subarray(0, 5000));
  expect([cut.code, cut.stderr]).toEqual([2, expect.stringMatching(/the Parquet file is damaged or cut/)]);
  const other = await read(
    'other.parquet',
    Buffer.from(parquetWriteBuffer({ columnData: [{ name: 'city', data: ['Ulm'], type: 'STRING' }] })),
  );
  expect([other.code, other.stderr]).toEqual([2, expect.stringMatching(/without a field .* it has city/)]);
});
