import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LogAnalysis } from '../../lambda/access-log/analysis.ts';
import { accessLogSummarySchema } from '../../lambda/model/access-log-summary.ts';
import { failedLine, lineWith } from './lines.ts';

function summaryOf(files: readonly string[]) {
  const analysis = new LogAnalysis();
  for (const [index, text] of files.entries()) {
    analysis.startFile(`${index}.log`);
    analysis.feed(new TextEncoder().encode(text));
    analysis.endFile();
  }
  return analysis.reading().loadBalancers[0];
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
