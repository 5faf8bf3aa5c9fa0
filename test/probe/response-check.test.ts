import { describe, expect, test } from 'vitest';
import type { FailingRequest } from '../../lambda/model/access-log-summary.ts';
import { type Endpoint, endpointName } from '../../lambda/probe/endpoint.ts';
import { pathsToAsk } from '../../lambda/probe/paths-to-ask.ts';
import { checkResponse } from '../../lambda/probe/response-check.ts';
import { responseFactFor } from '../../lambda/probe/response-fact.ts';
import { OK, rawTarget } from './raw-target.ts';

const AT = '2026-03-01T10:00:00.000Z';
const GROUP = 'arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/web/0123456789abcdef';
const aboutOf = (endpoint: Endpoint) => ({
  targetGroupArn: GROUP,
  target: endpointName(endpoint),
  path: endpoint.path,
  at: AT,
});
const headOf = (bytes: number) => {
  const [start, end] = ['HTTP/1.1 200 OK\r\nX: ', '\r\nContent-Length: 0\r\n\r\n'];
  return `${start}${'a'.repeat(bytes - start.length - end.length)}${end}`;
};

describe('a response asked for directly', () => {
  test.each([
    ['that is well', OK, null, 'status 200'],
    ['of exactly 32 K of headers', headOf(32_768), null, 'status 200'],
    ['of a byte more', headOf(32_769), 'response-header-too-large', '32769 bytes'],
    [
      'of more headers than are read',
      headOf(100_000),
      'response-header-too-large',
      'more than 65536 bytes of headers',
    ],
    [
      'after an interim response of its own',
      `HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n${headOf(32_768)}`,
      null,
      'status 200',
    ],
    [
      'with a space in a header name',
      'HTTP/1.1 200 OK\r\nX Y: 1\r\nContent-Length: 0\r\n\r\n',
      'malformed-response',
      'header line "X Y: 1" (RFC 9112, section 5.1)',
    ],
    [
      'with a body after a 204',
      'HTTP/1.1 204 No Content\r\n\r\nok',
      'malformed-response',
      'a body after status 204, which has none (RFC 9112, section 6.3)',
    ],
    [
      'with a body after a 304',
      'HTTP/1.1 304 Not Modified\r\nContent-Length: 2\r\n\r\nok',
      'malformed-response',
      'a body after status 304, which has none (RFC 9112, section 6.3)',
    ],
    [
      'of status 204 without a body',
      'HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n',
      null,
      'status 204',
    ],
    [
      'of status 204 and a goodbye',
      'HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 408 Request Timeout\r\n\r\n',
      null,
      'status 204',
    ],
    [
      'with a broken chunk',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nno-size\r\n',
      'malformed-response',
      'chunk size "no-size" (RFC 9112, section 7.1)',
    ],
  ])('%s', async (_name, response, fault, detail) => {
    await using target = await rawTarget({ respond: () => response });
    const endpoint = { ...target.endpoint, path: '/report?user=7' };
    const check = await checkResponse(endpoint, 20);
    expect(check).toEqual({ fault, detail });
    expect(target.requests()).toBe(1);
    expect(responseFactFor(aboutOf(endpoint), check)).toEqual({
      targetGroupArn: GROUP,
      target: `127.0.0.1:${endpoint.port}`,
      path: '/report',
      fault,
      detail,
      at: AT,
    });
  });

  test.each([
    ['speaks TLS and is asked without', true, false, 'speaks-tls'],
    ['speaks no TLS and is asked with', false, true, 'speaks-plain-http'],
  ])('of a target that %s', async (_name, tls, asksTls, fault) => {
    await using target = await rawTarget({ tls });
    const endpoint = { ...target.endpoint, tls: asksTls };
    const check = await checkResponse(endpoint, 4);
    expect(check).toEqual({ fault, detail: 'status 200' });
    expect(target.requests()).toBeLessThanOrEqual(2);
    expect(responseFactFor(aboutOf(endpoint), check)?.fault).toBe(fault);
  });

  test('of a port on which nothing listens', async () => {
    const target = await rawTarget({});
    await target[Symbol.asyncDispose]();
    expect(await checkResponse(target.endpoint, 20)).toMatchObject({ fault: 'refused' });
  });

  test('keeps no cookie out of a header line that it quotes', async () => {
    const respond = () => 'HTTP/1.1 200 OK\r\nMy Set-Cookie: id=s3cr3t\r\nContent-Length: 0\r\n\r\n';
    await using target = await rawTarget({ respond });
    const check = await checkResponse(target.endpoint, 20);
    expect(check.detail).toContain('Set-Cookie');
    const fact = responseFactFor(aboutOf(target.endpoint), check);
    expect(fact?.fault).toBe('malformed-response');
    expect(fact?.detail).not.toContain('s3cr3t');
  });

  test('says nothing of the response where none came', async () => {
    await using target = await rawTarget({ respond: () => 'HTTP/1.1 200 OK\r\nCont', closeAfterRequests: 1 });
    const check = await checkResponse(target.endpoint, 4);
    expect(check).toEqual({ fault: 'closed', detail: 'in the middle of its response' });
    expect(responseFactFor(aboutOf(target.endpoint), check)).toBeNull();
  });
});

