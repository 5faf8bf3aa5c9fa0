import { productOf } from '../../lambda/advice/workload-server/image.ts';
import type { CheckedContainer, CheckedImage } from '../model.ts';
import { nameOf } from '../path-names.ts';
import type { RepositoryFacts } from '../read/read-repository.ts';

/** The Dockerfile that a container is built from. */
export interface FoundImage {
  readonly image: CheckedImage | null;
  /** Why it is taken to be that one, as a sentence; null where a file says so. */
  readonly assumed: string | null;
}

const NONE: FoundImage = { image: null, assumed: null };

/** `Dockerfile` before `Dockerfile.dev`. */
export const usualFirst = (images: readonly CheckedImage[]): CheckedImage | null =>
  images.find(({ place }) => nameOf(place.file) === 'Dockerfile') ?? images[0] ?? null;

/** An image whose name is filled in by what deploys it: `${IMAGE}`, `<IMAGE1_NAME>`, `{{ .Values.image }}`. */
const isFilledIn = (image: string): boolean => /[$<{]/.test(image.replace(/[:@][^/]*$/, ''));

/** `shop` of `123456789012.dkr.ecr.eu-central-1.amazonaws.com/team/shop:3`. */
export const repositoryOf = (image: string): string =>
  nameOf((image.split('@', 1)[0] ?? image).replace(/:[^:/]*$/, '')).toLowerCase();

/** Registries in which anybody finds the work of others. */
const PUBLIC =
  /^(?:(?:index\.|registry-1\.)?docker\.io|public\.ecr\.aws|quay\.io|mcr\.microsoft\.com|registry\.k8s\.io|k8s\.gcr\.io|docker\.elastic\.co|nvcr\.io)$/;

/** Whether an image lies in a registry of one's own: its first part is a host, and not a public one. */
function isInOwnRegistry(image: string): boolean {
  const [host = '', ...path] = image.split('/');
  return path.length > 0 && /[.:]/.test(host) && !PUBLIC.test(host);
}

/** `postgres:16` is nobody's own image; one of an organisation can be. */
const hasOrganisation = (image: string): boolean => image.includes('/');

const words = (name: string): readonly string[] =>
  name
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(Boolean);

/** What a Dockerfile is called after: its folder, and what stands beside `Dockerfile` in its name. */
const labelsOf = ({ folder, place }: CheckedImage): readonly string[] => {
  const own = /^(?:Dockerfile|Containerfile)[.-](.+)$|^(.+)\.(?:Dockerfile|Containerfile)$/i.exec(
    nameOf(place.file),
  );
  return [nameOf(folder), own?.[1] ?? own?.[2] ?? ''].filter((label) => label !== '' && label !== '.');
};

/** Whether a name begins or ends with all words of another: `shop-api` with `api`. */
function isPartOf(label: string, name: string): boolean {
  const [part, whole] = [words(label), words(name)];
  if (part.length === 0 || part.length >= whole.length) return false;
  const ends = whole.slice(-part.length).join(' ') === part.join(' ');
  return ends || whole.slice(0, part.length).join(' ') === part.join(' ');
}

/** The Dockerfiles in one folder that fit; none where they lie in several. */
function inOneFolder(images: readonly CheckedImage[]): CheckedImage | null {
  return new Set(images.map(({ folder }) => folder)).size === 1 ? usualFirst(images) : null;
}

/** The image that a build of the repository gives the name of the container's image. */
function builtBy(image: string | null, { builds, images }: RepositoryFacts): CheckedImage | null {
  if (image === null || isFilledIn(image)) return null;
  const name = repositoryOf(image);
  const files = new Set(
    builds.filter((build) => repositoryOf(build.image) === name).map(({ dockerfile }) => dockerfile),
  );
  return files.size === 1 ? (images.find(({ place }) => files.has(place.file)) ?? null) : null;
}

/** Whether the only Dockerfile can be that of a container which nothing else joins to it. */
function canBeTheOnly(container: CheckedContainer, { workloads, images }: RepositoryFacts): boolean {
  const { image } = container;
  if (image === null || isFilledIn(image) || isInOwnRegistry(image)) return true;
  if (!hasOrganisation(image)) return false;
  const all = workloads.flatMap(({ containers }) => containers);
  const isBuilt = all.some(({ builtFrom }) =>
    images.some(({ folder, place }) => builtFrom === folder || builtFrom === place.file),
  );
  // Of several images of others at most one is one's own, and nothing says which.
  const names = new Set(
    all.flatMap(({ image: other, builtFrom }) =>
      other === null || builtFrom !== null || !hasOrganisation(other) || productOf(other) !== null
        ? []
        : [repositoryOf(other)],
    ),
  );
  return !isBuilt && names.size === 1;
}

/**
 * The Dockerfile that a container is built from: the one that the file names; the one that a build of the repository
 * gives the image's name; the one in a folder of that name, or of a part of it; or the only one there is.
 */
export function imageOf(container: CheckedContainer, facts: RepositoryFacts): FoundImage {
  const { builtFrom, image } = container;
  const { images } = facts;
  if (builtFrom !== null) {
    const file = images.filter(({ place }) => place.file === builtFrom);
    return {
      image: usualFirst(file.length > 0 ? file : images.filter(({ folder }) => folder === builtFrom)),
      assumed: null,
    };
  }
  if (image !== null && productOf(image) !== null) return NONE;
  // A Compose file runs what is published, often of another version, and rarely as it is deployed.
  const isComposed = facts.workloads.some(
    ({ format, containers }) => format === 'docker compose' && containers.includes(container),
  );
  const taken = (found: CheckedImage, because: string): FoundImage => ({
    image: found,
    assumed: `the container ${container.name} is taken to be built from ${found.place.file}: ${because}`,
  });
  const built = isComposed ? null : builtBy(image, facts);
  if (built !== null) return taken(built, 'a build of the repository gives it the name of the image');
  const ownNames =
    image === null || isFilledIn(image) ? [container.name.toLowerCase()] : [repositoryOf(image)];
  for (const name of ownNames) {
    const alike = usualFirst(images.filter(({ folder }) => nameOf(folder).toLowerCase() === name));
    if (alike !== null) return taken(alike, 'its folder has the name of the image');
  }
  const [only, ...others] = images;
  if (only === undefined) return NONE;
  if (others.length === 0)
    return canBeTheOnly(container, facts) ? taken(only, 'it is the only Dockerfile') : NONE;
  if (isComposed || (image !== null && !isFilledIn(image) && !hasOrganisation(image))) return NONE;
  for (const name of [...ownNames, container.name.toLowerCase()]) {
    const partly = inOneFolder(images.filter((one) => labelsOf(one).some((label) => isPartOf(label, name))));
    if (partly !== null) return taken(partly, 'its name is part of the name of the image');
  }
  return NONE;
}
