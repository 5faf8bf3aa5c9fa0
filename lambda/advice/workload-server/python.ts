import { GUNICORN } from './gunicorn.ts';
import { flagIn, keepAliveOf, quote, type ServerFamily, type ServerReading } from './reading.ts';
import type { ShellCommand } from './shell.ts';
import { inSeconds } from './times.ts';

/** A server with one flag for it, a variable, and perhaps a file that can set it too. */
const withFlag =
  (server: string, flags: readonly string[], variables: readonly string[], config: readonly string[] = []) =>
  (command: ShellCommand): ServerReading => {
    const flag = flagIn(command.words, flags);
    const file = flagIn(command.words, config);
    const unless = file === null ? null : 'its configuration file';
    return {
      server,
      keepAlive: keepAliveOf(command, flag, variables, inSeconds, unless),
      quoted: quote(command.words, [flag]),
    };
  };

const always =
  (server: string, unless: string | null = null) =>
  ({ words }: ShellCommand): ServerReading => ({
    server,
    keepAlive: { state: 'default', unless },
    quoted: quote(words, []),
  });

/** Of a program that does many things, only those that serve. */
const onlyFor =
  (subcommands: readonly string[], read: ServerFamily['read']): ServerFamily['read'] =>
  (command) =>
    subcommands.some((word) => command.words.includes(word)) ? read(command) : null;

function readGranian(command: ShellCommand): ServerReading {
  const off = command.words.includes('--no-http1-keep-alive');
  return {
    server: 'granian',
    quoted: quote(command.words, []),
    keepAlive: off
      ? { state: 'unknown', why: '--no-http1-keep-alive switches it off' }
      : { state: 'default', unless: '--http1-header-read-timeout' },
  };
}

function readUwsgi(command: ShellCommand): ServerReading {
  const flag = flagIn(command.words, ['--http-keepalive']);
  const value = flag?.value?.startsWith('-') ? null : flag;
  const isFile = command.words.some((word) => /\.(?:ini|ya?ml|xml|json)$/.test(word));
  const keepAlive = keepAliveOf(command, flag ? value : null, ['UWSGI_HTTP_KEEPALIVE'], inSeconds);
  const quoted = quote(command.words, [value]);
  if (flag !== null && value === null)
    return { server: 'uwsgi', quoted, keepAlive: { state: 'unknown', why: '--http-keepalive has no time' } };
  if (isFile && keepAlive.state === 'default')
    return {
      server: 'uwsgi',
      quoted,
      keepAlive: { state: 'unknown', why: 'its configuration file decides' },
    };
  return { server: 'uwsgi', quoted, keepAlive };
}

const readManage = onlyFor(['runserver'], always('werkzeug'));

/** `python manage.py runserver`, `python -m http.server`; any other script may hold any server. */
const readPython: ServerFamily['read'] = (command) =>
  /manage\.py$/.test(command.words[1] ?? '') ? readManage(command) : null;

/** Servers of the Python world. */
export const PYTHON_FAMILIES: readonly ServerFamily[] = [
  GUNICORN,
  {
    programs: ['uvicorn'],
    read: withFlag('uvicorn', ['--timeout-keep-alive'], ['UVICORN_TIMEOUT_KEEP_ALIVE']),
  },
  // Its command has no such option and reads no variable of uvicorn.
  { programs: ['fastapi'], read: onlyFor(['run', 'dev'], always('uvicorn')) },
  { programs: ['hypercorn'], read: withFlag('hypercorn', ['--keep-alive'], [], ['-c', '--config']) },
  { programs: ['daphne'], read: always('daphne') },
  { programs: ['waitress-serve', 'waitress'], read: withFlag('waitress', ['--channel-timeout'], []) },
  { programs: ['granian'], read: readGranian },
  { programs: ['sanic'], read: withFlag('sanic', [], ['SANIC_KEEP_ALIVE_TIMEOUT']) },
  { programs: ['uwsgi'], read: readUwsgi },
  { programs: ['flask'], read: onlyFor(['run'], always('werkzeug')) },
  { programs: ['django-admin'], read: readManage },
  { programs: ['streamlit'], read: onlyFor(['run'], always('tornado')) },
  { programs: ['python', 'python3', 'python2'], read: readPython },
];
