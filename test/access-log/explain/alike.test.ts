import { describe, expect, test } from 'vitest';
import { failAlike } from '../../../lambda/access-log/explain/alike.ts';
import { FORMS, namesOf } from '../../../lambda/access-log/explain/path-name.ts';
import { briefStatement } from '../../../lambda/diagnose/explanation-text.ts';
import { traffic } from '../made-logs.ts';
import { type Logged, summaryOfRequests, viewOf } from '../requests.ts';

/** Paths that fail in different ways are told apart; such as fail alike are not. */

const ordinary = (seed: number): Logged[] =>
  traffic({ seed, seconds: 4000, rate: 2, targets: 3, clients: 90 });

/** A request every so many seconds. */
const each = (seconds: number, change: (at: number) => Partial<Logged>): Logged[] =>
  Array.from({ length: Math.floor(3900 / seconds) }, (_, at) => ({
    ...{ sent: 7 + at * seconds + (at % 7) / 10, took: 0.01, target: 1 + (at % 3), client: at % 83 },
    ...change(at),
  }));

const inOrder = (requests: readonly Logged[]): Logged[] =>
  [...requests].sort((one, other) => one.sent - other.sent);

/** The paths that fail, as they are divided. */
function divided(requests: readonly Logged[]): string[][] {
  const view = viewOf(inOrder(requests));
  return FORMS.filter(({ isRoute }) => !isRoute)
    .flatMap((form) => {
      const keys = new Set(view.failures.map(form.keyOf));
      return failAlike(view, new Float64Array(view.failures.length).fill(1), form, keys).map((part) =>
        namesOf(
          view,
          view.failures.filter((failure) => part.has(form.keyOf(failure))),
          form,
        ).map(({ path }) => path),
      );
    })
    .map((names) => names.sort());
}

const bad = each(150, () => ({ path: '/bad', failed: 'cut' }));
const worse = each(190, () => ({ path: '/worse', failed: 'cut' }));

describe('paths that fail', () => {
  test('in one way are together', () => {
    expect(divided([...ordinary(1), ...bad, ...worse])).toEqual([['GET /bad', 'GET /worse']]);
  });

  test('before they reach a target are apart from such as a target breaks off', () => {
    const refused = each(160, () => ({ path: '/lost', failed: 'refused' }));
    expect(divided([...ordinary(2), ...bad, ...refused])).toEqual([['GET /lost'], ['GET /bad']]);
  });

  test('before they reach a target some of the time, one as the other, are together', () => {
    const mixed = (path: string) => (at: number) =>
      ({ path, failed: at % 2 === 0 ? 'refused' : 'cut' }) as const;
    const paths = ['/one', '/two', '/six'].flatMap((path, at) => each(140 + 10 * at, mixed(path)));
    expect(divided([...ordinary(3), ...paths])).toHaveLength(1);
  });

  test('with large bodies are apart from such as fail whatever is sent', () => {
    const size = (at: number) => ((at * 37) % 100) * 10_000;
    const uploads = each(30, (at) => ({
      ...{ method: 'PUT', path: '/upload', received: size(at) },
      ...(size(at) > 700_000 ? { failed: 'cut' as const } : {}),
    }));
    const posts = each(30, (at) => ({
      ...{ method: 'POST', path: '/bad', received: size(at) },
      ...((at * 7) % 100 < 28 ? { failed: 'cut' as const } : {}),
    }));
    expect(divided([...ordinary(4), ...uploads, ...posts])).toEqual([['PUT /upload'], ['POST /bad']]);
  });

  test('always are apart from such as fail now and then', () => {
    const seldom = each(8, (at) => ({
      ...{ path: '/seldom' },
      ...(at % 20 === 3 ? { failed: 'cut' as const } : {}),
    }));
    expect(divided([...ordinary(5), ...bad, ...seldom])).toEqual([['GET /bad'], ['GET /seldom']]);
  });

  test('somewhat more often than others do so by lot', () => {
    const some = ['a', 'b', 'c', 'd', 'e'].flatMap((name, which) =>
      each(40 + which, (at) => ({
        ...{ path: `/some/${name}` },
        ...((at * 7 + which) % 10 < 3 ? { failed: 'cut' as const } : {}),
      })),
    );
    expect(divided([...ordinary(6), ...some])).toHaveLength(1);
  });

  test('are most of all paths, so the rate of each is no sign', () => {
    const paths = ['a', 'b', 'c', 'd'].flatMap((name, which) =>
      each(10, (at) => ({
        ...{ path: `/some/${name}` },
        ...(at % (which < 2 ? 2 : 15) === 1 ? { failed: 'cut' as const } : {}),
      })),
    );
    expect(divided(paths)).toHaveLength(1);
    expect(divided([...ordinary(7), ...paths])).toHaveLength(2);
  });
});

test('a limit of bodies and a path that always fails are two explanations, each with its share', () => {
  const uploads = each(28, (at) => {
    const received = Math.round(2000 * 1.06 ** ((at * 37) % 140));
    return {
      ...{ method: 'PUT', path: '/upload', received },
      ...(received > 1e6 ? { failed: 'cut' as const } : {}),
    };
  });
  const refused = uploads.filter(({ failed }) => failed).length;
  const explanations = summaryOfRequests(inOrder([...ordinary(8), ...uploads, ...bad])).explanations ?? [];
  expect(explanations.map(({ cause, failures }) => [cause, failures]).sort()).toEqual([
    ['malformed-response', bad.length],
    ['request-body-refused', refused],
  ]);
});

test('a group that refuses all and a path of another that always fails are two explanations', () => {
  const admin = each(20, (at) => ({
    ...{
      group: 'admin',
      target: 8 + (at % 2),
      path: `/adm/${at % 2 === 0 ? 'a' : 'b'}`,
      failed: 'refused' as const,
    },
  }));
  const explanations = summaryOfRequests(inOrder([...ordinary(9), ...admin, ...bad])).explanations ?? [];
  expect(
    explanations.map(({ failures, where }) => [failures, where.targetGroupArn?.includes('/admin/')]),
  ).toEqual([
    [admin.length, true],
    [bad.length, false],
  ]);
});

test('many paths directly below the root do not read as all paths', () => {
  const scan = each(60, (at) => ({ path: `/x${at}.php`, client: 777, failed: 'cut' as const }));
  const [explanation] = summaryOfRequests(inOrder([...ordinary(10), ...scan])).explanations ?? [];
  expect(explanation?.failures).toBe(scan.length);
  expect(explanation?.fact).toContain(
    `are requests for GET of ${scan.length} paths directly below /, under 1 % of all requests; 100 % of them fail; all are of one client`,
  );
  expect(explanation && briefStatement(explanation)).toBe(`GET of ${scan.length} paths directly below /`);
});

test('what lasts for minutes is no burst', () => {
  const isDown = (sent: number) => [900, 2400].some((from) => sent > from && sent < from + 300);
  const made = traffic({ seed: 3, seconds: 4000, rate: 3 }, (one) =>
    isDown(one.sent) ? { ...one, took: 0.01, failed: 'cut' } : one,
  );
  expect(summaryOfRequests(made).explanations?.[0]?.fact).toMatch(/^came in 2 stretches of up to 5 min/);
});
