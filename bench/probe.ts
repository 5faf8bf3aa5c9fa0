import { readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import Table from 'cli-table3';
import { probe } from '../lambda/probe/probe.ts';
import type { ProbeResult } from '../lambda/probe/probe-result.ts';
import { REAL_SERVERS, type RealServer } from '../test/servers/real-servers.ts';

const LIMITS = { maxSeconds: 90, watchSeconds: 80, requests: 200, pauseMs: 0 };
const DOCUMENT = new URL('../docs/probe.md', import.meta.url);
const MEASURED = /(<!-- measured -->)[\s\S]*(<!-- \/measured -->)/;
/** More at once would make the servers late on a small machine. */
const SIDE_BY_SIDE = Math.max(2, cpus().length);

interface Row {
  readonly server: RealServer;
  readonly result: ProbeResult;
}

/**
 * Probes real servers whose timeouts are known and prints what was measured; `--write` puts it into the docs.
 *
 * @returns whether every error is within 50 ms or 1 %, beside what a server may be late by itself
 */
export async function run(): Promise<boolean> {
  const rows: Row[] = [];
  const waiting = [...REAL_SERVERS];
  const work = async () => {
    for (let server = waiting.shift(); server; server = waiting.shift()) {
      rows.push({ server, result: await measured(server) });
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, work));
  rows.sort((a, b) => REAL_SERVERS.indexOf(a.server) - REAL_SERVERS.indexOf(b.server));
  const table = markdown(rows);
  process.stdout.write(`${table}\n`);
  if (process.argv.includes('--write')) await writeIntoDocs(table);
  const missed = rows.filter(({ server, result }) => !isWithin(server, result));
  const worst = Math.max(...rows.map(({ server, result }) => Math.abs(offBy(server, result))));
  process.stdout.write(
    `probe: ${rows.length} configurations, ${rows.length - missed.length} within 50 ms or 1 % (goal: all), largest error ${(worst * 1_000).toFixed(0)} ms\n`,
  );
  return missed.length === 0;
}

async function writeIntoDocs(table: string): Promise<void> {
  const text = await readFile(DOCUMENT, 'utf8');
  await writeFile(DOCUMENT, text.replace(MEASURED, `$1\n${table}\n$2`));
}

async function measured(server: RealServer): Promise<ProbeResult> {
  await using running = await server.start();
  return await probe({ host: '127.0.0.1', port: running.port, tls: false, path: '/' }, 60, LIMITS);
}

function keptSeconds(result: ProbeResult): number {
  const idle = result.idleClose;
  return idle && 'seconds' in idle ? idle.seconds : Number.NaN;
}

/** How far the measured value lies outside what the configuration allows; 0 within a server's own lateness. */
function offBy({ closesAfterSeconds, lateBySeconds }: RealServer, result: ProbeResult): number {
  const over = keptSeconds(result) - closesAfterSeconds;
  return over > 0 ? Math.max(0, over - lateBySeconds) : over;
}

const isWithin = (server: RealServer, result: ProbeResult): boolean =>
  Math.abs(offBy(server, result)) <= Math.max(0.05, server.closesAfterSeconds / 100);

function markdown(rows: readonly Row[]): string {
  const table = new Table({
    head: ['server', 'configured', 'closes after', 'measured', 'by', 'requests on one connection'],
    style: { head: [], border: [] },
    chars: {
      top: '',
      'top-mid': '',
      'top-left': '',
      'top-right': '',
      bottom: '',
      'bottom-mid': '',
      'bottom-left': '',
      'bottom-right': '',
      left: '|',
      'left-mid': '|',
      mid: '-',
      'mid-mid': '|',
      right: '|',
      'right-mid': '|',
      middle: '|',
    },
  });
  for (const { server, result } of rows) table.push(cells(server, result));
  const lines = table.toString().split('\n');
  // Markdown wants one rule, below the head.
  return lines.filter((line, index) => index === 1 || !/^\|[-|]+\|$/.test(line)).join('\n');
}

function cells(server: RealServer, result: ProbeResult): string[] {
  const { closesAfterSeconds: after, lateBySeconds: late } = server;
  const idle = result.idleClose;
  const requests = result.requestsPerConnection;
  const limit = requests && 'limit' in requests ? requests : undefined;
  return [
    `${server.name}${result.server === null ? '' : ` ${/\/([\d.]+)/.exec(result.server)?.[1] ?? ''}`}`.trim(),
    `\`${server.configured}\``,
    late > 0 ? `${after} to ${after + late} s` : `${after} s`,
    `${keptSeconds(result).toFixed(3)} s`,
    idle && 'by' in idle ? idle.by.toUpperCase() : 'never',
    limit ? `${limit.limit}, ${limit.announced ? 'announced' : 'unannounced'}` : 'no limit met',
  ];
}
