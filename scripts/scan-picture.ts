import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import { buildFleet, type Plan, scattered } from '../test/fleet.ts';
import { startMotoServer } from '../test/moto-server.ts';
import { motoServer } from '../test/moto-setup.ts';
import { pictureOf } from './terminal-picture.ts';

// npm run picture: takes the README's picture anew, from a real run of the built `alb502 scan` over HTTP. The account is
// moto's; its load balancers and their metrics are those below, and what is said of them is what the scan found.

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const COMMAND = 'alb502 scan';
const SECONDS = 'alb502:keep-alive-seconds';

const ACCOUNT: readonly Plan[] = [
  {
    name: 'shop',
    idleTimeoutSeconds: 120,
    tags: { [SECONDS]: '75', 'alb502:server': 'nginx' },
    requests: 2_250,
    failures: scattered(4, 5),
  },
  { name: 'checkout', requests: 900, failures: scattered(9, 2), errors: 'TargetConnectionErrorCount' },
  { name: 'invoices', lambda: true, requests: 60, failures: scattered(2, 8), errors: 'LambdaUserError' },
  { name: 'search', requests: 3_000, failures: scattered(3, 6) },
  { name: 'reports', tags: { [SECONDS]: '5', 'alb502:server': 'nodejs' } },
  { name: 'images', tags: { [SECONDS]: '75' } },
  { name: 'auth', tags: { [SECONDS]: '90' } },
];

/** Moto has no event history; an account without a change in the window answers with an empty one. */
async function withEventHistory(endpoint: string): Promise<{ readonly url: string; stop(): void }> {
  const forward = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    if (String(incoming.headers['x-amz-target']).endsWith('.LookupEvents')) {
      outgoing.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end('{"Events":[]}');
      return;
    }
    const { method, headers } = incoming;
    const passed = request(new URL(incoming.url ?? '/', endpoint), { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(passed);
  };
  const server = createServer(forward).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { url: `http://127.0.0.1:${address.port}`, stop: () => void server.close() };
}

async function outputOf(environment: Readonly<Record<string, string>>): Promise<string> {
  const [, ...args] = COMMAND.split(' ');
  const child = spawn(process.execPath, [`${ROOT}dist/bin/alb502.js`, ...args], {
    env: { PATH: process.env['PATH'] ?? '', FORCE_COLOR: '1', ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const out: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (text: string) => out.push(text));
  await once(child, 'close');
  return out.join('');
}

const moto = await startMotoServer(motoServer());
try {
  await buildFleet(moto, ACCOUNT);
  const aws = await withEventHistory(moto.endpoint);
  try {
    const output = await outputOf({ ...moto.environment, AWS_ENDPOINT_URL: aws.url });
    writeFileSync(`${ROOT}docs/images/scan.svg`, pictureOf(COMMAND, output));
  } finally {
    aws.stop();
  }
} finally {
  await moto.stop();
}
