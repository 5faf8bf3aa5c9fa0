import { describe, expect, test } from 'vitest';
import { type StopTraits, stopsOf, traitsOfStop } from '../../../lambda/access-log/explain/stop.ts';
import { type Logged, viewOf } from '../requests.ts';

/** A request each second to each of two targets, from one second to another. */
const steady = (from: number, to: number, target: number): Logged[] =>
  Array.from({ length: to - from }, (_, at) => ({ sent: from + at + 0.1 * target, took: 0.02, target }));

/** Requests of different age that end at one instant. */
const cutAt = (second: number, target: number): Logged[] =>
  [4, 2.5, 1].map((took) => ({ sent: second - took, took, target, failed: 'cut' }));

const refused = (from: number, to: number, target: number): Logged[] =>
  Array.from({ length: to - from }, (_, at) => ({ sent: from + at + 0.5, target, failed: 'refused' }));

function looksOf(requests: readonly Logged[]): readonly StopTraits[] {
  const view = viewOf(requests);
  return stopsOf(view).map((stop) => traitsOfStop(view, stop));
}

describe('failures of a target', () => {
  const other = steady(0, 600, 2);

  test('that end together are one stop', () => {
    const looks = looksOf([...other, ...steady(0, 300, 1), ...cutAt(300, 1), ...steady(310, 600, 1)]);
    expect(looks).toHaveLength(1);
    expect(looks[0]).toMatchObject({
      cut: 3,
      refused: 0,
      together: true,
      isGone: false,
    });
  });

  test('are two stops where it answered between them', () => {
    const looks = looksOf([
      ...other,
      ...steady(0, 200, 1),
      ...cutAt(200, 1),
      ...steady(210, 400, 1),
      ...cutAt(400, 1),
      ...steady(410, 600, 1),
    ]);
    expect(looks.map(({ cut }) => cut)).toEqual([3, 3]);
  });

  test('are one stop however long it refuses, while it answers nothing', () => {
    const [look, ...more] = looksOf([
      ...other,
      ...steady(0, 300, 1),
      ...cutAt(300, 1),
      ...refused(301, 340, 1).filter((_, at) => at % 6 === 0),
      ...steady(345, 600, 1),
    ]);
    expect(more).toEqual([]);
    expect(look).toMatchObject({ cut: 3, refused: 7, isGone: false });
    expect(look?.lastedSeconds).toBeGreaterThan(30);
  });

  test('are no stop where it answers most of what comes between', () => {
    const dense = Array.from(
      { length: 200 },
      (_, at): Logged => ({ sent: 300 + at * 0.05, took: 0.01, target: 1 }),
    );
    const some = [301, 302, 303, 304].map(
      (sent): Logged => ({ sent, took: 0.001, target: 1, failed: 'cut' }),
    );
    expect(looksOf([...other, ...steady(0, 300, 1), ...dense, ...some, ...steady(311, 600, 1)])).toEqual([]);
  });

  test('say that it is gone where it never answers again while others do', () => {
    expect(looksOf([...other, ...steady(0, 300, 1), ...cutAt(300, 1)])[0]?.isGone).toBe(true);
    // The log ends too soon to say so.
    expect(looksOf([...steady(0, 330, 2), ...steady(0, 300, 1), ...cutAt(300, 1)])[0]?.isGone).toBe(false);
  });

  test('say that it is replaced where a new target takes up work', () => {
    const stopped = [...other, ...steady(0, 300, 1), ...cutAt(300, 1)];
    expect(looksOf([...stopped, ...steady(290, 600, 3)])[0]?.isReplaced).toBe(true);
    expect(looksOf([...stopped, ...steady(400, 600, 3)])[0]?.isReplaced).toBe(false);
    expect(looksOf([...stopped, ...steady(0, 600, 3)])[0]?.isReplaced).toBe(false);
  });

  test('say that none is new where the log begins shortly before', () => {
    const early = [...steady(0, 600, 2), ...steady(0, 60, 1), ...cutAt(60, 1), ...steady(70, 600, 1)];
    expect(looksOf(early)[0]?.isReplaced).toBe(false);
    expect(looksOf([...early, ...steady(14, 600, 3)])[0]?.isReplaced).toBe(false);
    expect(looksOf([...early, ...steady(16, 600, 3)])[0]?.isReplaced).toBe(true);
  });

  test('say that it was drained where it had been sent nothing for a while', () => {
    const long = [28, 24, 21].map((took): Logged => ({ sent: 300 - took, took, target: 1, failed: 'cut' }));
    expect(looksOf([...other, ...steady(0, 275, 1), ...long])[0]?.isDrained).toBe(true);
    expect(looksOf([...other, ...steady(0, 299, 1), ...long])[0]?.isDrained).toBe(false);
  });

  test('say which requests outlived them: a process that died has none', () => {
    const lived: Logged = { sent: 299, took: 6, target: 1 };
    const stretch = [...other, ...steady(0, 299, 1), ...refused(300, 304, 1), ...steady(320, 600, 1)];
    expect(looksOf([...stretch, lived])[0]?.survivors).toBe(1);
    expect(looksOf(stretch)[0]?.survivors).toBe(0);
  });

  test('say that they ended together where requests of different age did', () => {
    const ended = (...ages: readonly number[]) =>
      looksOf([
        ...other,
        ...steady(0, 299, 1),
        ...ages.map((took, at): Logged => ({ sent: 300 + at / 1000 - took, took, target: 1, failed: 'cut' })),
        ...steady(320, 600, 1),
      ])[0]?.together;
    expect([ended(2, 1), ended(1, 1), ended(1.05, 1), ended(1.2, 1), ended(1)]).toEqual([
      ...[true, false, false, true, false],
    ]);
  });

  test('are told of those that ended clearly after the last of them', () => {
    const survivors = (later: number) =>
      looksOf([
        ...other,
        ...steady(0, 299, 1),
        ...refused(300, 304, 1),
        ...[{ sent: 299.2, took: 4.3 + later, target: 1 }, ...steady(320, 600, 1)],
      ])[0]?.survivors;
    expect([survivors(0), survivors(0.004), survivors(0.007)]).toEqual([0, 0, 1]);
  });

  test('are one stop through whatever nodes they came', () => {
    const through = refused(300, 320, 1).map((one, at): Logged => ({ ...one, node: at % 3 }));
    const looks = looksOf([...other, ...steady(0, 299, 1), ...through, ...steady(330, 600, 1)]);
    expect(looks).toHaveLength(1);
    expect(looks[0]).toMatchObject({ refused: 20, lastedSeconds: expect.closeTo(19, 3) });
  });

  test('of a target that never answered are no stop', () => {
    expect(looksOf([...other, ...refused(100, 140, 1)])).toEqual([]);
  });
});
