import type { Gap } from '../model/evidence.ts';
import type { Container, ImageConfiguration, Workload } from '../model/workload.ts';
import type { Reading } from './aws-failure.ts';
import type { ClientOptions } from './clients.ts';
import type { ReadWorkloads } from './workload/workload-question.ts';

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

async function withImages(workload: Workload, read: ReadImage, gaps: Gap[]): Promise<Workload> {
  const { ecsService } = workload;
  if (ecsService === undefined) return workload;
  const containers = await Promise.all(ecsService.containers.map((one) => withImage(one, read, gaps)));
  return { ...workload, ecsService: { ...ecsService, containers } };
}

/** Workloads whose containers have the configuration of their images, where the task definition leaves a say to those. */
export const withImageConfigurations =
  (readWorkloads: ReadWorkloads, read: ReadImage): ReadWorkloads =>
  async (question) => {
    const { workloads, gaps } = await readWorkloads(question);
    const ofImages: Gap[] = [];
    const entries = await Promise.all(
      [...workloads].map(
        async ([arn, workload]) => [arn, await withImages(workload, read, ofImages)] as const,
      ),
    );
    return { workloads: new Map(entries), gaps: [...gaps, ...ofImages] };
  };
