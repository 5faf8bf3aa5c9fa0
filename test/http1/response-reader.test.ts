import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  HeadTooLargeError,
  MalformedResponseError,
  NotHttpError,
  ReadLimitError,
} from '../../lambda/http1/failure.ts';
import { valuesOf } from '../../lambda/http1/header.ts';
import { READ_LIMITS } from '../../lambda/http1/read-limits.ts';
import type { ResponseHead } from '../../lambda/http1/response-head.ts';
import { ResponseReader } from '../../lambda/http1/response-reader.ts';

const bytesOf = (text: string): Buffer => Buffer.from(text, 'latin1');

function read(text: string, method = 'GET', closed = false) {
  const heads: ResponseHead[] = [];
  let body = '';
  const reader = new ResponseReader({
    method,
    onHead: (head) => heads.push(head),
    onBody: (bytes) => {
      body += Buffer.from(bytes).toString('latin1');
    },
  });
  const used = reader.push(bytesOf(text));
  if (closed) reader.end();
  return { response: reader.response, used, heads, body };
}

const HEAD = 'HTTP/1.1 200 OK\r\n';
const CHUNKED = `${HEAD}Transfer-Encoding: chunked\r\n\r\n`;

describe('the end of a response is found', () => {
  test.each([
    ['by Content-Length', `${HEAD}Content-Length: 5\r\n\r\nhello`, 'hello'],
    ['by Content-Length with zeros before it', `${HEAD}Content-Length: 0005\r\n\r\nhello`, 'hello'],
    ['by Content-Length of nothing', `${HEAD}Content-Length: 0\r\n\r\n`, ''],
    ['by the last chunk', `${CHUNKED}5\r\nhello\r\n1;x="y"\r\n!\r\n0\r\n\r\n`, 'hello!'],
    ['by the last chunk, sizes padded', `${CHUNKED}5  \r\nhello\r\n000\r\n\r\n`, 'hello'],
    ['after the trailers', `${CHUNKED}A\r\n0123456789\r\n0\r\nX-Sum: 1\r\n\r\n`, '0123456789'],
    ['by status 204', 'HTTP/1.1 204 No Content\r\n\r\n', ''],
    ['by status 204, whatever Content-Length says', 'HTTP/1.1 204 No\r\nContent-Length: 7\r\n\r\n', ''],
    ['by status 304, whatever Content-Length says', 'HTTP/1.1 304 No\r\nContent-Length: 7\r\n\r\n', ''],
    [
      'after interim responses',
      `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${HEAD}Content-Length: 1\r\n\r\na`,
      'a',
    ],
    ['with bare line feeds in its head', 'HTTP/1.1 200\nContent-Length: 2\n\nok', 'ok'],
    ['without a reason phrase', 'HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n', ''],
    ['without the space before it either', 'HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n', ''],
    ['with bytes above ASCII', `HTTP/1.1 200 \xfc\r\nX: \xe4\r\nContent-Length: 1\r\n\r\n\xff`, '\xff'],
    ['with an empty value', `${HEAD}X:\r\nContent-Length:\t 1 \t\r\n\r\na`, 'a'],
  ])('%s', (_name, text, body) => {
    const seen = read(`${text}HTTP/1.1 next`);
    expect(seen.response).toMatchObject({ bodyBytes: body.length, persistent: true });
    expect(seen.body).toBe(body);
    expect(seen.used).toBe(text.length);
    expect(seen.heads).toHaveLength(1);
  });

  test('by its head where the request was HEAD', () => {
    const { response } = read(`${HEAD}Content-Length: 500\r\n\r\n`, 'HEAD');
    expect(response).toMatchObject({ bodyBytes: 0, persistent: true });
  });

  test('by the end of the connection where it has no length', () => {
    expect(read(`${HEAD}\r\nhello`).response).toBeUndefined();
    expect(read(`${HEAD}\r\nhello`, 'GET', true).response).toMatchObject({ bodyBytes: 5, persistent: false });
  });

  test.each([
    `${HEAD}Content-Length: 6\r\n\r\nhello`,
    `${CHUNKED}5\r\nhello\r\n`,
    `${CHUNKED}9\r\nhello`,
    `${HEAD}Content-Le`,
    '',
  ])('not by the end of the connection where it is cut off: %j', (text) => {
    expect(read(text, 'GET', true).response).toBeUndefined();
  });
});

