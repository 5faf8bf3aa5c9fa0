import { expect, test } from 'vitest';
import { type OutcomeId, observedIn } from '../../lambda/diagnose/catalogue.ts';
import { isAbout, type Needs } from '../../lambda/diagnose/observations/observation.ts';
import {
  accessLog,
  backendLog,
  baseline,
  bundleWith,
  change,
  counts,
  declared,
  during,
  type Edit,
  edits,
  everyNth,
  explained,
  explanation,
  failingRequests,
  failures,
  from,
  gap,
  group,
  groupArn,
  health,
  idleTimeout,
  keepAlive,
  LOAD_BALANCER_ARN,
  lambdaGroup,
  loggedGroup,
  MINUTES,
  type Minutes,
  requests,
  slowestResponse,
  steady,
  ZONES,
} from './bundle.ts';
import { deployed, ecsService, OUT_OF_MEMORY, stopped } from './workload.ts';

/** 40 failures in 20 minutes that lie far apart. */
const forty = everyNth(9, 2);
/** So many errors in the minutes of the forty failures, two a minute. */
const errors = (count: number): Minutes =>
  forty.map((value, minute) => (value === null ? null : Math.min(2, Math.max(0, count - (minute / 9) * 2))));
const beside = (metric: string, count: number, where = {}): Edit =>
  edits(failures(forty), counts(metric, errors(count), where));
const at = (...minutes: readonly number[]): Minutes =>
  Array.from({ length: MINUTES }, (_, minute) => (minutes.includes(minute) ? 1 : null));
const inZone = (failed: Minutes, own: number): Edit =>
  edits(
    failures(failed),
    counts('HTTPCode_ELB_502_Count', failed, { zone: ZONES[0] }),
    ...ZONES.map((zone, place) =>
      counts('RequestCount', steady(place === 0 ? own : (100 - own) / 2), { zone }),
    ),
  );
const halves = (quietFailed: number, busyFailed: number, busy = 4000): Edit =>
  edits(
    requests(during(0, 90, 1000, busy)),
    failures(everyNth(1, 0).map((_, minute) => (minute < 90 ? quietFailed : busyFailed) || null)),
  );
const all = (failed: number, sent: number): Edit =>
  edits(
    requests(steady(sent)),
    counts('HTTPCode_Target_2XX_Count', steady(sent - failed), { group: 'web' }),
    failures(during(100, 110, failed)),
  );
const https = group('web', { protocol: 'HTTPS' });

/** Failures a minute in the hours with 500, 1000 and 4000 requests a minute. */
const thirds = (quiet: number, medium: number, busy: number): Edit => {
  const of = (values: readonly [number, number, number]): Minutes =>
    Array.from({ length: MINUTES }, (_, minute) => values[Math.floor(minute / 60)] ?? 0);
  return edits(requests(of([500, 1000, 4000])), failures(of([quiet, medium, busy])));
};
const turns = (even: number, odd: number): Minutes =>
  Array.from({ length: MINUTES }, (_, minute) => (minute % 2 === 0 ? even : odd));
/** Of twenty minutes the later ten have twice the requests, and twice the failures. */
const ofTwenty = (value: number | null, minute: number): number => (value ?? 0) * (minute < 10 ? 1000 : 2000);
const failedOfTwenty = (value: number | null, minute: number): number | null =>
  value === null ? null : minute < 10 ? 2 : 4;
const quietMinutes = [10, 30, 50, 70];
const busyMinutes = Array.from({ length: 16 }, (_, which) => 92 + 5 * which);
const mostly = (share: number): Edit =>
  edits(
    requests(during(0, 90, 100, 400)),
    counts('HTTPCode_Target_2XX_Count', during(0, 90, 100 * (1 - share), 400 * (1 - share)), {
      group: 'web',
    }),
    failures(during(0, 90, 100 * share, 400 * share)),
  );

const burst = failures(from(90, [60, 20]));
const [IDLE, DELAY] = ['idle_timeout.timeout_seconds', 'deregistration_delay.timeout_seconds'];
const changed = (minute: number, arn: string, key: string, before: string, after: string): Edit =>
  change(minute, 'ModifyTargetGroupAttributes', arn, { from: { [key]: before }, to: { [key]: after } });
