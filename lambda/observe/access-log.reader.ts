import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { LogAnalysis } from '../access-log/analysis.ts';
import { accessLogName, inReadingOrder } from '../access-log/reading/file-name.ts';
import {
  bytesInMemory,
  bytesOnce,
  type LogBytes,
  type ParquetReader,
  readLogBytes,
} from './access-log-bytes.ts';
import { type LogObject, listDeliveredObjects, listLogObjects } from './access-log-keys.ts';
import { type AccessLogEvidence, accessLogGap, evidenceOf, unnamedOf } from './access-log-reading.ts';
import { attempt } from './aws-failure.ts';

/** Objects that are fetched ahead of the one being read, and how much they may hold together. */
const AHEAD_OBJECTS = 8;
const AHEAD_BYTES = 32 * 1024 * 1024;

async function bodyOf(s3: S3Client, bucket: string, key: string) {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  if (!Body) throw new Error(`s3://${bucket}/${key} came without a body`);
  return Body;
}

async function fetched(s3: S3Client, bucket: string, { key, bytes }: LogObject): Promise<LogBytes> {
  const body = await bodyOf(s3, bucket, key);
  if (bytes <= AHEAD_BYTES) return bytesInMemory([await body.transformToByteArray()]);
  const stream: ReadableStream<Uint8Array> = body.transformToWebStream();
  return bytesOnce(stream);
}

/**
 * Gives the bodies of objects one after the other while the next are on their way, in bounded memory.
 *
 * @throws what the SDK throws
 */
export async function* objectBodies(
  s3: S3Client,
  bucket: string,
  objects: readonly LogObject[],
): AsyncGenerator<{ readonly object: LogObject; readonly body: LogBytes }> {
  const waiting: { readonly object: LogObject; readonly body: Promise<LogBytes> }[] = [];
  let next = 0;
  let bytes = 0;
  const fill = () => {
    while (next < objects.length && waiting.length < AHEAD_OBJECTS) {
      const object = objects[next];
      if (!object || (waiting.length > 0 && bytes + object.bytes > AHEAD_BYTES)) return;
      const body = fetched(s3, bucket, object);
      // Awaited in its turn; until then a failure must not end the process.
      body.catch(() => {});
      waiting.push({ object, body });
      bytes += object.bytes;
      next++;
    }
  };
  for (fill(); waiting.length > 0; fill()) {
    const first = waiting.shift();
    if (!first) return;
    yield { object: first.object, body: await first.body };
    bytes -= first.object.bytes;
  }
}

/** What to read of one load balancer's log, and how much of it at most. */
export interface AccessLogRequest {
  readonly s3: S3Client;
  readonly bucket: string;
  /** `access_logs.s3.prefix`, empty where there is none. */
  readonly prefix: string;
  readonly account: string;
  readonly region: string;
  /** `app/NAME/ID`. */
  readonly loadBalancerDimension: string;
  /** ISO times of the window. */
  readonly start: string;
  readonly end: string;
  /** ISO times of minutes with 502s: the objects around them are read first. */
  readonly failureMinutes: readonly string[];
  /** Names of the fields where a delivery chose them, in their order. */
  readonly fields?: readonly string[] | undefined;
  /** Whether other load balancers' logs are in the same place, so that a record has to say whose it is. */
  readonly isShared?: boolean;
  /** Health check logs instead of access logs. */
  readonly ofHealthChecks?: boolean;
  /** Whether a delivery of CloudWatch Logs wrote it, in folders of its own. */
  readonly isDelivered?: boolean;
  readonly parquet?: ParquetReader | undefined;
  /** Most compressed bytes to read. */
  readonly maxBytes: number;
  /** Whether time is up; asked before each object. */
  readonly isOver: () => boolean;
}

const secondsOf = (iso: string): number => Date.parse(iso) / 1000;

/** When the requests of an object ended at the latest: by its name, or when it was written. */
const endSecondsOf = ({ key, modifiedSeconds }: LogObject): number =>
  accessLogName(key)?.endSeconds ?? modifiedSeconds;

/** Distance of an object's five minutes from the nearest failure, 0 where one lies in them. */
function distanceSeconds(object: LogObject, failures: readonly number[]): number {
  const end = endSecondsOf(object);
  let nearest = Number.POSITIVE_INFINITY;
  for (const failure of failures)
    nearest = Math.min(nearest, Math.max(0, failure - end, end - 300 - failure - 60));
  return nearest;
}

