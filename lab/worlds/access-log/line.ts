import { type Random, randomFrom } from './random.ts';
import type { Exchange, Scenario } from './scenario.ts';

/** 2026-03-01T00:00:00Z, where all generated logs begin. */
export const BEGIN_SECONDS = 1_772_323_200;
export const ACCOUNT = '123456789012';
export const REGION = 'eu-central-1';
export const LOAD_BALANCER = 'app/shop/50dc6c495c0c9188';

const HOST = 'shop.example.com';
const CERTIFICATE = `arn:aws:acm:${REGION}:${ACCOUNT}:certificate/12345678-1234-1234-1234-123456789012`;
/** Clients give up a connection that was idle for so long. */
const CLIENT_IDLE_SECONDS = 65;
const AGENTS = [
  'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1',
  'okhttp/4.12.0',
  'python-requests/2.32.3',
] as const;
const PORTS = { http: 80, https: 443, h2: 443 } as const;

export const groupArn = (group: number): string =>
  `arn:aws:elasticloadbalancing:${REGION}:${ACCOUNT}:targetgroup/group-${group}/73e2d6bc24d8a0${String(group).padStart(2, '0')}`;

interface ClientConnection {
  readonly address: string;
  readonly agent: string;
  readonly traceId: string;
  usedAt: number;
}

/** The last one that was written: lines come in the order of time, many a second. */
let written = { whole: Number.NaN, date: '' };

function dateOf(whole: number): string {
  if (whole !== written.whole)
    written = { whole, date: new Date((BEGIN_SECONDS + whole) * 1000).toISOString().slice(0, 19) };
  return written.date;
}

function instant(seconds: number, digits: 3 | 6): string {
  const whole = Math.floor(seconds);
  const date = dateOf(whole);
  const micros = Math.floor((seconds - whole) * 1e6);
  const fraction = digits === 6 ? micros : Math.floor(micros / 1000) * 1000;
  return `${date}.${String(fraction).padStart(6, '0')}Z`;
}

const duration = (value: number): string => (value < 0 ? '-1' : value.toFixed(3));

const hex = (random: Random): string =>
  Math.floor(random.next() * 2 ** 32)
    .toString(16)
    .padStart(8, '0');

/** Writes lines as the load balancer does: in the layout of 2023 (29 fields) with conn_trace_id. */
export class LineWriter {
  private readonly protocol: 'http' | 'https' | 'h2';
  private readonly random: Random;
  private readonly clients = new Map<string, ClientConnection>();

  constructor({ seed, clientProtocol = 'https' }: Scenario) {
    this.protocol = clientProtocol;
    this.random = randomFrom(seed ^ 0x10_6c_0de);
  }

  private connectionOf({ client, arrived }: Exchange): ClientConnection {
    const open = this.clients.get(client);
    if (open && Math.abs(arrived - open.usedAt) < CLIENT_IDLE_SECONDS) {
      open.usedAt = arrived;
      return open;
    }
    const { random } = this;
    const fresh = {
      address: `${client}:${32_768 + random.whole(28_000)}`,
      agent: open?.agent ?? random.pick(AGENTS),
      traceId: `TID_${hex(random)}${hex(random)}${hex(random)}${hex(random)}`,
      usedAt: arrived,
    };
    this.clients.set(client, fresh);
    return fresh;
  }

  /** The text of one line. */
  lineOf(exchange: Exchange): string {
    const { random, protocol } = this;
    const { targetStatus, target } = exchange;
    const status = targetStatus === null ? '-' : String(targetStatus);
    const client = this.connectionOf(exchange);
    const encrypted = protocol !== 'http';
    const query = exchange.method === 'GET' && random.chance(0.4) ? `?session=${hex(random)}` : '';
    const scheme = encrypted ? 'https' : 'http';
    const url = `${scheme}://${HOST}:${PORTS[protocol]}${exchange.path}${query}`;
    const root = Math.floor(BEGIN_SECONDS + exchange.arrived).toString(16);
    return [
      protocol,
      instant(exchange.end, 6),
      LOAD_BALANCER,
      client.address,
      target,
      duration(exchange.requestSeconds),
      duration(exchange.targetSeconds),
      exchange.requestSeconds < 0 ? '-1' : duration(exchange.responseSeconds),
      exchange.elbStatus,
      status,
      exchange.receivedBytes + query.length + exchange.path.length,
      exchange.elbStatus === 200 ? Math.round(random.logBetween(300, 60_000)) : exchange.sentBytes,
      `"${exchange.method} ${url} ${protocol === 'h2' ? 'HTTP/2.0' : 'HTTP/1.1'}"`,
      `"${client.agent}"`,
      encrypted ? 'TLS_AES_128_GCM_SHA256' : '-',
      encrypted ? 'TLSv1.3' : '-',
      groupArn(exchange.group),
      `"Root=1-${root}-${hex(random)}${hex(random)}${hex(random)}"`,
      encrypted ? `"${HOST}"` : '"-"',
      encrypted ? `"${CERTIFICATE}"` : '"-"',
      '0',
      instant(exchange.arrived, 3),
      '"forward"',
      '"-"',
      `"${exchange.errorReason ?? '-'}"`,
      `"${target}"`,
      `"${status}"`,
      '"-"',
      '"-"',
      client.traceId,
    ].join(' ');
  }
}
