import type { S3Client } from '@aws-sdk/client-s3';
import { accessLogName, reasonToSkip } from '../access-log/reading/file-name.ts';
import { type ListedObject, listFolder, walkFolders } from './object-listing.ts';

/** One object of a log. */
export type LogObject = ListedObject;

/** Which objects are wanted. Times are seconds since 1970. */
export interface KeySelection {
  readonly bucket: string;
  /** As the load balancer has it, without a slash at the end, or a longer one down to a day. */
  readonly prefix: string;
  /** Account and region of the load balancer; all where undefined. */
  readonly account?: string;
  readonly region?: string;
  /** `app/NAME/ID`, or NAME alone; all where undefined. */
  readonly loadBalancer?: string;
  /** Health check logs instead of access logs. */
  readonly ofHealthChecks?: boolean;
  readonly startSeconds?: number;
  readonly endSeconds?: number;
}

/** Files are named by the end of their five minutes, and a slow response is logged when it ends. */
const FILE_SECONDS = 300;
const DAY_SECONDS = 86_400;
/** A request may be logged long after it came: files of this much later are looked at too. */
const LATE_SECONDS = 600;

function wanted(key: string, modifiedSeconds: number, selection: KeySelection): boolean {
  if (reasonToSkip(key) !== null) return false;
  const name = accessLogName(key);
  // What was written before the time asked for has no line of it.
  if (name === null) return modifiedSeconds >= (selection.startSeconds ?? 0);
  const { loadBalancer, startSeconds = 0, endSeconds = Number.POSITIVE_INFINITY } = selection;
  if (
    loadBalancer !== undefined &&
    name.loadBalancer !== loadBalancer &&
    name.loadBalancer.split('/')[1] !== loadBalancer
  )
    return false;
  return name.endSeconds > startSeconds && name.endSeconds - FILE_SECONDS < endSeconds + LATE_SECONDS;
}

/** `yyyy/mm/dd/` of every day that the selection touches. */
function daysOf({ startSeconds = 0, endSeconds = 0 }: KeySelection): string[] {
  const days: string[] = [];
  for (
    let day = Math.floor(startSeconds / DAY_SECONDS);
    day * DAY_SECONDS < endSeconds + LATE_SECONDS && days.length < 400;
    day++
  )
    days.push(`${new Date(day * DAY_SECONDS * 1000).toISOString().slice(0, 10).replaceAll('-', '/')}/`);
  return days;
}

/** Folders of days to list: found by walking accounts and regions where the prefix stops above them. */
async function dayFolders(s3: S3Client, selection: KeySelection): Promise<string[] | null> {
  const { bucket, prefix } = selection;
  if (selection.startSeconds === undefined || /\/\d{4}\//.test(`${prefix}/`)) return null;
  const root = prefix === '' ? 'AWSLogs/' : `${prefix}/AWSLogs/`;
  const accounts = selection.account
    ? [`${root}${selection.account}/`]
    : (await listFolder(s3, bucket, root)).folders;
  const regions: string[] = [];
  for (const account of accounts) {
    const folder = `${account}elasticloadbalancing/`;
    regions.push(
      ...(selection.region
        ? [`${folder}${selection.region}/`]
        : (await listFolder(s3, bucket, folder)).folders),
    );
  }
  return regions.flatMap((region) => daysOf(selection).map((day) => `${region}${day}`));
}

/** What all names of the wanted load balancer begin with in a day's folder. */
function namePrefix(folder: string, { loadBalancer, ofHealthChecks }: KeySelection): string {
  const place = /AWSLogs\/(\d{12})\/elasticloadbalancing\/([a-z0-9-]+)\//.exec(folder);
  if (loadBalancer === undefined || !place) return folder;
  const resource = loadBalancer.includes('/')
    ? `${loadBalancer.replaceAll('/', '.')}_`
    : `app.${loadBalancer}.`;
  const kind = ofHealthChecks === true ? 'health_check_log_' : '';
  return `${folder}${kind}${place[1]}_elasticloadbalancing_${place[2]}_${resource}`;
}

const chosen = (objects: readonly LogObject[], selection: KeySelection): LogObject[] =>
  objects.filter(({ key, modifiedSeconds }) => wanted(key, modifiedSeconds, selection));

async function listBelow(s3: S3Client, prefixes: readonly string[], selection: KeySelection) {
  const found: LogObject[] = [];
  for (const prefix of prefixes)
    found.push(...chosen((await listFolder(s3, selection.bucket, prefix, true)).objects, selection));
  return found;
}

/**
 * Lists the objects that a delivery of CloudWatch Logs wrote below a prefix, in Hive's folders or plain ones; those
 * that were written before the start are left out.
 */
export async function listDeliveredObjects(s3: S3Client, selection: KeySelection): Promise<LogObject[]> {
  const { bucket, prefix, startSeconds, endSeconds = Number.POSITIVE_INFINITY, account, region } = selection;
  if (startSeconds === undefined) return listBelow(s3, [prefix], selection);
  const objects = await walkFolders(s3, bucket, prefix, { startSeconds, endSeconds, account, region });
  return chosen(objects, selection);
}

/**
 * Lists the objects of a selection, and no others' keys than its days' where it has a start. Where those have none and
 * no account is asked for, the folders may be those of a delivery: then all are looked through that are of the time.
 */
export async function listLogObjects(s3: S3Client, selection: KeySelection): Promise<LogObject[]> {
  const folders = await dayFolders(s3, selection);
  if (folders === null) return listBelow(s3, [selection.prefix], selection);
  const prefixes = folders.map((folder) => namePrefix(folder, selection));
  const found = await listBelow(s3, prefixes, selection);
  if (found.length > 0 || selection.account !== undefined) return found;
  return listDeliveredObjects(s3, selection);
}
