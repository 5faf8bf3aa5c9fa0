import { readCommand } from '../../../lambda/advice/workload-server/command.ts';
import { type CheckedServer, type FileReader, type FilesBeside, NO_FACTS, type Place } from '../../model.ts';
import {
  asWritten,
  checkedServer,
  defaultKeepAlive,
  type KeepAlive,
  noIdleTimeout,
  rowOf,
  set,
  unknown,
} from './checked-server.ts';
import { imageOf } from './docker-image.ts';
import { packagedVersionOf } from './package-version.ts';
import { folderOf, nameOf, nearest, programFolder } from './program-folder.ts';
import { LONGEST_PYTHON, PythonFile } from './python-syntax.ts';

/** Settings of gunicorn by which a file is known as its own. */
const SETTINGS = new Set([
  'bind',
  'workers',
  'worker_class',
  'worker_connections',
  'threads',
  'keepalive',
  'timeout',
  'graceful_timeout',
  'max_requests',
  'wsgi_app',
]);

type GunicornId = 'gunicorn' | 'gunicorn-sync' | 'gunicorn-uvicorn';

/** What the command in Dockerfile or Procfile says of the worker class, where the file does not. */
function idByCommand(folder: string, beside: FilesBeside): GunicornId | null {
  const docker = nearest(folder, ['Dockerfile'], beside);
  const image = docker && imageOf(docker);
  const process = nearest(folder, ['Procfile'], beside)?.text.split('\n');
  const web = process?.find((line) => line.startsWith('web:'))?.slice('web:'.length);
  const commands = [
    [...(image?.entryPoint ?? []), ...(image?.command ?? [])],
    web === undefined ? [] : ['/bin/sh', '-c', web],
  ];
  for (const words of commands) {
    const found = words.length === 0 ? null : readCommand(words, image?.environment ?? {});
    // Without a worker class in command and file it is named gunicorn, and unknown.
    const known =
      found?.state === 'read' && found.reading.keepAlive.state !== 'unknown' ? found.reading : null;
    if (known?.server === 'gunicorn-uvicorn' || known?.server === 'gunicorn') return known.server;
  }
  return null;
}

/** By worker class and threads, as gunicorn chooses (gunicorn, config.py, worker_class); null for another class. */
function idBySettings(worker: string | null, threads: number | null): GunicornId | null {
  if (worker === null || worker === 'sync' || worker.endsWith('SyncWorker'))
    return threads !== null && threads > 1 ? 'gunicorn' : 'gunicorn-sync';
  if (/uvicorn/i.test(worker)) return 'gunicorn-uvicorn';
  return /gthread|gevent|eventlet|aiohttp|threadworker|^asgi$/i.test(worker) ? 'gunicorn' : null;
}

/** One file of gunicorn. */
class GunicornReader {
  private readonly path: string;
  private readonly python: PythonFile;
  private readonly beside: FilesBeside;

  constructor(path: string, python: PythonFile, beside: FilesBeside) {
    this.path = path;
    this.python = python;
    this.beside = beside;
  }

  server(): CheckedServer {
    const keepAlive = this.last('keepalive');
    const worker = this.last('worker_class');
    const place = keepAlive ? this.place(keepAlive.line) : this.place(worker?.line ?? 1);
    const threads = this.last('threads');
    const isWritten = worker !== null || threads !== null;
    const className = worker && !worker.isConditional ? this.python.string(worker.value) : null;
    const count = threads ? (this.python.number(threads.value)?.value ?? null) : null;
    const id =
      worker !== null && className === null
        ? null
        : isWritten
          ? idBySettings(className, count)
          : idByCommand(folderOf(this.path), this.beside);
    const version = packagedVersionOf('gunicorn', folderOf(this.path), this.beside);
    return checkedServer({
      row: rowOf(id ?? 'gunicorn'),
      version,
      place,
      folder: programFolder(this.path, this.beside),
      keepAlive: this.keepAlive(id, keepAlive, place, version, isWritten),
      keepAliveAs: { template: id === 'gunicorn-sync' ? '' : 'keepalive = %s', unit: 'seconds' },
      ports: this.ports(),
    });
  }

  private place(line: number): Place {
    return { file: this.path, line };
  }

  private last(name: string) {
    const all = this.python.assignments.filter((one) => one.name === name);
    const found = all.at(-1);
    return found
      ? {
          value: found.value,
          at: found.at,
          line: this.python.lineOf(found.at),
          isConditional: all.some(({ isConditional }) => isConditional),
        }
      : null;
  }

