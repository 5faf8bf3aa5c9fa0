import { keepAliveOf, quote, type ServerFamily, type ServerReading } from './reading.ts';
import type { ShellCommand } from './shell.ts';
import { timeSpanSeconds } from './times.ts';

const VARIABLES = [
  'Kestrel__Limits__KeepAliveTimeout',
  'ASPNETCORE_Kestrel__Limits__KeepAliveTimeout',
  'DOTNET_Kestrel__Limits__KeepAliveTimeout',
];

/** A program of .NET that has the port runs Kestrel. */
export const readKestrel = (command: ShellCommand): ServerReading => ({
  server: 'kestrel',
  keepAlive: keepAliveOf(command, null, VARIABLES, timeSpanSeconds, 'its code'),
  quoted: quote(command.words, []),
});

const readDotnet: ServerFamily['read'] = (command) =>
  command.words.slice(1).some((word) => /\.dll$/i.test(word)) ? readKestrel(command) : null;

/** Servers of .NET. */
export const DOTNET_FAMILY: ServerFamily = { programs: ['dotnet'], read: readDotnet };
