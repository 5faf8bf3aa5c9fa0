import type { CheckedContainer, CheckedImage, CheckedServer, CheckedWorkload } from '../model.ts';
import { byText, folderOf, isBesideTheProgram, isWithin } from '../path-names.ts';
import type { RepositoryFacts } from '../read/read-repository.ts';
import { usualFirst } from './container-image.ts';
import {
  isStartedBy,
  type ServerOfContainer,
  serversOfContainer,
  serversOfImage,
} from './container-servers.ts';
import { withoutDevelopment } from './development.ts';
import { familyOf, isFront } from './server-kind.ts';

/** What starts and stops together, with the servers in it. */
export interface Program {
  readonly id: string;
  /** For people: `Deployment shop/web`, `services/shop`. */
  readonly name: string;
  readonly workload: CheckedWorkload | null;
  readonly container: CheckedContainer | null;
  /** The target group that sends to it; null where none in the repository does. */
  readonly targetGroup: string | null;
  /** Those that can hold the load balancer's connections: one, unless it cannot be told which. */
  readonly front: readonly CheckedServer[];
  /** Those behind them, to which the front has connections of its own. */
  readonly behind: readonly CheckedServer[];
  /** What had to be assumed, as a sentence. */
  readonly assumed: string | null;
  /** Ids of the images that it is made of. */
  readonly images: readonly string[];
}

/** Which of the servers of a program hold the load balancer's connections. */
export function frontOf(servers: readonly CheckedServer[], port: number | null): readonly CheckedServer[] {
  const onPort = port === null ? [] : servers.filter(({ ports }) => ports.includes(port));
  if (onPort.length > 0) return onPort;
  const fronts = servers.filter(isFront);
  return fronts.length > 0 ? fronts : servers;
}

type Context = { readonly facts: RepositoryFacts; readonly serverOf: ServerOfContainer };

/** A Procfile has no images: its processes are of its folder. */
const folderOfProcesses = (workload: CheckedWorkload): string | null =>
  workload.format === 'Procfile' ? folderOf(workload.place.file) : null;

type Link = CheckedWorkload['behind'][number] | null;

/** The container that a target group sends to. */
function servingContainer(workload: CheckedWorkload, link: Link): CheckedContainer | null {
  const { containers } = workload;
  if (link === null) return containers.length === 1 ? (containers[0] ?? null) : null;
  const { container: name, port } = link;
  const named = containers.find((container) => container.name === name);
  const onPort = containers.filter(({ ports }) => port !== null && ports.includes(port));
  return named ?? (onPort.length === 1 ? onPort[0] : containers.length === 1 ? containers[0] : null) ?? null;
}

function programOf(workload: CheckedWorkload, link: Link, { facts, serverOf }: Context): Program {
  const folder = folderOfProcesses(workload);
  const read = workload.containers.map((container) => ({
    container,
    ...serversOfContainer(container, folder, facts, serverOf),
  }));
  const serving = servingContainer(workload, link);
  const own = read.filter(({ container }) => serving === null || container === serving);
  const front = frontOf(
    own.flatMap(({ servers }) => servers),
    link?.port ?? null,
  );
  const all = read.flatMap(({ servers }) => servers);
  return {
    id: link === null ? workload.id : `${workload.id} ${link.targetGroup}`,
    name: workload.name,
    workload,
    container: serving,
    targetGroup: link?.targetGroup ?? null,
    front,
    behind: all.filter((server) => !front.includes(server)),
    assumed: own.find(({ assumed }) => assumed !== null)?.assumed ?? null,
    images: read.flatMap(({ image }) => (image === null ? [] : [image.id])),
  };
}

/** A program of which the repository has no more than files. */
function fromFiles(
  id: string,
  name: string,
  servers: readonly CheckedServer[],
  image: CheckedImage | null,
): Program {
  const front = frontOf(servers, image?.ports.length === 1 ? (image.ports[0] ?? null) : null);
  return {
    id,
    name,
    workload: null,
    container: null,
    targetGroup: null,
    front,
    behind: servers.filter((server) => !front.includes(server)),
    assumed: null,
    images: image === null ? [] : [image.id],
  };
}

/** A container that is what a Dockerfile says and no more. */
const containerOfImage = ({
  place,
  entryPoint,
  command,
  environment,
  ports,
  folder,
  from,
}: CheckedImage): CheckedContainer => ({
  name: folder,
  place,
  image: from,
  builtFrom: place.file,
  entryPoint,
  command,
  environment,
  ports,
  stopTimeoutSeconds: null,
  preStopSeconds: null,
});

const serversIn = (programs: readonly Program[]): readonly CheckedServer[] =>
  programs.flatMap(({ front, behind }) => [...front, ...behind]);