describe('what the probe does not read to its end is no evidence', () => {
  const chunked = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
  test.each([
    [
      'a healthy body above 32 MiB',
      ['HTTP/1.1 200 OK\r\nContent-Length: 34000000\r\n\r\n', 'x'.repeat(34_000_000)],
      'a body of more than 33554432 bytes',
    ],
    [
      '40 interim responses',
      ['HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(40), OK],
      'more than 32 responses with status 1xx',
    ],
    [
      'a long chunk extension',
      [`${chunked}2;a=${'b'.repeat(20_000)}\r\nok\r\n0\r\n\r\n`],
      'a chunk extension of more than 16384 bytes',
    ],
    [
      'long trailers',
      [`${chunked}2\r\nok\r\n0\r\n${'X-Trailer: abc\r\n'.repeat(5_000)}\r\n`],
      'trailers of more than 65536 bytes',
    ],
    [
      'one that goes on',
      ['HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhal'],
      'it had begun, and the time was over',
    ],
  ])('%s', async (_name, parts, detail) => {
    await using target = await rawTarget({ respond: () => parts });
    const check = await checkResponse(target.endpoint, _name === 'one that goes on' ? 2 : 60);
    expect(check).toEqual({ fault: 'not-read-to-the-end', detail });
    expect(responseFactFor(aboutOf(target.endpoint), check)).toBeNull();
  });
});

describe('which paths to ask', () => {
  const failing = (url: string, patch: Partial<FailingRequest> = {}): FailingRequest => ({
    at: AT,
    method: 'GET',
    url,
    target: '10.0.0.7:8080',
    elbStatus: 502,
    targetStatus: null,
    requestSeconds: 0,
    targetSeconds: 0.1,
    responseSeconds: -1,
    traceId: null,
    ...patch,
  });
  const registered = (host: string, targetGroupArn = GROUP) => ({
    targetGroupArn,
    endpoint: { host, port: 8080, tls: false, path: '/health' },
    skipPaths: [],
  });
  const asked = (requests: readonly FailingRequest[], targets = [registered('10.0.0.7')]) =>
    pathsToAsk(requests, targets, []).asks.map(({ endpoint: { host, path } }) => `${host}${path}`);

  test('those that failed most, three of a group, each of a target that failed it', () => {
    const urls = ['/a', '/b', '/b', '/c', '/c', '/c', '/d', '/d'];
    expect(asked(urls.map((path) => failing(`https://shop.example.com:443${path}`)))).toEqual([
      '10.0.0.7/c',
      '10.0.0.7/b',
      '10.0.0.7/d',
    ]);
  });

  test.each([
    ['changes something', failing('http://shop.example.com:80/a', { method: 'POST' })],
    [
      'went to a target that is not registered any more',
      failing('http://shop.example.com:80/a', { target: '10.0.0.9:8080' }),
    ],
    ['went to no target', failing('http://shop.example.com:80/a', { target: null })],
    ['is redacted', failing('http://shop.example.com:80/reset/***/form')],
    ['was cut', failing('http://shop.example.com:80/aaaa…')],
    ['would end the line of the request', failing('http://shop.example.com:80/a b\r\nX: y')],
    ['was no request', failing('', { method: '-' })],
  ])('none where the request %s', (_name, request) => {
    expect(asked([request])).toEqual([]);
  });
});
