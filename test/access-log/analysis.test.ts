import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type LineFilter, LogAnalysis } from '../../lambda/access-log/analysis.ts';
import type { AccessLogReading } from '../../lambda/access-log/analysis-result.ts';
import { accessLogSummarySchema } from '../../lambda/model/access-log-summary.ts';
import { failedLine, lineWith } from './lines.ts';

const utf8 = new TextEncoder();

function read(
  text: string,
  { name = 'x.log', cuts = [], filter = {} }: { name?: string; cuts?: number[]; filter?: LineFilter } = {},
): AccessLogReading {
  const analysis = new LogAnalysis(filter);
  const bytes = utf8.encode(text);
  analysis.startFile(name);
  let from = 0;
  for (const cut of [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b)) {
    analysis.feed(bytes.slice(from, cut));
    from = Math.max(from, cut);
  }
  analysis.endFile();
  return analysis.reading();
}

const group = (reading: AccessLogReading, at = 0) => reading.loadBalancers[0]?.targetGroups[at];

test('502s of the load balancer are counted, those of the target are told apart', () => {
  const text = [lineWith(), failedLine(), lineWith({ 9: '502', 10: '502' })].join('\n');
  const reading = read(text);
  expect(reading.linesRead).toBe(3);
  expect(reading.loadBalancers[0]).toMatchObject({
    loadBalancer: 'app/shop/50dc6c495c0c9188',
    requests: 3,
    elb502: 1,
  });
  expect(group(reading)).toMatchObject({ requests: 3, elb502: 1, target502: 1 });
  expect(reading.loadBalancers[0]?.firstSeen).toBe('2026-03-01T12:00:05.123Z');
  expect(() => accessLogSummarySchema.parse(reading.loadBalancers[0])).not.toThrow();
});

test.each([
  ['closedOnReuse', failedLine({ 7: '0.000' })],
  ['midRequest', failedLine({ 7: '4.205' })],
  ['neverDispatched', failedLine({ 6: '-1', 7: '-1' })],
  ['answeredBadly', failedLine({ 8: '0.000' })],
  ['lambda', failedLine({ 5: '-', 8: '0.000', 25: '"LambdaUnhandled"' })],
] as const)('a failure of the class %s is known by its times and reason', (name, line) => {
  expect(group(read(line))?.signatures[name]).toBe(1);
});

test('Lambda reasons are kept by name', () => {
  const line = failedLine({ 5: '-', 8: '0.000', 25: '"LambdaInvalidResponse"' });
  expect(group(read(`${line}\n${line}`))?.lambdaReasons).toEqual({ LambdaInvalidResponse: 2 });
});

test('blank lines, CRLF, a byte order mark and a last line without an end are no trouble', () => {
  const reading = read(`\uFEFF${lineWith()}\r\n\r\n   \r\n${failedLine()}`);
  expect(reading).toMatchObject({ linesRead: 2, linesRejected: 0 });
  expect(reading.loadBalancers[0]?.elb502).toBe(1);
});

test('every rejected line is counted and shown with its place and reason', () => {
  const reading = read(`${lineWith()}\nnonsense here\n${lineWith()}\n${lineWith({}, 12)}`, { name: 'a.log' });
  expect(reading.linesRead).toBe(4);
  expect(reading.linesRejected).toBe(2);
  expect(reading.rejected.map(({ file, line }) => `${file}:${line}`)).toEqual(['a.log:2', 'a.log:4']);
  expect(reading.rejected[1]?.reason).toMatch(/ends after field 12/);
});

test('a damaged line is rejected for what is wrong with it, whatever its user agent has', () => {
  for (const agent of ['"curl/8"', '"Mozilla/5.0 (X11; Linux, x|y)"', '"a; \\"b\\", c"'])
    for (const [place, reason] of [
      [9, /^field 9 \(elb_status_code\)/],
      [17, /^field 17 /],
      [21, /^field 21 /],
      [34, /^field 34 /],
    ] as const)
      expect(read(lineWith({ 14: agent, [place]: 'x' }, 34)).rejected[0]?.reason).toMatch(reason);
});

test('the list of rejected lines is bounded, their count is not', () => {
  const reading = read('rubbish\n'.repeat(3000));
  expect(reading.linesRejected).toBe(3000);
  expect(reading.rejected).toHaveLength(1000);
});

