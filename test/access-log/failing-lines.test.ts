import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LogAnalysis } from '../../lambda/access-log/analysis.ts';
import { emptyLine, parseLine } from '../../lambda/access-log/reading/line.ts';
import { FailingLines } from '../../lambda/access-log/tally/failing-lines.ts';
import { accessLogSummarySchema } from '../../lambda/model/access-log-summary.ts';
import { type Changes, failedLine, lineWith } from './lines.ts';

function summaryOf(files: readonly string[]) {
  const analysis = new LogAnalysis();
  for (const [index, text] of files.entries()) {
    analysis.startFile(`${index}.log`);
    analysis.feed(new TextEncoder().encode(text));
    analysis.endFile();
  }
  return analysis.reading().loadBalancers[0];
}

/** What is named of lines that failed, in the order in which they are read. */
function named(...failures: readonly Changes[]) {
  const failing = new FailingLines();
  const line = emptyLine();
  for (const changes of failures) {
    const bytes = new TextEncoder().encode(failedLine(changes, 33));
    expect(parseLine(line, bytes, 0, bytes.length)).toBeNull();
    failing.add(line);
  }
  return failing.requests();
}

const requestsOf = (...files: readonly string[]) => summaryOf(files)?.failingRequests ?? [];

/** A failure so many seconds after noon. */
const failedAt = (second: number): string => {
  const at = new Date(Date.UTC(2026, 2, 1, 12, 0, second)).toISOString().slice(0, 19);
  return failedLine({ 2: `${at}.000007Z`, 18: `"Root=1-0-${second}"` });
};

const tracesOf = (...files: readonly string[]) =>
  requestsOf(...files).map(({ traceId }) => Number(traceId?.slice(4)));

test('a failed request is named with its trace id, as exactly as the line has it', () => {
  expect(requestsOf([lineWith(), failedLine({ 4: '198.51.100.7:52000' })].join('\n'))).toEqual([
    {
      at: '2026-03-01T12:00:05.123456Z',
      method: 'GET',
      url: 'https://shop.example.com:443/cart/17',
      target: '10.0.0.7:8080',
      elbStatus: 502,
      targetStatus: null,
      requestSeconds: 0,
      targetSeconds: 0.001,
      responseSeconds: -1,
      traceId: '1-58337262-36d228ad5d99923122bbe354',
    },
  ]);
});

test('what a target answered itself is not among them', () => {
  expect(requestsOf(lineWith({ 9: '502', 10: '502' }))).toEqual([]);
});

test('a line without target, request or trace id says so', () => {
  const line = failedLine({ 5: '-', 13: '"- http://shop.example.com:80- "', 18: '"-"' });
  expect(requestsOf(line)).toMatchObject([{ method: '-', target: null, traceId: null }]);
});

test.each([
  ['"GET https://shop.example.com:443/a?token=hunter2#x HTTP/1.1"', 'https://shop.example.com:443/a'],
  ['"GET https://shop.example.com:443/a%3Fpin=1234 HTTP/1.1"', 'https://shop.example.com:443/a'],
  ['"GET https://dana:hunter2@shop.example.com:443/ HTTP/2.0"', 'https://shop.example.com:443/'],
  [
    '"POST https://shop.example.com:443/reset/a81f0c2be94d4d7fb3a1 HTTP/1.1"',
    'https://shop.example.com:443/reset/***',
  ],
  ['"GET https://shop.example.com:443/u/dana@example.com HTTP/1.1"', 'https://shop.example.com:443/u/***'],
])('%s keeps nothing that is nobody else’s business', (request, url) => {
  expect(requestsOf(failedLine({ 13: request }))[0]?.url).toBe(url);
});

test('of the fields that a client can send beside the trace only the root is kept', () => {
  const trace = '"Self=1-67891234-12456789abcdef012345678;Root=1-67891233-abcdef012345678912345678;Secret=x"';
  expect(requestsOf(failedLine({ 18: trace }))[0]?.traceId).toBe('1-67891233-abcdef012345678912345678');
});

const URL = 'https://shop.example.com:443';
const LONG = 'word-'.repeat(60);

