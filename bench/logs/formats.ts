import { createWriteStream, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { simulate } from '../../lab/worlds/access-log/simulate.ts';
import { linesOf } from '../../lab/worlds/access-log/write.ts';
import { FIELD_NAMES } from '../../lambda/access-log/reading/line-form.ts';
import { type Measured, measure, middleOf } from './measure.ts';
import { failing } from './written.ts';

const LINES = 200_000;
const RUNS = 5;
/** What reading Parquet takes of memory grows with it. */
const ROW_GROUP = 20_000;
const MOST_TIMES_JSON = 2;
const MOST_TIMES_PARQUET = 2;

const NAMES = FIELD_NAMES.map((name) => name.replace(/[^a-z0-9]+/g, '_'));
const BASELINE = fileURLToPath(new URL('./count-502.mjs', import.meta.url));

const valuesOf = (line: string): string[] =>
  [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');

interface Row {
  readonly what: string;
  readonly count: number;
  readonly measured: Measured;
}

/** What reading the formats of deliveries takes. */
export interface Formats {
  readonly rows: readonly Row[];
  readonly ours: readonly Measured[];
  readonly met: boolean;
  readonly summary: string;
}

async function write(folder: string): Promise<{ json: string; parquet: string; count: number }> {
  const [json, parquet] = [join(folder, 'access.json'), join(folder, 'access.parquet')];
  const rows = [...linesOf(simulate(failing(LINES)))].flatMap((text) =>
    text.trimEnd().split('\n').map(valuesOf),
  );
  const names = NAMES.slice(0, rows[0]?.length);
  const record = (row: readonly string[]) =>
    `${JSON.stringify(Object.fromEntries(names.map((name, at) => [name, row[at] ?? '-'])))}\n`;
  await pipeline(
    Readable.from(
      (function* () {
        for (const row of rows) yield record(row);
      })(),
    ),
    createWriteStream(json),
  );
  const columnData = names.map((name, at) => ({
    name,
    data: rows.map((row) => row[at] ?? '-'),
    type: 'STRING' as const,
  }));
  writeFileSync(parquet, Buffer.from(parquetWriteBuffer({ columnData, rowGroupSize: ROW_GROUP })));
  return { json, parquet, count: rows.length };
}

/** Runs both in turn, so that both meet the same load. */
async function inTurn(path: string, kind: 'json' | 'parquet'): Promise<{ base: Measured; ours: Measured }> {
  const base: Measured[] = [];
  const ours: Measured[] = [];
  for (let run = 0; run < RUNS; run++) {
    base.push(await measure([process.execPath, BASELINE, kind, path]));
    ours.push(await measure([process.execPath, 'dist/bin/alb502.js', 'logs', path], [1]));
  }
  return { base: middleOf(base), ours: middleOf(ours) };
}

/**
 * Measures JSON against what every JSON-lines reader on npm does at least (split, JSON.parse, count), and Parquet
 * against its reader alone, with the same columns.
 */
export async function measureFormats(folder: string): Promise<Formats> {
  const { json, parquet, count } = await write(folder);
  const ofJson = await inTurn(json, 'json');
  const ofParquet = await inTurn(parquet, 'parquet');
  const timesJson = ofJson.ours.cpuSeconds / ofJson.base.cpuSeconds;
  const timesParquet = ofParquet.ours.cpuSeconds / ofParquet.base.cpuSeconds;
  return {
    rows: [
      { what: 'split and JSON.parse, 502s counted', count, measured: ofJson.base },
      { what: 'alb502 logs, JSON', count, measured: ofJson.ours },
      { what: 'hyparquet alone, 502s counted', count, measured: ofParquet.base },
      { what: 'alb502 logs, Parquet', count, measured: ofParquet.ours },
    ],
    ours: [ofJson.ours, ofParquet.ours],
    met: timesJson <= MOST_TIMES_JSON && timesParquet <= MOST_TIMES_PARQUET,
    summary: `JSON ${timesJson.toFixed(2)} of parsing alone (goal ${MOST_TIMES_JSON}), Parquet ${timesParquet.toFixed(2)} of its reader alone (goal ${MOST_TIMES_PARQUET})`,
  };
}
