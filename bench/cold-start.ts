import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import Table from 'cli-table3';
import { bundleFunction } from '../scripts/bundle.mjs';
import { startFiles } from '../scripts/start-files.mjs';
import { findNode } from '../test/servers/process.ts';
import { startEndpoint } from './fleet/endpoint.ts';
import { FifoQueue } from './fleet/fifo-queue.ts';
import { SimulatedFleet } from './fleet/simulated-fleet.ts';
import { SimulatedTable } from './fleet/table-api.ts';

/** Goals: the contract of `npm run bench -- cold-start`. */
const MOST_BYTES = 1_000_000;
const MOST_SCREEN_MS = 300;
const RUNS = 9;
/** As the functions are deployed. */
const NODE_MAJOR = 24;

const FUNCTIONS = ['screen', 'investigate', 'widget', 'probe'] as const;
const RUNNER = fileURLToPath(new URL('fleet/cold-start.mjs', import.meta.url));
const run1 = promisify(execFile);

interface ColdStart {
  readonly initMs: number;
  readonly invokeMs: number;
  /** From the start of the process. */
  readonly wholeMs: number;
  readonly megabytes: number;
}

const median = (values: readonly number[]): number =>
  [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;

/** The median of some cold starts, each in a process of its own. */
async function coldStart(
  node: string,
  bundle: string,
  event: string,
  environment: Readonly<Record<string, string>>,
): Promise<ColdStart> {
  const runs: ColdStart[] = [];
  for (let attempt = 0; attempt < RUNS; attempt++) {
    const { stdout } = await run1(node, [RUNNER, bundle, event], { env: environment });
    const [initMs = Number.NaN, invokeMs = Number.NaN, wholeMs = Number.NaN, rss = Number.NaN] = (
      stdout.trim().split('\n').at(-1) ?? ''
    )
      .split(' ')
      .map(Number);
    runs.push({ initMs, invokeMs, wholeMs, megabytes: rss / 1e6 });
  }
  return {
    initMs: median(runs.map(({ initMs }) => initMs)),
    invokeMs: median(runs.map(({ invokeMs }) => invokeMs)),
    wholeMs: median(runs.map(({ wholeMs }) => wholeMs)),
    megabytes: median(runs.map(({ megabytes }) => megabytes)),
  };
}

const EVENTS: Readonly<Record<(typeof FUNCTIONS)[number], string>> = {
  screen: '{"source":"aws.events"}',
  investigate: '{"Records":[]}',
  widget: '{"describe":true}',
  probe: '{}',
};

/** Sizes of the bundles, and cold starts on Lambda's Node beside an empty handler; true: all goals are met. */
export async function run(): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'alb502-cold-'));
  const now = (): number => Date.now();
  const fleet = new SimulatedFleet({
    ...{ region: 'eu-central-1', account: '123456789012', loadBalancers: 10, groupsEach: 3 },
    ...{ failing: 0, failingFrom: now(), listedAfterMs: 0 },
  });
  const queue = new FifoQueue(720_000, 5);
  const endpoint = await startEndpoint({
    fleet,
    table: new SimulatedTable(now),
    queue,
    now,
    latencyMs: () => 0,
  });
  const environment = {
    AWS_REGION: 'eu-central-1',
    AWS_ENDPOINT_URL: endpoint.url,
    AWS_ACCESS_KEY_ID: 'bench',
    AWS_SECRET_ACCESS_KEY: 'bench',
    ALB502_TABLE_NAME: 'table',
    ALB502_TOPIC_ARN: 'arn:aws:sns:eu-central-1:123456789012:alerts',
    ALB502_QUEUE_URL: `${endpoint.url}/123456789012/queue.fifo`,
    ALB502_DASHBOARD_URL: 'https://example.com',
  };
  const table = new Table({
    head: ['function', 'bytes', 'init ms', 'first invoke ms', 'whole, times empty', 'MB'],
    style: { head: [], border: [] },
  });
  const missed: string[] = [];
  let screenMs = Number.NaN;
  let ratio = Number.NaN;
  try {
    const node = await findNode(NODE_MAJOR);
    const empty = join(folder, 'empty.mjs');
    writeFileSync(empty, 'export const handler = async () => {};\n');
    const base = await coldStart(node, empty, '{}', environment);
    table.push([
      'empty',
      '',
      base.initMs.toFixed(1),
      base.invokeMs.toFixed(1),
      '1',
      base.megabytes.toFixed(0),
    ]);
    for (const name of FUNCTIONS) {
      await bundleFunction(name, join(folder, name));
      const bundle = join(folder, name, 'index.mjs');
      const bytes = startFiles(join(folder, name)).reduce(
        (sum, file) => sum + statSync(join(folder, name, file)).size,
        0,
      );
      if (bytes >= MOST_BYTES) missed.push(`${name} has ${bytes} bytes`);
      // The probe would connect to the targets it finds; without its table it stops before that.
      const { ALB502_TABLE_NAME: tableName, ...rest } = environment;
      const own = name === 'probe' ? rest : { ...rest, ALB502_TABLE_NAME: tableName };
      const { initMs, invokeMs, wholeMs, megabytes } = await coldStart(node, bundle, EVENTS[name], own);
      const times = wholeMs / base.wholeMs;
      if (name === 'screen') [screenMs, ratio] = [initMs + invokeMs, times];
      table.push([
        ...[name, String(bytes), initMs.toFixed(0), invokeMs.toFixed(0)],
        ...[times.toFixed(1), megabytes.toFixed(0)],
      ]);
    }
  } finally {
    await endpoint.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  if (!(screenMs <= MOST_SCREEN_MS)) missed.push('screen starts too slowly');
  process.stdout.write(`${table.toString()}\n`);
  process.stdout.write(
    `cold start: ${missed.length === 0 ? 'all goals met' : `missed: ${missed.join('; ')}`}; init and first invoke of screen ${screenMs.toFixed(0)} of ${MOST_SCREEN_MS} ms on Node ${NODE_MAJOR}, ${ratio.toFixed(1)} times an empty handler with the start of its process\n`,
  );
  return missed.length === 0;
}