const began = failures(during(100, 180, 4));
const raised: Edit = edits(
  failures(forty),
  idleTimeout(120),
  baseline({ [LOAD_BALANCER_ARN]: { [IDLE]: '60' } }),
);
/** Three requests that fail as targets have been deregistered for five minutes, or elsewhen. */
const atDelay = (...minutes: readonly number[]): Edit =>
  edits(
    failures(from(90, [3])),
    change(85, 'DeregisterTargets', groupArn('web')),
    accessLog(loggedGroup(minutes.length)),
    failingRequests('10.0.1.10:8080', ...minutes),
  );

const alone =
  (metric: string, count: number): Edit =>
  (bundle) => {
    const before = new Set(bundle.metrics);
    const changed = edits(failures(forty), counts(metric, errors(count), { group: 'fn' }))(bundle);
    const ofGroup = ({ TargetGroup = '' }: Readonly<Record<string, string>>) => ({ TargetGroup });
    const metrics = changed.metrics.map((series) =>
      before.has(series) || series.name !== metric
        ? series
        : { ...series, dimensions: ofGroup(series.dimensions) },
    );
    return { ...changed, metrics };
  };

type Row = readonly [outcome: OutcomeId, where: string, just: Edit, notYet: Edit];

const ROWS: readonly Row[] = [
  [
    'connection-errors',
    'half of the 502s have a connection error beside them',
    beside('TargetConnectionErrorCount', 20),
    beside('TargetConnectionErrorCount', 19),
  ],
  [
    'some-connection-errors',
    'a twentieth has',
    beside('TargetConnectionErrorCount', 2),
    beside('TargetConnectionErrorCount', 1),
  ],
  [
    'only-connection-errors',
    '95 % have one in the same minute',
    beside('TargetConnectionErrorCount', 38),
    beside('TargetConnectionErrorCount', 37),
  ],
  [
    'more-failures-than-connection-errors',
    'three failures are too many',
    beside('TargetConnectionErrorCount', 37),
    beside('TargetConnectionErrorCount', 38),
  ],
  [
    'more-failures-than-connection-errors',
    'they are 3 % of all',
    edits(
      failures(everyNth(9, 10)),
      counts('TargetConnectionErrorCount', from(0, [4, ...everyNth(9, 10).slice(1)])),
    ),
    edits(
      failures(everyNth(9, 10)),
      counts('TargetConnectionErrorCount', from(0, [5, ...everyNth(9, 10).slice(1)])),
    ),
  ],
  [
    'gateway-timeouts',
    'a fifth of the 502s has a 504 beside it',
    beside('HTTPCode_ELB_504_Count', 8),
    beside('HTTPCode_ELB_504_Count', 7),
  ],
  ['no-gateway-timeouts', 'there is no 504 at all', failures(forty), beside('HTTPCode_ELB_504_Count', 1)],
  [
    'tls-errors',
    'a twentieth has a failed handshake beside it',
    edits(https, beside('TargetTLSNegotiationErrorCount', 2)),
    edits(https, beside('TargetTLSNegotiationErrorCount', 1)),
  ],
  [
    'lambda-errors',
    'a twentieth has an error of the function beside it',
    edits(lambdaGroup('fn'), beside('LambdaUserError', 2, { group: 'fn' })),
    edits(lambdaGroup('fn'), beside('LambdaUserError', 1, { group: 'fn' })),
  ],
  [
    'slow-responses',
    'a response takes 20 s',
    edits(failures(forty), slowestResponse(steady(20))),
    edits(failures(forty), slowestResponse(steady(19.9))),
  ],
  [
    'fast-responses',
    'none takes 5 s',
    edits(failures(forty), slowestResponse(steady(4.99))),
    edits(failures(forty), slowestResponse(steady(5))),
  ],
  ['few-failures', 'they are two', failures(at(10, 20)), failures(at(10, 20, 30))],
  ['scattered', 'there are four episodes', failures(at(10, 20, 30, 40)), failures(at(10, 20, 30))],
  ['scattered', 'three minutes lie between them', failures(at(10, 13, 16, 19)), failures(at(10, 12, 14, 16))],
  [
    'scattered',
    'they are less than 5 % of the requests',
    edits(
      requests(steady(1)),
      failures(everyNth(22, 1).map((value, minute) => (minute < 160 ? value : null))),
    ),
    edits(requests(steady(1)), failures(everyNth(20, 1))),
  ],
  ['lasting', 'they go on for 20 minutes', failures(during(60, 80, 1)), failures(during(60, 79, 1))],
  [
    'lasting',
    'two in five minutes fail',
    failures(at(60, 62, 65, 67, 70, 72, 75, 79)),
    failures(at(60, 62, 65, 67, 70, 72, 79)),
  ],
  [
    'burst',
    'ten minutes had requests and no failure',
    edits(requests(during(85, 96, 100)), failures(from(90, [20]))),
    edits(requests(during(85, 95, 100)), failures(from(90, [20]))),
  ],
  ['burst', 'twenty fail at once', failures(from(90, [20])), failures(from(90, [19]))],
  [
    'burst',
    'four fifths of them are in three minutes',
    failures(from(60, [14, null, null, 1, null, null, 1, null, null, 1, null, null, 1, null, 1, null, 1])),
    failures(from(60, [13, null, null, 1, null, null, 1, null, null, 1, null, null, 1, null, 1, null, 1, 1])),
  ],
  [
    'all-zones',
    'ten fail',
    edits(
      ...ZONES.map((zone) => counts('HTTPCode_ELB_502_Count', at(1, 9, 20, 40, 60), { zone })),
      failures(forty),
    ),
    edits(...ZONES.map((zone) => counts('HTTPCode_ELB_502_Count', at(1, 9, 20), { zone })), failures(forty)),
  ],
  ['one-zone', 'the zone has at most 70 % of the traffic', inZone(forty, 70), inZone(forty, 71)],
  ['every-request-fails', 'nine in ten requests fail', all(90, 100), all(89, 100)],
  ['rate-falls-with-traffic', 'the share halves', halves(4, 7), halves(4, 8)],
  ['rate-follows-traffic', 'it keeps four fifths', halves(5, 17), halves(5, 16)],
  ['rate-rises-with-traffic', 'it doubles', halves(1, 9), halves(1, 8)],
  ['rate-follows-traffic', 'the traffic doubles', halves(2, 4, 2000), halves(2, 4, 1990)],
  ['rate-peaks-at-medium-traffic', 'it is twice that of the quiet', thirds(2, 8, 1), thirds(2, 7, 1)],
  ['rate-peaks-at-medium-traffic', 'it is twice that of the rush', thirds(1, 4, 8), thirds(1, 4, 9)],
  [
    'rate-follows-traffic',
    'quiet and busy minutes take turns',
    edits(requests(turns(1000, 2000)), failures(turns(1, 2))),
    edits(requests(turns(1000, 1990)), failures(turns(1, 2))),
  ],
  [
    'rate-follows-traffic',
    'twenty minutes have requests',
    edits(requests(during(0, 20, 1, 0).map(ofTwenty)), failures(during(0, 20, 1).map(failedOfTwenty))),
    edits(requests(during(1, 20, 1, 0).map(ofTwenty)), failures(during(1, 20, 1).map(failedOfTwenty))),
  ],
  [
    'rate-follows-traffic',
    'twenty requests fail',
    edits(requests(during(0, 90, 1000, 4000)), failures(at(...quietMinutes, ...busyMinutes))),
    edits(requests(during(0, 90, 1000, 4000)), failures(at(...quietMinutes, ...busyMinutes.slice(1)))),
  ],
  [
    'rate-rises-with-traffic',
    'they are no burst',
    edits(
      requests(during(0, 90, 1000, 4000)),
      failures(at(...Array.from({ length: 20 }, (_, which) => 100 + 4 * which))),
    ),
    edits(requests(during(0, 90, 1000, 4000)), failures(from(150, [20]))),
  ],
  ['rate-follows-traffic', 'some requests are answered', mostly(0.8), mostly(0.95)],
  [
    'slow-responses',
    'anything fails',
    edits(failures(forty), slowestResponse(steady(20))),
    slowestResponse(steady(20)),
  ],
  [
    'http1-groups-only',
    'the version of each group is known that is no function',
    edits(failures(forty), lambdaGroup('fn')),
    edits(failures(forty), group('api', { protocolVersion: null })),
  ],
  [
    'lambda-errors',
    'the errors are of the function',
    edits(lambdaGroup('fn'), alone('LambdaUserError', 40)),
    edits(lambdaGroup('fn'), alone('RequestCountPerTarget', 40)),
  ],
  [
    'deregistration-delay-lowered-before',
    'the delay is shorter',
    edits(began, changed(98, groupArn('web'), DELAY, '300', '299')),
    edits(began, changed(98, groupArn('web'), DELAY, '300', '300')),
  ],
  [
    'idle-timeout-raised-before',
    'the trail does not tell of it, whatever else it tells of',
    edits(raised, changed(178, groupArn('web'), IDLE, '60', '120')),
    edits(raised, changed(178, LOAD_BALANCER_ARN, IDLE, '60', '120')),
  ],
  ['idle-timeout-raised-before', 'the baseline has less', raised, edits(raised, idleTimeout(60))],
  [
    'burst',
    'quiet minutes have requests',
    edits(requests(during(85, 96, 100, 0)), failures(from(90, [20]))),
    edits(requests(during(85, 95, 100, 0)), failures(from(90, [20]))),
  ],
  [
    'no-target-change',
    'targets are unused, and none is drained',
    edits(failures(forty), health('unused', 'Target.NotInUse', 1)),
    edits(failures(forty), health('draining', null, 1)),
  ],
  [
    'no-process-exit',
    'no task ended by itself at any time',
    edits(failures(from(150, [60, 20])), ecsService()),
    edits(failures(from(150, [60, 20])), stopped(170, { exitCode: 139 })),
  ],
  [
    'service-rollout-near-failures',
    'a rollout is over a minute before the first failure at the latest',
    edits(burst, deployed(80, 89)),
    edits(burst, deployed(80, 88.9)),
  ],
  [
    'no-service-rollout',
    'a rollout was over more than a minute before the window',
    edits(burst, deployed(-90, -1.1)),
    edits(burst, deployed(-90, -1)),
  ],
  [
    'log-failed-at-deregistration-delay',
    'two of the requests end as the delay does',
    atDelay(90, 90, 120),
    atDelay(90, 120, 130),
  ],
  [
    'log-failed-at-deregistration-delay',
    'it is a few seconds over',
    atDelay(90 + 8 / 60, 90 - 3 / 60),
    atDelay(90 + 8.1 / 60, 90 - 3.1 / 60),
  ],
  [
    'log-failed-at-deregistration-delay',
    'whole bursts do not explain it',
    atDelay(90, 90),
    edits(atDelay(90, 90), explained(explanation('deregistration', 2, 1))),
  ],
  [
    'failures-at-deregistration-delay',
    'no more than two minutes fail for each end of a delay, whatever fails later',
    edits(
      failures(from(90, [60, 20, ...Array.from({ length: 8 }, () => null), 1, 1])),
      change(85, 'DeregisterTargets', groupArn('web')),
    ),
    edits(failures(from(89, [60, 20, 20])), change(85, 'DeregisterTargets', groupArn('web'))),
  ],
  [
    'targets-changing',
    'the last failure is ten minutes old',
    edits(failures(from(168, [5, 5])), health('draining', null, 1)),
    edits(failures(from(167, [5, 5])), health('draining', null, 1)),
  ],
  [
    'no-registrations',
    'the trail has had a quarter of an hour to tell',
    failures(from(163, [5, 5])),
    failures(from(164, [5, 5])),
  ],
];

