import pLimit from 'p-limit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { idleCloseOf, valueFor } from '../../lambda/advice/default-keep-alive.ts';
import type { ServerRow } from '../../lambda/advice/server.ts';
import { SERVERS } from '../../lambda/advice/table.ts';
import { probe } from '../../lambda/probe/probe.ts';
import type { Measurement } from '../../lambda/probe/probe-result.ts';
import { MEASURED } from '../../scripts/server-sources/measured.ts';
import { NATIVE } from './table/native.ts';
import { NODE_TABLE } from './table/node.ts';
import { PYTHON_TABLE } from './table/python.ts';
import { RUBY_TABLE } from './table/ruby.ts';
import type { TableServer } from './table/table-server.ts';
import { WEB } from './table/web.ts';

const TABLE: readonly TableServer[] = [...WEB, ...PYTHON_TABLE, ...RUBY_TABLE, ...NODE_TABLE, ...NATIVE];

/** A longer default is not waited for; the setting is measured all the same. */
const LONGEST_DEFAULT_SECONDS = 80;
/** What the setting is set to. */
const SET_SECONDS = 3;
/** How long one is watched that should never close. */
const WATCH_SECONDS = 20;

interface Outcome {
  readonly version: string;
  readonly measured: Measurement;
}

function rowOf({ id }: TableServer): ServerRow {
  const row = SERVERS.find((candidate) => candidate.id === id);
  if (!row) throw new Error(`no row ${id}`);
  return row;
}

/** What it should do by itself; undefined where that takes too long to see or is decided elsewhere. */
function expectedOf(
  row: ServerRow,
  version: string,
): ReturnType<typeof idleCloseOf>['idleClose'] | undefined {
  const { idleClose } = idleCloseOf(row, row.versionOf === 'another product' ? null : version);
  return idleClose === 'unknown' || (typeof idleClose === 'number' && idleClose > LONGEST_DEFAULT_SECONDS)
    ? undefined
    : idleClose;
}

async function measure(server: TableServer, lines: readonly string[], seconds: number): Promise<Measurement> {
  await using running = await start(() => server.start(lines));
  const watchSeconds = seconds + server.lateBySeconds + 8;
  const result = await probe({ host: '127.0.0.1', port: running.port, tls: false, path: '/' }, 60, {
    maxSeconds: watchSeconds + 25,
    watchSeconds,
    requests: server.requests,
    pauseMs: 0,
  });
  if (result.verdict === null) throw new Error(`${server.id}: ${result.error}`);
  return result;
}

// Several at once start slowly, and all of them would starve those that are measured.
const start = pLimit(3);

function expectIdleClose(
  { idleClose }: Measurement,
  seconds: number,
  { earlyBySeconds, lateBySeconds }: TableServer,
): void {
  expect(idleClose).toHaveProperty('seconds');
  const measured = 'seconds' in idleClose ? idleClose.seconds : Number.NaN;
  expect(measured).toBeGreaterThan(seconds - earlyBySeconds - 0.5 - 0.02 * seconds);
  // A busy machine is late; the values that the table tells apart differ by more.
  expect(measured).toBeLessThan(seconds + lateBySeconds + 1.5 + 0.05 * seconds);
}

function expectRequests(
  row: ServerRow,
  version: string,
  { requestsPerConnection: counted }: Measurement,
): void {
  const { defaults, announced } = row.requestsPerConnection;
  const limit = valueFor(defaults, version) ?? null;
  if ('atLeast' in counted) {
    if (limit !== null) expect(counted.atLeast).toBeLessThanOrEqual(limit);
    return;
  }
  // Some count the requests after the first.
  expect([limit, (limit ?? 0) + 1]).toContain(counted.limit);
  if (announced !== null) expect(counted.announced).toBe(announced);
}

describe('the table, held against the servers themselves', { timeout: 170_000 }, () => {
  const byDefault = new Map<string, Promise<Outcome | null>>();
  const whenSet = new Map<string, Promise<Measurement | null>>();

  async function outcomeByDefault(server: TableServer): Promise<Outcome | null> {
    const version = await server.version();
    const expected = expectedOf(rowOf(server), version);
    if (expected === undefined) return null;
    const seconds = typeof expected === 'number' ? expected : WATCH_SECONDS - 8;
    return { version, measured: await measure(server, [], seconds) };
  }

  async function outcomeWhenSet(server: TableServer): Promise<Measurement | null> {
    const { change, alsoWrite } = rowOf(server);
    if (change === null) return null;
    return measure(server, [...change(SET_SECONDS), ...alsoWrite(SET_SECONDS)], SET_SECONDS);
  }

  beforeAll(() => {
    // The longest waits first, and side by side: each takes a connection or a dozen, and no time of the machine.
    const longest = (server: TableServer) => Number(rowOf(server).idleClose[0]?.value) || 0;
    const longestFirst = TABLE.toSorted((left, right) => longest(right) - longest(left));
    for (const server of longestFirst) byDefault.set(server.id, outcomeByDefault(server));
    for (const server of longestFirst) whenSet.set(server.id, outcomeWhenSet(server));
    for (const outcome of [...byDefault.values(), ...whenSet.values()]) outcome.catch(() => undefined);
  });
  afterAll(() => Promise.allSettled([...byDefault.values(), ...whenSet.values()]));

  test.each(TABLE.map((server) => [server.id, server] as const))(
    '%s, as nobody configured it',
    async (id, server) => {
      const row = rowOf(server);
      const outcome = await byDefault.get(id);
      if (!outcome)
        return expect(
          typeof row.idleClose[0]?.value === 'number' || row.idleClose[0]?.value === 'unknown',
        ).toBe(true);
      const { version, measured } = outcome;
      const expected = expectedOf(row, version);
      expectRequests(row, version, measured);
      if (typeof expected === 'number') return expectIdleClose(measured, expected, server);
      const { idleClose, requestsPerConnection } = measured;
      if (expected === 'never') return expect(idleClose).toHaveProperty('openAfterSeconds');
      return expect(requestsPerConnection).toMatchObject({
        limit: 1,
        announced: expected === 'each-response',
      });
    },
  );

  test.each(TABLE.filter((server) => rowOf(server).change).map((server) => [server.id, server] as const))(
    '%s, set as the table says',
    async (id, server) => {
      const measured = await whenSet.get(id);
      if (measured) expectIdleClose(measured, SET_SECONDS, server);
      expect(measured).not.toBeNull();
    },
  );

  test('what docs/servers.md calls measured is what is measured here', () => {
    expect(Object.keys(MEASURED).toSorted()).toEqual(TABLE.map(({ id }) => id).toSorted());
  });
});
