import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MalformedResponseError, type ResponseHead } from '../../../lab/load-balancer/response-head.ts';
import { HeaderTooLargeError, ResponseParser } from '../../../lab/load-balancer/response-parser.ts';

interface Read {
  head: ResponseHead | null;
  body: string;
  complete: boolean | null;
}

function read(pieces: readonly Buffer[], method = 'GET'): Read & { parser: ResponseParser } {
  const seen: Read = { head: null, body: '', complete: null };
  const parser = new ResponseParser(method, {
    head: (head) => {
      seen.head = head;
    },
    body: (chunk) => {
      seen.body += chunk.toString('latin1');
    },
    complete: (clean) => {
      seen.complete = clean;
    },
  });
  for (const piece of pieces) parser.push(piece);
  return Object.assign(seen, { parser });
}

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');

describe('a response is read to its end', () => {
  test.each([
    ['by its length', 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc', 'abc', true],
    ['with no body', 'HTTP/1.1 204 No Content\r\n\r\n', '', true],
    ['with a length of zero', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n', '', true],
    ['without a reason phrase', 'HTTP/1.1 200\r\nContent-Length: 1\r\n\r\na', 'a', true],
    [
      'in chunks',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n',
      'abcde',
      true,
    ],
    [
      'in chunks with a trailer',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nA: b\r\n\r\n',
      'a',
      true,
    ],
    [
      'after an interim one',
      'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na',
      'a',
      true,
    ],
    ['with bytes too many', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nabc', 'a', false],
  ])('%s', (_, response, body, clean) => {
    const seen = read([bytes(response)]);
    expect({ body: seen.body, complete: seen.complete }).toEqual({ body, complete: clean });
  });

  test('however its bytes are split', () => {
    const response = bytes(
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-A: b\r\n\r\n5\r\nhello\r\n7\r\n, world\r\n0\r\n\r\n',
    );
    fc.assert(
      fc.property(fc.array(fc.nat(response.length), { maxLength: 12 }), (cuts) => {
        const edges = [0, ...cuts.toSorted((a, b) => a - b), response.length];
        const pieces = edges.slice(1).map((end, index) => response.subarray(edges[index] ?? 0, end));
        const seen = read(pieces);
        expect({ body: seen.body, complete: seen.complete }).toEqual({
          body: 'hello, world',
          complete: true,
        });
      }),
    );
  });

  test('by the end of the connection, where nothing else ends it', () => {
    const seen = read([bytes('HTTP/1.1 200 OK\r\n\r\nabc')]);
    expect(seen.complete).toBeNull();
    expect(seen.parser.end()).toBe(true);
    expect({ body: seen.body, keepAlive: seen.head?.keepAlive }).toEqual({ body: 'abc', keepAlive: false });
  });

  test('to HEAD has no body whatever its length says', () => {
    expect(read([bytes('HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n')], 'HEAD').complete).toBe(true);
  });
});

test.each([
  ['its length', 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc'],
  ['its last chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nabc'],
  ['its head', 'HTTP/1.1 200 OK\r\nContent-Le'],
])('a response that ends before %s is cut off', (_, response) => {
  expect(read([bytes(response)]).parser.end()).toBe(false);
});

describe('a response is malformed', () => {
  test.each([
    ['that is no HTTP', 'SSH-2.0-OpenSSH_9\r\n'],
    ['with a status of two digits', 'HTTP/1.1 20 OK\r\n\r\n'],
    ['of another major version', 'HTTP/2.0 200 OK\r\n\r\n'],
    ['with a blank in a header name', 'HTTP/1.1 200 OK\r\nBad Name: x\r\n\r\n'],
    ['with a line without colon', 'HTTP/1.1 200 OK\r\nnonsense\r\n\r\n'],
    ['with a folded header', 'HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n'],
    ['with a control character in a value', 'HTTP/1.1 200 OK\r\nA: b\x00c\r\n\r\n'],
    ['with two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\na'],
    ['with a length that is no number', 'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n'],
    ['with length and chunks', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n'],
    ['with an unknown coding', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n'],
    ['with a chunk size that is no number', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n'],
    [
      'with a chunk longer than its size',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n',
    ],
    ['that upgrades unasked', 'HTTP/1.1 101 Switching Protocols\r\n\r\n'],
  ])('%s', (_, response) => {
    expect(() => read([bytes(response)])).toThrow(MalformedResponseError);
  });
});

test.each([
  [32_000, false],
  [33_000, true],
])('headers of %i bytes are refused: %s', (size, refused) => {
  const response = bytes(`HTTP/1.1 204 No Content\r\nX-Big: ${'x'.repeat(size)}\r\n\r\n`);
  const reading = () => read([response.subarray(0, 9000), response.subarray(9000)]);
  if (refused) expect(reading).toThrow(HeaderTooLargeError);
  else expect(reading().complete).toBe(true);
});
