import { lookUpServer } from '../../lambda/advice/servers.ts';
import { productOf } from '../../lambda/advice/workload-server/image.ts';
import type { CheckedContainer, CheckedImage, CheckedServer } from '../model.ts';
import { isBesideTheProgram, isWithin, nameOf, stemOf, within } from '../path-names.ts';
import type { RepositoryFacts } from '../read/read-repository.ts';
import { imageOf } from './container-image.ts';
import { familyOf, isFront, rowOf } from './server-kind.ts';

/**
 * Reads the server out of a container's command, variables and image: null where they name none, `no server` where the
 * sources of what they start were read and listen nowhere.
 */
export type ServerOfContainer = (
  container: CheckedContainer,
  image: CheckedImage | null,
) => CheckedServer | 'no server' | null;

/** What a container runs, as far as the repository says. */
export interface ContainerServers {
  readonly image: CheckedImage | null;
  readonly servers: readonly CheckedServer[];
  /** What had to be assumed to find them, as a sentence; null where nothing was. */
  readonly assumed: string | null;
}

/** Whether an image starts a web server or proxy whose configuration lies in the repository. */
function runsFront(image: CheckedImage, server: CheckedServer): boolean {
  const row = rowOf(server);
  if (row === null) return false;
  const product = productOf(image.from);
  if (product !== null && lookUpServer(product) === row) return true;
  const words = [row.id, ...row.aliases];
  const isNamed = (text: string): boolean => words.some((word) => text.toLowerCase().includes(word));
  return (
    [...(image.entryPoint ?? []), ...(image.command ?? [])].some(isNamed) ||
    image.copies.some(({ from, to }) => isNamed(to) && takesIn(image, from, server.place.file))
  );
}

/** What a `COPY` takes: the context is the Dockerfile's folder, or the root. */
const sourcesOf = (image: CheckedImage, from: string): readonly string[] => [
  within(image.folder, from),
  within('.', from),
];

const takesIn = (image: CheckedImage, from: string, file: string): boolean =>
  sourcesOf(image, from).some((source) => isWithin(file, source));

/** Servers whose files are part of an image. */
export function serversOfImage(
  image: CheckedImage,
  { servers, images }: RepositoryFacts,
): readonly CheckedServer[] {
  const folders = images.map(({ folder }) => folder);
  /** A folder with a Dockerfile of its own, below or beside, is another image, unless the `COPY` names it. */
  const isOfAnother = (file: string, source: string): boolean =>
    folders.some(
      (folder) => !isWithin(image.folder, folder) && isWithin(file, folder) && !isWithin(source, folder),
    );
  return servers.filter((server) => {
    const { file } = server.place;
    if (file === image.place.file) return true;
    if (images.some(({ place }) => place.file === file)) return false;
    const isCopied = image.copies.some(({ from }) =>
      sourcesOf(image, from).some((source) => isWithin(file, source) && !isOfAnother(file, source)),
    );
    if (isFront(server)) return isCopied && runsFront(image, server);
    return isCopied || server.folder === image.folder;
  });
}

/** Whether a server is what the command of a file starts: a Dockerfile's, a Procfile's. */
export const isStartedBy = (server: CheckedServer, file: string): boolean =>
  server.place.file === file || server.id.startsWith(`${file}#`);

/** Whether a server is what any command of the repository starts. */
const isOfCommand = (server: CheckedServer, { images, workloads }: RepositoryFacts): boolean =>
  images.some(({ place }) => isStartedBy(server, place.file)) ||
  workloads.some(({ format, place }) => format === 'Procfile' && isStartedBy(server, place.file));

/** How many of their last parts two paths share. */
function sharedEnd(one: string, other: string): number {
  const [left, right] = [one.split('/').reverse(), other.split('/').reverse()];
  const differs = left.findIndex((part, index) => part !== right[index]);
  return differs < 0 ? left.length : differs;
}

/** The configuration file that a command names, wherever it lies; none where the name fits several. */
function configuredIn(
  own: CheckedServer | null,
  servers: readonly CheckedServer[],
): readonly CheckedServer[] {
  const file = own?.configuration;
  if (own === null || file === undefined) return [];
  const fitting = servers
    .filter((server) => nameOf(server.place.file) === nameOf(file) && familyOf(server) === familyOf(own))
    .map((server) => ({ server, shared: sharedEnd(server.place.file, file) }));
  const most = Math.max(0, ...fitting.map(({ shared }) => shared));
  const best = fitting.filter(({ shared }) => shared === most);
  return best.length === 1 ? best.map(({ server }) => server) : [];
}

