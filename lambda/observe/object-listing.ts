import { ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { answered } from './aws-failure.ts';

/** One object, and when it was written, seconds since 1970; infinite where S3 does not say. */
export interface ListedObject {
  readonly key: string;
  readonly bytes: number;
  readonly modifiedSeconds: number;
}

/** What lies in one folder. */
interface Folder {
  readonly objects: readonly ListedObject[];
  /** Their prefixes, each with a slash at its end. */
  readonly folders: readonly string[];
}

/** Which folders to look into. Times are seconds since 1970. */
export interface FolderSelection {
  readonly startSeconds: number;
  readonly endSeconds: number;
  /** Folders of other accounts or regions are passed over. */
  readonly account?: string | undefined;
  readonly region?: string | undefined;
}

/** A folder an hour of 30 days in 6 regions; whoever has more gives a longer prefix. */
const MOST_FOLDERS = 5000;
/** What is delivered lies in the folder of its delivery, which is a while after the requests. */
const LATE_SECONDS = 600;

/**
 * Lists what is below a prefix.
 *
 * @param flat - everything, whatever folder it is in; otherwise one folder
 * @throws what the SDK throws
 */
export async function listFolder(
  s3: S3Client,
  bucket: string,
  prefix: string,
  flat = false,
): Promise<Folder> {
  const objects: ListedObject[] = [];
  const folders: string[] = [];
  let token: string | undefined;
  do {
    const page = await s3.send(
      new ListObjectsV2Command({
        Bucket: bucket,
        Prefix: prefix,
        Delimiter: flat ? undefined : '/',
        ContinuationToken: token,
      }),
    );
    answered(page.KeyCount ?? page.Contents);
    for (const { Prefix } of page.CommonPrefixes ?? []) if (Prefix) folders.push(Prefix);
    for (const { Key, Size, LastModified } of page.Contents ?? [])
      if (Key && Size)
        objects.push({
          key: Key,
          bytes: Size,
          modifiedSeconds: (LastModified?.getTime() ?? Number.POSITIVE_INFINITY) / 1000,
        });
    token = page.IsTruncated ? page.NextContinuationToken : undefined;
  } while (token !== undefined);
  return { objects, folders };
}

/** `year=2026`, `2026`, `region=eu-central-1`: what stands after the name of a Hive partition, or alone. */
const valueIn = (folder: string): string => folder.replace(/^[\w-]+=/, '');

const WHOLE_DATE = /^(20\d\d)-?(\d\d)(?:-?(\d\d))?(?:[-T]?(\d\d))?$/;
const [YEAR, TWO_DIGITS] = [/^20\d\d$/, /^\d\d$/];

/** The numbers of a time that a path names: year, month, day, hour, as far as it goes. */
function timeInPath(path: string): readonly number[] {
  let parts: number[] = [];
  for (const folder of path.split('/')) {
    const value = valueIn(folder);
    const whole = WHOLE_DATE.exec(value);
    if (parts.length === 0 && whole)
      parts = whole.slice(1).flatMap((part) => (part === undefined ? [] : [Number(part)]));
    else if (parts.length === 0 ? YEAR.test(value) : parts.length < 4 && TWO_DIGITS.test(value))
      parts.push(Number(value));
  }
  return parts;
}

/** The time that a folder is of, by its path; null where that names none. */
export function spanOfPath(path: string): { readonly from: number; readonly to: number } | null {
  const [year, month, day, hour] = timeInPath(path);
  if (year === undefined) return null;
  const utc = (...parts: readonly [number, number, number, number]) => Date.UTC(...parts) / 1000;
  const from = utc(year, (month ?? 1) - 1, day ?? 1, hour ?? 0);
  if (month === undefined) return { from, to: utc(year + 1, 0, 1, 0) };
  if (day === undefined) return { from, to: utc(year, month, 1, 0) };
  return { from, to: from + (hour === undefined ? 86_400 : 3600) };
}

const REGION = /^[a-z]{2}(?:-[a-z]+)+-\d$/;

function isWanted(path: string, { startSeconds, endSeconds, account, region }: FolderSelection): boolean {
  const span = spanOfPath(path);
  if (span !== null && (span.to <= startSeconds || span.from >= endSeconds + LATE_SECONDS)) return false;
  return path.split('/').every((folder) => {
    const value = valueIn(folder);
    if (account !== undefined && /^\d{12}$/.test(value)) return value === account;
    return region === undefined || !REGION.test(value) || value === region;
  });
}

/**
 * Lists the objects below a prefix whose folders may be of a time: Hive partitions (`year=2026/month=11`), plain ones
 * (`2026/11/28`) and dates alike, in any order with other folders. Folders of other times are not looked into.
 *
 * @throws Error where there are too many folders; what the SDK throws
 */
export async function walkFolders(
  s3: S3Client,
  bucket: string,
  prefix: string,
  selection: FolderSelection,
): Promise<readonly ListedObject[]> {
  const root = prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`;
  const waiting = [root];
  const found: ListedObject[] = [];
  for (let looked = 0; waiting.length > 0; looked++) {
    if (looked === MOST_FOLDERS)
      throw new Error(`more than ${MOST_FOLDERS} folders below s3://${bucket}/${root}: give a longer prefix`);
    const { objects, folders } = await listFolder(s3, bucket, waiting.pop() ?? '');
    found.push(...objects);
    waiting.push(...folders.filter((folder) => isWanted(folder.slice(root.length), selection)));
  }
  return found;
}