/** The objects nearest to failures, as many as fit; the latest first where there is nothing to go by. */
function withinBytes(objects: readonly LogObject[], request: AccessLogRequest): LogObject[] {
  const failures = request.failureMinutes.map(secondsOf);
  const keyed = objects.map((object) => ({
    object,
    distance: failures.length > 0 ? distanceSeconds(object, failures) : 0,
    end: endSecondsOf(object),
  }));
  keyed.sort((a, b) => a.distance - b.distance || b.end - a.end);
  let bytes = 0;
  return keyed.flatMap(({ object }) => {
    if (bytes + object.bytes > request.maxBytes) return [];
    bytes += object.bytes;
    return [object];
  });
}

const megabytes = (objects: readonly LogObject[]): string =>
  `${(objects.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6).toFixed(1)} MB`;

const nothingDelivered = ({ bucket, prefix }: AccessLogRequest) =>
  accessLogGap(
    'not-found',
    `s3://${bucket}/${prefix}`,
    'the bucket has no log of this load balancer in the window yet; objects arrive some five minutes after the requests',
  );

/** Reads objects in the order of nodes and time until the time is up; gives those that were not read. */
async function readObjects(request: AccessLogRequest, analysis: LogAnalysis, objects: readonly LogObject[]) {
  let read = 0;
  for await (const { object, body } of objectBodies(request.s3, request.bucket, objects)) {
    analysis.startFile(object.key);
    const problem = await readLogBytes(body, {
      chunk: (bytes) => analysis.feed(bytes),
      // The load balancer delivers no archives.
      file: () => false,
      ...(request.parquet === undefined ? {} : { parquet: request.parquet }),
    });
    analysis.endFile(problem ?? undefined);
    read++;
    if (request.isOver()) break;
  }
  return objects.slice(read);
}

/**
 * Reads the access log of one load balancer around its 502s, within a number of bytes and a time.
 *
 * @throws RemoteError where the credentials are missing, expired or refused; any other failure is a gap
 */
export async function readAccessLog(request: AccessLogRequest): Promise<AccessLogEvidence> {
  const call = {
    subject: 'access-log' as const,
    what: 'access log',
    resource: `arn:aws:s3:::${request.bucket}`,
    region: request.region,
  };
  const root = request.prefix === '' ? '' : `${request.prefix.replace(/\/+$/, '')}`;
  const window = { startSeconds: secondsOf(request.start), endSeconds: secondsOf(request.end) };
  const listing = await attempt({ ...call, action: 's3:ListBucket' }, () =>
    (request.isDelivered === true ? listDeliveredObjects : listLogObjects)(request.s3, {
      ...window,
      bucket: request.bucket,
      prefix: root,
      account: request.account,
      region: request.region,
      loadBalancer: request.loadBalancerDimension,
      ofHealthChecks: request.ofHealthChecks === true,
    }),
  );
  if (listing.state === 'unknown') return { summary: null, gaps: [listing.gap] };
  if (listing.value.length === 0) return { summary: null, gaps: [nothingDelivered(request)] };
  const chosen = inReadingOrder(withinBytes(listing.value, request), ({ key }) => key);
  const analysis = new LogAnalysis(
    { loadBalancer: request.loadBalancerDimension, ...window, unnamed: unnamedOf(request) },
    request.fields,
  );
  const reading = await attempt({ ...call, action: 's3:GetObject' }, () =>
    readObjects(request, analysis, chosen),
  );
  if (reading.state === 'unknown') return { summary: null, gaps: [reading.gap] };
  const chosenSet = new Set(chosen);
  const left = listing.value.filter((object) => !chosenSet.has(object));
  const leftOut: string[] = [];
  if (left.length > 0)
    leftOut.push(
      `${left.length} of ${listing.value.length} objects (${megabytes(left)}), beyond the bytes allowed`,
    );
  if (reading.value.length > 0)
    leftOut.push(
      `${reading.value.length} of ${listing.value.length} objects (${megabytes(reading.value)}), time was up`,
    );
  return evidenceOf(analysis, request.loadBalancerDimension, leftOut);
}