test.each([
  ['1.1 keeps the connection', '1.1', '', true],
  ['1.1 with Connection: close ends it', '1.1', 'Connection: close\r\n', false],
  ['1.1 with close among other options ends it', '1.1', 'CONNECTION: foo,\tClose\r\n', false],
  ['1.1 with an option that only sounds like it keeps it', '1.1', 'Connection: x-close\r\n', true],
  ['1.0 ends the connection', '1.0', '', false],
  ['1.0 with Connection: keep-alive keeps it', '1.0', 'Connection: Keep-Alive\r\n', true],
])('HTTP/%s', (_name, version, field, persistent) => {
  const { response } = read(`HTTP/${version} 200 OK\r\n${field}Content-Length: 0\r\n\r\n`);
  expect(response?.persistent).toBe(persistent);
});

test('HTTP/1.0 with chunks is read, and its connection is not used again', () => {
  const fields = 'Connection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n';
  const { response, body } = read(`HTTP/1.0 200 OK\r\n${fields}1\r\na\r\n0\r\n\r\n`);
  expect({ body, persistent: response?.persistent }).toEqual({ body: 'a', persistent: false });
});

test('header fields are read whatever their case and repetition', () => {
  const { response } = read(
    `${HEAD}sErVeR: a\r\nSet-Cookie: 1\r\nset-cookie: 2\r\nContent-Length: 0\r\n\r\n`,
  );
  expect(valuesOf(response?.headers ?? [], 'server')).toEqual(['a']);
  expect(valuesOf(response?.headers ?? [], 'set-cookie')).toEqual(['1', '2']);
  expect(response?.headers[0]).toEqual(['sErVeR', 'a']);
});

const ONE = 'Content-Length: 1\r\n';

