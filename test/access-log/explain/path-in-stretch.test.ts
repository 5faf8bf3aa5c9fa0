import { describe, expect, test } from 'vitest';
import { explainByPathInStretch } from '../../../lambda/access-log/explain/path-in-stretch.ts';
import type { Logged } from '../requests.ts';
import { saidBy } from './said.ts';

const END_SECONDS = 7300;
const isWithin = (at: number, from: number, to: number) => at >= from && at < to;

/** A request each second, an eighth of them for each path; what is changed fails, is left out or is another. */
const requests = (change: (at: number) => Partial<Logged> | null): Logged[] =>
  Array.from({ length: END_SECONDS }, (_, at) => at).flatMap((at): Logged[] => {
    const own = change(at);
    const usual = { target: at % 3, client: at % 97, path: `/shelf/${'abcdefgh'[at % 8]}` };
    return own === null ? [] : [{ sent: at + 0.25, ...usual, ...own }];
  });
const isPath = (at: number) => at % 8 === 2;
const CUT = { failed: 'cut', took: 0.02 } as const;

describe('a path that fails for a while', () => {
  const broken = (from: number, to: number) =>
    saidBy(
      explainByPathInStretch,
      requests((at) => (isPath(at) && isWithin(at, from, to) ? CUT : {})),
    );

  test('is told with the time in which it does', () => {
    const said = broken(3000, 3240);
    expect(Math.max(...said.map(({ of }) => of))).toBe(30);
    expect(said.find(({ of }) => of === 30)).toMatchObject({
      kind: 'path',
      of: 30,
      fact: 'are requests for GET /shelf/c that came within 4 min from 06:50:02 UTC, under 1 % of all requests; 100 % of them fail',
      odds: { 'malformed-response': 0.727, 'response-header-too-large': 0.138 },
    });
  });

  test('is none where it fails fewer than five times', () => {
    const spread = (count: number) =>
      saidBy(
        explainByPathInStretch,
        requests((at) => (isWithin(at, 3000, 3000 + 40 * count) && at % 40 === 2 ? CUT : {})),
      );
    expect(spread(4)).toEqual([]);
    expect(spread(5)).not.toEqual([]);
  });

  test('is none where it fails for less than a minute, as when targets stop', () => {
    expect(broken(3000, 3060)).toEqual([]);
    expect(broken(3000, 3090)).not.toEqual([]);
  });

  test('is none where nothing else was answered then, as it is all that was asked for', () => {
    const alone = (others: number) =>
      saidBy(
        explainByPathInStretch,
        requests((at) => {
          if (!isWithin(at, 3000, 4000)) return {};
          if (isPath(at)) return CUT;
          return at % 8 === 3 && at < 3000 + 8 * others ? {} : null;
        }),
      );
    expect(alone(59)).toEqual([]);
    expect(alone(70)).not.toEqual([]);
  });

  test('is not so much as all that fail then where others do as well', () => {
    const said = saidBy(
      explainByPathInStretch,
      requests((at) => (isWithin(at, 3000, 4000) && at % 5 === 0 ? CUT : {})),
    );
    expect(said).toEqual([]);
  });
});
