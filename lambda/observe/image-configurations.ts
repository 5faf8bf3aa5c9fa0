import type { Gap, TargetGroup } from '../model/evidence.ts';
import type { Container, ImageConfiguration } from '../model/workload.ts';
import type { Reading } from './aws-failure.ts';
import type { ClientOptions } from './clients.ts';

/**
 * Reads the configuration of an image; null where it lies in no private registry of Amazon ECR.
 *
 * @throws RemoteError where the credentials are missing, expired or refused
 */
export type ReadImage = (image: string) => Promise<Reading<ImageConfiguration> | null>;

/** A tag can be moved to another image; a look of tomorrow sees it. */
const FRESH_MS = 6 * 3_600_000;
const MOST_KEPT = 500;

interface Kept {
  readonly readAt: number;
  readonly reading: ReturnType<ReadImage>;
}

/**
 * A reader that asks for each image once in six hours. Its code, the client of ECR among it, is loaded when the first
 * image is read.
 *
 * @param now - epoch milliseconds
 */
export function imagesOnDemand(options: ClientOptions = {}, now: () => number = Date.now): ReadImage {
  const kept = new Map<string, Kept>();
  let loaded: Promise<ReadImage> | null = null;
  const load = async (): Promise<ReadImage> => {
    const { imageClients, readImageConfiguration } = await import('./image.reader.ts');
    const clients = imageClients(options);
    return (image) => readImageConfiguration(clients, image);
  };
  return async (image) => {
    const known = kept.get(image);
    if (known !== undefined && now() - known.readAt < FRESH_MS) return known.reading;
    loaded ??= load();
    const reading = loaded.then((read) => read(image));
    kept.set(image, { readAt: now(), reading });
    // What could not be read may be readable at the next look.
    const forget = () => kept.delete(image);
    reading.then((answer) => answer?.state === 'unknown' && forget(), forget);
    const [oldest] = kept.keys();
    if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
    return reading;
  };
}

/** Whether the image has a say in what the container runs, and the container in what the load balancer meets. */
const isOfInterest = ({ servesTargetGroup, entryPoint }: Container): boolean =>
  servesTargetGroup && (entryPoint === null || entryPoint.length === 0);

async function withImage(container: Container, read: ReadImage, gaps: Gap[]): Promise<Container> {
  if (!isOfInterest(container)) return container;
  const reading = await read(container.image);
  if (reading === null) return container;
  if (reading.state === 'known') return { ...container, imageConfiguration: reading.value };
  gaps.push(reading.gap);
  return container;
}

/**
 * Target groups whose containers have the configuration of their images, where the task definition leaves it to those
 * what they run.
 *
 * @throws RemoteError where the credentials are missing, expired or refused
 */
export async function withImageConfigurations(
  groups: readonly TargetGroup[],
  read: ReadImage,
): Promise<{ readonly targetGroups: TargetGroup[]; readonly gaps: readonly Gap[] }> {
  const gaps: Gap[] = [];
  const targetGroups = await Promise.all(
    groups.map(async (group): Promise<TargetGroup> => {
      const service = group.workload?.ecsService;
      if (service === undefined) return group;
      const containers = await Promise.all(service.containers.map((one) => withImage(one, read, gaps)));
      return { ...group, workload: { ...group.workload, ecsService: { ...service, containers } } };
    }),
  );
  return { targetGroups, gaps };
}