/** Of several files of one kind, those that the command names: `node dist/server.js` means `src/server.ts`. */
function startedByCommand(
  servers: readonly CheckedServer[],
  words: readonly string[],
): readonly CheckedServer[] {
  const stems = new Set(words.flatMap((word) => word.split(/\s+/)).map(stemOf));
  const named = servers.filter(({ place }) => stems.has(stemOf(place.file)));
  return named.length > 0 ? named : servers;
}

/**
 * One server for each family: what the command sets goes before what files say, and what files say before a default of
 * which the command knows.
 */
function combined(
  own: CheckedServer | null,
  fromFiles: readonly CheckedServer[],
  words: readonly string[],
): readonly CheckedServer[] {
  if (own === null)
    return [
      ...fromFiles.filter(isFront),
      ...startedByCommand(
        fromFiles.filter((server) => !isFront(server)),
        words,
      ),
    ];
  const isSame = (server: CheckedServer): boolean => familyOf(server) === familyOf(own);
  // A file that starts a server of its own unless a command starts the program: here one does.
  const used = fromFiles.filter((server) => isFront(server) || server.unless === undefined);
  const others = used.filter((server) => !isSame(server));
  const same = startedByCommand(used.filter(isSame), words);
  if (own.keepAliveSeconds.state === 'set' || same.length === 0) return [own, ...others];
  return [
    ...same.map((server) => (server.version === null ? { ...server, version: own.version } : server)),
    ...others,
  ];
}

const saysTheSame = (one: CheckedServer, other: CheckedServer): boolean => {
  const [left, right] = [one.keepAliveSeconds, other.keepAliveSeconds];
  return (
    one.server === other.server &&
    left.state === right.state &&
    (left.state === 'unknown' || right.state === 'unknown' || left.value === right.value)
  );
};

/** Parts of a path without its extension: `test/server.js` and `./test/server` are the same program. */
const programPath = (path: string): string => within('.', path).replace(/\.[cm]?[jt]sx?$/, '');

/** Whether a server is of the program itself: not one of its tests, unless a command starts that. */
function isOfProgram({ place: { file } }: CheckedServer, folder: string, words: readonly string[]): boolean {
  const inside = folder !== '.' && isWithin(file, folder) ? file.slice(folder.length + 1) : file;
  return (
    !isBesideTheProgram(inside) ||
    words
      .flatMap((word) => word.split(/\s+/))
      .some((word) => word.includes('/') && `/${programPath(file)}`.endsWith(`/${programPath(word)}`))
  );
}

/** The servers that a container runs. */
export function serversOfContainer(
  container: CheckedContainer,
  /** For containers without an image: the folder whose files are the program. */
  folder: string | null,
  facts: RepositoryFacts,
  serverOf: ServerOfContainer,
): ContainerServers {
  const { image, assumed } = folder === null ? imageOf(container, facts) : { image: null, assumed: null };
  const fromFiles =
    image !== null
      ? serversOfImage(image, facts)
      : folder === null
        ? []
        : facts.servers.filter((server) => server.folder === folder && !isFront(server));
  const words = [
    ...(container.entryPoint ?? []),
    ...(container.command ?? image?.command ?? image?.entryPoint ?? []),
  ];
  // What a Dockerfile or Procfile starts is a command too: files say more than its default.
  const byCommand = (server: CheckedServer): boolean =>
    isStartedBy(server, image?.place.file ?? container.place.file);
  const started = serverOf(container, image);
  if (started === 'no server') return { image, servers: [], assumed };
  const inFile = fromFiles.find(byCommand) ?? null;
  // What the container takes from its Dockerfile unchanged is written there.
  const own = started === null || (inFile !== null && saysTheSame(started, inFile)) ? inFile : started;
  const others = fromFiles.filter(
    (server) => !isOfCommand(server, facts) && isOfProgram(server, image?.folder ?? folder ?? '.', words),
  );
  const configured = configuredIn(own, facts.servers);
  if (own !== null && configured.length > 0 && own.keepAliveSeconds.state !== 'set') {
    const elsewhere = others.filter((server) => familyOf(server) !== familyOf(own));
    return { image, servers: combined(own, [...configured, ...elsewhere], []), assumed };
  }
  return { image, servers: combined(own, others, words), assumed };
}
