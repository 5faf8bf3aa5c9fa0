import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MalformedResponseError } from '../../lambda/http1/failure.ts';
import { ResponseReader } from '../../lambda/http1/response-reader.ts';
import { checkResponse } from '../../lambda/probe/response-check.ts';
import { rawTarget as labTarget } from '../lab/raw-target.ts';
import { standIn } from '../lab/stand-in.ts';
import { rawTarget } from '../probe/raw-target.ts';
import { type Parsed, parsedByNode } from './node-client.ts';

const HEAD = 'HTTP/1.1 200 OK\r\n';
const LENGTH = 'Content-Length: 2\r\n';
const CHUNKED = 'Transfer-Encoding: chunked\r\n';
const CHUNKS = '\r\n2\r\nok\r\n0\r\n\r\n';

describe.concurrent('the probe and the load balancer of the lab say the same of a response', () => {
  test.each<[string, string, string | null]>([
    ['that is well', `${HEAD}${LENGTH}\r\nok`, null],
    ['in chunks', `${HEAD}${CHUNKED}${CHUNKS}`, null],
    ['after early hints', `HTTP/1.1 103 Hints\r\n\r\n${HEAD}${LENGTH}\r\nok`, null],
    ['with 32 K of headers', `${HEAD}X: ${'a'.repeat(32_700)}\r\n${LENGTH}\r\nok`, null],
    [
      'with Transfer-Encoding and Content-Length',
      `${HEAD}${LENGTH}${CHUNKED}${CHUNKS}`,
      'malformed-response',
    ],
    ['with Content-Length twice', `${HEAD}${LENGTH}${LENGTH}\r\nok`, 'malformed-response'],
    ['with two lengths', `${HEAD}${LENGTH}Content-Length: 3\r\n\r\nok`, 'malformed-response'],
    ['with a list of lengths', `${HEAD}Content-Length: 2, 2\r\n\r\nok`, 'malformed-response'],
    ['with a folded header', `${HEAD}A: b\r\n c\r\n${LENGTH}\r\nok`, 'malformed-response'],
    ['with a space before the colon', `${HEAD}A : b\r\n${LENGTH}\r\nok`, 'malformed-response'],
    ['with NUL in a header', `${HEAD}A: b\x00c\r\n${LENGTH}\r\nok`, 'malformed-response'],
    ['with NUL in the reason phrase', `HTTP/1.1 200 O\x00K\r\n${LENGTH}\r\nok`, 'malformed-response'],
    ['coded gzip, chunked', `${HEAD}Transfer-Encoding: gzip, chunked\r\n${CHUNKS}`, 'malformed-response'],
    ['coded identity', `${HEAD}Transfer-Encoding: identity\r\n\r\nok`, 'malformed-response'],
    ['chunked twice', `${HEAD}${CHUNKED}${CHUNKED}${CHUNKS}`, 'malformed-response'],
    ['of status 999', `HTTP/1.1 999 Sure\r\n${LENGTH}\r\nok`, 'malformed-response'],
    ['of status 101', 'HTTP/1.1 101 Switching Protocols\r\n\r\n', 'malformed-response'],
    ['with a broken chunk', `${HEAD}${CHUNKED}\r\nzz\r\n`, 'malformed-response'],
    [
      'above 32 K of headers',
      `${HEAD}X: ${'a'.repeat(32_800)}\r\n${LENGTH}\r\nok`,
      'response-header-too-large',
    ],
  ])('%s', async (_name, response, fault) => {
    await using target = await rawTarget({ respond: () => response });
    const probed = await checkResponse(target.endpoint, 30);
    const behind = await labTarget((socket) => socket.write(response));
    const stand = await standIn([behind.port]);
    await stand.get();
    const [{ elbStatus, truth }] = [...stand.completed, { elbStatus: 0, truth: { fault: 'none came' } }];
    expect({ probed: probed.fault, behind: truth.fault, elbStatus }).toEqual({
      probed: fault,
      behind: fault,
      elbStatus: fault === null ? 200 : 502,
    });
  });
});