test('a line without end is given up at one MiB and the next is read', () => {
  const reading = read(`${'x'.repeat(3_000_000)}\n${lineWith()}`, { cuts: [700_000, 1_400_000, 2_900_000] });
  expect(reading.rejected[0]).toMatchObject({ line: 1, reason: expect.stringMatching(/longer than 1 MiB/) });
  expect([reading.linesRead, reading.linesRejected]).toEqual([2, 1]);
  expect(reading.loadBalancers[0]?.requests).toBe(1);
});

test('however the bytes are cut into chunks, the reading is the same', () => {
  const text = [
    lineWith(),
    failedLine(),
    'bad line',
    lineWith({ 4: '[2001:db8::7]:1' }),
    failedLine({ 7: '3.1' }),
  ].join('\r\n');
  const whole = JSON.stringify(read(text));
  fc.assert(
    fc.property(fc.array(fc.nat(), { maxLength: 20 }), (cuts) => {
      expect(JSON.stringify(read(text, { cuts }))).toBe(whole);
    }),
    { numRuns: 200 },
  );
});

test('bytes that are no log never make it fail', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2000 }), (bytes) => {
      const analysis = new LogAnalysis();
      analysis.startFile('noise');
      analysis.feed(bytes);
      analysis.endFile();
      const reading = analysis.reading();
      expect(reading.linesRejected).toBe(reading.linesRead);
    }),
    { numRuns: 300 },
  );
});

test('a line without target or group is counted for none, and nothing is left out', () => {
  const none = { 5: '-', 17: '-' };
  const lines = [
    failedLine(none),
    lineWith(none),
    lineWith({ 5: '-' }),
    lineWith({ 5: '10.0.0.8:80' }),
    lineWith(),
  ];
  const [found] = read(lines.join('\n')).loadBalancers;
  expect(found).toMatchObject({ requests: 5, elb502: 1, leftOut: [] });
  expect(found?.targetGroups.map(({ requests, targets }) => [requests, targets.length])).toEqual([[3, 2]]);
  expect(found?.targetGroups[0]?.targets.map(({ requests }) => requests)).toEqual([1, 1]);
});

test('load balancers are kept apart, that with most failures first', () => {
  const other = { 3: 'app/quiet/1111111111111111' };
  const reading = read([lineWith(other), lineWith(other), failedLine()].join('\n'));
  expect(reading.loadBalancers.map(({ loadBalancer, requests }) => [loadBalancer, requests])).toEqual([
    ['app/shop/50dc6c495c0c9188', 1],
    ['app/quiet/1111111111111111', 2],
  ]);
});

test('lines of other load balancers and times are left out and counted', () => {
  const lines = [lineWith(), lineWith({ 3: 'app/quiet/1' }), lineWith({ 2: '2026-03-01T13:00:00.000000Z' })];
  const endSeconds = Date.UTC(2026, 2, 1, 12, 30) / 1000;
  const reading = read(lines.join('\n'), { filter: { loadBalancer: 'shop', endSeconds } });
  expect(reading.linesOutside).toBe(2);
  expect(reading.loadBalancers.map(({ requests }) => requests)).toEqual([1]);
});

test('no query, client or header of a line is in the summary', () => {
  const text = JSON.stringify(read([failedLine(), failedLine(), failedLine()].join('\n')).loadBalancers);
  expect(text).not.toMatch(/id=3|198\.51\.100\.7|Mozilla/);
});

test('load balancers are told in order, whichever of those between them have no line that was asked for', () => {
  const names = ['a', 'b', 'c', 'd'].map((name) => `app/${name}/50dc6c495c0c9188`);
  const at = (second: number) => `2026-03-01T12:00:0${second}.123456Z`;
  // The second one is seen, and has its lines before the time that was asked for.
  const lines = names.map((name, index) => lineWith({ 2: at(index === 1 ? 1 : 5), 3: name }));
  const { loadBalancers } = read(lines.join('\n'), {
    filter: { startSeconds: Date.parse(at(4)) / 1000 },
  });
  expect(loadBalancers.map(({ loadBalancer }) => loadBalancer)).toEqual([names[0], names[2], names[3]]);
});
