import { flagIn, keepAliveOf, quote, type ServerFamily, type ServerReading } from './reading.ts';
import type { ShellCommand } from './shell.ts';
import { inSeconds } from './times.ts';

/** Puma has no flag for it: its file, or since 7.0.3 the variable. */
const readPuma = (command: ShellCommand): ServerReading => ({
  server: 'puma',
  keepAlive: keepAliveOf(command, null, ['PUMA_PERSISTENT_TIMEOUT'], inSeconds, 'config/puma.rb'),
  quoted: quote(command.words, [flagIn(command.words, ['-C', '--config'])]),
});

const readRails: ServerFamily['read'] = (command) =>
  ['server', 's'].includes(command.words[1] ?? '') ? readPuma(command) : null;

/** The proxy that Rails puts before Puma: it holds the connections, whatever runs behind it. */
const readThruster = (command: ShellCommand): ServerReading => ({
  server: 'thruster',
  keepAlive: keepAliveOf(command, null, ['THRUSTER_HTTP_IDLE_TIMEOUT', 'HTTP_IDLE_TIMEOUT'], inSeconds),
  quoted: quote(command.words, []),
});

const byItself =
  (server: string) =>
  ({ words }: ShellCommand): ServerReading => ({
    server,
    keepAlive: { state: 'default', unless: null },
    quoted: quote(words, []),
  });

/** Servers of the Ruby world. */
export const RUBY_FAMILIES: readonly ServerFamily[] = [
  { programs: ['puma'], read: readPuma },
  { programs: ['rails'], read: readRails },
  { programs: ['thrust'], read: readThruster },
  { programs: ['unicorn', 'unicorn_rails', 'pitchfork'], read: byItself('unicorn') },
  { programs: ['passenger'], read: byItself('passenger') },
  { programs: ['falcon'], read: byItself('falcon') },
];
