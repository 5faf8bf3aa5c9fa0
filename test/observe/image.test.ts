import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { CreateRepositoryCommand, ECRClient, PutImageCommand } from '@aws-sdk/client-ecr';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { imageConfigurationSchema } from '../../lambda/model/workload.ts';
import {
  type ImageClients,
  imageClients,
  readImageConfiguration,
} from '../../lambda/observe/image.reader.ts';
import { ecrImageOf } from '../../lambda/observe/image-reference.ts';
import { type FaultProxy, startFaultProxy } from '../aws-faults.ts';
import { type Moto, startMoto } from '../moto.ts';

const REGION = 'eu-central-1';
const REGISTRY = `123456789012.dkr.ecr.${REGION}.amazonaws.com`;
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const INDEX = 'application/vnd.oci.image.index.v1+json';

const CONFIGURATION = {
  architecture: 'amd64',
  os: 'linux',
  config: {
    Env: ['PATH=/usr/bin', 'NODE_VERSION=20.11.1', 'DB_PASSWORD=hunter2'],
    Entrypoint: ['docker-entrypoint.sh'],
    Cmd: ['node', 'server.js', '--db-password=hunter2'],
  },
};

const digestOf = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;
const descriptor = (mediaType: string, text: string) => ({
  mediaType,
  digest: digestOf(text),
  size: Buffer.byteLength(text),
});

/** moto keeps images and manifests; the blobs lie with a server of the test's own, as those of ECR lie in S3. */
let moto: Moto;
let proxy: FaultProxy;
let clients: ImageClients;
let blobs: Server;
let address: string;
const stored = new Map<string, string>();

const layerAddress = {
  action: 'GetDownloadUrlForLayer',
  fault: {
    answer: (input: unknown) => {
      const text = JSON.stringify(input);
      const digest = /sha256:[0-9a-f]{64}/.exec(text)?.[0] ?? '';
      return { downloadUrl: `${address}/${digest}`, layerDigest: digest };
    },
  },
} as const;

async function put(
  ecr: ECRClient,
  tag: string | undefined,
  manifest: object,
  imageManifestMediaType: string,
): Promise<string> {
  const imageManifest = JSON.stringify(manifest);
  const answer = await ecr.send(
    new PutImageCommand({
      ...{ repositoryName: 'team/shop', imageManifest, imageManifestMediaType },
      ...(tag === undefined ? {} : { imageTag: tag }),
    }),
  );
  // moto's digest is one of its own.
  return answer.image?.imageId?.imageDigest ?? '';
}

beforeAll(async () => {
  moto = await startMoto(REGION);
  proxy = await startFaultProxy(moto.endpoint);
  clients = imageClients({ ...proxy.client, maxAttempts: 1 });
  blobs = createServer((request, response) => {
    const blob = stored.get((request.url ?? '').slice(1));
    if (blob === undefined) response.writeHead(404);
    response.end(blob);
  });
  blobs.listen(0, '127.0.0.1');
  await once(blobs, 'listening');
  const bound = blobs.address();
  address = `http://127.0.0.1:${typeof bound === 'object' && bound ? bound.port : 0}`;

  const ecr = new ECRClient({ region: REGION, ...proxy.client });
  await ecr.send(new CreateRepositoryCommand({ repositoryName: 'team/shop' }));
  const configuration = JSON.stringify(CONFIGURATION);
  stored.set(digestOf(configuration), configuration);
  const config = descriptor('application/vnd.oci.image.config.v1+json', configuration);
  const manifest = { schemaVersion: 2, mediaType: MANIFEST, config, layers: [] };
  const digest = await put(ecr, '1.2', manifest, MANIFEST);
  const platform = { os: 'linux', architecture: 'amd64' };
  const attestation = { os: 'unknown', architecture: 'unknown' };
  const manifests = [
    { ...descriptor(MANIFEST, 'an attestation'), platform: attestation },
    { ...descriptor(MANIFEST, ''), digest, platform },
  ];
  await put(ecr, 'multi', { schemaVersion: 2, mediaType: INDEX, manifests }, INDEX);
});
beforeEach(() => proxy.reset([layerAddress]));
afterAll(async () => {
  blobs?.close();
  await proxy?.stop();
  await moto?.stop();
});

describe('the configuration of an image', () => {
  test.each(['1.2', 'multi'])(
    'is read by tag %s: command, entry point and variables of known names',
    async (tag) => {
      const reading = await readImageConfiguration(clients, `${REGISTRY}/team/shop:${tag}`);
      expect(reading).toEqual({
        state: 'known',
        value: {
          entryPoint: ['docker-entrypoint.sh'],
          command: ['node', 'server.js', expect.stringMatching(/^--db-password=(?!hunter2)/)],
          environment: { NODE_VERSION: '20.11.1' },
        },
      });
      expect(JSON.stringify(reading)).not.toContain('hunter2');
      if (reading?.state === 'known') imageConfigurationSchema.parse(reading.value);
    },
  );

  test.each(['BatchGetImage', 'GetDownloadUrlForLayer'])('is a gap where %s is denied', async (action) => {
    proxy.reset([{ action, fault: 'denied' }, layerAddress]);
    const reading = await readImageConfiguration(clients, `${REGISTRY}/team/shop:1.2`);
    expect(reading).toMatchObject({
      state: 'unknown',
      gap: {
        subject: 'workload',
        kind: 'denied',
        action: `ecr:${action}`,
        resource: '123456789012/team/shop',
      },
    });
  });

  test('is a gap where there is no such image, and where the blob is not there', async () => {
    const missing = await readImageConfiguration(clients, `${REGISTRY}/team/shop:none`);
    expect(missing).toMatchObject({ state: 'unknown', gap: { action: 'ecr:BatchGetImage' } });
    const kept = [...stored];
    stored.clear();
    const lost = await readImageConfiguration(clients, `${REGISTRY}/team/shop:1.2`);
    expect(lost).toMatchObject({ state: 'unknown', gap: { reason: expect.stringContaining('404') } });
    for (const [digest, blob] of kept) stored.set(digest, blob);
  });

  test('takes no call but those of docs/iam-scan-images.json', async () => {
    await readImageConfiguration(clients, `${REGISTRY}/team/shop:multi`);
    const policy = readFileSync(new URL('../../docs/iam-scan-images.json', import.meta.url), 'utf8');
    const called = [...new Set(proxy.calls.map(({ iamAction }) => iamAction))].sort();
    expect([...policy.matchAll(/"(ecr:\w+)"/g)].map(([, action]) => action)).toEqual(called);
  });

  test('is not asked of other registries', async () => {
    expect(await readImageConfiguration(clients, 'nginx:1.27')).toBeNull();
    expect(await readImageConfiguration(clients, 'public.ecr.aws/nginx/nginx:1.27')).toBeNull();
    expect(proxy.calls).toEqual([]);
  });
});

test.each([
  [`${REGISTRY}/shop`, { imageTag: 'latest' }],
  [`${REGISTRY}/team/shop:1.2`, { imageTag: '1.2' }],
  [`${REGISTRY}/shop:1.2@sha256:${'a'.repeat(64)}`, { imageDigest: `sha256:${'a'.repeat(64)}` }],
  ['123456789012.dkr-ecr.eu-central-1.on.aws/shop:1', { imageTag: '1' }],
  ['123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/shop:1', { imageTag: '1' }],
])('%s names an image of a private registry', (image, imageId) => {
  expect(ecrImageOf(image)?.imageId).toEqual(imageId);
});