test.each<readonly [request: string, method: string, url: string]>([
  [`GET ${URL}/a HTTP/1.1`, 'GET', `${URL}/a`],
  [`GET ${URL}/a HTTP/1.1 HTTP/2.0`, 'GET', `${URL}/a HTTP/1.1`],
  [`GET ${URL}/a HTTP/x`, 'GET', `${URL}/a HTTP/x`],
  [`GET ${URL}/a HTTP/1.1b`, 'GET', `${URL}/a HTTP/1.1b`],
  [`GET ${URL}/a\u2028b HTTP/1.1`, 'GET', `${URL}/a b`],
  ['GET', '-', ''],
  [` ${URL}/a HTTP/1.1`, '-', `${URL}/a`],
  [`PROPFINDPROPFINDPROP ${URL}/a -`, 'PROPFINDPROPFINDPROP', `${URL}/a -`],
  [`PROPFINDPROPFINDPROPF ${URL}/a`, '-', `${URL}/a`],
  [`xGET ${URL}/a`, '-', `${URL}/a`],
  [`GETx ${URL}/a`, '-', `${URL}/a`],
  // Of a segment 300 characters stay, of a URL as many.
  [
    `GET /${LONG.slice(0, 140)}/${LONG.slice(0, 158)} HTTP/1.1`,
    'GET',
    `/${LONG.slice(0, 140)}/${LONG.slice(0, 158)}`,
  ],
  [
    `GET /${LONG.slice(0, 140)}/${LONG.slice(0, 159)} HTTP/1.1`,
    'GET',
    `/${LONG.slice(0, 140)}/${LONG.slice(0, 157)}…`,
  ],
  [
    `GET /${LONG.slice(0, 140)}/${LONG.slice(0, 156)}\u{1f6d2}x HTTP/1.1`,
    'GET',
    `/${LONG.slice(0, 140)}/${LONG.slice(0, 156)}…`,
  ],
  [`GET /\u{1f6d2}${LONG} HTTP/1.1`, 'GET', `/\u{1f6d2}${LONG.slice(0, 296)}…`],
])('the request %j is named %s %s', (request, method, url) => {
  expect(named({ 13: `"${request}"` })).toMatchObject([{ method, url }]);
});

test.each<readonly [trace: string, id: string | null]>([
  ['Root=1-a', '1-a'],
  ['Self=2-b;Root=1-a;x=y', '1-a'],
  ['Root=', null],
  ['xRoot=1-a', null],
  ['Root=1-a b', null],
  ['root=1-a', null],
  [`Root=${'a'.repeat(80)}`, 'a'.repeat(80)],
  [`Root=${'a'.repeat(81)}`, null],
])('of the trace %s the root is %s', (trace, id) => {
  expect(named({ 18: `"${trace}"` })).toMatchObject([{ traceId: id }]);
});

test('the status and times are those of the line, and the time has each of its microseconds', () => {
  const request = named({
    2: '2026-03-01T12:00:05.000040Z',
    6: '0.500',
    7: '0.250',
    8: '0.125',
    9: '502',
    10: '200',
  });
  expect(request).toMatchObject([
    { at: '2026-03-01T12:00:05.000040Z', elbStatus: 502, targetStatus: 200 },
    ...[],
  ]);
  expect(request).toMatchObject([{ requestSeconds: 0.5, targetSeconds: 0.25, responseSeconds: 0.125 }]);
});

test('what the target got is named where a rule rewrote it, and a target of another kind is cut', () => {
  expect(
    named({}, { 31: '"-"', 32: '"/b?c=d"', 33: '"TransformSuccess"' }).map((one) => one.rewrittenUrl),
  ).toEqual([undefined, `${URL}/b`]);
  expect(named({ 31: '"other"', 32: '"-"', 33: '"TransformSuccess"' })[0]?.rewrittenUrl).toBe(
    'https://other:443/cart/17',
  );
  expect(named({ 31: '"other"', 32: '"-"', 33: '"TransformFailed"' })[0]?.rewrittenUrl).toBeUndefined();
  expect(named({ 5: LONG })[0]?.target).toBe(LONG.slice(0, 60));
});

test('of lines of one microsecond those read first are the first, and those read last the newest', () => {
  const at = [...Array(25).keys()];
  const roots = named(...at.map((number) => ({ 18: `"Root=${number}"` }))).map(({ traceId }) =>
    Number(traceId),
  );
  expect(roots).toEqual([...at.slice(0, 10), ...at.slice(15)]);
});

test('of many the first ten and the newest ten are named, whatever the order of the files', () => {
  const expected = [...Array(10).keys(), ...Array.from({ length: 10 }, (_, index) => 30 + index)];
  fc.assert(
    fc.property(
      fc.shuffledSubarray([...Array(40).keys()], { minLength: 40 }),
      fc.integer({ min: 1, max: 39 }),
      (order, cut) => {
        const text = (part: readonly number[]) => part.map(failedAt).join('\n');
        expect(tracesOf(text(order.slice(0, cut)), text(order.slice(cut)))).toEqual(expected);
      },
    ),
    { numRuns: 50 },
  );
});

test('fewer than twenty are each named once', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 59 }), { maxLength: 20 }), (seconds) => {
      expect(tracesOf(seconds.map(failedAt).join('\n'))).toEqual([...seconds].sort((a, b) => a - b));
    }),
    { numRuns: 50 },
  );
});

test('whatever stands in the line, the summary can be read back and has no control characters', () => {
  const field = fc.string({ unit: 'binary', maxLength: 80 }).map((text) => text.replace(/[\n"\\]/g, ' '));
  fc.assert(
    fc.property(field, field, (request, trace) => {
      const summary = summaryOf([failedLine({ 13: `"${request}"`, 18: `"${trace}"` })]);
      expect(() => accessLogSummarySchema.parse(summary)).not.toThrow();
      for (const named of summary?.failingRequests ?? []) {
        // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there
        expect(JSON.stringify(Object.values(named))).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/);
        expect(named.url).not.toMatch(/[?#]/);
      }
    }),
  );
});
