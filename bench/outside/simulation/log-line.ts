import type { Random } from './random.ts';
import type { Ask } from './request.ts';

/** Times as the load balancer logs them; null is its -1. */
export interface Logged {
  readonly ask: Ask;
  readonly createdAt: number;
  readonly endedAt: number;
  readonly target: string | null;
  readonly groupArn: string;
  readonly node: number;
  readonly requestSeconds: number | null;
  readonly targetSeconds: number | null;
  readonly responseSeconds: number | null;
  readonly status: number;
  readonly targetStatus: number | null;
  readonly errorReason: string | null;
}

/** The name, certificate and clock of one load balancer. */
export interface Letterhead {
  readonly loadBalancer: string;
  readonly host: string;
  readonly certificate: string;
  readonly startMs: number;
}

export function letterhead(random: Random): Letterhead {
  const name = random.pick(['edge', 'store', 'portal', 'api-public', 'intake', 'prod-web']);
  return {
    loadBalancer: `app/${name}/${random.hex(16)}`,
    host: `${name}.example.net`,
    certificate: `arn:aws:acm:eu-central-1:210987654321:certificate/${random.hex(8)}-${random.hex(4)}-${random.hex(4)}-${random.hex(4)}-${random.hex(12)}`,
    startMs: Date.UTC(2026, random.integer(0, 9), random.integer(1, 28), random.integer(0, 23)),
  };
}

const THREE = (seconds: number | null): string => (seconds === null ? '-1' : Math.max(0, seconds).toFixed(3));

/** One line of the access log, in the layout of autumn 2026. */
export function logLine(
  logged: Logged,
  { loadBalancer, host, certificate, startMs }: Letterhead,
  random: Random,
) {
  const { ask, target, status, targetStatus, errorReason } = logged;
  const created = instant(startMs, logged.createdAt);
  const sent = status >= 500 ? 277 : 180 + random.integer(0, 24_000);
  const epochHex = Math.floor(startMs / 1_000 + logged.createdAt).toString(16);
  return [
    'https',
    instant(startMs, logged.endedAt),
    loadBalancer,
    `${ask.client.address}:${random.integer(1_025, 65_534)}`,
    target ?? '-',
    THREE(logged.requestSeconds),
    THREE(logged.targetSeconds),
    THREE(logged.responseSeconds),
    status,
    targetStatus ?? '-',
    ask.bodyBytes + 160 + random.integer(0, 400),
    sent,
    `"${ask.method} https://${host}:443${ask.path} HTTP/1.1"`,
    `"${ask.client.userAgent}"`,
    'ECDHE-RSA-AES128-GCM-SHA256',
    'TLSv1.2',
    logged.groupArn,
    `"Root=1-${epochHex}-${random.hex(24)}"`,
    `"${host}"`,
    `"${certificate}"`,
    10,
    created,
    '"forward"',
    '"-"',
    `"${errorReason ?? '-'}"`,
    `"${target ?? '-'}"`,
    `"${targetStatus ?? '-'}"`,
    '"-"',
    '"-"',
    `TID_${random.hex(32)}`,
    '"-"',
    '"-"',
    '"-"',
    `203.0.113.${10 + logged.node}`,
  ].join(' ');
}

/** An ISO time with microseconds. */
function instant(startMs: number, seconds: number): string {
  const micros = Math.round(seconds * 1e6);
  const text = new Date(startMs + Math.floor(micros / 1_000)).toISOString();
  return `${text.slice(0, -1)}${String(micros % 1_000).padStart(3, '0')}Z`;
}
