import { readKestrel } from './dotnet.ts';
import { readGunicorn } from './gunicorn.ts';
import { statedByProperties } from './java.ts';
import type { KeepAliveReading } from './reading.ts';
import { inSeconds } from './times.ts';
import { readKong, readTraefik } from './web.ts';

type Environment = Readonly<Record<string, string>>;

/** What a variable alone says. */
export interface VariableReading {
  readonly server: string;
  readonly keepAlive: Extract<KeepAliveReading, { readonly state: 'set' }>;
}

/** Variables that one server alone reads: its name is in them. */
const OF_ONE_SERVER: readonly (readonly [variable: string, server: string])[] = [
  ['UVICORN_TIMEOUT_KEEP_ALIVE', 'uvicorn'],
  ['SANIC_KEEP_ALIVE_TIMEOUT', 'sanic'],
  ['PUMA_PERSISTENT_TIMEOUT', 'puma'],
  ['THRUSTER_HTTP_IDLE_TIMEOUT', 'thruster'],
  ['UWSGI_HTTP_KEEPALIVE', 'uwsgi'],
];

/** A script that starts a server itself: the variables of a server's own command line are not read then. */
const OWN_SCRIPT = /(?:^|[\s/])(?:python|pypy)[\d.]*(?:\s+-(?!m\b)\S+)*\s+[^\s-]\S*/;
const isOfCommandLine = (server: string): boolean => /^(?:uvicorn|uwsgi|gunicorn.*)$/.test(server);

function simple(environment: Environment): readonly { server: string; keepAlive: KeepAliveReading }[] {
  return OF_ONE_SERVER.flatMap(([variable, server]) => {
    const seconds = inSeconds((environment[variable] ?? '').trim());
    return seconds === null || seconds <= 0
      ? []
      : [{ server, keepAlive: { state: 'set', seconds, variable } }];
  });
}

/**
 * What a container's variables say where its command is not known, or names no server: only such as one server reads.
 * null where none does, or two disagree.
 *
 * @param words - of the command; null where it is not known
 */
export function readVariablesAlone(
  environment: Environment,
  words: readonly string[] | null,
): VariableReading | null {
  const command = { words: [], environment };
  const properties = statedByProperties(command);
  const found = [
    ...simple(environment),
    ...(properties === null ? [] : [properties]),
    // The worker class may stand in the command of the image.
    ...[
      readGunicorn({ words: ['gunicorn', '--threads', '2'], environment }),
      readKestrel(command),
      readKong(command),
      readTraefik(command),
    ],
  ].flatMap(({ server, keepAlive }) => (keepAlive.state === 'set' ? [{ server, keepAlive }] : []));
  const ownScript = words !== null && OWN_SCRIPT.test(words.join(' '));
  const read = ownScript ? found.filter(({ server }) => !isOfCommandLine(server)) : found;
  const [only] = read;
  return only !== undefined && read.length === 1 ? only : null;
}
