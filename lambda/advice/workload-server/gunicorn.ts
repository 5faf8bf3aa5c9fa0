import {
  flagIn,
  type KeepAliveReading,
  keepAliveOf,
  quote,
  type ServerFamily,
  type ServerReading,
} from './reading.ts';
import { commandsOf, type ShellCommand } from './shell.ts';
import { inSeconds } from './times.ts';

const WORKER_CLASS = ['-k', '--worker-class'];
const THREADS = ['--threads'];
const KEEP_ALIVE = ['--keep-alive'];
const CONFIG = ['-c', '--config'];

/** Which row of the table of servers a worker class is. */
function serverFor(worker: string | null, threads: string | null): string | null {
  // With threads, gunicorn itself takes gthread in place of sync (gunicorn, config.py, worker_class).
  if (worker === null || worker === 'sync' || worker.endsWith('SyncWorker'))
    return threads !== null && Number(threads) > 1 ? 'gunicorn' : 'gunicorn-sync';
  if (/uvicorn/i.test(worker)) return 'gunicorn-uvicorn';
  return /gthread|gevent|eventlet|aiohttp|threadworker|^asgi$/i.test(worker) ? 'gunicorn' : null;
}

/** What its arguments say, those of the variable before those of the command, which win. */
export function readGunicorn(command: ShellCommand): ServerReading {
  const inVariable = commandsOf(command.environment['GUNICORN_CMD_ARGS'] ?? '', {}).flatMap(
    ({ words }) => words,
  );
  const { words } = command;
  const worker = flagIn(words, WORKER_CLASS) ?? flagIn(inVariable, WORKER_CLASS);
  const threads = flagIn(words, THREADS) ?? flagIn(inVariable, THREADS);
  const config = flagIn(words, CONFIG) ?? flagIn(inVariable, CONFIG);
  const flag = flagIn(words, KEEP_ALIVE);
  const inArguments = flag === null ? flagIn(inVariable, KEEP_ALIVE) : null;
  const server = serverFor(worker?.value ?? null, threads?.value ?? null);
  const quoted = quote(words, [
    flag,
    flagIn(words, WORKER_CLASS),
    flagIn(words, THREADS),
    flagIn(words, CONFIG),
  ]);
  if (server === null)
    return {
      server: 'gunicorn',
      quoted,
      keepAlive: { state: 'unknown', why: 'its worker class is not known' },
    };
  if (config !== null && worker === null && server === 'gunicorn-sync')
    return { server: 'gunicorn', quoted, keepAlive: byConfigurationFile(command, flag ?? inArguments) };
  // The sync worker ignores --keep-alive and says so with each response.
  if (server === 'gunicorn-sync') return { server, quoted, keepAlive: { state: 'default', unless: null } };
  const unless = config === null ? 'gunicorn.conf.py' : 'its configuration file';
  const read = keepAliveOf(command, flag ?? inArguments, [], inSeconds, unless);
  const keepAlive =
    inArguments !== null && read.state === 'set' ? { ...read, variable: 'GUNICORN_CMD_ARGS' } : read;
  return { server, quoted, keepAlive };
}

/** A file names the worker class then, or leaves it at sync, for which a keep-alive counts for nothing. */
function byConfigurationFile(command: ShellCommand, flag: ReturnType<typeof flagIn>): KeepAliveReading {
  return flag === null
    ? { state: 'unknown', why: 'its configuration file decides on worker class and keep-alive' }
    : keepAliveOf(command, flag, [], inSeconds);
}

export const GUNICORN: ServerFamily = { programs: ['gunicorn', 'gunicorn3'], read: readGunicorn };
