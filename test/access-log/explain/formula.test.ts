import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { randomFrom } from '../../../lab/worlds/access-log/random.ts';
import { bestFit, refit, responsibility } from '../../../lambda/access-log/explain/formula.ts';
import type { LogView } from '../../../lambda/access-log/explain/log-view.ts';
import { EVERYWHERE } from '../../../lambda/access-log/explain/place.ts';
import { mixtureOf, refined } from '../../../lambda/access-log/explain/refine.ts';
import type { Found } from '../../../lambda/access-log/explain/rivals.ts';
import { type Logged, viewOf } from '../requests.ts';
import { statedBy } from './said.ts';

const floats = (values: readonly number[]): Float64Array => Float64Array.from(values);
const ones = (count: number): Float64Array => new Float64Array(count).fill(1);

/** The gain of a share, as the formula has it. */
const gainOf = (share: number, ratios: readonly number[], weights: readonly number[]): number =>
  ratios.reduce((sum, ratio, at) => sum + (weights[at] ?? 0) * Math.log(1 - share + share * ratio), 0);

/** Hits have the ratio 1/q, the others 0. */
const failures = fc
  .array(
    fc.record({
      ratio: fc.oneof(
        fc.constant(0),
        fc.constant(1),
        fc.double({ min: 1e-6, max: 1, noNaN: true }).map((chance) => 1 / chance),
        fc.double({ min: 0, max: 50, noNaN: true }),
      ),
      weight: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
    { minLength: 1, maxLength: 60 },
  )
  .map((list) => ({ ratios: list.map(({ ratio }) => ratio), weights: list.map(({ weight }) => weight) }));

describe('the best fit', () => {
  test('has a share between none and all, and a gain that is never negative', () => {
    fc.assert(
      fc.property(failures, ({ ratios, weights }) => {
        const { share, gainNats } = bestFit(floats(ratios), floats(weights));
        expect(share).toBeGreaterThanOrEqual(0);
        expect(share).toBeLessThanOrEqual(1);
        expect(gainNats).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  test('is the maximum: no other share gains more', () => {
    fc.assert(
      fc.property(failures, fc.double({ min: 0, max: 0.999, noNaN: true }), ({ ratios, weights }, other) => {
        const { gainNats } = bestFit(floats(ratios), floats(weights));
        expect(gainOf(other, ratios, weights)).toBeLessThanOrEqual(gainNats + 1e-6 * (1 + gainNats));
      }),
      { numRuns: 500 },
    );
  });

  test('is told with the gain that its own share has', () => {
    fc.assert(
      fc.property(failures, ({ ratios, weights }) => {
        const { share, gainNats } = bestFit(floats(ratios), floats(weights));
        const own = gainOf(Math.min(share, 1 - 1e-9), ratios, weights);
        expect(Math.abs(gainNats - own)).toBeLessThan(1e-6 * (1 + Math.abs(own)));
      }),
    );
  });

  test('lies on a concave curve: a chord is never above it', () => {
    const share = fc.double({ min: 0, max: 0.999, noNaN: true });
    fc.assert(
      fc.property(failures, share, share, ({ ratios, weights }, one, other) => {
        const middle = gainOf((one + other) / 2, ratios, weights);
        const chord = (gainOf(one, ratios, weights) + gainOf(other, ratios, weights)) / 2;
        expect(middle).toBeGreaterThanOrEqual(chord - 1e-6 * (1 + Math.abs(chord)));
      }),
    );
  });

  test('gains nothing where hits are just as frequent as chance makes them, however many they are', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 99 }), fc.integer({ min: 1, max: 100 }), (percent, times) => {
        const chance = percent / 100;
        const ratios = Array.from({ length: 100 * times }, (_, at) => (at % 100 < percent ? 1 / chance : 0));
        expect(bestFit(floats(ratios), ones(ratios.length)).gainNats).toBeLessThan(1e-9);
      }),
    );
  });

  test('gains nothing where hits are rarer than chance makes them', () => {
    const ratios = Array.from({ length: 100 }, (_, at) => (at < 20 ? 2 : 0));
    expect(bestFit(floats(ratios), ones(100))).toEqual({ share: 0, gainNats: 0 });
  });

  test('gains much by few hits where chance makes none', () => {
    const ratios = Array.from({ length: 100 }, (_, at) => (at < 5 ? 1e5 : 0));
    const { share, gainNats } = bestFit(floats(ratios), ones(100));
    expect(share).toBeCloseTo(0.05, 3);
    expect(gainNats).toBeGreaterThan(30);
  });

  test('gives all failures to a statement that holds for all, with a gain of log(1/q) each', () => {
    const { share, gainNats } = bestFit(floats(Array.from({ length: 40 }, () => 100)), ones(40));
    expect(share).toBe(1);
    expect(gainNats).toBeCloseTo(40 * Math.log(100), 4);
  });

  test('finds the share of hits beyond chance', () => {
    // 100 failures, 60 due to it, and of the other 40 a tenth by chance.
    const ratios = Array.from({ length: 100 }, (_, at) => (at < 64 ? 10 : 0));
    expect(bestFit(floats(ratios), ones(100)).share).toBeCloseTo(0.6, 6);
  });

  test('is alike for failures that count half as for half as many', () => {
    const ratios = [0, 0, 1, 40, 40, 40];
    const half = bestFit(floats([...ratios, ...ratios]), ones(12).fill(0.5));
    const once = bestFit(floats(ratios), ones(6));
    expect(half.share).toBeCloseTo(once.share, 9);
    expect(half.gainNats).toBeCloseTo(once.gainNats, 9);
  });

  test('does not look at failures that are explained already', () => {
    const fit = bestFit(floats([1e6, 1e6, 0, 0]), floats([0, 0, 1, 1]));
    expect(fit).toEqual({ share: 0, gainNats: 0 });
  });
});

describe('responsibility', () => {
  test('is the share of a likelihood that is due to the statement', () => {
    expect(responsibility(0.5, 0)).toBe(0);
    expect(responsibility(0, 1e9)).toBe(0);
    expect(responsibility(0.25, 1)).toBeCloseTo(0.25, 12);
    expect(responsibility(0.5, 9)).toBeCloseTo(0.9, 12);
    expect(responsibility(1, 7)).toBe(1);
    expect(responsibility(1, 0)).toBe(0);
  });

  test('grows with the share and with the ratio, between 0 and 1', () => {
    const share = fc.double({ min: 0.001, max: 0.999, noNaN: true });
    const ratio = fc.double({ min: 0, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(share, ratio, fc.double({ min: 1, max: 100, noNaN: true }), (of, one, more) => {
        const own = responsibility(of, one);
        expect(own).toBeGreaterThanOrEqual(0);
        expect(own).toBeLessThanOrEqual(1);
        expect(responsibility(of, one * more)).toBeGreaterThanOrEqual(own - 1e-12);
        expect(responsibility(Math.min(1, of * more), one)).toBeGreaterThanOrEqual(own - 1e-12);
      }),
    );
  });
});

describe('the fit of several explanations together', () => {
  /** Failures of which each is due to one of the statements, or to none; the others hold by chance. */
  function mixture(seed: number, shares: readonly number[], chances: readonly number[], count: number) {
    const random = randomFrom(seed);
    const ratios = shares.map(() => new Float64Array(count));
    for (let at = 0; at < count; at++) {
      let left = at / count;
      const due = shares.findIndex((share) => {
        left -= share;
        return left < 0;
      });
      for (const [which, own] of ratios.entries()) {
        const chance = chances[which] ?? 1;
        own[at] = which === due || random.chance(chance) ? 1 / chance : 0;
      }
    }
    return ratios;
  }

  const shares = fc
    .array(fc.double({ min: 0.05, max: 1, noNaN: true }), { minLength: 2, maxLength: 5 })
    .map((parts) => parts.map((part) => part / parts.reduce((sum, one) => sum + one, 0)).slice(1));

  test('finds the shares of failures made of a mixture', () => {
    fc.assert(
      fc.property(
        fc.nat(1e6),
        shares,
        fc.double({ min: 0.002, max: 0.1, noNaN: true }),
        (seed, of, chance) => {
          const first = of.map(() => 1 / (of.length + 1));
          const ratios = mixture(
            seed,
            of,
            of.map(() => chance),
            1500,
          );
          const fitted = refit(ratios, 1500, first);
          for (const [which, share] of of.entries())
            expect(Math.abs((fitted.shares[which] ?? 0) - share)).toBeLessThan(0.06);
          const rest = 1 - of.reduce((sum, share) => sum + share, 0);
          expect(Math.abs(fitted.unexplained - rest)).toBeLessThan(0.06);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('has shares that add up to one with what is unexplained, whatever it began with', () => {
    fc.assert(
      fc.property(
        fc.array(failures, { minLength: 1, maxLength: 4 }),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 4, maxLength: 4 }),
        (lists, first) => {
          const count = Math.min(...lists.map(({ ratios }) => ratios.length));
          const { shares: fitted, unexplained } = refit(
            lists.map(({ ratios }) => floats(ratios)),
            count,
            first.slice(0, lists.length),
          );
          const whole = fitted.reduce((sum, share) => sum + share, unexplained);
          expect(whole).toBeCloseTo(1, 9);
          for (const share of [...fitted, unexplained]) expect(share).toBeGreaterThanOrEqual(0);
        },
      ),
    );
  });

  test('gives nothing to a statement of which a better one holds for the same failures', () => {
    const [narrow, wide] = [ones(200).fill(500), ones(200).fill(5)];
    const { shares: fitted } = refit([narrow, wide], 200, [0.3, 0.3]);
    expect(fitted[0]).toBeGreaterThan(0.97);
    expect(fitted[1]).toBeLessThan(0.02);
  });

  // The second hardly tells hits from the rest, so that its shares are reached in many small steps.
  test.each([
    [10, 0],
    [1.6, 0.5],
  ])('is the single fit where there is one statement, with the ratios %f and %f', (hit, miss) => {
    const ratios = floats(Array.from({ length: 100 }, (_, at) => (at < 52 ? hit : miss)));
    for (const begin of [0, 0.02, 0.5, 0.98, 1]) {
      const { shares: fitted, unexplained } = refit([ratios], 100, [begin]);
      expect(fitted[0]).toBeCloseTo(bestFit(ratios, ones(100)).share, 2);
      expect(unexplained).toBeCloseTo(1 - (fitted[0] ?? 0), 9);
    }
  });

  test('is what it began with where nothing is known, made whole', () => {
    const begun = (...first: readonly number[]) => {
      const { shares: fitted, unexplained } = refit(
        first.map(() => ones(4)),
        4,
        first,
      );
      return [...fitted, unexplained].map((share) => Math.round(share * 1e6) / 1e6);
    };
    expect(begun()).toEqual([1]);
    expect(begun(0.2, 0.3)).toEqual([0.2, 0.3, 0.5]);
    // Each has a thousandth at least, that it can still grow.
    expect(begun(0, 0.25)).toEqual([0.001, 0.25, 0.749]);
    expect(begun(0.75, 0.25)).toEqual([0.749251, 0.24975, 0.000999]);
    expect(begun(1, 1)).toEqual([0.49975, 0.49975, 0.0005]);
  });

  test('does not look at failures of which nothing is known, but at those of which one statement knows', () => {
    const [one, other] = [
      [9, 9, 0, 1, 0],
      [0, 1, 7, 7, 0],
    ];
    const known = refit([floats(one), floats(other)], 5, [0.3, 0.3]);
    const more = [one, other].map((ratios) => floats([1, ...ratios, 1, 1]));
    expect(refit(more, 8, [0.3, 0.3])).toEqual(known);
  });
});

const LEAST_GAIN_NATS = 9;
const UPLOADS = 20;

/** Paths to which bodies of these sizes are sent fail them, and answer smaller ones; most requests have none. */
const uploads = (
  sizeOf: (at: number) => number,
  pathOf: (at: number) => string = () => '/photo',
  answeredOf: (at: number) => number = () => 300,
): LogView =>
  viewOf([
    ...Array.from(
      { length: 400 },
      (_, at): Logged => ({ sent: at, path: `/shelf/${at % 5}`, client: at % 9 }),
    ),
    ...Array.from({ length: 2 * UPLOADS }, (_, at): Logged => {
      const which = Math.floor(at / 2);
      const upload = { sent: 10.5 + at * 9, method: 'POST', path: pathOf(which), client: 20 + at };
      if (at % 2 === 0) return { ...upload, received: answeredOf(which) };
      return { ...upload, received: sizeOf(which), took: 0.001, failed: 'cut' };
    }),
  ]);

/** An explanation that was found before, with the ratio of each failure. */
const foundWith = (ratioOf: (at: number) => number, count = UPLOADS): Found => ({
  candidate: {
    kind: 'path',
    ratios: Float64Array.from({ length: count }, (_, at) => ratioOf(at)),
    searchedNats: 0,
    statement: () => ({ fact: 'are on a path', where: EVERYWHERE, causes: [] }),
  },
  fit: { share: 1, gainNats: 50 },
  gain: 50,
});

const gainsOf = (view: LogView, found: readonly Found[], leastGainNats = LEAST_GAIN_NATS) =>
  refined(view, found, leastGainNats)
    .slice(found.length)
    .map(({ gain }) => gain);

describe('large bodies behind other explanations', () => {
  const alike = uploads(() => 60_000);
  const path = (ratio: number) => foundWith(() => ratio);

  test('are not looked for where nothing was found', () => {
    expect(refined(alike, [], LEAST_GAIN_NATS)).toEqual([]);
  });

  test('are added to what was found, which stays as it is', () => {
    const [first, body, ...more] = refined(alike, [path(2)], LEAST_GAIN_NATS);
    expect(first).toEqual(expect.objectContaining({ gain: 50 }));
    expect(body && statedBy(body.candidate)).toMatchObject({ kind: 'request-body', of: UPLOADS });
    expect(body?.gain).toBeCloseTo((body?.fit.gainNats ?? 0) - (body?.candidate.searchedNats ?? 0), 9);
    expect(more).toEqual([]);
  });

  test('gain what they explain better than all that was found', () => {
    const [by2 = 0] = gainsOf(alike, [path(2)]);
    const [by4 = 0] = gainsOf(alike, [path(4)]);
    expect(by2 - by4).toBeCloseTo(UPLOADS * Math.log(2), 2);
    expect(gainsOf(alike, [path(4), path(4)])[0]).toBeCloseTo(by4, 2);
    // Where half of the failures are explained by each, each has half of what that explains.
    const halves = [foundWith((at) => (at % 2 === 0 ? 8 : 0)), foundWith((at) => (at % 2 === 0 ? 0 : 8))];
    expect(gainsOf(alike, halves)[0]).toBeCloseTo(by4, 2);
  });

  test('are added where they gain more than it takes', () => {
    const [gain = 0] = gainsOf(alike, [path(2)]);
    expect(gain).toBeGreaterThan(LEAST_GAIN_NATS);
    expect(gainsOf(alike, [path(2)], gain)).toEqual([]);
    expect(gainsOf(alike, [path(2)], gain - 1e-6)).toHaveLength(1);
    expect(gainsOf(alike, [path(1e4)])).toEqual([]);
  });

  test('have the size that gains most', () => {
    const [, body] = refined(
      uploads((at) => 60_000 + 1000 * at),
      [path(2)],
      0,
    );
    expect(body && statedBy(body.candidate).fact).toContain('a body of 60 kB or more');
  });

  /** Half of the bodies that fail have 60 kB, half 900 kB. */
  const size = (at: number) => (at % 2 === 0 ? 60_000 : 900_000);
  const apart = (at: number) => (at % 2 === 0 ? '/photo' : '/film');
  test.each<readonly [name: string, view: LogView, sizes: readonly string[]]>([
    ['of one size', alike, ['60 kB']],
    ['of two sizes on one path', uploads(size), ['60 kB']],
    ['hardly any of the smaller size', uploads((at) => (at === 0 ? 60_000 : 900_000)), ['60 kB']],
    [
      'of two sizes, each on a path that answers somewhat smaller ones',
      uploads(size, apart, (at) => size(at) - 9000),
      ['60 kB', '900 kB'],
    ],
  ])('are told of one limit where all above it fail: %s', (_, view, sizes) => {
    const [, ...bodies] = refined(view, [path(2)], Number.NEGATIVE_INFINITY);
    const told = bodies.map(({ candidate }) => /a body of (\d+ kB)/.exec(statedBy(candidate).fact)?.[1]);
    expect(told.sort()).toEqual(sizes);
  });

  test('count failures of one moment once', () => {
    const together = viewOf([
      ...Array.from({ length: 400 }, (_, at): Logged => ({ sent: at, path: `/shelf/${at % 5}` })),
      ...Array.from({ length: 4 }, (_, at): Logged => ({ sent: at, method: 'POST', path: '/photo' })),
      ...Array.from({ length: UPLOADS }, (_, at): Logged => {
        const upload = { method: 'POST', path: '/photo', received: 60_000, took: 0.001 };
        return { ...upload, sent: 50.5 + 20 * Math.floor(at / 2) + (at % 2) / 100, failed: 'cut' };
      }),
    ]);
    const [once = 0] = gainsOf(together, [path(2)], 0);
    const [twice = 0] = gainsOf(together, [path(4)], 0);
    expect(once - twice).toBeCloseTo((UPLOADS / 2) * Math.log(2), 2);
  });
});

describe('shares of all explanations', () => {
  const view = uploads(() => 60_000);

  test('are those of the failures of each', () => {
    const apart = [foundWith((at) => (at < 5 ? 1e4 : 0)), foundWith((at) => (at < 5 ? 0 : 1e4))];
    const { shares, unexplained } = mixtureOf(view, apart);
    expect(shares[0]).toBeCloseTo(0.25, 3);
    expect(shares[1]).toBeCloseTo(0.75, 3);
    expect(unexplained).toBeCloseTo(0, 3);
  });

  test('are even where nothing tells them apart', () => {
    const unknown = foundWith(() => 1);
    expect(mixtureOf(view, [unknown])).toEqual({ shares: [0.5], unexplained: 0.5 });
    expect(mixtureOf(view, [unknown, unknown, unknown])).toEqual({
      shares: [0.25, 0.25, 0.25],
      unexplained: 0.25,
    });
  });
});
