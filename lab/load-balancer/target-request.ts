import type { IncomingMessage } from 'node:http';
import { isHopByHop } from './client-response.ts';
import type { LambdaEvent } from './lambda-target-group.ts';
import type { RequestBody } from './request-body.ts';
import { TRACE_HEADER } from './trace-id.ts';

/** Headers that the load balancer writes itself. */
const REPLACED: ReadonlySet<string> = new Set([
  TRACE_HEADER,
  'content-length',
  'expect',
  'x-forwarded-for',
  'x-forwarded-port',
  'x-forwarded-proto',
]);

/** A header as one string. */
export function headerOf(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(',') : value;
}

/** The head of the request as a target sees it: persistent connection, forwarded-for headers, trace id. */
export function targetHead(request: IncomingMessage, body: RequestBody, traceId: string): Buffer {
  const lines = [`${request.method} ${request.url} HTTP/1.1`];
  for (let index = 0; index + 1 < request.rawHeaders.length; index += 2) {
    const name = request.rawHeaders[index] ?? '';
    if (!isHopByHop(name) && !REPLACED.has(name.toLowerCase()))
      lines.push(`${name}: ${request.rawHeaders[index + 1]}`);
  }
  const clientIp = request.socket.remoteAddress ?? '127.0.0.1';
  const forwardedFor = headerOf(request, 'x-forwarded-for');
  lines.push(
    `X-Forwarded-For: ${forwardedFor ? `${forwardedFor}, ${clientIp}` : clientIp}`,
    'X-Forwarded-Proto: http',
    'X-Forwarded-Port: 80',
    `X-Amzn-Trace-Id: ${traceId}`,
  );
  const length = request.headers['content-length'];
  if (body.chunked) lines.push('Transfer-Encoding: chunked');
  else if (length !== undefined) lines.push(`Content-Length: ${length}`);
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
}

/** The event that a Lambda target gets. */
export function lambdaEvent(request: IncomingMessage, body: Buffer, targetGroupArn: string): LambdaEvent {
  const url = new URL(request.url ?? '/', 'http://lab');
  const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)] as const);
  return {
    requestContext: { elb: { targetGroupArn } },
    httpMethod: request.method ?? 'GET',
    path: url.pathname,
    queryStringParameters: Object.fromEntries(url.searchParams),
    headers: Object.fromEntries(headers),
    body: body.toString('base64'),
    isBase64Encoded: true,
  };
}
