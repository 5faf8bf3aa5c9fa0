import {
  flagIn,
  type KeepAliveReading,
  keepAliveOf,
  quote,
  type ServerFamily,
  type ServerReading,
} from './reading.ts';
import type { ShellCommand } from './shell.ts';
import { inMilliseconds, inSeconds } from './times.ts';
import { programOf } from './wrappers.ts';

const CODE = 'its code or framework';
const VARIABLE = 'KEEP_ALIVE_TIMEOUT';

const NODE_OPTIONS_WITH_VALUE = new Set([
  '-r',
  '--require',
  '--import',
  '--loader',
  '--experimental-loader',
  '-C',
  '--env-file',
  '--conditions',
  '--title',
]);

/** Where the script stands that Node runs; null where there is none. */
function scriptIndex(words: readonly string[]): number | null {
  for (let at = 1; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (NODE_OPTIONS_WITH_VALUE.has(word)) at += 1;
    else if (!word.startsWith('-')) return at;
  }
  return null;
}

/** `next start`; the variable is read by the standalone server only. */
const readNext = (command: ShellCommand, application: number | null): ServerReading => {
  const flag = flagIn(command.words, ['--keepAliveTimeout']);
  return {
    server: 'next',
    keepAlive: keepAliveOf(command, flag, [], inMilliseconds),
    quoted: quote(command.words, [flag], application),
  };
};

/**
 * The variable KEEP_ALIVE_TIMEOUT means what the program that reads it says: milliseconds to the standalone server of
 * Next.js (server.js), seconds to what SvelteKit builds (adapter-node 5.5, in the folder build).
 */
function byScript(command: ShellCommand, script: string): { server: string; keepAlive: KeepAliveReading } {
  const isSet = (command.environment[VARIABLE] ?? '').trim() !== '';
  const otherwise = { server: 'node', keepAlive: { state: 'default', unless: CODE } } as const;
  if (!isSet) return otherwise;
  if (/(?:^|\/)build(?:\/|\/index\.js)?$/.test(script))
    return { server: 'node', keepAlive: keepAliveOf(command, null, [VARIABLE], inSeconds) };
  const milliseconds = keepAliveOf(command, null, [VARIABLE], inMilliseconds);
  if (/(?:^|\/)server\.js$/.test(script) && milliseconds.state === 'set' && milliseconds.seconds >= 1)
    return { server: 'next', keepAlive: milliseconds };
  const why = `${VARIABLE} is set, but whether and in which unit the program reads it is not known`;
  return { server: 'node', keepAlive: { state: 'unknown', why } };
}

function readNode(command: ShellCommand): ServerReading | null {
  const at = scriptIndex(command.words);
  const script = at === null ? undefined : command.words[at];
  if (at === null || script === undefined) return null;
  if (/(?:^|\/)next(?:\/dist\/bin\/next)?$/.test(script))
    return command.words[at + 1] === 'start' ? readNext(command, at) : null;
  return { ...byScript(command, script), quoted: quote(command.words, [], at) };
}

/** `npm start`: what the script of package.json starts is not seen here, but it runs on Node. */
function readPackageScript(command: ShellCommand): ServerReading | null {
  const { words, environment } = command;
  const rest = words
    .slice(1)
    .filter((word) => !word.startsWith('-') && word !== 'run' && word !== 'exec' && word !== 'dlx');
  const [first = ''] = rest;
  if (programOf(first) === 'next')
    return rest[1] === 'start' ? readNext(command, words.indexOf(first)) : null;
  if (!/^(?:start|serve|prod|production|preview)(?:[:_-][\w:-]+)?$/.test(first)) return null;
  const quoted = quote(words, [
    { value: null, indices: [...words.keys()].filter((at) => words[at] === first || words[at] === 'run') },
  ]);
  return environment[VARIABLE]
    ? {
        server: 'node',
        quoted,
        keepAlive: { state: 'unknown', why: `${VARIABLE} is set, but not known is what reads it` },
      }
    : { server: 'node', quoted, keepAlive: { state: 'default', unless: CODE } };
}

const withDefault =
  (server: string, unless: string | null = CODE): ServerFamily['read'] =>
  ({ words }) => ({ server, keepAlive: { state: 'default', unless }, quoted: quote(words, []) });

const onlyStart =
  (read: ServerFamily['read']): ServerFamily['read'] =>
  (command) =>
    command.words.slice(1).some((word) => ['start', 'serve', 'run'].includes(word)) ? read(command) : null;

const readPm2: ServerFamily['read'] = (command) =>
  withDefault('node', `${CODE}, or the file of pm2`)(command);

/** Servers of the JavaScript world. */
export const NODE_FAMILIES: readonly ServerFamily[] = [
  { programs: ['node', 'nodejs', 'tsx', 'ts-node'], read: readNode },
  { programs: ['next'], read: (command) => (command.words[1] === 'start' ? readNext(command, 1) : null) },
  { programs: ['npm', 'yarn', 'pnpm'], read: readPackageScript },
  { programs: ['pm2-runtime'], read: readPm2 },
  { programs: ['fastify'], read: onlyStart(withDefault('fastify')) },
  { programs: ['nest', 'strapi', 'nuxt'], read: onlyStart(withDefault('node')) },
  { programs: ['remix-serve', 'react-router-serve', 'http-server'], read: withDefault('node', null) },
  {
    programs: ['bun'],
    read: (command) => (/\.[jt]sx?$/.test(command.words.at(-1) ?? '') ? withDefault('bun')(command) : null),
  },
  { programs: ['deno'], read: onlyStart(withDefault('deno')) },
];
