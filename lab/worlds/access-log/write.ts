import type { Exchange } from './scenario.ts';
import type { Simulated } from './simulate.ts';

/** One file of a log, as the load balancer would deliver it. */
export interface LogFile {
  readonly name: string;
  readonly text: string;
}

/** 2026-03-01T00:00:00Z, where all generated logs begin. */
export const BEGIN_SECONDS = 1_772_323_200;
const ACCOUNT = '123456789012';
const REGION = 'eu-central-1';
export const LOAD_BALANCER = 'app/shop/50dc6c495c0c9188';

export const groupArn = (group: number): string =>
  `arn:aws:elasticloadbalancing:${REGION}:${ACCOUNT}:targetgroup/group-${group}/73e2d6bc24d8a0${String(group).padStart(2, '0')}`;

const nodeAddress = (node: number): string => `203.0.113.${20 + node}`;

function instant(seconds: number, digits: 3 | 6): string {
  const whole = Math.floor(seconds);
  const date = new Date((BEGIN_SECONDS + whole) * 1000).toISOString().slice(0, 19);
  const micros = Math.floor((seconds - whole) * 1e6);
  const fraction = digits === 6 ? micros : Math.floor(micros / 1000) * 1000;
  return `${date}.${String(fraction).padStart(6, '0')}Z`;
}

const seconds = (value: number): string => (value < 0 ? '-1' : value.toFixed(3));

let trace = 0;

/** The text of one line, in the layout of 2023 (29 fields) with conn_trace_id. */
export function lineOf(exchange: Exchange): string {
  const { targetStatus } = exchange;
  const status = targetStatus === null ? '-' : String(targetStatus);
  const list = exchange.target === '-' ? '-' : exchange.target;
  const failedBeforeTarget = exchange.requestSeconds < 0;
  return [
    'https',
    instant(exchange.end, 6),
    LOAD_BALANCER,
    `${exchange.client}:${40_000 + (trace++ % 20_000)}`,
    exchange.target,
    seconds(exchange.requestSeconds),
    seconds(exchange.targetSeconds),
    failedBeforeTarget ? '-1' : seconds(exchange.responseSeconds),
    exchange.elbStatus,
    status,
    312,
    exchange.elbStatus === 502 ? 277 : 1834,
    `"GET https://shop.example.com:443${exchange.path}?session=abc HTTP/1.1"`,
    '"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"',
    'TLS_AES_128_GCM_SHA256',
    'TLSv1.3',
    groupArn(exchange.group),
    `"Root=1-${((trace * 2_654_435_761) >>> 0).toString(16).padStart(8, '0')}-36d228ad5d99923122bbe354"`,
    '"shop.example.com"',
    `"arn:aws:acm:${REGION}:${ACCOUNT}:certificate/12345678-1234-1234-1234-123456789012"`,
    '0',
    instant(exchange.arrived, 3),
    '"forward"',
    '"-"',
    `"${exchange.errorReason ?? '-'}"`,
    `"${list}"`,
    `"${status}"`,
    '"-"',
    '"-"',
    'TID_dc57cebed65b444ebc8177bb698fe166',
  ].join(' ');
}

/** All lines in order of time, as one file of unknown name holds them. */
export function* linesOf({ exchanges }: Simulated): Generator<string> {
  for (let at = 0; at < exchanges.length; at += 500)
    yield `${exchanges
      .slice(at, at + 500)
      .map(lineOf)
      .join('\n')}\n`;
}

function fileName(node: number, windowEnd: number): string {
  const end = new Date((BEGIN_SECONDS + windowEnd) * 1000).toISOString();
  const day = end.slice(0, 10).replaceAll('-', '/');
  const stamp = `${end.slice(0, 10).replaceAll('-', '')}T${end.slice(11, 13)}${end.slice(14, 16)}Z`;
  const name = `${ACCOUNT}_elasticloadbalancing_${REGION}_${LOAD_BALANCER.replaceAll('/', '.')}_${stamp}_${nodeAddress(node)}_4a2b9c1d.log.gz`;
  return `AWSLogs/${ACCOUNT}/elasticloadbalancing/${REGION}/${day}/${name}`;
}

/** The files that the nodes would deliver: one a node and five minutes. Their text is not compressed here. */
export function filesOf({ exchanges }: Simulated): LogFile[] {
  const lines = new Map<string, string[]>();
  for (const exchange of exchanges) {
    const name = fileName(exchange.node, Math.ceil((exchange.end + 0.001) / 300) * 300);
    const file = lines.get(name);
    if (file) file.push(lineOf(exchange));
    else lines.set(name, [lineOf(exchange)]);
  }
  return [...lines].map(([name, text]) => ({ name, text: `${text.join('\n')}\n` }));
}
