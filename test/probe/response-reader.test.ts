import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { declaredKeepAliveSeconds, MalformedResponseError } from '../../lambda/probe/response-head.ts';
import { READ_LIMITS, ResponseReader } from '../../lambda/probe/response-reader.ts';

function read(text: string, method: 'GET' | 'HEAD' = 'GET', closed = false) {
  const reader = new ResponseReader(method);
  const used = reader.push(Buffer.from(text, 'latin1'));
  if (closed) reader.end();
  return { response: reader.response, used };
}

const HEAD = 'HTTP/1.1 200 OK\r\n';

describe('the end of a response is found', () => {
  test.each([
    ['by Content-Length', `${HEAD}Content-Length: 5\r\n\r\nhello`, 5],
    [
      'by Content-Length, repeated with one value',
      `${HEAD}content-length: 5, 5\r\nContent-Length: 5\r\n\r\nhello`,
      5,
    ],
    ['by Content-Length of nothing', `${HEAD}Content-Length: 0\r\n\r\n`, 0],
    [
      'by the last chunk',
      `${HEAD}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1;x=y\r\n!\r\n0\r\n\r\n`,
      6,
    ],
    [
      'after the trailers',
      `${HEAD}Transfer-Encoding: gzip, Chunked\r\n\r\nA\r\n0123456789\r\n0\r\nX-Sum: 1\r\n\r\n`,
      10,
    ],
    [
      'by the last chunk, whatever Content-Length says',
      `${HEAD}Content-Length: 99\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      0,
    ],
    ['by status 204', 'HTTP/1.1 204 No Content\r\n\r\n', 0],
    [
      'by status 304, whatever Content-Length says',
      'HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n',
      0,
    ],
    [
      'after early hints',
      `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${HEAD}Content-Length: 1\r\n\r\na`,
      1,
    ],
    ['with bare line feeds', 'HTTP/1.1 200\nContent-Length: 2\n\nok', 2],
    ['without a reason phrase', 'HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n', 0],
  ])('%s', (_name, text, bodyBytes) => {
    const { response, used } = read(`${text}HTTP/1.1 next`);
    expect(response).toMatchObject({ bodyBytes, persistent: true });
    expect(used).toBe(text.length);
  });

  test('by its head where the request was HEAD', () => {
    expect(read(`${HEAD}Content-Length: 500\r\n\r\n`, 'HEAD').response).toMatchObject({
      bodyBytes: 0,
      persistent: true,
    });
  });

  test('by the end of the connection where it has no length', () => {
    expect(read(`${HEAD}\r\nhello`).response).toBeUndefined();
    expect(read(`${HEAD}\r\nhello`, 'GET', true).response).toMatchObject({ bodyBytes: 5, persistent: false });
  });

  test('not by the end of the connection where it has a length', () => {
    expect(read(`${HEAD}Content-Length: 6\r\n\r\nhello`, 'GET', true).response).toBeUndefined();
    expect(
      read(`${HEAD}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n`, 'GET', true).response,
    ).toBeUndefined();
    expect(read('', 'GET', true).response).toBeUndefined();
  });
});

test.each([
  ['1.1 keeps the connection', '1.1', '', true],
  ['1.1 with Connection: close ends it', '1.1', 'Connection: close\r\n', false],
  ['1.1 with close among other options ends it', '1.1', 'CONNECTION: foo, Close\r\n', false],
  ['1.0 ends the connection', '1.0', '', false],
  ['1.0 with Connection: keep-alive keeps it', '1.0', 'Connection: Keep-Alive\r\n', true],
])('HTTP/%s', (_name, version, field, persistent) => {
  expect(read(`HTTP/${version} 200 OK\r\n${field}Content-Length: 0\r\n\r\n`).response?.persistent).toBe(
    persistent,
  );
});

test.each([
  ['timeout=5', 5],
  ['timeout=75, max=100', 75],
  ['max=1, Timeout = "9"', 9],
  ['max=100', null],
  ['timeout=soon', null],
])('Keep-Alive: %s declares %s', (value, seconds) => {
  const { response } = read(`${HEAD}Keep-Alive: ${value}\r\nContent-Length: 0\r\n\r\n`);
  expect(response && declaredKeepAliveSeconds(response)).toBe(seconds);
});

test('header fields are read whatever their case, folding and repetition', () => {
  const { response } = read(
    `${HEAD}sErVeR : a\r\n  b\r\nSet-Cookie: 1\r\nset-cookie: 2\r\nContent-Length: 0\r\n\r\n`,
  );
  expect(response?.fields.get('server')).toEqual(['a b']);
  expect(response?.fields.get('set-cookie')).toEqual(['1', '2']);
});

test.each([
  ['another protocol', 'SSH-2.0-OpenSSH_9.2\r\n'],
  ['another protocol without a line feed', '\x00\x00\x12\x04'],
  ['HTTP/2', 'HTTP/2 200\r\n'],
  ['a status of two digits', 'HTTP/1.1 20\r\n\r\n'],
  ['a header without a colon', `${HEAD}nonsense\r\n\r\n`],
  ['a header name with a space', `${HEAD}a b: c\r\n\r\n`],
  ['folding of nothing', `${HEAD} a\r\n\r\n`],
  ['a negative length', `${HEAD}Content-Length: -1\r\n\r\n`],
  ['an empty length', `${HEAD}Content-Length:\r\n\r\n`],
  ['two lengths', `${HEAD}Content-Length: 1\r\nContent-Length: 2\r\n\r\n`],
  ['a chunk size that is no number', `${HEAD}Transfer-Encoding: chunked\r\n\r\nxyz\r\n`],
  ['a chunk longer than it says', `${HEAD}Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n`],
  ['a switch of protocols', 'HTTP/1.1 101 Switching Protocols\r\n\r\n'],
  ['endless early hints', 'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(READ_LIMITS.interimCount + 1)],
  ['an endless header', `${HEAD}x: ${'y'.repeat(READ_LIMITS.headBytes)}`],
  ['an endless number of headers', HEAD + 'x: y\r\n'.repeat(READ_LIMITS.headBytes / 5)],
])('%s is refused', (_name, text) => {
  expect(() => read(text)).toThrow(MalformedResponseError);
});

test('a long body in small chunks is no long header', () => {
  const chunks = '1\r\na\r\n'.repeat(READ_LIMITS.headBytes);
  expect(read(`${HEAD}Transfer-Encoding: chunked\r\n\r\n${chunks}0\r\n\r\n`).response?.bodyBytes).toBe(
    READ_LIMITS.headBytes,
  );
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
      expected: {
        bodyBytes: kind === 'none' ? 0 : bytes.length,
        persistent: !close && kind !== 'until-close',
        interimCount,
      },
    };
  });

test('however the bytes are split, the response is the same', () => {
  fc.assert(
    fc.property(
      responses,
      fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 60 }),
      ({ wire, expected }, sizes) => {
        const reader = new ResponseReader();
        let at = 0;
        let used = 0;
        for (const size of [...sizes, wire.length]) {
          used += reader.push(wire.subarray(at, at + size));
          at = Math.min(wire.length, at + size);
        }
        reader.end();
        expect(reader.response).toMatchObject(expected);
        expect(used).toBe(wire.length);
      },
    ),
  );
});

test('whatever bytes come, the reader ends, refuses or asks for more', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, afterHead) => {
      const reader = new ResponseReader();
      const wire = afterHead
        ? Buffer.concat([Buffer.from(`${HEAD}Transfer-Encoding: chunked\r\n\r\n`), bytes])
        : bytes;
      try {
        expect(reader.push(wire)).toBeLessThanOrEqual(wire.length);
      } catch (error) {
        expect(error).toBeInstanceOf(MalformedResponseError);
      }
    }),
  );
});
