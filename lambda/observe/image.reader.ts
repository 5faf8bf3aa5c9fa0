import { BatchGetImageCommand, ECRClient, GetDownloadUrlForLayerCommand } from '@aws-sdk/client-ecr';
import * as z from 'zod';
import { SERVER_VARIABLES } from '../model/server-variables.ts';
import type { ImageConfiguration } from '../model/workload.ts';
import { attempt, type Reading } from './aws-failure.ts';
import { type ClientOptions, clientConfig } from './clients.ts';
import { readBlob } from './image-blob.ts';
import { type EcrImage, ecrImageOf } from './image-reference.ts';
import { redactedVariables, redactedWords } from './redact.ts';

/** What an image is read with. */
export interface ImageClients {
  /** The client of the region that the registry is in. */
  readonly ecr: (region: string) => ECRClient;
}

/** Clients that live as long as their process. */
export function imageClients(options: ClientOptions = {}): ImageClients {
  const kept = new Map<string, ECRClient>();
  return {
    ecr: (region) => {
      const client = kept.get(region) ?? new ECRClient(clientConfig(region, options));
      kept.set(region, client);
      return client;
    },
  };
}

const MANIFESTS = [
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
];
const INDEXES = [
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.index.v1+json',
];

/** https://github.com/opencontainers/image-spec/blob/main/image-index.md: one manifest for each platform. */
const indexSchema = z.object({
  manifests: z.array(
    z.object({
      digest: z.string(),
      platform: z.object({ os: z.string(), architecture: z.string() }).optional(),
    }),
  ),
});
/** https://github.com/opencontainers/image-spec/blob/main/manifest.md */
const manifestSchema = z.object({ config: z.object({ digest: z.string() }) });
/** https://github.com/opencontainers/image-spec/blob/main/config.md */
const configurationSchema = z.object({
  config: z
    .object({
      Entrypoint: z.array(z.string()).nullish(),
      Cmd: z.array(z.string()).nullish(),
      Env: z.array(z.string()).nullish(),
    })
    .nullish(),
});

/** The image of a platform that ECS runs; beside them an index has what attests the build. */
function platformDigest({ manifests }: z.infer<typeof indexSchema>): string {
  const of = (architecture: string) =>
    manifests.find(({ platform }) => platform?.os === 'linux' && platform.architecture === architecture);
  const found = of('amd64') ?? of('arm64') ?? manifests.find(({ platform }) => platform === undefined);
  if (found === undefined) throw new Error('the index of the image has none for linux on amd64 or arm64');
  return found.digest;
}

async function manifestOf(
  ecr: ECRClient,
  { registryId, repositoryName }: EcrImage,
  imageId: EcrImage['imageId'],
) {
  const answer = await ecr.send(
    new BatchGetImageCommand({
      ...{ registryId, repositoryName, imageIds: [imageId] },
      acceptedMediaTypes: [...MANIFESTS, ...INDEXES],
    }),
  );
  const [image] = answer.images ?? [];
  const [failure] = answer.failures ?? [];
  if (image?.imageManifest === undefined)
    throw new Error(failure?.failureReason ?? 'the registry gave no manifest of the image');
  const manifest: unknown = JSON.parse(image.imageManifest);
  return manifest;
}

async function configDigest(ecr: ECRClient, image: EcrImage): Promise<string> {
  const first = await manifestOf(ecr, image, image.imageId);
  const index = indexSchema.safeParse(first);
  const manifest = index.success
    ? await manifestOf(ecr, image, { imageDigest: platformDigest(index.data) })
    : first;
  return manifestSchema.parse(manifest).config.digest;
}

const words = (list: readonly string[] | null | undefined): string[] | null =>
  list && list.length > 0 ? redactedWords(list) : null;

const variables = (list: readonly string[]): Record<string, string> =>
  redactedVariables(
    list.map((entry) => {
      const [, name = '', value = ''] = /^([^=]*)=([\s\S]*)$/.exec(entry) ?? [];
      return [name, value] as const;
    }),
    SERVER_VARIABLES,
  );

/** Of the configuration, the entry point, the command and the variables of known names; the rest is not kept. */
export function parseImageConfiguration(blob: string): ImageConfiguration {
  const { config } = configurationSchema.parse(JSON.parse(blob));
  return {
    entryPoint: words(config?.Entrypoint),
    command: words(config?.Cmd),
    environment: variables(config?.Env ?? []),
  };
}

/**
 * Reads what an image says of itself: two calls to ECR, three where it is built for several platforms, and one small
 * blob. No layer is read.
 *
 * @returns null where the image is not in a private registry of ECR
 * @throws RemoteError where the credentials are missing, expired or refused
 */
export async function readImageConfiguration(
  { ecr }: ImageClients,
  image: string,
): Promise<Reading<ImageConfiguration> | null> {
  const reference = ecrImageOf(image);
  if (reference === null) return null;
  const { region, registryId, repositoryName } = reference;
  const client = ecr(region);
  const call = (action: string) => ({
    subject: 'workload' as const,
    what: `the configuration of image ${image}`,
    action,
    resource: `${registryId}/${repositoryName}`,
    region,
  });
  const digest = await attempt(call('ecr:BatchGetImage'), () => configDigest(client, reference));
  if (digest.state === 'unknown') return digest;
  return attempt(call('ecr:GetDownloadUrlForLayer'), async () => {
    const answer = await client.send(
      new GetDownloadUrlForLayerCommand({ registryId, repositoryName, layerDigest: digest.value }),
    );
    if (answer.downloadUrl === undefined) throw new Error('ECR gave no address of the blob');
    return parseImageConfiguration(await readBlob(answer.downloadUrl));
  });
}
