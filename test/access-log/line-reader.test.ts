import { afterEach, expect, test, vi } from 'vitest';
import { LogAnalysis } from '../../lambda/access-log/analysis.ts';
import { indexed } from './indexed.ts';

const utf8 = new TextEncoder();
const NAMED =
  '123456789012_elasticloadbalancing_eu-central-1_app.shop.50dc6c495c0c9188_20260301T0900Z_10.0.1.23_abcdefgh.log';
const LONG = 10_000;

function line(index: number, { failed = false, node = false, end = '' } = {}): string {
  const time = new Date(Date.UTC(2026, 2, 1, 9) + index * 10).toISOString().replace('Z', '000Z');
  const status = failed ? '0.000 0.001 -1 502 -' : '0.000 0.013 0.000 200 200';
  const head = `http ${time} app/shop/50dc6c495c0c9188 198.51.100.${index % 200}:40000 10.0.1.12:8080 ${status} 312 0`;
  const request = `"GET http://shop.example.com:80/p${index % 7} HTTP/1.1" "curl/8.0" - -`;
  const group = 'arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/web/73e2d6bc24d8a067';
  const rest = `"Root=1-67891233-abcdef012345678912345678" "-" "-" 0 ${time} "forward" "-" "-" "10.0.1.12:8080" "${failed ? '-' : 200}" "-" "-" TID_0`;
  return `${head} ${request} ${group} ${rest}${node ? ' - - - 10.0.1.23' : ''}${end}\n`;
}

function read(text: string, name = NAMED) {
  const analysis = new LogAnalysis();
  analysis.startFile(name);
  analysis.feed(utf8.encode(text));
  analysis.endFile();
  return analysis.reading();
}

const many = (of: (index: number) => string): string =>
  Array.from({ length: LONG }, (_, index) => of(index)).join('');

test('of a long file the failures are read to their ends, and all lines are counted', () => {
  const { linesRead, linesRejected, loadBalancers } = read(
    many((index) => line(index, { failed: index % 500 === 7 })),
  );
  expect({ linesRead, linesRejected }).toEqual({ linesRead: LONG, linesRejected: 0 });
  expect(loadBalancers).toMatchObject([{ requests: LONG, elb502: 20 }]);
  expect(loadBalancers[0]?.failingRequests?.[0]?.traceId).toBe('1-67891233-abcdef012345678912345678');
});

test('what is read of a long file does not depend on how far its lines are read', () => {
  const text = many((index) => line(index, { failed: index % 300 === 7 }));
  // A first line that is broken has every other read to its end.
  const [short, whole] = [read(text), read(`broken\n${text}`)];
  expect(whole.loadBalancers).toEqual(short.loadBalancers);
  expect([short.linesRejected, whole.linesRejected]).toEqual([0, 1]);
});

test('a broken line late in a long file is rejected, by what is needed of it or by one in 64 that is looked at', () => {
  const cut = (index: number) => `${line(index).slice(0, 60)}\n`;
  expect(read(many((index) => (index === 9000 ? cut(index) : line(index)))).linesRejected).toBe(1);
  const withoutEnd = (index: number) => line(index).replace(/ "forward".*/, '');
  const late = read(many((index) => (index >= 6000 ? withoutEnd(index) : line(index))));
  // Up to 63 pass before the first is looked at; from then on all are.
  expect(late.linesRejected).toBeGreaterThanOrEqual(LONG - 6000 - 64);
});

test('lines that name their node are read to their ends where the file does not', () => {
  const text = many((index) => line(index, { node: true, failed: index % 500 === 7 }));
  expect(read(text, 'renamed.log').loadBalancers).toEqual(read(text).loadBalancers);
});

test('a line that is joined to one that failed is not passed over, though lines are as long as both', () => {
  const failed = line(9000, { failed: true });
  const first = line(9000);
  const end = first.indexOf(' "Root=');
  const joined = `${first.slice(0, end)} ${failed}`;
  // Of those that are read to their ends, one has as many bytes after its target group.
  const rest = first.length - end;
  const long = line(100, { end: ` "${'x'.repeat(joined.length - end - rest - 3)}"` });
  expect(long.length).toBe(joined.length - (line(9000).length - line(100).length));
  const { linesRead, linesRejected } = read(
    many((index) => (index === 100 ? long : index === 9000 ? joined : line(index))),
  );
  expect([linesRead, linesRejected]).toEqual([LONG, 1]);
});

