import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { RefusedRequests } from './refused-requests.ts';
import type { RefusedRequest } from './refused-requests-error.ts';

/**
 * A private moto server: AWS over the wire, empty at the start. Before it stands a gate that holds every request against
 * AWS's own service models and documented limits, and refuses what AWS would refuse.
 */
export interface Moto {
  readonly endpoint: string;
  /** What a program needs in its environment to talk to it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Client options for the SDK. */
  readonly client: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  /** What AWS would have refused since the last time this was asked. */
  takeRefused(): readonly RefusedRequest[];
  /** @throws Error when there are requests that AWS would have refused and nobody took */
  stop(): Promise<void>;
}

export const DEFAULT_REGION = 'eu-central-1';
const gate = fileURLToPath(new URL('strict-aws', import.meta.url));

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

class MotoWithoutGate extends Error {
  override readonly name = 'MotoWithoutGate';
}

async function answers(endpoint: string, process: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt++) {
    if (process.exitCode !== null) throw new Error(`moto_server ended with ${process.exitCode}`);
    try {
      const { status } = await fetch(`${endpoint}/moto-api/strict`);
      if (status === 200) return;
      throw new MotoWithoutGate(`moto_server runs without the gate of test/strict-aws: status ${status}`);
    } catch (error) {
      if (error instanceof MotoWithoutGate) throw error;
    }
    await sleep(100);
  }
  throw new Error('moto_server did not answer within 60 s');
}

/** A process of moto with the gate before it. */
export interface MotoProcess {
  readonly endpoint: string;
  /** The file to which the gate writes what AWS would refuse. */
  readonly refusedRequests: string;
  isRunning(): boolean;
  /** Empties it: as new, but for what Python has loaded, which takes it seconds. */
  reset(): Promise<void>;
  end(): Promise<void>;
}

/** @param command - the `moto_server` to run */
export async function startMotoProcess(command: string): Promise<MotoProcess> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'alb502-aws-'));
  const refusedRequests = join(folder, 'refused.jsonl');
  writeFileSync(refusedRequests, '');
  const child = spawn(command, ['-H', '127.0.0.1', '-p', String(port)], {
    stdio: 'ignore',
    env: {
      ...process.env,
      PYTHONPATH: [gate, process.env['PYTHONPATH']].filter(Boolean).join(delimiter),
      ALB502_REFUSED_REQUESTS: refusedRequests,
    },
  });
  const endpoint = `http://127.0.0.1:${port}`;
  const isRunning = (): boolean => child.exitCode === null && child.signalCode === null;
  const end = async (): Promise<void> => {
    if (isRunning()) {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    }
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await answers(endpoint, child);
  } catch (error) {
    await end();
    throw error;
  }
  const reset = async (): Promise<void> => {
    const { ok, status } = await fetch(`${endpoint}/moto-api/reset`, { method: 'POST' });
    if (!ok) throw new Error(`moto_server was not reset: status ${status}`);
    writeFileSync(refusedRequests, '');
  };
  return { endpoint, refusedRequests, isRunning, reset, end };
}

/** A running server as its user has it. */
export function motoAt(
  { endpoint, refusedRequests }: Pick<MotoProcess, 'endpoint' | 'refusedRequests'>,
  region: string,
  end: () => Promise<void>,
): Moto {
  const refused = new RefusedRequests(refusedRequests);
  let isStopped = false;
  return {
    endpoint,
    environment: {
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: 'testing',
      AWS_SECRET_ACCESS_KEY: 'testing',
    },
    client: { endpoint, region, credentials: { accessKeyId: 'testing', secretAccessKey: 'testing' } },
    takeRefused: () => refused.take(),
    stop: async () => {
      if (isStopped) return;
      isStopped = true;
      try {
        refused.noneLeft();
      } finally {
        await end();
      }
    },
  };
}

/**
 * Starts a moto server, stop it when done.
 *
 * @param command - the `moto_server` to run
 */
export async function startMotoServer(command: string, region = DEFAULT_REGION): Promise<Moto> {
  const started = await startMotoProcess(command);
  return motoAt(started, region, started.end);
}
