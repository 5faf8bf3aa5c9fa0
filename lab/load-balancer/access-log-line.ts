import type { CompletedRequest } from './completed-request.ts';

/** Priority that the log shows for the default rule. */
const DEFAULT_RULE_PRIORITY = '0';

/**
 * One line of the access log: the 29 fields documented since 2019 and the connection trace id, in the documented
 * order (AWS: Access logs for your Application Load Balancer).
 *
 * @param loadBalancer - `app/NAME/ID`
 */
export function accessLogLine(loadBalancer: string, port: number, request: CompletedRequest): string {
  const noTarget = request.target === null;
  const fields = [
    'http',
    logTime(request.finishedAt),
    loadBalancer,
    request.client,
    request.target ?? '-',
    seconds(request.requestSeconds),
    seconds(request.targetSeconds),
    seconds(request.responseSeconds),
    String(request.elbStatus),
    request.targetStatus === null ? '-' : String(request.targetStatus),
    String(request.receivedBytes),
    String(request.sentBytes),
    quoted(
      `${request.method} http://${hostWithPort(request.host, port)}${request.url} HTTP/${request.httpVersion}`,
    ),
    quoted(request.userAgent || '-'),
    '-',
    '-',
    request.targetGroup?.arn ?? '-',
    quoted(request.traceId),
    quoted('-'),
    quoted('-'),
    DEFAULT_RULE_PRIORITY,
    logTime(request.receivedAt),
    quoted('forward'),
    quoted('-'),
    quoted(request.errorReason ?? '-'),
    quoted(noTarget ? '-' : request.target),
    quoted(request.targetStatus === null || noTarget ? '-' : String(request.targetStatus)),
    quoted('-'),
    quoted('-'),
    connectionTraceId(request),
  ];
  return fields.join(' ');
}

/** Microseconds, as the log has them. */
function logTime(epochMs: number): string {
  const wholeMs = Math.floor(epochMs);
  const micros = Math.floor((epochMs - wholeMs) * 1000);
  return `${new Date(wholeMs).toISOString().slice(0, -1)}${String(micros).padStart(3, '0')}Z`;
}

const seconds = (value: number | null): string => (value === null ? '-1' : Math.max(0, value).toFixed(3));

/** Quotes, backslashes and what is not printable ASCII come from the client; the log writes them as `\xHH`. */
const quoted = (text: string): string => {
  const escaped = text.replace(/[^\x20-\x7e]|["\\]/g, (unsafe) => {
    return `\\x${unsafe.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
  });
  return `"${escaped}"`;
};

const hostWithPort = (host: string, port: number): string => (host.includes(':') ? host : `${host}:${port}`);

/** `TID_` and 32 hexadecimal digits, the same for every request of one client connection. */
function connectionTraceId(request: CompletedRequest): string {
  const bytes = Buffer.from(`${request.client}@${request.node.ip}`).toString('hex');
  return `TID_${bytes.padEnd(32, '0').slice(0, 32)}`;
}