const STATUS_LINES = [
  ...[
    'HTTP/1.1 200 OK',
    'HTTP/1.0 200 OK',
    'HTTP/1.1 204 No',
    'HTTP/1.1 304 No',
    'HTTP/1.1 404',
    HEAD.trim(),
  ],
  ...[
    'HTTP/1.1 999 X',
    'HTTP/1.1 099 X',
    'HTTP/1.2 200 OK',
    'HTTP/1.1 20 OK',
    'HTTP/1.1  200 OK',
    'http/1.1 200',
  ],
  ...['HTTP/1.1 200 O\x00K', 'HTTP/1.1 103 Hints\r\n\r\nHTTP/1.1 200 OK'],
];
const FIELDS = [
  ...['X: y', 'X:', 'X: \xff', 'Connection: close', 'Connection: keep-alive', 'Upgrade: h2c'],
  ...['Server : z', 'A b: c', 'nocolon', ': x', '\tX: y', 'X\x01: y', 'X: a\r\n b'],
  ...['X: a\x00b', 'X: a\x01b', 'X: a\x7fb', 'X: a\rb', 'X: a\r'],
  ...[
    'Content-Length: 3',
    'content-length: 3',
    'Content-Length: 0',
    'Content-Length: 6',
    'Content-Length: 3, 3',
  ],
  ...[
    'Content-Length: -1',
    'Content-Length: +3',
    'Content-Length: 3x',
    'Content-Length:',
    'Content-Length: 0x3',
  ],
  ...['Transfer-Encoding: chunked', 'transfer-encoding: Chunked', 'Transfer-Encoding: gzip, chunked'],
  ...['Transfer-Encoding: identity', 'Transfer-Encoding: chunked, gzip'],
];
const BODIES = [
  ...[
    '',
    'abc',
    'abcdef',
    '0\r\n\r\n',
    'zz\r\n',
    '3\r\nabc\r\n0\r\n\r\n',
    '3;a=b\r\nabc\r\n0\r\nT: u\r\n\r\n',
  ],
  ...['3\nabc\r\n0\r\n\r\n', '3\r\nabc\n0\r\n\r\n', '0x3\r\nabc\r\n0\r\n\r\n', '3\r\nabcd\r\n0\r\n\r\n'],
  ...['3\r\nabc\r\n0\r\nbad trailer\r\n\r\n', '3\r\nabc\r\n0\r\n X: y\r\n\r\n', '3;\x01\r\nabc\r\n0\r\n\r\n'],
];

const responses = fc.record({
  statusLine: fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...STATUS_LINES.slice(0, 5)) },
    { weight: 1, arbitrary: fc.constantFrom(...STATUS_LINES) },
  ),
  fields: fc.array(fc.constantFrom(...FIELDS), { maxLength: 3 }),
  body: fc.constantFrom(...BODIES),
  method: fc.constantFrom('GET', 'GET', 'GET', 'HEAD'),
});

/** What our reader makes of a response whose connection then ends, and which of the bytes it took. */
function parsedByUs(bytes: Buffer, method: string): { readonly parsed: Parsed; readonly used: number } {
  let body = '';
  const reader = new ResponseReader({
    method,
    onBody: (part) => {
      body += Buffer.from(part).toString('latin1');
    },
  });
  let used = bytes.length;
  try {
    used = reader.push(bytes);
    reader.end();
  } catch (error) {
    if (!(error instanceof MalformedResponseError)) throw error;
    return { parsed: { kind: 'refused', code: error.message }, used };
  }
  const { response } = reader;
  if (!response) return { parsed: { kind: 'cut' }, used };
  return { parsed: { kind: 'response', statusCode: response.statusCode, body }, used };
}

/** Where llhttp takes more than the RFC has: a status above 599, NUL in a reason, a coding that nobody asked for. */
const STRICTER = /^status line|^Transfer-Encoding/;

test('another parser, llhttp, refuses nothing that we take, and reads the same', async () => {
  const compared = { response: 0, refused: 0, cut: 0 };
  await fc.assert(
    fc.asyncProperty(responses, async ({ statusLine, fields, body, method }) => {
      const wire = Buffer.from(`${[statusLine, ...fields].join('\r\n')}\r\n\r\n${body}`, 'latin1');
      const { parsed, used } = parsedByUs(wire, method);
      // Bytes after the end are no part of the response, and told apart.
      const other = await parsedByNode(wire.subarray(0, used), method);
      compared[parsed.kind]++;
      if (parsed.kind === 'refused') {
        expect(other.kind === 'refused' || STRICTER.test(parsed.code), `${parsed.code}: ${wire}`).toBe(true);
      } else expect(other, String(wire)).toEqual(parsed);
    }),
    { numRuns: 1_000 },
  );
  expect(Math.min(compared.response, compared.refused, compared.cut)).toBeGreaterThan(0);
});

test.each([
  ['bare line feeds, as section 2.2 allows', `HTTP/1.1 200 OK\n${LENGTH.trim()}\n\nok`],
  ['spaces around the semicolon of an extension (7.1.1)', `${HEAD}${CHUNKED}\r\n2 ; a\r\nok\r\n0\r\n\r\n`],
])('we take what llhttp refuses: %s', async (_name, text) => {
  const wire = Buffer.from(text, 'latin1');
  expect(parsedByUs(wire, 'GET').parsed).toEqual({ kind: 'response', statusCode: 200, body: 'ok' });
  expect(await parsedByNode(wire, 'GET')).toMatchObject({ kind: 'refused' });
});
