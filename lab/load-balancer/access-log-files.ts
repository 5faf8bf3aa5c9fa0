import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { hexDigits, randomFrom } from '../random.ts';

/** Length of the interval that one file covers (AWS: every load balancer node publishes a file every 5 minutes). */
export const LOG_FILE_SECONDS = 300;

export interface LogFileNaming {
  readonly account: string;
  readonly region: string;
  /** `app/NAME/ID` */
  readonly loadBalancer: string;
}

export interface LoggedLine {
  readonly nodeIp: string;
  /** Lab time, epoch milliseconds. */
  readonly at: number;
  readonly line: string;
}

/**
 * Where the file of one node and interval goes below the bucket's prefix.
 *
 * @param endMs - end of the interval, epoch milliseconds
 */
export function logFileKey(naming: LogFileNaming, nodeIp: string, endMs: number): string {
  const { account, region, loadBalancer } = naming;
  const end = new Date(endMs).toISOString();
  const stamp = `${end.slice(0, 16).replaceAll(/[-:]/g, '')}Z`;
  const random = hexDigits(randomFrom(endMs + hash(nodeIp)), 8);
  const folder = `AWSLogs/${account}/elasticloadbalancing/${region}/${end.slice(0, 10).replaceAll('-', '/')}`;
  const name = loadBalancer.replaceAll('/', '.');
  return `${folder}/${account}_elasticloadbalancing_${region}_${name}_${stamp}_${nodeIp}_${random}.log.gz`;
}

/**
 * Writes the lines as the load balancer would have delivered them: a gzip file per node and interval.
 *
 * @returns the paths written
 */
export function writeLogFiles(
  bucketFolder: string,
  naming: LogFileNaming,
  lines: readonly LoggedLine[],
): readonly string[] {
  const intervalMs = LOG_FILE_SECONDS * 1000;
  const files = new Map<string, string[]>();
  for (const { nodeIp, at, line } of lines) {
    const key = logFileKey(naming, nodeIp, (Math.floor(at / intervalMs) + 1) * intervalMs);
    files.set(key, [...(files.get(key) ?? []), line]);
  }
  return [...files].map(([key, content]) => {
    const path = join(bucketFolder, key);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, gzipSync(`${content.join('\n')}\n`));
    return path;
  });
}

const hash = (text: string): number =>
  [...text].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) >>> 0, 7);
