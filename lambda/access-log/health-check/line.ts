import { normalName } from '../reading/format/field-name.ts';
import { prefixLength } from '../reading/format/prefix.ts';

/** One health check. */
export interface HealthCheck {
  /** Seconds since 1970. */
  readonly atSeconds: number;
  /** NaN where the log does not say. */
  readonly latencySeconds: number;
  readonly target: string;
  readonly targetGroup: string;
  readonly passed: boolean;
  /** null where there was no answer. */
  readonly statusCode: number | null;
  /** Empty where it passed. */
  readonly reason: string;
  /** `app/NAME/ID` where the record names it, as deliveries can. */
  readonly loadBalancer: string | null;
  readonly node: string | null;
}

/**
 * Names of the fields in the order of a line (AWS, "Health check log entries"); what deliveries may add stands behind
 * them (CDK, `CfnLoadBalancerAlbHealthCheckLogsRecordFields`).
 */
const FIELDS = [
  'type',
  'time',
  'latency',
  'target_addr',
  'target_group_id',
  'status',
  'status_code',
  'reason_code',
  'elb',
  'ip_address',
] as const;
type Record = Partial<{ readonly [field in (typeof FIELDS)[number]]: string }>;

const LONGEST_LINE = 2000;
const PLAIN =
  /^"?[a-z][a-z0-9]{0,15}"? "?\d{4}-\d\d-\d\dT[\d:.]+Z"? "?(?:[\d.]+(?:E-?\d+)?|-1?)"? \S+ \S+ "?(?:PASS|FAIL)/i;
const BESIDE_QUOTES = /^"(.*)"$/;

const normalField = (name: string): string => normalName(name).replace(/^health_check_/, '');

function plainRecord(text: string): Record | null {
  if (!PLAIN.test(text)) return null;
  const fields = text.split(' ').map((field) => field.replace(BESIDE_QUOTES, '$1'));
  return Object.fromEntries(FIELDS.map((name, at) => [name, fields[at] ?? '']));
}

/** Tables have times without a zone, all of them UTC. */
const universal = (time: string): string =>
  time.replace(/^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d(?:\.\d+)?)(?: UTC|Z)?$/, '$1T$2Z');

const known = (text: string | undefined): string | null =>
  text === undefined || text === '' || text === '-' ? null : text;

/** How a plain line begins, behind what tools put before it. */
const HEAD = /[a-z][a-z0-9]{0,15} \d{4}-\d\d-\d\dT[\d:.]+Z (?:[\d.]+(?:E-?\d+)?|-1?) \S+ \S+ (?:PASS|FAIL)/i;

/** Reads a line as the load balancer writes it, with what tools put before it or not; null where it is none. */
export function healthCheckOf(text: string): HealthCheck | null {
  const line = text.trim();
  if (line.length > LONGEST_LINE) return null;
  const record = plainRecord(line.slice(Math.max(0, prefixLength(line, HEAD))));
  return record === null ? null : checkOf(record);
}

/** Reads a record whose fields are named; null where it is none of a health check log. */
export const healthCheckOfRecord = (entries: readonly (readonly [string, string])[]): HealthCheck | null =>
  checkOf(Object.fromEntries(entries.map(([name, value]) => [normalField(name), value])));

function checkOf(record: Record): HealthCheck | null {
  const atSeconds = Date.parse(universal(record.time ?? '')) / 1000;
  const target = known(record.target_addr);
  const status = known(record.status)?.toUpperCase();
  if (Number.isNaN(atSeconds) || target === null || status === undefined) return null;
  const code = Number(known(record.status_code) ?? Number.NaN);
  const latency = Number(known(record.latency) ?? Number.NaN);
  return {
    atSeconds,
    latencySeconds: latency >= 0 ? latency : Number.NaN,
    target,
    targetGroup: known(record.target_group_id) ?? '',
    passed: status.startsWith('PASS') || status === 'HEALTHY',
    statusCode: Number.isInteger(code) ? code : null,
    reason: known(record.reason_code) ?? '',
    loadBalancer: known(record.elb)?.replace(/^arn:[^/]*:loadbalancer\//, '') ?? null,
    node: known(record.ip_address),
  };
}
