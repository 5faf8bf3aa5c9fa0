import { once } from 'node:events';
import { createServer, request as open } from 'node:http';

/** Where a process dies: at its nth AWS call, before the call takes effect or after. */
export interface Death {
  readonly call: number;
  readonly when: 'before' | 'after';
}

/** All that one process sends passes here; from its death on nothing of it takes effect, and it hears no answer. */
export interface MortalProxy {
  readonly endpoint: string;
  calls(): number;
  isDead(): boolean;
  stop(): Promise<void>;
}

/** Starts the proxy in front of an endpoint that speaks AWS; null lets the process live. */
export async function startMortalProxy(upstream: string, death: Death | null): Promise<MortalProxy> {
  let calls = 0;
  let dead = false;
  const server = createServer((incoming, response) => {
    calls += dead ? 0 : 1;
    const dies = death !== null && death.call === calls && !dead;
    if (dies && death.when === 'before') dead = true;
    if (dead) return void incoming.socket.destroy();
    const target = new URL(incoming.url ?? '/', upstream);
    const outgoing = open(target, { method: incoming.method, headers: incoming.headers }, (answer) => {
      if (dies) {
        dead = true;
        answer.resume().on('end', () => incoming.socket.destroy());
        return;
      }
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    outgoing.on('error', () => incoming.socket.destroy());
    incoming.pipe(outgoing);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    calls: () => calls,
    isDead: () => dead,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