  private keepAlive(
    id: GunicornId | null,
    found: ReturnType<GunicornReader['last']>,
    place: Place,
    version: string | null,
    isWritten: boolean,
  ): KeepAlive {
    // The sync worker ignores what is set.
    if (id === 'gunicorn-sync') return defaultKeepAlive(rowOf(id), version, place);
    if (found === null)
      return id === null
        ? {
            keepAliveSeconds: unknown(
              place,
              isWritten
                ? 'its worker class cannot be read offline'
                : 'neither this file nor a command that was read names its worker class',
            ),
          }
        : defaultKeepAlive(rowOf(id), version, place);
    const written = this.python.written(found.at);
    const number = this.python.number(found.value);
    if (found.isConditional)
      return { keepAliveSeconds: unknown(place, this.underCondition(id, version, place)) };
    if (number === null || number.value < 0)
      return { keepAliveSeconds: unknown(place, `${asWritten(written)}: its value cannot be read offline`) };
    // Without a keep-alive, gthread, gevent and eventlet say Connection: close (gunicorn, workers/gthread.py, base_async.py).
    if (number.value === 0 && id === 'gunicorn') return noIdleTimeout('each-response', place);
    return { keepAliveSeconds: set(number.value, place, written, number.variable ?? undefined) };
  }

  /** Each value that it may have. */
  private underCondition(id: GunicornId | null, version: string | null, place: Place): string {
    const all = this.python.assignments.filter(({ name }) => name === 'keepalive');
    const values = all.map(
      ({ at, isConditional }) =>
        `${asWritten(this.python.written(at))} ${isConditional ? `under a condition, line ${this.python.lineOf(at)}` : 'otherwise'}`,
    );
    const usual = id === null ? null : defaultKeepAlive(rowOf(id), version, place).keepAliveSeconds;
    const rest =
      all.every(({ isConditional }) => isConditional) && usual !== null && usual.state === 'default'
        ? [`the default of ${usual.value} s where no condition holds`]
        : [];
    return `it cannot be read offline which of these holds: ${[...values, ...rest].join('; ')}`;
  }

  private ports(): readonly number[] {
    const bind = this.last('bind');
    const text = bind ? this.python.written(bind.value) : '';
    const port = Number(/:(\d{1,5})["'\]]?\s*$/.exec(text)?.[1] ?? Number.NaN);
    return port > 0 && port < 65_536 ? [port] : [];
  }
}

const hasItsName = (path: string): boolean =>
  /^g?unicorn[\w.-]*\.py$/.test(nameOf(path)) || /(?:^|\/)gunicorn\/[\w.-]*conf[\w.-]*\.py$/.test(path);

const NOT_DEPLOYED = /(?:^|\/)(?:node_modules|site-packages|\.[^/]+|venv|vendor|tests?|migrations)\//;

/** Settings that hardly another program has; Hypercorn's files have some of them, and a keep-alive of another name. */
const ITS_OWN =
  /^(?:worker_class|worker_connections|keepalive|graceful_timeout|max_requests|max_requests_jitter|worker_tmp_dir|wsgi_app|preload_app)\s*(?::\s*\w+\s*)?=[^=]/m;
const ALSO_ITS_OWN = /^(?:bind|workers|threads|timeout|accesslog|errorlog|loglevel)\s*(?::\s*\w+\s*)?=[^=]/m;

/** A file of any name that a command can give with `-c`. */
const looksLikeOne = (text: string): boolean =>
  ITS_OWN.test(text) && ALSO_ITS_OWN.test(text) && !/^keep_alive_timeout\s*=/m.test(text);

/** Configuration files of gunicorn. They are programs: what is a constant in them is read, nothing is run. */
export const GUNICORN_FILES: FileReader = {
  reads: 'gunicorn configuration',
  takes: (path) => path.endsWith('.py') && (hasItsName(path) || !NOT_DEPLOYED.test(path)),
  read: (file, beside) => {
    if (!hasItsName(file.path) && !looksLikeOne(file.text)) return null;
    if (file.text.length > LONGEST_PYTHON)
      return {
        ...NO_FACTS,
        unread: [
          { place: { file: file.path, line: 1 }, what: 'gunicorn configuration', why: 'it is too long' },
        ],
      };
    const python = new PythonFile(file.text);
    const isOwn = python.assignments.some(({ name }) => SETTINGS.has(name));
    if (!isOwn && nameOf(file.path) !== 'gunicorn.conf.py') return null;
    return { ...NO_FACTS, servers: [new GunicornReader(file.path, python, beside).server()] };
  },
};
