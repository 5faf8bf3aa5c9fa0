import type { FailingRequest } from '../../model/access-log-summary.ts';
import { redactedLine } from '../../model/redacted-line.ts';
import { redactedUrl } from '../../model/redacted-url.ts';
import type { FIELD } from '../reading/field-places.ts';
import { fieldEnd, fieldStart, isBlank, type LogLine } from '../reading/line.ts';
import { rewrittenUrl } from '../reading/rewritten-url.ts';

/** Kept of each load balancer: so many of the first, and as many of the newest. */
const KEPT_EACH = 10;
/** No method, scheme and path need more; what follows is the query, which is not kept. */
const LONGEST_TEXT_BYTES = 4096;
const LONGEST_TARGET = 60;
const LONGEST_URL = 300;

/** What is kept of a line until all are read: words are made of it only then. */
interface KeptLine {
  readonly endSeconds: number;
  readonly times: readonly [request: number, target: number, response: number];
  readonly elbStatus: number;
  /** 0 where the line has `-`. */
  readonly targetStatus: number;
  readonly request: Uint8Array;
  readonly target: Uint8Array;
  readonly trace: Uint8Array;
  readonly rewrite: Readonly<Record<'host' | 'uri' | 'status', Uint8Array>>;
}

const decoder = new TextDecoder();
const NOTHING = new Uint8Array();

/** The bytes of a field, copied: in a storm each line is the newest for a moment, and texts would be made for nothing. */
function bytesOf(line: LogLine, field: keyof typeof FIELD): Uint8Array {
  const start = fieldStart(line, field);
  const end = Math.min(fieldEnd(line, field), start + LONGEST_TEXT_BYTES);
  return isBlank(line, field) ? NOTHING : line.bytes.slice(start, end);
}

const keptOf = (line: LogLine): KeptLine => ({
  endSeconds: line.endSeconds,
  times: [line.requestSeconds, line.targetSeconds, line.responseSeconds],
  elbStatus: line.elbStatus,
  targetStatus: line.targetStatus,
  request: bytesOf(line, 'request'),
  target: bytesOf(line, 'target'),
  trace: bytesOf(line, 'traceId'),
  rewrite: {
    host: bytesOf(line, 'transformedHost'),
    uri: bytesOf(line, 'transformedUri'),
    status: bytesOf(line, 'transformStatus'),
  },
});

/**
 * The failed requests that are named one by one: the first and the newest of a load balancer. Which ones does not
 * depend on the order in which files are read, but for lines of the same microsecond.
 */
export class FailingLines {
  private readonly first: KeptLine[] = [];
  private readonly newest: KeptLine[] = [];

  /** Takes a line that failed. */
  add(line: LogLine): void {
    const { endSeconds } = line;
    const isFirst =
      this.first.length < KEPT_EACH || endSeconds < (this.first.at(-1)?.endSeconds ?? Number.NaN);
    const isNewest = this.newest.length < KEPT_EACH || endSeconds >= (this.newest[0]?.endSeconds ?? 0);
    if (!isFirst && !isNewest) return;
    const kept = keptOf(line);
    if (isFirst) {
      insert(this.first, kept);
      this.first.splice(KEPT_EACH);
    }
    if (!isNewest) return;
    insert(this.newest, kept);
    if (this.newest.length > KEPT_EACH) this.newest.shift();
  }

  /** In the order of time, without queries, credentials and other secrets. */
  requests(): FailingRequest[] {
    return [...new Set([...this.first, ...this.newest])].map(requestOf);
  }
}

/** Puts a line behind those that are not later. */
function insert(lines: KeptLine[], line: KeptLine): void {
  const last = lines.findLastIndex(({ endSeconds }) => endSeconds <= line.endSeconds);
  lines.splice(last + 1, 0, line);
}

function requestOf({ endSeconds, times, elbStatus, targetStatus, ...bytes }: KeptLine) {
  const request = decoder.decode(bytes.request);
  const target = decoder.decode(bytes.target);
  const trace = decoder.decode(bytes.trace);
  const rewrite = {
    host: decoder.decode(bytes.rewrite.host),
    uri: decoder.decode(bytes.rewrite.uri),
    status: decoder.decode(bytes.rewrite.status),
  };
  const [, method = '', rest = ''] = /^(\S*) (.*)$/s.exec(request) ?? [];
  const url = rest.replace(/ HTTP\/[\d.]*$/, '');
  const sent = rewrittenUrl(url, rewrite);
  return {
    at: microsecondTime(endSeconds),
    // A request that could not be parsed has `-` in its place.
    method: /^[A-Z]{1,20}$/.test(method) ? method : '-',
    url: shortUrl(url),
    ...(sent === null ? {} : { rewrittenUrl: shortUrl(sent) }),
    target: target === '' ? null : redactedLine(target).slice(0, LONGEST_TARGET),
    elbStatus,
    targetStatus: targetStatus === 0 ? null : targetStatus,
    requestSeconds: times[0],
    targetSeconds: times[1],
    responseSeconds: times[2],
    // A client may send fields of its own in the header; the root is what logs are searched by.
    traceId: /(?:^|;)Root=([\w-]{1,80})(?:;|$)/.exec(trace)?.[1] ?? null,
  };
}

/**
 * Method and path of a request line as they may be shown: without host, query and secrets. Empty where there are none.
 */
export function redactedPath(requestLine: string): string {
  const [method = '', target = ''] = requestLine.split(' ', 2);
  if (target === '' || target === '-') return '';
  const path = target.replace(/^[a-z]+:\/\/[^/?#]*/i, '');
  return `${/^[A-Z]{1,20}$/.test(method) ? method : '-'} ${redactedUrl(path === '' ? '/' : path)}`;
}

function shortUrl(text: string): string {
  const redacted = redactedUrl(text);
  if (redacted.length <= LONGEST_URL) return redacted;
  return `${redacted.slice(0, LONGEST_URL - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** ISO time with the microseconds that the line has, so that the line can be found by it. */
function microsecondTime(seconds: number): string {
  const microseconds = Math.round(seconds * 1e6);
  const milliseconds = Math.floor(microseconds / 1000);
  const rest = String(microseconds - milliseconds * 1000).padStart(3, '0');
  return `${new Date(milliseconds).toISOString().slice(0, -1)}${rest}Z`;
}
