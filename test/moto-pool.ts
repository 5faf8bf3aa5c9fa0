import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import * as z from 'zod';
import { type MotoProcess, startMotoProcess } from './moto-server.ts';

/** What a test file gets of the server that it takes. */
export const takenServerSchema = z.object({ endpoint: z.string(), refusedRequests: z.string() });

/**
 * Lends moto servers to the processes of the test files: an idle one that has been emptied, or a new one. To start a
 * server and load its services costs as much as many tests do. One that is not given back is lent to nobody again.
 */
export interface MotoPool {
  /** Takes `POST /take`, and `POST /give-back` with the endpoint as its body. */
  readonly url: string;
  /** Ends all servers. */
  close(): Promise<void>;
}

/** @param command - the `moto_server` to run */
export async function startMotoPool(command: string): Promise<MotoPool> {
  const all = new Map<string, MotoProcess>();
  const idle: MotoProcess[] = [];

  async function take(): Promise<MotoProcess> {
    const next = idle.pop();
    if (next?.isRunning()) return next;
    const started = await startMotoProcess(command);
    all.set(started.endpoint, started);
    return started;
  }

  async function giveBack(endpoint: string): Promise<void> {
    const server = all.get(endpoint);
    if (!server?.isRunning()) return;
    await server.reset();
    idle.push(server);
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    if (request.url === '/take') {
      const { endpoint, refusedRequests } = await take();
      response.end(JSON.stringify({ endpoint, refusedRequests }));
    } else {
      await giveBack(body);
      response.end();
    }
  }

  const server = createServer((request, response) => {
    // A test that holds its event loop for seconds would not notice that an idle connection was closed meanwhile.
    response.setHeader('Connection', 'close');
    answer(request, response).catch((error: unknown) => {
      response.writeHead(500);
      response.end(String(error));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await Promise.all([...all.values()].map((one) => one.end()));
    },
  };
}
