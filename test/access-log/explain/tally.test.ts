import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { emptyLine, type LogLine, parseLine } from '../../../lambda/access-log/reading/line.ts';
import { BodySizes } from '../../../lambda/access-log/tally/body-sizes.ts';
import { ExchangeHistory } from '../../../lambda/access-log/tally/exchange-history.ts';
import { KeyCounts } from '../../../lambda/access-log/tally/key-counts.ts';
import { PathTexts } from '../../../lambda/access-log/tally/path-texts.ts';
import { Reservoir } from '../../../lambda/access-log/tally/reservoir.ts';
import { TimeHistogram } from '../../../lambda/access-log/tally/time-histogram.ts';
import { failedLine } from '../lines.ts';

const BEGIN = 1_790_000_000;

describe('counts of keys', () => {
  /** Spreads small numbers over 32 bits, as hashes are. */
  const hash = (value: number): number => {
    const half = Math.imul(value ^ 0x9e3779b9, 0x85ebca6b);
    return Math.imul(half ^ (half >>> 13), 0xc2b2ae35) >>> 0;
  };

  test('are never too low, and hardly too high', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(300), { maxLength: 9000, minLength: 10 }), (values) => {
        const counts = new KeyCounts();
        const right = new Map<number, number>();
        for (const value of values) {
          counts.add(hash(value));
          right.set(value, (right.get(value) ?? 0) + 1);
        }
        expect(counts.total).toBe(values.length);
        let surplus = 0;
        for (const [value, count] of right) {
          expect(counts.count(hash(value))).toBeGreaterThanOrEqual(count);
          surplus += counts.count(hash(value)) - count;
        }
        expect(surplus).toBeLessThanOrEqual(values.length);
      }),
      { numRuns: 40 },
    );
  });

  test('go on where the small table gives way to the large one', () => {
    const counts = new KeyCounts();
    const key = hash(7);
    for (let at = 0; at < 20_000; at++) counts.add(at % 2 === 0 ? key : hash(at));
    expect(counts.count(key)).toBeGreaterThanOrEqual(10_000);
    expect(counts.count(key)).toBeLessThan(10_100);
    expect(counts.count(hash(1_000_003))).toBeLessThan(10);
  });

  test('stay near in a million, in the largest table', () => {
    const counts = new KeyCounts();
    for (let at = 0; at < 1_000_000; at++) counts.add(hash(at));
    // Of the first 4096 keys a table has 1024 places, of further 200,000 16,384, and of all others 65,536.
    const others = Array.from({ length: 200 }, (_, at) => counts.count(hash(2_000_000 + at)));
    const mean = others.reduce((sum, count) => sum + count) / others.length;
    expect(mean).toBeGreaterThan(26);
    expect(mean).toBeLessThan(31);
  });

  test.each([1, 10, 400, 3000, 20_000])('say nearly how many keys there are: %i', (distinct) => {
    const counts = new KeyCounts();
    for (let at = 0; at < Math.max(distinct * 2, 100); at++) counts.add(hash(at % distinct));
    if (distinct <= 400 || distinct * 2 > 30_000) {
      expect(counts.distinct()).toBeGreaterThan(distinct * 0.8 - 1);
      expect(counts.distinct()).toBeLessThan(distinct * 1.25 + 1);
    } else expect(counts.distinct()).toBeGreaterThan(distinct * 0.3);
  });
});

