import { lookUpServer } from '../../../lambda/advice/servers.ts';
import { readCommand } from '../../../lambda/advice/workload-server/command.ts';
import type { ServerReading } from '../../../lambda/advice/workload-server/reading.ts';
import { commandsOf, type ShellCommand } from '../../../lambda/advice/workload-server/shell.ts';
import type { CheckedImage, FilesBeside, Place } from '../../model.ts';
import { nameOf, within } from './program-folder.ts';

type Environment = Readonly<Record<string, string>>;

/** A script of the repository. */
interface Script {
  readonly path: string;
  readonly text: string;
}

/** The server that a script of the repository starts. */
export interface ScriptReading {
  readonly reading: ServerReading;
  /** The line that starts it. */
  readonly place: Place;
  /** The variable by which the script sets the keep-alive; null where it does without one. */
  readonly variable: string | null;
}

/** Longer scripts are programs of their own. */
const LONGEST_SCRIPT = 20_000;
/** A script that starts a script that starts a script is nobody's habit. */
const DEEPEST = 3;
/** Words of one command that could name a script. */
const MOST_WORDS = 40;

const pathsByName = new WeakMap<FilesBeside, ReadonlyMap<string, readonly string[]>>();

function pathsNamed(name: string, beside: FilesBeside): readonly string[] {
  let byName = pathsByName.get(beside);
  if (byName === undefined) {
    byName = grouped(beside.paths);
    pathsByName.set(beside, byName);
  }
  return byName.get(name) ?? [];
}

function grouped(paths: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const byName = new Map<string, string[]>();
  for (const path of paths) {
    const same = byName.get(nameOf(path));
    if (same === undefined) byName.set(nameOf(path), [path]);
    else same.push(path);
  }
  return byName;
}

/** How many of their last parts two paths share. */
function sharedEnd(one: string, other: string): number {
  const [left, right] = [one.split('/').reverse(), other.split('/').reverse()];
  const differs = left.findIndex((part, index) => part !== right[index]);
  return differs < 0 ? left.length : differs;
}

/**
 * The file of the repository that a path in a container is: the one that a COPY names, else the one whose path ends like
 * it, nearest to the Dockerfile; null where there is none, or more than one.
 */
function fileOf(
  word: string,
  folder: string,
  image: CheckedImage | null,
  beside: FilesBeside,
): string | null {
  const known = new Set(beside.paths);
  const copied = (image?.copies ?? [])
    .filter(({ from, to }) => nameOf(from) === nameOf(word) || to === word)
    .flatMap(({ from }) => [within(folder, from), within('.', from)])
    .find((path) => path !== null && known.has(path));
  if (copied) return copied;
  const direct = within(folder, word);
  if (!word.startsWith('/') && direct !== null && known.has(direct)) return direct;
  const score = (path: string): number =>
    2 * sharedEnd(path, word) + (folder === '.' || path.startsWith(`${folder}/`) ? 1 : 0);
  const [best, second] = pathsNamed(nameOf(word), beside)
    .map((path) => ({ path, score: score(path) }))
    .sort((left, right) => right.score - left.score);
  return best !== undefined && best.score !== second?.score ? best.path : null;
}

const isShell = (path: string, text: string): boolean =>
  /\.(?:sh|bash)$/.test(path) || /^#!\s*\/\S*?(?:\/|env\s+(?:-S\s+)?)(?:ba|da|a|z|k)?sh\b/.test(text);

