import type { Server } from 'node:net';
import * as z from 'zod';

/** The settings a server was started with, checked. */
export function settingsOf<T>(schema: z.ZodType<T>): T {
  return schema.parse(JSON.parse(process.argv[2] ?? '{}'));
}

/** Listens, tells the parent the port, and ends with the parent. */
export function serve(
  server: Server,
  options: { readonly port: number; readonly host?: string; readonly backlog?: number },
): void {
  process.on('disconnect', () => process.exit());
  // Ctrl-C goes to the whole group; the parent decides when a server ends.
  process.on('SIGINT', () => {});
  const { port, host = '127.0.0.1', backlog = 511 } = options;
  server.listen({ port, host, backlog }, () => {
    const address = server.address();
    process.send?.({ port: typeof address === 'object' ? address?.port : 0 });
  });
}

export const portSetting = z.number().int().min(0).default(0);
