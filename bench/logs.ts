import { createWriteStream, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import Table from 'cli-table3';
import { measureFormats } from './logs/formats.ts';
import { type Measured, measure, middleOf } from './logs/measure.ts';
import { writeFleet, writeShop, writeStorm } from './logs/written.ts';

/** Goals: the contract of `npm run bench -- logs`. */
const LINES = 1_200_000;
const LARGE_FACTOR = 10;
const MOST_TIMES_GZIP = 1;
const FLEET = 20;
const STORM_LINES = 400_000;
const STORM_SHARE = 0.3;
const MOST_TIMES_GZIP_IN_STORM = 2;
const LEAST_TIMES_GOACCESS = 10;
const MOST_RESIDENT_MB = 250;
const RUNS = 5;
/** The same bytes ten times over: gzip files one after the other are one gzip file. */
async function repeat(path: string, times: number, into: string): Promise<void> {
  const body = readFileSync(path);
  await pipeline(Readable.from(Array.from({ length: times }, () => body)), createWriteStream(into));
}

/** Runs gzip and alb502 in turn, so that both meet the same load. Gives their medians, and the largest size. */
async function inTurn(runs: number, path: string): Promise<{ gzip: Measured; ours: Measured }> {
  const gzip: Measured[] = [];
  const ours: Measured[] = [];
  for (let run = 0; run < runs; run++) {
    gzip.push(await measure(['gzip', '-dc', path]));
    ours.push(await measure([process.execPath, 'dist/bin/alb502.js', 'logs', path], [1]));
  }
  return { gzip: middleOf(gzip), ours: middleOf(ours) };
}

const goaccessCommand = (path: string): [string, ...string[]] => [
  'sh',
  '-c',
  `gzip -dc ${path} | goaccess - --log-format=AWSALB --no-global-config -o ${path}.html --no-progress`,
];

/** What GoAccess's own work takes; null where it is not installed. */
async function goaccess(path: string): Promise<Measured | null> {
  if (!existsSync('/usr/bin/goaccess')) return null;
  return measure(goaccessCommand(path));
}

/** Measures `alb502 logs` against `gzip -dc` and GoAccess on one generated log. */
export async function run(): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'alb502-bench-'));
  try {
    return await runIn(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runIn(folder: string): Promise<boolean> {
  if (!existsSync('dist/bin/alb502.js')) throw new Error('dist/ is missing; run npm run build first');
  const [small, large] = [join(folder, 'access.log.gz'), join(folder, 'access-10x.log.gz')];
  const [fleet, storm] = [join(folder, 'fleet.log.gz'), join(folder, 'storm.log.gz')];
  process.stderr.write('writing the log ...\n');
  const lines = await writeShop(small, LINES);
  const fleetLines = await writeFleet(fleet, FLEET, LINES / FLEET);
  const stormLines = await writeStorm(storm, STORM_LINES, STORM_SHARE);
  await repeat(small, LARGE_FACTOR, large);
  process.stderr.write('measuring ...\n');
  const { gzip, ours: one } = await inTurn(RUNS, small);
  const { gzip: gzipLarge, ours: ten } = await inTurn(1, large);
  const { gzip: gzipFleet, ours: ofFleet } = await inTurn(RUNS, fleet);
  const { gzip: gzipStorm, ours: ofStorm } = await inTurn(RUNS, storm);
  const other = await goaccess(small);
  const formats = await measureFormats(folder);
  const table = new Table({
    head: ['what', 'lines', 'seconds', 'cpu seconds', 'MB resident'],
    style: { head: [] },
  });
  const row = (what: string, count: number, { seconds, cpuSeconds, residentMegabytes }: Measured) =>
    table.push([
      what,
      count.toLocaleString('en-US'),
      seconds.toFixed(2),
      // Of a pipeline only the shell's own time is seen.
      cpuSeconds === 0 ? '' : cpuSeconds.toFixed(2),
      residentMegabytes.toFixed(0),
    ]);
  row('gzip -dc > /dev/null', lines, gzip);
  row('alb502 logs', lines, one);
  row('gzip -dc > /dev/null, 10x', lines * LARGE_FACTOR, gzipLarge);
  row('alb502 logs, 10x', lines * LARGE_FACTOR, ten);
  row(`gzip -dc > /dev/null, ${FLEET} load balancers`, fleetLines, gzipFleet);
  row(`alb502 logs, ${FLEET} load balancers with hundreds of failures`, fleetLines, ofFleet);
  row('gzip -dc > /dev/null, storm', stormLines, gzipStorm);
  row(`alb502 logs, storm of ${STORM_SHARE * 100} % failures`, stormLines, ofStorm);
  if (other) row('gzip -dc | goaccess', lines, other);
  for (const { what, count, measured } of formats.rows) row(what, count, measured);
  const bytes = statSync(small).size;
  process.stdout.write(
    `${(bytes / 1e6).toFixed(0)} MB gz, load average ${loadavg()[0]?.toFixed(1)}\n${table.toString()}\n`,
  );
  const timesGzip = Math.max(
    one.seconds / gzip.seconds,
    ten.seconds / gzipLarge.seconds,
    ofFleet.seconds / gzipFleet.seconds,
  );
  const timesGzipInStorm = ofStorm.seconds / gzipStorm.seconds;
  const timesGoaccess = other === null ? null : other.seconds / one.seconds;
  const resident = Math.max(
    ...[one, ten, ofFleet, ofStorm, ...formats.ours].map(({ residentMegabytes }) => residentMegabytes),
  );
  const met =
    timesGzip <= MOST_TIMES_GZIP &&
    timesGzipInStorm <= MOST_TIMES_GZIP_IN_STORM &&
    (timesGoaccess === null || timesGoaccess >= LEAST_TIMES_GOACCESS) &&
    formats.met &&
    resident < MOST_RESIDENT_MB;
  const against =
    timesGoaccess === null
      ? 'not installed (apt-get install goaccess)'
      : `${timesGoaccess.toFixed(1)}x faster`;
  process.stdout.write(
    `logs: ${met ? 'goals met' : 'GOAL MISSED'}: ${timesGzip.toFixed(2)} of gzip's time (goal ${MOST_TIMES_GZIP}), ${timesGzipInStorm.toFixed(2)} in a storm (goal ${MOST_TIMES_GZIP_IN_STORM}), goaccess ${against} (goal ${LEAST_TIMES_GOACCESS}x), ${formats.summary}, ${resident.toFixed(0)} MB resident (goal ${MOST_RESIDENT_MB})\n`,
  );
  return met;
}
