import { S3Client } from '@aws-sdk/client-s3';
import { inReadingOrder } from '../../lambda/access-log/reading/file-name.ts';
import { InputError } from '../../lambda/model/failure.ts';
import { objectBodies } from '../../lambda/observe/access-log.reader.ts';
import { type LogObject, listLogObjects } from '../../lambda/observe/access-log-keys.ts';
import { remoteErrorFrom } from '../../lambda/observe/aws-failure.ts';
import { clientConfig } from '../../lambda/observe/clients.ts';
import { scanRegions } from '../aws-region.ts';
import { endpointOptions } from '../endpoint.ts';
import { readHere } from './input.ts';
import type { Source } from './source.ts';

/** Which part of a bucket to read. */
export interface S3Options {
  readonly loadBalancer?: string;
  /** Seconds since 1970. */
  readonly startSeconds?: number;
  readonly endSeconds?: number;
  readonly region?: string;
  readonly endpointUrl?: string;
}

interface Place {
  readonly bucket: string;
  readonly prefix: string;
}

/** @throws InputError where it is no such address */
export function s3Place(url: string): Place {
  const match = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/.exec(url);
  if (!match) throw new InputError(`${url}: expected s3://BUCKET or s3://BUCKET/PREFIX`);
  return { bucket: match[1] ?? '', prefix: (match[2] ?? '').replace(/\/+$/, '') };
}

async function clientFor({ region, endpointUrl }: S3Options): Promise<S3Client> {
  const client = endpointOptions(endpointUrl);
  const [named = ''] = await scanRegions({ region: region === undefined ? [] : [region] }, client);
  return new S3Client({
    ...clientConfig(named, client),
    // An endpoint of one's own seldom resolves a bucket's name as a host.
    forcePathStyle: client.endpoint !== undefined,
    followRegionRedirects: true,
  });
}

/**
 * Lists the access logs below an address; their bodies are fetched several at a time, in the order given.
 *
 * @throws InputError where there are none, or for an endpoint or a region that is none; RemoteError where S3 cannot be asked
 */
export async function s3Sources(url: string, options: S3Options): Promise<readonly Source[]> {
  const { bucket, prefix } = s3Place(url);
  const s3 = await clientFor(options);
  const region = await s3.config.region();
  const call = { what: 'access logs', resource: url, region };
  let objects: LogObject[];
  try {
    objects = await listLogObjects(s3, { bucket, prefix, ...options });
  } catch (error) {
    throw remoteErrorFrom(error, { ...call, action: 's3:ListBucket' });
  }
  if (objects.length === 0)
    throw new InputError(`${url}: no access logs there; check the prefix, --load-balancer and --since`);
  const ordered = inReadingOrder(objects, ({ key }) => key);
  const bodies = objectBodies(s3, bucket, ordered);
  const bodyOf = async (object: LogObject) => {
    try {
      const next = await bodies.next();
      if (next.done || next.value.object !== object) throw new Error('objects are read in their order');
      return next.value.body;
    } catch (error) {
      throw remoteErrorFrom(error, { ...call, action: 's3:GetObject' });
    }
  };
  return ordered.map((object) => ({
    path: `s3://${bucket}/${object.key}`,
    bytes: object.bytes,
    readInto: async (reader) => readHere(await bodyOf(object), reader),
  }));
}