describe('a histogram of times', () => {
  const times = fc.array(fc.double({ min: 0, max: 400_000, noNaN: true }), { minLength: 1, maxLength: 300 });
  const filled = (seconds: readonly number[], mostBins: number) => {
    const histogram = new TimeHistogram(mostBins);
    for (const second of seconds) histogram.add(BEGIN + second);
    return histogram;
  };

  test('counts all between the ends of time, in whatever order they came and however wide its bins became', () => {
    fc.assert(
      fc.property(times, fc.constantFrom(16, 64, 512, 4096), (seconds, mostBins) => {
        const histogram = filled(seconds, mostBins);
        expect(histogram.total).toBe(seconds.length);
        expect(histogram.countBetween(0, 2 * BEGIN)).toBeCloseTo(seconds.length, 6);
      }),
      { numRuns: 300 },
    );
  });

  test('has nothing twice and nothing left out: two sides of a cut are the whole', () => {
    fc.assert(
      fc.property(times, fc.double({ min: -10, max: 400_010, noNaN: true }), (seconds, cut) => {
        const histogram = filled(seconds, 64);
        const [before, after] = [
          histogram.countBetween(0, BEGIN + cut),
          histogram.countBetween(BEGIN + cut, 2 * BEGIN),
        ];
        expect(before + after).toBeCloseTo(seconds.length, 6);
      }),
    );
  });

  test('is right to a bin: what lies clearly inside is counted, what lies clearly outside is not', () => {
    fc.assert(
      fc.property(times, fc.tuple(fc.nat(400_000), fc.nat(400_000)), (seconds, [one, other]) => {
        const [low, high] = [Math.min(one, other), Math.max(one, other)];
        // 400,000 s in 512 bins: the widest bin is 1024 s, or 2048 s where the first moved.
        const histogram = filled(seconds, 512);
        const width = 2048;
        const inside = (from: number, to: number) =>
          seconds.filter((time) => time >= from && time < to).length;
        const count = histogram.countBetween(BEGIN + low, BEGIN + high);
        expect(count).toBeGreaterThanOrEqual(inside(low + width, high - width) - 1e-6);
        expect(count).toBeLessThanOrEqual(inside(low - width, high + width) + 1e-6);
      }),
    );
  });

  test('has room for one more, whichever side it comes on', () => {
    for (const step of [1, -1]) {
      const seconds = Array.from({ length: 70 }, (_, at) => 100 + step * at);
      const histogram = filled(seconds, 4096);
      for (const second of seconds)
        expect(histogram.countBetween(BEGIN + second, BEGIN + second + 1), `${second}`).toBe(1);
    }
  });

  test('has bins of a second until they do not fit', () => {
    const histogram = filled([3, 3.5, 4.25, 10, 15.9], 4096);
    expect(histogram.countBetween(BEGIN + 3, BEGIN + 4)).toBe(2);
    expect(histogram.countBetween(BEGIN + 4, BEGIN + 5)).toBe(1);
    expect(histogram.countBetween(BEGIN + 5, BEGIN + 10)).toBe(0);
    expect(histogram.countBetween(BEGIN + 3, BEGIN + 3.5)).toBe(1);
  });

  test('counts each second for itself, in whatever order they came, while bins are of a second', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(500), { minLength: 1, maxLength: 80 }), (seconds) => {
        const histogram = filled(seconds, 4096);
        for (const second of [...new Set(seconds)])
          expect(histogram.countBetween(BEGIN + second, BEGIN + second + 1)).toBe(
            seconds.filter((one) => one === second).length,
          );
      }),
    );
  });

  test('counts nothing in an empty or backward range, or before anything came', () => {
    expect(new TimeHistogram(64).countBetween(0, 2 * BEGIN)).toBe(0);
    expect(filled([5], 64).countBetween(BEGIN + 6, BEGIN + 5)).toBe(0);
    expect(filled([5], 64).countBetween(BEGIN + 5, BEGIN + 5)).toBe(0);
  });
});

describe('a reservoir', () => {
  test('keeps all while there is room, each in a place of its own', () => {
    const reservoir = new Reservoir(5);
    expect(Array.from({ length: 5 }, () => reservoir.place())).toEqual([0, 1, 2, 3, 4]);
    expect(reservoir.seen).toBe(5);
  });

  test('keeps each as likely as any other', () => {
    const [capacity, count] = [1000, 20_000];
    const reservoir = new Reservoir(capacity);
    const kept = new Map<number, number>();
    for (let at = 0; at < count; at++) {
      const place = reservoir.place();
      expect(place).toBeLessThan(capacity);
      if (place >= 0) kept.set(place, at);
    }
    expect(kept.size).toBe(capacity);
    // Ten parts of the stream have a hundred each, give or take what chance gives (four deviations).
    const parts = Array.from({ length: 10 }, () => 0);
    for (const at of kept.values()) {
      const part = Math.floor((at / count) * 10);
      parts[part] = (parts[part] ?? 0) + 1;
    }
    for (const part of parts) expect(Math.abs(part - 100)).toBeLessThan(40);
  });

  test('has no place beyond those that it has, and each of them is taken again', () => {
    const reservoir = new Reservoir(3);
    const places = new Set(Array.from({ length: 20_000 }, () => reservoir.place()));
    expect([...places].sort((one, other) => one - other)).toEqual([-1, 0, 1, 2]);
  });

  test('gives the same places each time', () => {
    const run = () => {
      const reservoir = new Reservoir(10);
      return Array.from({ length: 200 }, () => reservoir.place());
    };
    expect(run()).toEqual(run());
  });
});

