import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { redactedLine } from '../../lambda/model/redacted-line.ts';

const RANDOM = 'k7Jp2mQx9Zt4Lw8Rb3Vn6Ys1';

describe('a line of a log, redacted,', () => {
  test.each([
    ['a bearer token', 'Authorization: Bearer abc.def-ghi', 'Authorization: ***'],
    ['a header as JSON', '{"authorization":"Basic dXNlcjpwdw==","path":"/x"}', '{"authorization":***'],
    ['cookies', 'Cookie: session=abc; theme=dark', 'Cookie: ***'],
    ['a query string', 'GET /pay?card=4111&cvv=1 HTTP/1.1', 'GET /pay?*** HTTP/1.1'],
    [
      'a query string of a URL',
      'to https://shop.example/cb?code=1#x failed',
      'to https://shop.example/cb?*** failed',
    ],
    ['a user in a URL', 'postgres://app:hunter2@db:5432/shop refused', 'postgres://***@db:5432/shop refused'],
    ['a mail address', 'no such user kim.doe+x@mail.example.com here', 'no such user *** here'],
    ['a password', 'login password=hunter2 for kim', 'login password=*** for kim'],
    ['a key in JSON', '{"apiKey": "abc def", "n": 1}', '{"apiKey": ***, "n": 1}'],
    [
      'a key in escaped JSON',
      '{\\"access_token\\":\\"abc\\",\\"n\\":1}',
      '{\\"access_token\\":***,\\"n\\":1}',
    ],
    ['an access key', `using ${RANDOM} now`, 'using *** now'],
    ['a card number', 'card 4111 1111 1111 1111 declined', 'card *** declined'],
  ])('hides %s', (_, line, expected) => expect(redactedLine(line)).toBe(expected));

  test.each([
    '[2026-11-20 09:41:12 +0000] [7] [CRITICAL] WORKER TIMEOUT (pid:13)',
    '2026/11/20 09:41:12 [error] 31#31: *8 recv() failed (104: Connection reset by peer), upstream: 10.0.0.7',
    'Out of memory: Killed process 4242 (java) total-vm:8123456kB, anon-rss:4123456kB',
    'panic: runtime error: invalid memory address or nil pointer dereference',
    'at Server.close (/srv/app/node_modules/express/lib/application.js:618:24)',
    '1795167672123 INFO Shutting down gracefully',
  ])('keeps %s', (line) => expect(redactedLine(line)).toBe(line));

  test('is one line of at most 300 characters without control characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 6000 }), (line) => {
        const redacted = redactedLine(line);
        expect(redacted.length).toBeLessThanOrEqual(300);
        expect(redacted).not.toMatch(/\p{Cc}|[\u2028\u2029]/u);
      }),
    );
  });

  test('gives nothing of a secret away, wherever it stands', () => {
    const secret = fc.stringMatching(/^[A-Za-z0-9]{24,40}$/).map((text) => `a1${text}`);
    const around = fc.constantFrom(
      (value: string) => `Authorization: Bearer ${value}`,
      (value: string) => `"set-cookie":["sid=${value}; Path=/"]`,
      (value: string) => `GET /reset?code=${value}&x=1 HTTP/1.1`,
      (value: string) => `client_secret='${value}'`,
      (value: string) => `X-Api-Key: ${value}`,
      (value: string) => `redis://:${value}@cache:6379`,
      (value: string) => `session ${value} expired`,
      (value: string) => `{"jwt":"${value}.${value}.${value}"}`,
    );
    const words = fc.stringMatching(/^[a-z ]{0,40}$/);
    fc.assert(
      fc.property(secret, around, words, words, (value, place, before, after) => {
        expect(redactedLine(`${before} ${place(value)} ${after}`)).not.toContain(value);
      }),
    );
  });

  test('takes no time to speak of for hostile lines', () => {
    for (const part of ['a@', 'token=', '/?', '1 ', '"', 'authorization', '\\"', 'x://', 'password="\\'])
      expect(redactedLine(part.repeat(200_000)).length).toBeLessThanOrEqual(300);
  });
});
