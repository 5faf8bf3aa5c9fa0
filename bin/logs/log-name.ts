import { accessLogName } from '../../lambda/access-log/file-name.ts';

const KINDS = {
  connection: 'a connection log, not an access log',
  'health-check': 'a health check log, not an access log',
  network: 'the log of a Network Load Balancer',
} as const;

const LOG =
  /(?:^|\/)[^/.]+$|\.(?:log|gz|txt|json|jsonl|ndjson|csv|tsv|w3c|parquet|tar|tgz|bz2|zst|xz|lz4|zip|7z|\d+)$/i;

/** Whether a file or a folder of this name is passed over without a word. */
export const isHidden = (path: string): boolean => /(?:^|\/)(?:\.[^/]*|__MACOSX(?:\/.*)?)$/.test(path);

/** Why a file of a folder or an archive is left out, by its name; null where it is read. */
export function reasonToSkip(path: string): string | null {
  const name = accessLogName(path);
  if (name !== null) return name.kind === 'access' ? null : KINDS[name.kind];
  return LOG.test(path) ? null : 'not named like a log (.log, .gz, .json, .csv, .parquet, .tar or .txt)';
}