/** Reads in chunks whose lines another thread has indexed, as far as its index has room. */
function readIndexed(text: string, chunkBytes: number, room: number) {
  const analysis = new LogAnalysis();
  analysis.startFile(NAMED);
  const bytes = utf8.encode(text);
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    const chunk = Buffer.from(bytes.subarray(at, at + chunkBytes));
    analysis.feed(chunk, indexed(chunk, room));
  }
  analysis.endFile();
  return analysis.reading();
}

/** Lines of many lengths, with other statuses and times. */
const varied = (index: number): string =>
  line(index, { failed: index % 300 === 7 })
    .replace(/\/p\d/, `/p${index % 7}/${'x'.repeat(index % 13)}`)
    .replace('0.000 0.013', `0.000 0.0${10 + (index % 80)}`);

test.each<[string, (text: string) => string]>([
  ['whole', (text) => text],
  ['cut', (text) => `${text.slice(0, 90)}\n`],
  ['behind a space', (text) => ` ${text}`],
  ['with CRLF', (text) => text.replace('\n', '\r\n')],
  ['with an escaped quote', (text) => text.replace('GET ', 'GET \\"')],
  ['very long', (text) => text.replace('p1', 'p'.repeat(70_000))],
  ['joined to the next', (text) => text.trimEnd()],
  ['a WebSocket', (text) => text.replace('http ', 'wss ')],
])('what is read does not depend on whether another thread has found the fields: %s', (_, damaged) => {
  const text = many((index) => (index % 2500 === 2499 ? damaged(varied(index)) : varied(index)));
  const expected = read(text);
  expect(expected.loadBalancers[0]?.elb502).toBeGreaterThan(20);
  for (const [chunkBytes, room] of [
    [100_000, 4096],
    [65_536, 50],
    [700_001, 4096],
    [700_001, 0],
  ] as const) {
    const { loadBalancers, linesRead, linesRejected } = readIndexed(text, chunkBytes, room);
    expect(loadBalancers).toEqual(expected.loadBalancers);
    expect([linesRead, linesRejected]).toEqual([expected.linesRead, expected.linesRejected]);
  }
});

test('a line behind spaces is not read by its place in the index', () => {
  // What follows the target group has two lengths, and the second line is one that no target answered.
  const texts = Array.from({ length: 4200 }, (_, at) => line(at, { end: at % 2 === 0 ? ' "x"' : ' "xy"' }));
  texts[1] = (texts[1] ?? '').replace('200 200', '503 -');
  const text = texts.map((one, at) => (at < 4150 ? one : ` ${one}`));
  const { loadBalancers, linesRejected } = readIndexed(text.join(''), 700_001, 4096);
  expect(loadBalancers).toMatchObject([
    {
      requests: 4200,
      loadBalancer: 'app/shop/50dc6c495c0c9188',
      targetGroups: [{ requests: 4200, answered: 4199 }],
    },
  ]);
  expect(linesRejected).toBe(0);
});

afterEach(() => vi.unstubAllGlobals());

/** An engine that has no addresses left for a memory of WebAssembly. */
class NoMemory {
  constructor() {
    throw new RangeError('WebAssembly.Memory(): could not allocate memory');
  }
}

/** Reads in chunks in which no other thread has looked. */
function readInChunks(text: string) {
  const analysis = new LogAnalysis();
  analysis.startFile(NAMED);
  const bytes = utf8.encode(text);
  for (let at = 0; at < bytes.length; at += 65_536) analysis.feed(bytes.subarray(at, at + 65_536));
  analysis.endFile();
  return analysis.reading();
}

test.each([
  ['as it comes', WebAssembly],
  ['where there is none', undefined],
  ['where it has no room', { ...WebAssembly, Memory: NoMemory }],
])('a long file is read all the same with WebAssembly %s', (_, stub) => {
  const text = many((index) => line(index, { failed: index % 300 === 7 }));
  const expected = read(text);
  vi.stubGlobal('WebAssembly', stub);
  const { loadBalancers, linesRead, linesRejected } = readInChunks(text);
  expect(loadBalancers).toEqual(expected.loadBalancers);
  expect([linesRead, linesRejected]).toEqual([LONG, 0]);
});
