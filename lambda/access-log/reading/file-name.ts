/** What the name of an access-log object says. Times are seconds since 1970. */
export interface AccessLogName {
  readonly kind: 'access' | 'connection' | 'health-check' | 'network';
  readonly account: string;
  readonly region: string;
  /** As in the log lines and in CloudWatch: `app/NAME/ID`. */
  readonly loadBalancer: string;
  /** End of the five minutes that the file covers. */
  readonly endSeconds: number;
  readonly nodeAddress: string;
}

const NAME =
  /(?:^|\/)(?:(conn_log|health_check_log)[._])?(\d{12})_elasticloadbalancing_([a-z0-9-]+)_(app|net)\.([^_/]+)_(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)Z_([0-9a-fA-F.:]+)_[^/]*$/;

function kindOf(prefix: string | undefined, type: string): AccessLogName['kind'] {
  if (prefix === 'conn_log') return 'connection';
  if (prefix === 'health_check_log') return 'health-check';
  return type === 'app' ? 'access' : 'network';
}

/**
 * Reads `ACCOUNT_elasticloadbalancing_REGION_app.NAME.ID_YYYYMMDDTHHMMZ_NODE_RANDOM.log.gz`, a path before it
 * or not.
 *
 * @returns null where the file is named otherwise
 */
export function accessLogName(path: string): AccessLogName | null {
  const match = NAME.exec(path);
  if (!match) return null;
  const [, prefix, account = '', region = '', type = '', resource = '', ...rest] = match;
  const [year, month, day, hour, minute] = rest.slice(0, 5).map(Number);
  const dot = resource.lastIndexOf('.');
  return {
    kind: kindOf(prefix, type),
    account,
    region,
    loadBalancer: `${type}/${resource.slice(0, dot)}/${resource.slice(dot + 1)}`,
    endSeconds: Date.UTC(year ?? 0, (month ?? 1) - 1, day ?? 1, hour ?? 0, minute ?? 0) / 1000,
    nodeAddress: rest[5] ?? '',
  };
}

const KINDS = {
  connection: 'a connection log, not an access log',
  network: 'the log of a Network Load Balancer',
} as const;

const LOG =
  /(?:^|\/)[^/.]+$|\.(?:log|gz|txt|json|jsonl|ndjson|csv|tsv|w3c|parquet|tar|tgz|bz2|zst|xz|lz4|snappy|z|zip|7z|rar|orc|avro|xlsx|\d+)$/i;

/** Why a file of a folder, a bucket or an archive is left out, by its name; null where it is read. */
export function reasonToSkip(path: string): string | null {
  const name = accessLogName(path);
  if (name?.kind === 'connection' || name?.kind === 'network') return KINDS[name.kind];
  if (name !== null) return null;
  if (/(?:^|\/)ELBAccessLogTestFile$/.test(path)) return 'the test file that Elastic Load Balancing writes';
  return LOG.test(path) ? null : 'not named like a log (.log, .gz, .json, .csv, .parquet, .tar or .txt)';
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * The order in which files are to be read: one node after the other, each in time, so that the history of a
 * node's connections is whole. Files with other names come first, by name.
 */
export function inReadingOrder<T>(files: readonly T[], pathOf: (file: T) => string): T[] {
  const keyed = files.map((file) => ({ file, path: pathOf(file), name: accessLogName(pathOf(file)) }));
  keyed.sort((a, b) => {
    if (a.name === null || b.name === null)
      return (a.name === null ? 0 : 1) - (b.name === null ? 0 : 1) || compare(a.path, b.path);
    return (
      compare(a.name.loadBalancer, b.name.loadBalancer) ||
      compare(a.name.nodeAddress, b.name.nodeAddress) ||
      a.name.endSeconds - b.name.endSeconds ||
      compare(a.path, b.path)
    );
  });
  return keyed.map(({ file }) => file);
}
