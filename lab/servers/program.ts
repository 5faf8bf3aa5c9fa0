import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { InputError } from '../../lambda/model/failure.ts';
import type { Need, Stage } from '../scenario.ts';
import type { ServerProcess } from './server-process.ts';

/** Debian keeps servers where an ordinary user's path does not look. */
const MORE_FOLDERS = ['/usr/sbin', '/usr/local/sbin'];

/** The program's path, or null where it is not installed. */
export function findProgram(name: string, path: string = process.env['PATH'] ?? ''): string | null {
  for (const folder of [...path.split(delimiter), ...MORE_FOLDERS]) {
    const candidate = join(folder, name);
    try {
      accessSync(candidate, constants.X_OK);
      return candidate;
    } catch {
      // Not here.
    }
  }
  return null;
}

/** @throws InputError naming the package where the program is not installed */
export function programOf({ program, debianPackage }: Need): string {
  const found = findProgram(program);
  if (found) return found;
  throw new InputError(
    `${program} is not installed; on Debian or Ubuntu: apt-get install ${debianPackage}, or choose a scenario that needs nothing (--list)`,
  );
}

/** A port that is free now. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** How a program is started: given a free port and an empty folder, the arguments; files are written by then. */
export type Launch = (place: { readonly port: number; readonly folder: string }) => readonly string[];

/**
 * Starts an installed program as a server of the stage; its folder goes with it.
 *
 * @throws InputError where it is not installed, RemoteError where it does not come up
 */
export async function startProgram(stage: Stage, need: Need, launch: Launch): Promise<ServerProcess> {
  const program = programOf(need);
  const folder = mkdtempSync(join(tmpdir(), 'alb502-lab-'));
  stage.onClose(async () => rmSync(folder, { recursive: true, force: true }));
  const port = await freePort();
  const server = await stage.startServer('supervised', {
    program,
    arguments: launch({ port, folder }),
    port,
  });
  return { ...server, stop: () => server.stop('SIGTERM') };
}