describe('sizes of bodies', () => {
  test('are counted though there is no larger bin', () => {
    const bodies = new BodySizes();
    for (const bytes of [0, 2 ** 39, 2 ** 41]) bodies.add(bytes);
    expect([0, 2 ** 39, 2 ** 41].map((from) => bodies.countFrom(from))).toEqual([3, 2, 1]);
  });

  test('are counted from a size on, nothing below left out of what is above', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50_000_000), { maxLength: 100 }), fc.nat(50_000_000), (sizes, from) => {
        const bodies = new BodySizes();
        for (const size of sizes) bodies.add(size);
        const counted = bodies.countFrom(from);
        expect(counted).toBeGreaterThanOrEqual(sizes.filter((size) => size >= from).length);
        // A bin is a quarter of a factor of two.
        expect(counted).toBeLessThanOrEqual(
          sizes.filter((size) => Math.max(1, size) >= Math.max(1, from) * 0.84).length,
        );
      }),
    );
  });
});

describe('a history of exchanges', () => {
  const budget = () => ({ entriesLeft: 1e9 });

  test('holds all in the order in which they came, while there is room', () => {
    const history = new ExchangeHistory(budget());
    for (let at = 0; at < 500; at++) history.push(at, at % 7 === 0 ? Number.NaN : at + 0.5, at * 3, at * 5);
    const { starts, ends, paths, clients } = history.exchanges();
    expect(starts).toHaveLength(500);
    for (let at = 0; at < 500; at++) {
      expect([starts[at], paths[at], clients[at]]).toEqual([at, at * 3, at * 5]);
      expect(ends[at]).toBe(at % 7 === 0 ? Number.NaN : at + 0.5);
    }
  });

  test('forgets what is old and far from failures, and keeps what came before and after one', () => {
    const history = new ExchangeHistory(budget());
    const failedAt = 2000;
    const count = 60_000;
    for (let at = 0; at < count; at++)
      history.push(at * 0.1, at === failedAt ? Number.NaN : at * 0.1 + 0.05, at, -at);
    const { starts, ends, paths, clients } = history.exchanges();
    expect(starts.length).toBeLessThanOrEqual(16_384);
    const kept = new Set(paths);
    for (let at = failedAt - 400; at <= failedAt + 40; at++) expect(kept.has(at)).toBe(true);
    expect(kept.has(failedAt - 600)).toBe(false);
    expect(kept.has(failedAt + 300)).toBe(false);
    for (let at = count - 8000; at < count; at++) expect(kept.has(at)).toBe(true);
    for (const [place, path] of paths.entries()) {
      expect(starts[place]).toBeCloseTo(path * 0.1, 9);
      expect(clients[place]).toBe(-path);
      expect(Number.isNaN(ends[place])).toBe(path === failedAt);
      if (place > 0) expect(path).toBeGreaterThan(paths[place - 1] ?? Number.POSITIVE_INFINITY);
    }
  });

  test('does not keep what is long before a failure', () => {
    const history = new ExchangeHistory(budget());
    for (let at = 0; at < 40_000; at++) history.push(at * 30, at === 1000 ? Number.NaN : at * 30 + 1, at, 0);
    const kept = new Set(history.exchanges().paths);
    expect(kept.has(1000 - 20)).toBe(true);
    expect(kept.has(1000 - 21)).toBe(false);
  });

  test('keeps each exchange around failures once, though they are close to each other', () => {
    const history = new ExchangeHistory(budget());
    const failures = [3000, 3010, 3045, 3060, 3400];
    const count = 40_000;
    for (let at = 0; at < count; at++) history.push(at, failures.includes(at) ? Number.NaN : at, at, 0);
    const { paths } = history.exchanges();
    const near = [...paths].filter((at) => at < 6000);
    expect(near).toEqual(Array.from({ length: 3441 - 2600 }, (_, at) => 2600 + at));
  });

  test('keeps what came after a failure, however long before it was sent', () => {
    const history = new ExchangeHistory(budget());
    const isLong = (at: number) => at > 3040 && at < 3060;
    for (let at = 0; at < 40_000; at++)
      history.push(isLong(at) ? at - 2000 : at, [3000, 3035].includes(at) ? Number.NaN : at, at, 0);
    const kept = new Set(history.exchanges().paths);
    expect([3034, 3041, 3059, 3075, 3076].map((at) => kept.has(at))).toEqual([true, true, true, true, false]);
  });

  test('is bounded where all fails, and then keeps the newest', () => {
    const history = new ExchangeHistory(budget());
    for (let at = 0; at < 100_000; at++) history.push(at, Number.NaN, at, 0);
    const { starts, paths } = history.exchanges();
    expect(starts.length).toBeLessThanOrEqual(16_384);
    expect(paths.at(-1)).toBe(99_999);
    const newest = [...paths].slice(-8000);
    expect(newest).toEqual(Array.from({ length: 8000 }, (_, at) => 92_000 + at));
  });

  test('stays within what all histories may hold together', () => {
    const shared = { entriesLeft: 100 };
    const histories = Array.from({ length: 5 }, () => new ExchangeHistory(shared));
    for (let at = 0; at < 1000; at++) for (const history of histories) history.push(at, at, at, at);
    expect(shared.entriesLeft).toBeGreaterThanOrEqual(0);
    const held = histories.reduce((sum, history) => sum + history.exchanges().starts.length, 0);
    expect(held).toBeLessThanOrEqual(5 * 32 + 100);
    for (const history of histories) expect(history.exchanges().starts.at(-1)).toBe(999);
    const exact = { entriesLeft: 32 };
    const history = new ExchangeHistory(exact);
    for (let at = 0; at < 33; at++) history.push(at, at, at, at);
    expect([exact.entriesLeft, history.exchanges().starts.length]).toEqual([0, 33]);
  });

  test('keeps order and pairs whatever fails', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.integer({ min: 2, max: 3000 }), (phase, every) => {
        const history = new ExchangeHistory({ entriesLeft: 900 });
        for (let at = 0; at < 5000; at++)
          history.push(at, (at + phase) % every === 0 ? Number.NaN : at + 1, at, at);
        const { starts, ends, paths } = history.exchanges();
        for (let place = 0; place < starts.length; place++) {
          const at = paths[place] ?? -1;
          expect(starts[place]).toBe(at);
          expect(Number.isNaN(ends[place])).toBe((at + phase) % every === 0);
          if (place > 0) expect(at).toBeGreaterThan(paths[place - 1] ?? at);
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe('texts of paths that failed', () => {
  const lineOf = (path: string): LogLine => {
    const line = emptyLine();
    const bytes = new TextEncoder().encode(failedLine({ 13: `"GET https://shop:443${path} HTTP/1.1"` }));
    expect(parseLine(line, bytes, 0, bytes.length)).toBeNull();
    return line;
  };
  const [a, b] = [lineOf('/a'), lineOf('/b')];
  const text = 'GET https://shop:443/a HTTP/1.1';

  test('are kept as long as there is room for them, and once', () => {
    const budget = { textBytesLeft: 3 * text.length };
    const texts = new PathTexts(budget);
    for (const path of [1, 1, 2]) texts.add(path, a);
    expect(budget.textBytesLeft).toBe(text.length);
    for (const path of [3, 4]) texts.add(path, b);
    expect(budget.textBytesLeft).toBe(0);
    expect([1, 2, 3, 4].map((path) => texts.textOf(path))).toEqual([
      text,
      text,
      text.replace('/a', '/b'),
      '',
    ]);
    expect(texts.sentOf(1)).toBeNull();
  });

  test('are of three thousand paths at most', () => {
    const texts = new PathTexts({ textBytesLeft: 1e9 });
    for (let path = 0; path <= 3000; path++) texts.add(path, a);
    expect([texts.textOf(2999), texts.textOf(3000)]).toEqual([text, '']);
  });
});
