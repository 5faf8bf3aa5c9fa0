import { describe, expect, test } from 'vitest';
import { explainByPath } from '../../../lambda/access-log/explain/path.ts';
import { workInProgressOf } from '../../../lambda/access-log/explain/work-in-progress.ts';
import { type Logged, viewOf } from '../requests.ts';
import { saidBy } from './said.ts';

/** A report every ten seconds, among quick requests each second; of each so many fail. */
interface Log {
  readonly reportSeconds: number;
  readonly failedReports: number;
  readonly failedOthers: number;
  readonly failed?: Partial<Logged>;
}

const REPORTS = 60;
const QUICK_SECONDS = 0.05;

function logOf({ reportSeconds, failedReports, failedOthers, failed = {} }: Log): Logged[] {
  const fails = (at: number, count: number, every: number): Partial<Logged> =>
    at % every === 0 && at < count * every ? { failed: 'cut', ...failed } : {};
  const quick = Array.from(
    { length: 600 },
    (_, at): Logged => ({
      ...{ sent: at + 0.25, took: QUICK_SECONDS, client: at % 20, path: `/shelf/${'abcdefgh'[at % 8]}` },
      ...fails(at, failedOthers, 6),
    }),
  );
  const reports = Array.from(
    { length: REPORTS },
    (_, at): Logged => ({
      ...{ sent: at * 10 + 0.7, took: reportSeconds, client: 100 + (at % 9), path: '/report' },
      ...fails(at, failedReports, failedReports > REPORTS / 2 ? 1 : 2),
    }),
  );
  return [...quick, ...reports];
}

const shareIn = (log: Log, searchedNats = 5): number | null => {
  const view = viewOf(logOf(log));
  const [report] = viewOf([{ sent: 0, path: '/report', failed: 'cut' }]).failures;
  return workInProgressOf(view, new Float64Array(view.failures.length).fill(1), {
    isOfPaths: (path) => path === report?.packedPath,
    requests: REPORTS,
    searchedNats,
  });
};

describe('work in progress', () => {
  test('is as much of a path as it takes of the time of the targets', () => {
    // 60 times 2 s, of 600 times 0.05 s more.
    expect(shareIn({ reportSeconds: 2, failedReports: 12, failedOthers: 0 })).toBeCloseTo(120 / 150, 2);
    expect(shareIn({ reportSeconds: 6, failedReports: 12, failedOthers: 0 })).toBeCloseTo(360 / 390, 2);
  });

  test.each<readonly [string, Log]>([
    ['that takes no longer than others', { reportSeconds: 0.06, failedReports: 12, failedOthers: 0 }],
    ['that fails in most of its requests', { reportSeconds: 2, failedReports: 31, failedOthers: 0 }],
    ['that fails at once', { reportSeconds: 2, failedReports: 12, failedOthers: 0, failed: { took: 0.009 } }],
    [
      'whose answers break the rules',
      { reportSeconds: 2, failedReports: 12, failedOthers: 0, failed: { failed: 'badly' } },
    ],
    [
      'that cannot be reached',
      { reportSeconds: 2, failedReports: 12, failedOthers: 0, failed: { failed: 'refused' } },
    ],
  ])('is no reason of a path %s', (_, log) => {
    expect(shareIn(log)).toBeNull();
  });

  test('is none where the path fails far more often for its time than others', () => {
    const log = { reportSeconds: 0.5, failedReports: 18, failedOthers: 0 };
    expect(shareIn(log)).toBeCloseTo(0.5, 2);
    expect(shareIn({ ...log, reportSeconds: 0.25 })).toBeNull();
  });

  test('is one where others fail a third as often for their time, however many fail', () => {
    const log = { reportSeconds: 0.05, failedReports: 28 };
    expect(shareIn({ ...log, failedOthers: 93 }, 0)).toBeNull();
    expect(shareIn({ ...log, failedOthers: 94 }, 0)).toBeCloseTo(1 / 11, 3);
  });

  test('is one where too little is left beyond what was searched', () => {
    const log = { reportSeconds: 0.06, failedReports: 12, failedOthers: 0 };
    expect(shareIn(log, 10)).toBeNull();
    expect(shareIn(log, 30)).toBeCloseTo(0.107, 2);
  });
});

describe('a path whose failures are no more than work in progress', () => {
  const said = (log: Log) =>
    saidBy(explainByPath, logOf(log))
      .filter(({ where }) => where.path === 'GET /report')
      .map(({ fact, odds }) => ({ fact, malformed: odds['malformed-response'] }))[0];

  test('has its cause left open, and says why', () => {
    expect(said({ reportSeconds: 2, failedReports: 12, failedOthers: 0 })).toEqual({
      fact: 'are requests for GET /report, 9 % of all requests; 20 % of them fail, after 2 s of work (median); 80 % of all work in progress is theirs, so work that ends at random looks much the same',
      malformed: 0.395,
    });
  });

  test('has it where it takes no longer than others', () => {
    expect(said({ reportSeconds: 0.06, failedReports: 12, failedOthers: 0 })?.malformed).toBe(0.79);
  });
});
