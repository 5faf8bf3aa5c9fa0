import type { ServerRow } from '../../../lambda/advice/server.ts';
import { lookUpServer } from '../../../lambda/advice/servers.ts';
import { readVariablesAlone } from '../../../lambda/advice/workload-server/by-variable.ts';
import { readCommand } from '../../../lambda/advice/workload-server/command.ts';
import { type StartingWords, startingWords } from '../../../lambda/advice/workload-server/container.ts';
import { versionIn } from '../../../lambda/advice/workload-server/image.ts';
import { readProduct } from '../../../lambda/advice/workload-server/product.ts';
import type { KeepAliveReading } from '../../../lambda/advice/workload-server/reading.ts';
import { SERVER_VARIABLES } from '../../../lambda/model/server-variables.ts';
import type { CheckedContainer, CheckedImage, CheckedServer, FilesBeside, Place } from '../../model.ts';
import { checkedServer, defaultKeepAlive, type KeepAlive, set, unknown } from './checked-server.ts';
import { servesNobody } from './listening.ts';
import { packagedNginxKeepAlive } from './nginx-image.ts';
import { packagedVersionOf } from './package-version.ts';
import { folderOf } from './program-folder.ts';
import { readStartedScript, type ScriptReading } from './started-script.ts';

type Environment = Readonly<Record<string, string>>;

interface Reading {
  readonly server: string;
  readonly keepAlive: KeepAliveReading;
  readonly quoted: string;
  /** Where a script of the repository starts it. */
  readonly script?: ScriptReading;
}

/** The words that start a container, by the rules that hold for a task definition and the image's configuration. */
function startOf(container: CheckedContainer, image: CheckedImage | null): StartingWords {
  const hasOwnCommand = image !== null && (image.entryPoint !== null || image.command !== null);
  const environment = Object.fromEntries(
    Object.entries({ ...image?.environment, ...container.environment }).filter(([name]) =>
      SERVER_VARIABLES.has(name),
    ),
  );
  return startingWords({
    name: container.name,
    image: image?.from ?? container.image ?? '',
    entryPoint: container.entryPoint === null ? null : [...container.entryPoint],
    command: container.command === null ? null : [...container.command],
    environment,
    essential: true,
    servesTargetGroup: true,
    stopTimeoutSeconds: null,
    healthCheckCommand: null,
    ...(hasOwnCommand
      ? {
          imageConfiguration: {
            entryPoint: image.entryPoint === null ? null : [...image.entryPoint],
            command: image.command === null ? null : [...image.command],
            environment: {},
          },
        }
      : {}),
  });
}

function readStart(
  starting: StartingWords,
  from: string,
  script: () => ScriptReading | null,
): Reading | null {
  const { words, environment } = starting;
  // A Dockerfile's own command takes the place of that of the product it builds on.
  const product = starting.of === 'image' ? null : readProduct(from, starting);
  if (product !== null)
    return { server: product.product, keepAlive: product.keepAlive, quoted: product.quoted ?? from };
  const found = words === null ? null : readCommand(words, environment);
  if (found?.state === 'read') return found.reading;
  const inScript = script();
  if (inScript !== null) return { ...inScript.reading, script: inScript };
  const alone = readVariablesAlone(environment, words);
  return (
    alone && { server: alone.server, keepAlive: alone.keepAlive, quoted: alone.keepAlive.variable ?? '' }
  );
}

function keepAliveOf(
  reading: Reading,
  row: ServerRow,
  version: string | null,
  place: Place,
  environment: Environment,
  from: string,
): KeepAlive {
  const { keepAlive } = reading;
  if (keepAlive.state === 'unknown') return { keepAliveSeconds: unknown(place, keepAlive.why) };
  if (keepAlive.state === 'default')
    return row.id === 'nginx' ? packagedNginxKeepAlive(from, place) : defaultKeepAlive(row, version, place);
  const { variable, seconds } = keepAlive;
  const inScript = reading.script?.variable ?? null;
  if (inScript !== null && environment[inScript] === undefined)
    return { keepAliveSeconds: set(seconds, place, reading.quoted, inScript) };
  if (inScript !== null)
    return { keepAliveSeconds: set(seconds, place, `${inScript}=${environment[inScript] ?? ''}`) };
  const written = variable === null ? reading.quoted : `${variable}=${environment[variable] ?? ''}`;
  return { keepAliveSeconds: set(seconds, place, written) };
}