test.each(ROWS.map((row) => [row[0], row[1], row] as const))(
  '%s: from where %s on',
  (id, _, [, , just, notYet]) => {
    const seen = (edit: Edit) => observedIn(bundleWith(edit)).map((one) => one.id);
    expect(seen(just)).toContain(id);
    expect(seen(notYet)).not.toContain(id);
  },
);

const twoGroups = (edit: Edit): Edit => edits(failures(forty), group('api'), edit);
const fn = lambdaGroup('fn');
const probed = (served: number, time: string | null = null): Edit =>
  edits(
    failures(forty),
    keepAlive(75, 'probe', 'web', {
      ...{ at: time, target: '10.0.1.10:8080' },
      requestsPerConnection: { served, end: 'none' },
    }),
  );

test.each<readonly [outcome: OutcomeId, where: string, edit: Edit, strength: number]>([
  ['tls-errors', 'a twentieth', edits(https, beside('TargetTLSNegotiationErrorCount', 2)), 0.45],
  ['tls-errors', 'all', edits(https, beside('TargetTLSNegotiationErrorCount', 40)), 1],
  ['lambda-errors', 'a twentieth', edits(fn, beside('LambdaUserError', 2, { group: 'fn' })), 0.45],
  ['lambda-errors', 'all', edits(fn, beside('LambdaUserError', 40, { group: 'fn' })), 1],
  ['lambda-errors', 'a twentieth, counted of the group alone', edits(fn, alone('LambdaUserError', 2)), 0.45],
  [
    'lambda-errors',
    'a twentieth, whatever else is counted of the group alone',
    edits(fn, alone('LambdaUserError', 2), alone('RequestCountPerTarget', 40)),
    0.45,
  ],
  ['log-failed-at-deregistration-delay', 'two of three', atDelay(90, 90, 120), 2 / 3],
  ['failures-apart-from-service-rollouts', 'a rollout after all of them', edits(burst, deployed(95, 99)), 1],
  ['request-limit-not-met', 'a probe of 25 requests', probed(25), Math.log(25) / Math.log(1000)],
  ['request-limit-not-met', 'one of 1,000', probed(1000), 1],
  ['request-limit-not-met', 'one of 2,000', probed(2000), 1],
  ['request-limit-not-met', 'one of a single request', probed(1), 0],
  ['scattered', 'four episodes', failures(at(10, 20, 30, 40)), 0.4],
  ['keepalive-declared-safe', 'one group of two', twoGroups(declared(75)), 0.5],
  ['keepalive-declared-safe', 'both groups', twoGroups(edits(declared(75), declared(80, 'api'))), 1],
  ['keepalive-measured-safe', 'one group of two', twoGroups(keepAlive(75, 'probe')), 0.5],
])('%s: how much it counts where it is seen in %s', (id, _, edit, strength) => {
  const found = observedIn(bundleWith(edit)).find((one) => one.id === id);
  expect(found?.strength ?? (found ? 1 : 0)).toBeCloseTo(strength, 3);
});

