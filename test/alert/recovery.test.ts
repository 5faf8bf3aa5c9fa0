import { describe, expect, test } from 'vitest';
import { recoveryOf } from '../../lambda/alert/recovery.ts';
import { diagnose } from '../../lambda/diagnose/diagnose.ts';
import type { Incident } from '../../lambda/model/alert.ts';
import type { EvidenceBundle } from '../../lambda/model/evidence.ts';
import { recordAt } from '../store/entries.ts';
import { minute } from './looks.ts';
import { series, shopBundle } from './shop.ts';

const { incident: EXAMPLE } = recordAt(10);
if (!EXAMPLE) throw new Error('the example has no incident');
const RECORD: Incident = EXAMPLE;

const minutes = (times: readonly number[]): string[] => times.map(minute);

/** Requests and 502s by minute, in a window of three hours that ends now. */
function bundleOf(
  now: number,
  requests: ReadonlyMap<number, number>,
  failures: ReadonlyMap<number, number>,
): EvidenceBundle {
  const metrics = [series('RequestCount', requests), series('HTTPCode_ELB_502_Count', failures)];
  return { ...shopBundle({ at: now }), metrics };
}

function recovery(
  now: number,
  { requests, failures }: { requests: ReadonlyMap<number, number>; failures: ReadonlyMap<number, number> },
  failing: readonly number[],
  symptom: Partial<Incident['diagnosis']['symptom']> = {},
) {
  const bundle = bundleOf(now, requests, failures);
  const diagnosis = diagnose(bundle);
  const before = {
    ...RECORD,
    diagnosis: {
      ...RECORD.diagnosis,
      at: minute(50),
      symptom: {
        count: 9,
        requests: 900,
        ratio: 0.01,
        firstSeen: minute(2),
        lastSeen: minute(48),
        ...symptom,
      },
    },
  };
  return recoveryOf(before, minutes(failing), { bundle, diagnosis, now: minute(now), silence: null });
}

const traffic = (from: number, to: number, each: number): Map<number, number> =>
  new Map(Array.from({ length: to - from }, (_, index) => [from + index, each]));

describe('what shows that an incident is over', () => {
  test('counts failures and requests while it failed, both ends included, and requests after the last 502', () => {
    const requests = traffic(0, 180, 10);
    const failures = new Map([
      [100, 1],
      [105, 2],
      [110, 3],
    ]);
    expect(recovery(180, { requests, failures }, [100, 105, 110])).toEqual({
      before: { failures: 6, requests: 110, from: minute(100), to: minute(110) },
      after: { failures: 0, requests: 690, from: minute(110), to: minute(180) },
      chanceByPauses: Math.exp(-70 / 5),
      chanceByRequests: (1 - 6 / 110) ** 690,
    });
  });

  test('leaves 502s and requests before the first failing minute to others', () => {
    const failures = new Map([
      [20, 50],
      [100, 1],
      [110, 1],
    ]);
    const sent = recovery(180, { requests: traffic(0, 180, 10), failures }, [100, 110]);
    expect(sent?.before).toMatchObject({ failures: 2, requests: 110 });
  });

  test.each([
    ['begins with the window', 180, [0, 100], { failures: 4, from: minute(0), to: minute(100) }],
    [
      'began before the window',
      181,
      [0, 100],
      { failures: 9, requests: 900, from: minute(2), to: minute(50) },
    ],
  ])('a failure that %s', (_, now, failing, before) => {
    const failures = new Map(failing.map((time) => [time, 2]));
    expect(recovery(now, { requests: traffic(0, now, 10), failures }, failing)?.before).toMatchObject(before);
  });

  test('a failure of which the window shows no 502 is measured as its diagnosis did', () => {
    const sent = recovery(180, { requests: traffic(0, 180, 10), failures: new Map() }, [100, 110]);
    expect(sent?.before).toEqual({ failures: 9, requests: 900, from: minute(2), to: minute(50) });
    const unwatched = recovery(180, { requests: traffic(0, 180, 10), failures: new Map() }, [100, 110], {
      firstSeen: null,
    });
    expect(unwatched?.before.from).toBe(minute(100));
  });

  test('what the window no longer reaches begins with the window', () => {
    expect(
      recovery(400, { requests: traffic(220, 400, 10), failures: new Map() }, [100, 110])?.after,
    ).toEqual({
      failures: 0,
      requests: 1_800,
      from: minute(220),
      to: minute(400),
    });
  });

  test.each([
    ['no failing minute is known', [], {}],
    ['the requests could not be counted', [100], { requests: 0 }],
  ])('shows nothing where %s', (_, failing, symptom) => {
    const world = { requests: traffic(0, 180, 10), failures: new Map([[100, 1]]) };
    expect(recovery(180, world, failing, symptom)).toBeNull();
  });

  test('where every request failed, a single request that did not is proof, and none is no proof', () => {
    const failures = traffic(100, 110, 10);
    const failing = [...failures.keys()];
    const dead = { requests: traffic(100, 110, 10), failures };
    expect(recovery(180, dead, failing)?.chanceByRequests).toBe(1);
    const back = { requests: new Map([...dead.requests, [120, 1]]), failures };
    expect(recovery(180, back, failing)?.chanceByRequests).toBe(0);
  });

  test('more 502s than counted requests are all requests', () => {
    const world = { requests: new Map([[100, 1]]), failures: new Map([[100, 5]]) };
    expect(recovery(180, world, [100])?.chanceByRequests).toBe(1);
    const none = { requests: new Map<number, number>(), failures: new Map([[100, 5]]) };
    expect(recovery(180, none, [100])?.chanceByRequests).toBe(1);
  });

  test('a clock before the last 502 leaves no quiet time', () => {
    const world = { requests: traffic(0, 180, 10), failures: new Map([[175, 1]]) };
    expect(recovery(174, world, [165, 175])?.chanceByPauses).toBe(1);
  });
});