describe('a load balancer does not pass on', () => {
  test.each([
    ['a status of two digits', 'HTTP/1.1 20 OK\r\n\r\n', /status line .*RFC 9112, section 4/],
    ['status 999', 'HTTP/1.1 999 Sure\r\n\r\n', /status line/],
    ['status 099', 'HTTP/1.1 099 Sure\r\n\r\n', /status line/],
    ['a minor version that does not exist', 'HTTP/1.2 200 OK\r\n\r\n', /status line/],
    ['NUL in the reason phrase', 'HTTP/1.1 200 O\x00K\r\n\r\n', /status line/],
    ['a header without a colon', `${HEAD}nonsense\r\n\r\n`, /"nonsense".*section 5\.1/],
    ['a header without a name', `${HEAD}: a\r\n\r\n`, /section 5\.1/],
    ['a header name with a space', `${HEAD}a b: c\r\n\r\n`, /section 5\.1/],
    ['a space before the colon', `${HEAD}Server : a\r\n\r\n`, /section 5\.1/],
    ['a folded header', `${HEAD}A: b\r\n c\r\n\r\n`, /folded.*section 5\.2/],
    ['a folded header by tab', `${HEAD}A: b\r\n\tc\r\n\r\n`, /folded.*section 5\.2/],
    ['folding of nothing', `${HEAD} a: b\r\n\r\n`, /folded.*section 5\.2/],
    ['NUL in a header', `${HEAD}A: b\x00c\r\n\r\n`, /control character.*RFC 9110, section 5\.5/],
    ['a bare CR in a header', `${HEAD}A: b\rc\r\n\r\n`, /control character/],
    ['a bare CR at the end of a header', `${HEAD}A: b\r\r\n\r\n`, /control character/],
    ['a negative length', `${HEAD}Content-Length: -1\r\n\r\n`, /Content-Length "-1"/],
    ['an empty length', `${HEAD}Content-Length:\r\n\r\n`, /Content-Length ""/],
    ['a length in words', `${HEAD}Content-Length: 1e2\r\n\r\n`, /Content-Length "1e2"/],
    ['two lengths', `${HEAD}${ONE}Content-Length: 2\r\n\r\n`, /"1, 2".*RFC 9110, section 8\.6/],
    ['one length twice', `${HEAD}${ONE}content-length: 1\r\n\r\n`, /repeated Content-Length "1, 1"/],
    ['one length twice in a list', `${HEAD}Content-Length: 1, 1\r\n\r\n`, /Content-Length "1, 1"/],
    ['length and chunks', `${HEAD}${ONE}Transfer-Encoding: chunked\r\n\r\n`, /both.*section 6\.3/],
    ['gzip, chunked', `${HEAD}Transfer-Encoding: gzip, chunked\r\n\r\n`, /"gzip, chunked".*7\.4/],
    ['chunked, gzip', `${HEAD}Transfer-Encoding: chunked, gzip\r\n\r\n`, /"chunked, gzip"/],
    ['identity', `${HEAD}Transfer-Encoding: identity\r\n\r\n`, /"identity"/],
    [
      'chunked twice',
      `${HEAD}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n`,
      /"chunked, chunked".*6\.1/,
    ],
    ['a coding after a 204', 'HTTP/1.1 204 No\r\nTransfer-Encoding: gzip\r\n\r\n', /Transfer-Encoding/],
    ['a chunk size that is no number', `${CHUNKED}xyz`, /chunk size "xyz".*section 7\.1/],
    ['a chunk size in C', `${CHUNKED}0x5\r\n`, /chunk size "0x5"/],
    ['an empty chunk size', `${CHUNKED}\r\n`, /chunk size/],
    ['a control character in a chunk extension', `${CHUNKED}1;\x01\r\n`, /chunk size/],
    ['a chunk longer than it says', `${CHUNKED}1\r\nab`, /"b" after a chunk/],
    ['a chunk line that ends without CR', `${CHUNKED}1\na`, /without CR/],
    ['a chunk that ends without CR', `${CHUNKED}1\r\na\n`, /without CR/],
    ['a trailer without a colon', `${CHUNKED}0\r\nnonsense\r\n\r\n`, /"nonsense"/],
    ['a switch of protocols', 'HTTP/1.1 101 Switching Protocols\r\n\r\n', /nobody asked for/],
    ['a malformed interim response', `HTTP/1.1 103 Hints\r\nA b: c\r\n\r\n${HEAD}\r\n`, /section 5\.1/],
  ])('%s', (_name, text, rule) => {
    expect(() => read(text)).toThrow(MalformedResponseError);
    expect(() => read(text)).toThrow(rule);
    expect(() => read(text)).not.toThrow(NotHttpError);
  });

  test.each([
    ['another protocol', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['another protocol without a line feed', '\x00\x00\x12\x04'],
    ['a TLS alert', '\x15\x03\x01\x00\x02\x02\x28'],
    ['HTTP/2', 'HTTP/2 200\r\n'],
    ['empty lines', '\r\n\r\n'],
    ['HTTP/0.9', '<html>'],
  ])('what is no HTTP/1.x at all: %s', (_name, text) => {
    expect(() => read(text)).toThrow(NotHttpError);
  });

  test.each([
    [32_768, false],
    [32_769, true],
    [READ_LIMITS.headBytes, true],
  ])('headers of %i bytes: %s', (bytes, refused) => {
    const [start, end] = ['HTTP/1.1 204 No\r\nX: ', '\r\n\r\n'];
    const text = `${start}${'a'.repeat(bytes - start.length - end.length)}${end}`;
    if (refused) expect(() => read(text)).toThrow(new HeadTooLargeError(`${bytes} bytes`));
    else expect(read(text).response?.headBytes).toBe(bytes);
  });

  test.each([
    ['a header without end', `${HEAD}x: ${'y'.repeat(READ_LIMITS.headBytes)}`],
    ['headers without end', HEAD + 'x: y\r\n'.repeat(READ_LIMITS.headBytes / 5)],
    ['a status line without end', `HTTP/1.1 200 ${'y'.repeat(READ_LIMITS.headBytes)}`],
  ])('%s', (_name, text) => {
    expect(() => read(text)).toThrow(HeadTooLargeError);
  });
});

describe('a bound of the reader is no fault of the response', () => {
  const interim = 'HTTP/1.1 103 Early Hints\r\n\r\n';
  test.each([
    ['more interim responses', interim.repeat(READ_LIMITS.interimCount + 1), /32 responses with status 1xx/],
    ['a body without end', `${HEAD}\r\n${'x'.repeat(READ_LIMITS.bodyBytes + 1)}`, /33554432 bytes/],
    ['chunks without end', CHUNKED + '1\r\na\r\n'.repeat(READ_LIMITS.bodyBytes / 6 + 1), /33554432 bytes/],
    ['a long chunk extension', `${CHUNKED}1;${'x'.repeat(READ_LIMITS.chunkLineBytes)}`, /chunk extension/],
    ['long trailers', `${CHUNKED}0\r\n${'a: b\r\n'.repeat(READ_LIMITS.trailerBytes / 6 + 1)}`, /trailers/],
    ['a chunk beyond counting', `${CHUNKED}${'f'.repeat(20)}\r\n`, /a chunk of "f+" bytes/],
  ])('%s', (_name, text, limit) => {
    // Once: some of them are megabytes, byte by byte.
    let thrown: unknown = null;
    try {
      read(text);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(ReadLimitError);
    expect(String(thrown)).toMatch(limit);
  });

  test('as many as the bounds allow are read', () => {
    const chunks = `${`1;${'x'.repeat(1_000)}\r\na\r\n`.repeat(100)}0\r\n${'a: b\r\n'.repeat(1_000)}\r\n`;
    const { response } = read(`${interim.repeat(READ_LIMITS.interimCount)}${CHUNKED}${chunks}`);
    expect(response).toMatchObject({ bodyBytes: 100, interimCount: READ_LIMITS.interimCount });
  });

  test('a long body in small chunks is no long header', () => {
    const chunks = '1\r\na\r\n'.repeat(READ_LIMITS.headBytes);
    expect(read(`${CHUNKED}${chunks}0\r\n\r\n`).response?.bodyBytes).toBe(READ_LIMITS.headBytes);
  });

  test('a length beyond counting is read on, and its end is not known', () => {
    const text = `${HEAD}Content-Length: ${'9'.repeat(400)}\r\n\r\n`;
    expect(read(`${text}abc`).response).toBeUndefined();
    expect(() => read(text + 'x'.repeat(READ_LIMITS.bodyBytes + 1))).toThrow(ReadLimitError);
  });
});

test('the work for a line is linear in its length, byte by byte or all spaces', () => {
  const spaces = `${HEAD}X: a${' '.repeat(READ_LIMITS.headBytes)}b`;
  expect(() => read(spaces)).toThrow(HeadTooLargeError);
  const reader = new ResponseReader();
  const line = bytesOf(
    `HTTP/1.1 200 ${'a'.repeat(32_000)}\r\nX: ${' '.repeat(700)}a\r\nContent-Length: 0\r\n\r\n`,
  );
  for (let at = 0; at < line.length; at++) reader.push(line.subarray(at, at + 1));
  expect(reader.response?.headBytes).toBe(line.length);
});

/** Responses of every framing, with what a reader must say of them. */
const responses = fc
  .record({
    body: fc.string({ maxLength: 60 }),
    cuts: fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 12 }),
    kind: fc.constantFrom('length', 'chunked', 'until-close', 'none'),
    interimCount: fc.integer({ min: 0, max: 3 }),
    close: fc.boolean(),
    trailers: fc.array(fc.constantFrom('A: 1', 'B: x y'), { maxLength: 2 }),
  })
  .map(({ body, cuts, kind, interimCount, close, trailers }) => {
    const bytes = Buffer.from(body);
    const parts: Buffer[] = [];
    const write = (text: string) => parts.push(Buffer.from(text));
    for (let i = 0; i < interimCount; i++) write('HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n');
    write(`HTTP/1.1 ${kind === 'none' ? 204 : 200} OK\r\n`);
    if (close) write('Connection: close\r\n');
    if (kind === 'length') write(`Content-Length: ${bytes.length}\r\n`);
    write(kind === 'chunked' ? 'Transfer-Encoding: chunked\r\n\r\n' : '\r\n');
    if (kind === 'length' || kind === 'until-close') parts.push(bytes);
    if (kind === 'chunked') {
      let at = 0;
      for (const size of [...cuts, bytes.length]) {
        const part = bytes.subarray(at, at + size);
        if (part.length > 0)
          parts.push(Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n'));
        at += size;
      }
      write(`0\r\n${trailers.map((line) => `${line}\r\n`).join('')}\r\n`);
    }
    return {
      wire: Buffer.concat(parts),
      body: kind === 'none' ? Buffer.alloc(0) : bytes,
      expected: { persistent: !close && kind !== 'until-close', interimCount },
    };
  });

test('however the bytes are split, the response is the same', () => {
  fc.assert(
    fc.property(
      responses,
      fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 60 }),
      ({ wire, body, expected }, sizes) => {
        const passed: Uint8Array[] = [];
        const reader = new ResponseReader({ onBody: (bytes) => passed.push(Uint8Array.from(bytes)) });
        let at = 0;
        let used = 0;
        for (const size of [...sizes, wire.length]) {
          used += reader.push(wire.subarray(at, at + size));
          at = Math.min(wire.length, at + size);
        }
        reader.end();
        expect(reader.response).toMatchObject({ ...expected, bodyBytes: body.length });
        expect(Buffer.concat(passed)).toEqual(body);
        expect(used).toBe(wire.length);
      },
    ),
  );
});

test('whatever bytes come, the reader ends, refuses or asks for more', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, afterHead) => {
      const reader = new ResponseReader();
      const wire = afterHead ? Buffer.concat([bytesOf(CHUNKED), bytes]) : bytes;
      try {
        expect(reader.push(wire)).toBeLessThanOrEqual(wire.length);
      } catch (error) {
        const known = error instanceof MalformedResponseError || error instanceof ReadLimitError;
        if (!known) throw error;
      }
    }),
  );
});