/** How a flag or variable is spelled that sets it there; undefined where a file or the code does. */
function spelling(
  { keepAlive, script }: Reading,
  row: ServerRow,
  environment: Environment,
): CheckedServer['keepAliveAs'] | undefined {
  const variable = keepAlive.state === 'set' ? (script?.variable ?? keepAlive.variable) : null;
  if (
    keepAlive.state === 'set' &&
    variable !== null &&
    variable !== 'GUNICORN_CMD_ARGS' &&
    environment[variable] !== undefined
  ) {
    const value = (environment[variable] ?? '').trim();
    if (Number(value) === keepAlive.seconds) return { template: `${variable}=%s`, unit: 'seconds' };
    if (Number(value) === keepAlive.seconds * 1000)
      return { template: `${variable}=%s`, unit: 'milliseconds' };
    return /^\d+s$/.test(value) ? { template: `${variable}=%ss`, unit: 'seconds' } : undefined;
  }
  return /^--[\w-]+$/.test(row.setting) && row.unit !== 'hh:mm:ss'
    ? { template: `${row.setting} %s`, unit: row.unit }
    : undefined;
}

/** Where the keep-alive is written: in the script that starts the server, or where the variable is set. */
function placeOf({ script }: Reading, container: CheckedContainer, image: CheckedImage | null): Place {
  if (script === undefined) return container.place;
  const { variable } = script;
  if (variable !== null && container.environment[variable] !== undefined) return container.place;
  return variable !== null && image?.environment[variable] !== undefined ? image.place : script.place;
}

/** The configuration file that a command names: `gunicorn -c FILE`, `puma -C FILE`, `hypercorn --config FILE`. */
function configurationIn({ quoted }: Reading): Pick<CheckedServer, 'configuration'> {
  const file = /\s(?:-c|-C|--config)(?:[ =]|(?=[./\w]))(?:file:)?([\w./-]+\.\w+)(?=\s|$)/.exec(quoted)?.[1];
  return file === undefined ? {} : { configuration: file };
}

/**
 * The server that a container runs, by the readers of commands, variables and images that the workload of a running
 * service is read with. What only a configuration file or the code can say is in `unless`.
 *
 * @param image - the Dockerfile it is built from; null where that is not known
 * @param beside - the files of the repository: a script among them that the command runs, and lock files that say the
 *   version where the image does not; null where there are none
 * @returns null where neither command, variables nor image name a server; `no server` where it starts a program of
 *   Node.js whose sources listen nowhere
 */
export function serverOfContainer(
  container: CheckedContainer,
  image: CheckedImage | null,
  beside: FilesBeside | null = null,
): CheckedServer | 'no server' | null {
  const starting = startOf(container, image);
  const from = image?.from ?? container.image ?? '';
  const folder = image?.folder ?? container.builtFrom ?? folderOf(container.place.file);
  const allVariables = { ...image?.environment, ...container.environment };
  const reading = readStart(starting, from, () =>
    beside === null || starting.words === null
      ? null
      : readStartedScript(starting.words, folder, image, allVariables, beside),
  );
  const row = reading && lookUpServer(reading.server);
  if (!row) return null;
  const isWorker =
    beside !== null &&
    reading.keepAlive.state === 'default' &&
    reading.keepAlive.unless === 'its code or framework' &&
    container.ports.length === 0 &&
    (container.command !== null || (image?.ports ?? []).length === 0) &&
    servesNobody(starting.words ?? [], folder, beside);
  if (isWorker) return 'no server';
  const environment = reading.script === undefined ? starting.environment : allVariables;
  // Of a container that nothing joins to a folder, the lock files that lie nearest are not its own.
  const builtIn = image?.folder ?? container.builtFrom;
  const version =
    versionIn(reading.server, from, starting.environment) ??
    (beside === null || builtIn === null ? null : packagedVersionOf(row.id, builtIn, beside));
  const place = placeOf(reading, container, image);
  const unless = reading.keepAlive.state === 'default' ? reading.keepAlive.unless : null;
  return {
    ...checkedServer({
      row,
      version,
      place,
      folder,
      label: `${container.name}/${row.id}`,
      keepAlive: keepAliveOf(reading, row, version, place, environment, from),
      keepAliveAs: spelling(reading, row, environment),
      ports: container.ports.length > 0 ? container.ports : (image?.ports ?? []),
    }),
    ...(unless === null ? {} : { unless }),
    ...configurationIn(reading),
  };
}