type Told = readonly [outcome: OutcomeId, edit: Edit, fact: RegExp, source: RegExp];
test.each<Told>([
  [
    'slow-responses',
    edits(failures(forty), slowestResponse(steady(28.4))),
    /took 28 s$/,
    /TargetResponseTime/,
  ],
  [
    'fast-responses',
    edits(failures(forty), slowestResponse(steady(4.99))),
    /took 4\.99 s$/,
    /TargetResponseTime/,
  ],
  [
    'out-of-memory-kill',
    edits(burst, stopped(90.5, OUT_OF_MEMORY), stopped(90, { exitCode: 139 })),
    /^the 502s lie near tasks that were killed for memory \(2 of them; .*OutOfMemoryError/,
    /DescribeTasks/,
  ],
  [
    'process-exit',
    edits(
      ...[burst, stopped(90.7, { exitCode: 139 }), stopped(90.5, { exitCode: 139 })],
      stopped(90, OUT_OF_MEMORY),
    ),
    /^the 502s lie near tasks that were ended by themselves \(3 of them; .*exit code 139\)/,
    /DescribeTasks/,
  ],
  [
    'failures-apart-from-service-rollouts',
    edits(burst, deployed(95, 99)),
    /^the 502s lie outside of the rolling deployment of service web/,
    /DescribeServiceDeployments/,
  ],
  [
    'request-limit-not-met',
    probed(25, '2026-11-20T09:00:00.000Z'),
    /took 25 requests/,
    /^probe of 10\.0\.1\.10:8080 at 2026-11-20T09:00:00\.000Z$/,
  ],
  ['request-limit-not-met', probed(25), /took 25 requests/, /^probe of 10\.0\.1\.10:8080$/],
])('%s %#: what is said of it', (id, edit, fact, source) => {
  const found = observedIn(bundleWith(edit)).find((one) => one.id === id);
  expect(found?.fact).toMatch(fact);
  expect(found?.source).toMatch(source);
});

test("the first three kinds of lines in the target's own log are quoted, the others counted", () => {
  const kinds = ['out of memory', 'worker timeout', 'shutdown', 'connection reset'];
  const bundle = bundleWith(burst, ...kinds.map((kind) => backendLog(kind, 90)));
  const facts = observedIn(bundle).flatMap(({ fact }) => (/^the target's log has/.test(fact) ? [fact] : []));
  expect(facts).toHaveLength(4);
  expect(facts.map((fact) => /near the 502s, for instance at \S+: ".+"$/.test(fact))).toEqual([
    true,
    true,
    true,
    false,
  ]);
  expect(facts[3]).toMatch(/near the 502s$/);
});

test('a gap in all metrics hides nothing of what needs none', () => {
  const { gaps } = bundleWith(gap('metrics'));
  const hides = (needs: Needs) => gaps.some((one) => isAbout(one, needs));
  expect(hides({ subjects: ['changes'] })).toBe(false);
  expect(hides({ metrics: ['RequestCount'] })).toBe(true);
});