/** The scripts of the repository among the words of a command. */
function scriptsIn(
  words: readonly string[],
  folder: string,
  image: CheckedImage | null,
  beside: FilesBeside,
): readonly Script[] {
  const named = words
    .flatMap((word) => word.split(/[\s;&|"']+/))
    .filter((word) => /^[\w./@+-]+$/.test(word) && /[/.]|entry-?point/.test(word) && !word.startsWith('-'));
  const paths = named.slice(0, MOST_WORDS).map((word) => fileOf(word, folder, image, beside));
  return [...new Set(paths)].flatMap((path) => {
    const text = path === null ? null : beside.text(path);
    return path === null || text === null || text.length > LONGEST_SCRIPT || !isShell(path, text)
      ? []
      : [{ path, text }];
  });
}

/** What `${NAME:-value}` stands for where nothing sets the variable. */
function defaultsIn(text: string): Environment {
  const found: Record<string, string> = {};
  for (const [, name = '', value = ''] of text.matchAll(/\$\{([A-Za-z_]\w*):?[-=]"?([\w.:,/+-]*)"?\}/g))
    found[name] ??= value;
  return found;
}

/** Servers that are not for production, whatever else a script can start. */
const isForDevelopers = ({ words }: ShellCommand): boolean =>
  words.some((word) => /^(?:runserver(?:_plus)?|--reload|--debug|nodemon|dev|develop)$/.test(word)) ||
  (words.includes('flask') && words.includes('run'));

/** `node server.js`, `java -jar app.jar`: what they serve with is for the reader of the code to say. */
const isOfCode = ({ keepAlive }: ServerReading): boolean =>
  keepAlive.state === 'default' && keepAlive.unless === 'its code or framework';

/** All servers that a script names, the one in front where there is one; null where they differ. */
function serverIn(text: string, environment: Environment): ServerReading | null {
  const found = commandsOf(text, environment).flatMap((command) => {
    const read = readCommand(command.words, command.environment);
    return read.state === 'read' && !isOfCode(read.reading) ? [{ command, reading: read.reading }] : [];
  });
  const deployed = found.filter(({ command }) => !isForDevelopers(command));
  const readings = (deployed.length > 0 ? deployed : found).map(({ reading }) => reading);
  const layerOf = ({ server }: ServerReading): string | undefined => lookUpServer(server)?.layer;
  const front = readings.filter((reading) => ['web server', 'proxy'].includes(layerOf(reading) ?? ''));
  const [first, ...others] = front.length > 0 ? front : readings;
  const isSame = (other: ServerReading): boolean =>
    other.server === first?.server && JSON.stringify(other.keepAlive) === JSON.stringify(first.keepAlive);
  if (first === undefined || others.every(isSame)) return first ?? null;
  return others.every(({ server }) => server === first.server)
    ? {
        ...first,
        keepAlive: {
          state: 'unknown',
          why: 'its script starts it in several ways, with different keep-alives',
        },
      }
    : null;
}

const secondsOf = (reading: ServerReading | null): number | null =>
  reading?.keepAlive.state === 'set' ? reading.keepAlive.seconds : null;

/** A number that no script has by itself. */
const MARK = '7321';

/** The variable of a script that changes the keep-alive. */
function variableOf(text: string, values: Environment, seconds: number | null): string | null {
  if (seconds === null) return null;
  const candidates = Object.keys(values).filter(
    (name) => /^\d/.test(values[name] ?? '') && text.includes(name),
  );
  return (
    candidates.find((name) => secondsOf(serverIn(text, { ...values, [name]: MARK })) !== seconds) ?? null
  );
}

/** The line that starts a server: the last one that names its program, unless that is a remark. */
function lineOf(text: string, { quoted }: ServerReading): number {
  const program = nameOf(quoted.split(' ', 1)[0] ?? '');
  const lines = text.split('\n');
  const at = lines.findLastIndex(
    (line) => !/^\s*(?:#|echo\b)/.test(line) && line.split(/[\s/"']+/).includes(program),
  );
  return Math.max(at, 0) + 1;
}

function inScript(
  { path, text }: Script,
  environment: Environment,
  image: CheckedImage | null,
  beside: FilesBeside,
  depth: number,
): ScriptReading | null {
  const values = { ...defaultsIn(text), ...environment };
  const reading = serverIn(text, values);
  if (reading !== null) {
    const place = { file: path, line: lineOf(text, reading) };
    return { reading, place, variable: variableOf(text, values, secondsOf(reading)) };
  }
  if (depth >= DEEPEST) return null;
  const words = commandsOf(text, values).flatMap((command) => command.words);
  const folder = image?.folder ?? (path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '.');
  for (const next of scriptsIn(words, folder, image, beside)) {
    const found = next.path === path ? null : inScript(next, environment, image, beside, depth + 1);
    if (found !== null) return found;
  }
  return null;
}

/**
 * The server that a container's command starts by a script of the repository: `ENTRYPOINT ["/app/run.sh"]`.
 *
 * @param folder - where relative paths of the command begin
 * @param environment - the variables of container and image
 */
export function readStartedScript(
  words: readonly string[],
  folder: string,
  image: CheckedImage | null,
  environment: Environment,
  beside: FilesBeside,
): ScriptReading | null {
  for (const script of scriptsIn(words, folder, image, beside)) {
    const found = inScript(script, environment, image, beside, 0);
    if (found !== null) return found;
  }
  return null;
}
