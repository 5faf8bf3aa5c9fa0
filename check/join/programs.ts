import type { CheckedContainer, CheckedImage, CheckedServer, CheckedWorkload } from '../model.ts';
import { byText, folderOf, isBesideTheProgram } from '../path-names.ts';
import type { RepositoryFacts } from '../read/read-repository.ts';
import { type ServerOfContainer, serversOfContainer, serversOfImage } from './container-servers.ts';
import { isFront } from './server-kind.ts';

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

/**
 * All programs: those of workloads, one for each target group that sends to them; then those of Dockerfiles that no
 * workload uses; then what is left of the servers, by folder. No server is in two of them without a workload that says so.
 */
export function programsOf(facts: RepositoryFacts, serverOf: ServerOfContainer): readonly Program[] {
  const context = { facts, serverOf };
  const ofWorkloads = facts.workloads.flatMap((workload) =>
    workload.behind.length === 0
      ? [programOf(workload, null, context)]
      : workload.behind.map((link) => programOf(workload, link, context)),
  );
  const used = new Set(ofWorkloads.flatMap(({ images }) => images));
  const taken = new Set(
    ofWorkloads.flatMap(({ front, behind }) => [...front, ...behind]).map(({ id }) => id),
  );
  const isFree = ({ id, place }: CheckedServer): boolean => !taken.has(id) && !isBesideTheProgram(place.file);
  const ofImages = facts.images
    .filter(({ id, place }) => !used.has(id) && !isBesideTheProgram(place.file))
    .flatMap((image) => {
      const { servers } = serversOfContainer(containerOfImage(image), null, facts, serverOf);
      const free = servers.filter(isFree);
      for (const { id } of [...servers, ...serversOfImage(image, facts)]) taken.add(id);
      return free.length === 0 ? [] : [fromFiles(image.id, image.place.file, free, image)];
    });
  const left = facts.servers.filter(isFree);
  const folders = [...new Set(left.map(({ folder }) => folder))].sort(byText);
  const ofFolders = folders.map((folder) =>
    fromFiles(
      folder,
      folder === '.' ? 'the root folder' : folder,
      left.filter((server) => server.folder === folder),
      null,
    ),
  );
  return [...ofWorkloads, ...ofImages, ...ofFolders];
}
