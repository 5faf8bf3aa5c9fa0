import { DOTNET_FAMILY } from './dotnet.ts';
import { JAVA_FAMILIES } from './java.ts';
import { NODE_FAMILIES } from './node.ts';
import { PYTHON_FAMILIES } from './python.ts';
import type { ServerFamily, ServerReading } from './reading.ts';
import { RUBY_FAMILIES } from './ruby.ts';
import { commandsOf, type ShellCommand } from './shell.ts';
import { PHP_FAMILY, WEB_FAMILIES } from './web.ts';
import { programOf, scriptOf, withoutWrappers } from './wrappers.ts';

/** What a command names: one server, or why none. */
export type CommandReading =
  | { readonly state: 'read'; readonly reading: ServerReading }
  | { readonly state: 'unknown'; readonly why: string };

const FAMILIES: readonly ServerFamily[] = [
  ...WEB_FAMILIES,
  ...PYTHON_FAMILIES,
  ...NODE_FAMILIES,
  ...RUBY_FAMILIES,
  ...JAVA_FAMILIES,
  DOTNET_FAMILY,
  PHP_FAMILY,
];

const BY_PROGRAM: ReadonlyMap<string, ServerFamily> = new Map(
  FAMILIES.flatMap((family) => family.programs.map((program) => [program, family] as const)),
);

/** What starts a server that is known here. */
export const SERVER_PROGRAMS: readonly string[] = [...BY_PROGRAM.keys()];

/** Those that hold the connections where an application server runs beside them in one container. */
const IN_FRONT = new Set(WEB_FAMILIES.flatMap(({ programs }) => programs));

/** A script in a script in a script is nobody's habit. */
const DEEPEST_SCRIPT = 4;

/** The simple commands that a command comes to, without shells and wrappers. */
function simpleCommands(command: ShellCommand, depth = 0): readonly ShellCommand[] {
  const bare = withoutWrappers(command);
  const script = scriptOf(bare.words);
  if (script === null) return [bare];
  if (depth >= DEEPEST_SCRIPT) return [];
  return commandsOf(script, bare.environment).flatMap((one) => simpleCommands(one, depth + 1));
}

interface Found {
  readonly isInFront: boolean;
  readonly reading: ServerReading;
}

function serverOf(command: ShellCommand): readonly Found[] {
  const program = programOf(command.words[0] ?? '');
  const bare = program.replace(/(?<=^python|^ruby|^node|^php|^java)[\d.]+$/, '');
  const family = BY_PROGRAM.get(program) ?? BY_PROGRAM.get(bare);
  const reading = family?.read(command) ?? null;
  return reading === null ? [] : [{ isInFront: IN_FRONT.has(program), reading }];
}

const sameServer = (left: ServerReading, right: ServerReading): boolean =>
  left.server === right.server && JSON.stringify(left.keepAlive) === JSON.stringify(right.keepAlive);

/**
 * The server that a container's command starts. Of several in one script the one that stands in front counts, where
 * there is just one.
 *
 * @param environment - the container's variables of known names
 */
export function readCommand(
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
): CommandReading {
  const found = simpleCommands({ words, environment }).flatMap(serverOf);
  const front = found.filter(({ isInFront }) => isInFront);
  const [first, ...others] = front.length > 0 ? front : found;
  if (first === undefined) return { state: 'unknown', why: 'its command names no server that is known here' };
  if (!others.every(({ reading }) => sameServer(reading, first.reading)))
    return {
      state: 'unknown',
      why: 'its command names several servers, and which has the port is not known',
    };
  return { state: 'read', reading: first.reading };
}
