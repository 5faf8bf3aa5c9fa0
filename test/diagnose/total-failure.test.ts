import { describe, expect, test } from 'vitest';
import { totalFailure } from '../../lambda/diagnose/bundle/total-failure.ts';
import { symptomOf } from '../../lambda/diagnose/symptom.ts';
import {
  accessLog,
  bundleWith,
  counts,
  type Edit,
  edits,
  failures,
  from,
  gap,
  group,
  lambdaGroup,
  loggedGroup,
  type Minutes,
  silent,
  together,
} from './bundle.ts';

const told = (...list: readonly Edit[]): string | null => {
  const bundle = bundleWith(silent('RequestCount', 'HTTPCode_Target_2XX_Count'), ...list);
  return totalFailure(bundle, symptomOf(bundle));
};
const sentTo = (values: Minutes): Edit => counts('RequestCount', values);
const all = (share: number): string => `from the first 502 to the last, ${share} % of the requests failed`;

describe('of the load balancer', () => {
  test.each([
    ['five failures of five requests', 5, 5, all(100)],
    ['four of four', 4, 4, null],
    ['nine of ten', 9, 10, all(90)],
    ['89 of 100', 89, 100, null],
    ['failures for which no request is counted', 30, 0, null],
    ['no target could be chosen for some', 12, 10, all(100)],
  ])('%s', (_, failed, sent, text) => {
    expect(told(failures(from(90, [failed])), sentTo(from(90, [sent])))).toBe(text);
  });

  test('from the first 502 to the last, both included, and no longer', () => {
    const quiet = from(91, [0, 0, 10]);
    const failed = failures(together(quiet, from(90, [10, null, null, null, 10])));
    const outside = from(89, [500, null, null, null, null, null, 500]);
    expect(told(failed, sentTo(together(outside, from(90, [10, 1, 1, 10, 10]))))).toBe(all(94));
    expect(told(failed, sentTo(from(90, [10, null, null, 10, 300])))).toBeNull();
    expect(told(failed, sentTo(from(90, [300, null, null, 10, 10])))).toBeNull();
  });

  test('that only the log tells of has no minutes to compare', () => {
    expect(told(accessLog(loggedGroup(50)), sentTo(from(90, [50])))).toBeNull();
  });
});

describe('of one group', () => {
  const busyBeside: Edit = edits(group('api'), counts('RequestCount', from(90, [1000]), { group: 'api' }));
  const web = (asked: number, answers: Readonly<Record<string, number>> = {}): Edit =>
    edits(
      sentTo(from(90, [1000 + asked])),
      counts('RequestCount', from(90, [asked]), { group: 'web' }),
      ...Object.entries(answers).map(([code, count]) =>
        counts(`HTTPCode_Target_${code}_Count`, from(90, [count]), { group: 'web' }),
      ),
    );
  const failed = (count: number): Edit => failures(from(90, [count]));
  const ofWeb = (answered: number, asked: number): string =>
    `target group web answered ${answered} of its ${asked} requests between the first 502 and the last`;

  test.each([
    ['20 requests', 20, web(20), ofWeb(0, 20)],
    ['19 requests', 19, web(19), null],
    ['four fifths as many failures', 80, web(100), ofWeb(0, 100)],
    ['fewer failures', 79, web(100), null],
    ['a quarter more failures', 125, web(100), ofWeb(0, 100)],
    ['more failures than that', 126, web(100), null],
    ['a tenth answered', 90, web(100, { '2XX': 10 }), ofWeb(10, 100)],
    ['a tenth of 30 answered', 30, web(30, { '4XX': 3 }), ofWeb(3, 30)],
    ['more than a tenth answered', 90, web(100, { '2XX': 11 }), null],
    ['answers of every class', 90, web(100, { '2XX': 3, '3XX': 3, '4XX': 3, '5XX': 3 }), null],
    ['redirects', 90, web(100, { '3XX': 50 }), null],
    ['errors of its own', 90, web(100, { '5XX': 50 }), null],
    ['a group without requests', 90, web(0), null],
  ])('%s', (_, count, evidence, text) => {
    expect(told(failed(count), evidence, busyBeside)).toBe(text);
  });

  test.each(['RequestCount', ...[2, 3, 4, 5].map((digit) => `HTTPCode_Target_${digit}XX_Count`)])(
    'is not told where %s could not be read',
    (metric) => {
      const evidence = edits(failed(100), web(100), busyBeside);
      expect(told(evidence, gap('metrics', { metrics: ['TargetResponseTime'] }))).toBe(ofWeb(0, 100));
      expect(told(evidence, gap('metrics', { metrics: [metric] }))).toBeNull();
    },
  );

  test('is told beside a function, but not of one', () => {
    const beside = edits(lambdaGroup('fn'), counts('RequestCount', from(90, [1000]), { group: 'fn' }));
    expect(told(failed(100), web(100), beside)).toBe(ofWeb(0, 100));
    const ofFunction = edits(
      web(1000),
      lambdaGroup('fn'),
      counts('RequestCount', from(90, [100]), { group: 'fn' }),
    );
    expect(told(failed(100), ofFunction)).toBeNull();
  });

  test('is that of the load balancer where there is no other group', () => {
    const alone = edits(web(100), sentTo(from(90, [100])));
    expect(told(failed(85), alone)).toBeNull();
    expect(told(failed(85), alone, group('api'))).toBe(ofWeb(0, 100));
    expect(told(failed(85), alone, group('api', { serving: false }))).toBeNull();
  });
});