/** Of several Dockerfiles in one folder, the one that is deployed. */
function deployedImages(images: readonly CheckedImage[], used: ReadonlySet<string>): readonly CheckedImage[] {
  const inFolder = (folder: string): readonly CheckedImage[] =>
    images.filter((image) => image.folder === folder);
  return images.filter(
    (image) =>
      !isBesideTheProgram(image.place.file) &&
      !inFolder(image.folder).some(({ id }) => used.has(id)) &&
      usualFirst(inFolder(image.folder)) === image,
  );
}

/**
 * Services of a Compose file, where one of them is a web server or proxy: it stands in front of the others. A
 * configuration of it that lies beside goes before what its image has.
 */
function composed(services: readonly Program[], left: readonly CheckedServer[]): readonly Program[] {
  const own = serversIn(services);
  const fronts = own.filter(isFront);
  const [front] = fronts;
  if (front === undefined) return services;
  const configured = left.filter(
    (server) => familyOf(server) === familyOf(front) && server.keepAliveSeconds.state !== 'default',
  );
  const facing = front.keepAliveSeconds.state === 'default' && configured.length > 0 ? configured : fronts;
  const serving = services.find((service) => service.front.includes(front));
  if (serving === undefined) return services;
  return [{ ...serving, front: facing, behind: own.filter((server) => !isFront(server)) }];
}

/** By Compose file; those that run what another workload runs are for development. */
function ofCompose(facts: RepositoryFacts, context: Context, taken: ReadonlySet<string>): readonly Program[] {
  const services = facts.workloads.filter(({ format }) => format === 'docker compose');
  const files = [...new Set(services.map(({ place }) => place.file))];
  return files.flatMap((file) => {
    const programs = services
      .filter(({ place }) => place.file === file)
      .map((workload) => programOf(workload, null, context))
      .filter(({ front }) => front.length > 0);
    const left = facts.servers.filter(
      ({ id, place }) => !taken.has(id) && isWithin(place.file, folderOf(file)),
    );
    return serversIn(programs).some(({ id }) => taken.has(id)) ? [] : composed(programs, left);
  });
}

/**
 * All programs: those of workloads, one for each target group that sends to them; then those of Dockerfiles that no
 * workload uses; then what is left of the servers, by folder. No server is in two of them without a workload that says so.
 */
export function programsOf(facts: RepositoryFacts, serverOf: ServerOfContainer): readonly Program[] {
  const context = { facts, serverOf };
  const taken = new Set<string>();
  const used = new Set<string>();
  /** What the command of a file starts is settled, also where a configuration file took its place. */
  const settle = (file: string): void => {
    for (const server of facts.servers) if (isStartedBy(server, file)) taken.add(server.id);
  };
  const take = (programs: readonly Program[]): readonly Program[] => {
    for (const { id } of serversIn(programs)) taken.add(id);
    for (const { images } of programs) for (const id of images) used.add(id);
    for (const { workload } of programs) if (workload?.format === 'Procfile') settle(workload.place.file);
    for (const image of facts.images.filter(({ id }) => used.has(id)))
      for (const { id } of serversOfImage(image, facts)) taken.add(id);
    return programs;
  };
  const ofWorkloads = take(
    facts.workloads
      .filter(({ format }) => format !== 'docker compose')
      .flatMap((workload) =>
        workload.behind.length === 0
          ? [programOf(workload, null, context)]
          : workload.behind.map((link) => programOf(workload, link, context)),
      ),
  );
  const ofComposeFiles = take(ofCompose(facts, context, taken));
  const isFree = ({ id, place }: CheckedServer): boolean => !taken.has(id) && !isBesideTheProgram(place.file);
  const settledFolders = new Set<string>();
  const ofImages = deployedImages(facts.images, used).flatMap((image) => {
    const { servers } = serversOfContainer(containerOfImage(image), null, facts, serverOf);
    const free = servers.filter(isFree);
    const program = free.length === 0 ? [] : [fromFiles(image.id, image.place.file, free, image)];
    for (const { id } of servers) taken.add(id);
    if (servers.length > 0) settledFolders.add(image.folder);
    if (servers.length > 0) settle(image.place.file);
    take(program);
    return program;
  });
  const inUse = new Set(
    serversIn([...ofWorkloads, ...ofComposeFiles, ...ofImages]).map(({ folder }) => folder),
  );
  // Another Dockerfile of a folder that is in use is for development or tests.
  const isOfOtherImage = (server: CheckedServer): boolean =>
    facts.images.some(
      ({ place, folder }) =>
        isStartedBy(server, place.file) && (inUse.has(server.folder) || settledFolders.has(folder)),
    );
  const left = facts.servers.filter((server) => isFree(server) && !isOfOtherImage(server));
  const folders = [...new Set(left.map(({ folder }) => folder))].sort(byText);
  const ofFolders = folders.map((folder) =>
    fromFiles(
      folder,
      folder === '.' ? 'the root folder' : folder,
      left.filter((server) => server.folder === folder),
      null,
    ),
  );
  return withoutDevelopment([...ofWorkloads, ...ofComposeFiles, ...ofImages, ...ofFolders]);
}
