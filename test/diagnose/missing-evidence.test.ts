import { expect, test } from 'vitest';
import { diagnose } from '../../lambda/diagnose/diagnose.ts';
import { missingEvidence } from '../../lambda/diagnose/remedies/missing-evidence.ts';
import type { NamedCause } from '../../lambda/model/cause.ts';
import type { MissingEvidence } from '../../lambda/model/diagnosis.ts';
import {
  accessLog,
  bundleWith,
  declared,
  deniedMetric,
  type Edit,
  everyNth,
  failures,
  from,
  gap,
  group,
  groupArn,
  groupTag,
  keepAlive,
  LOAD_BALANCER_ARN,
  loadBalancerTag,
  loggedGroup,
} from './bundle.ts';

const few = failures(everyNth(9, 2));
const burst = failures(from(90, [60, 20]));
const missing = (...edits: readonly Edit[]): readonly MissingEvidence[] =>
  diagnose(bundleWith(...edits)).missingEvidence;
const whats = (...edits: readonly Edit[]): readonly string[] => missing(...edits).map(({ what }) => what);

test('the log comes before a probe: it tells more of the leaders apart', () => {
  expect(whats(few)).toEqual([
    'the access log around the 502s',
    'how long the targets of web keep an idle connection',
    'the log of the targets of web around the 502s',
  ]);
});

test('the log separates the leader from all others that look alike', () => {
  const [log, probe] = missing(few);
  expect(log?.separates[0]).toBe('keepalive-mismatch');
  expect(log?.separates).toEqual(expect.arrayContaining(['malformed-response', 'response-header-too-large']));
  // A probe knows of keep-alives only: it tells the race from the rest.
  expect(probe?.separates[0]).toBe('keepalive-mismatch');
});

test('with the log at hand the probe is what is left', () => {
  const log = accessLog(
    loggedGroup(9, {
      signatures: { closedOnReuse: 9, midRequest: 0, neverDispatched: 0, answeredBadly: 0, lambda: 0 },
    }),
  );
  expect(whats(few, log)).toEqual(['how long the targets of web keep an idle connection']);
});

test('a keep-alive that was measured need not be measured again', () => {
  expect(whats(few, keepAlive(75, 'probe'))).toEqual([
    'the access log around the 502s',
    'the log of the targets of web around the 502s',
  ]);
});

test('the log of the targets is asked for where nobody said where it is, and it would tell', () => {
  const own = (...edits: readonly Edit[]) =>
    missing(few, ...edits).find(({ what }) => what.startsWith('the log of the targets'));
  expect(own()).toEqual({
    what: 'the log of the targets of web around the 502s',
    how: `aws elbv2 add-tags --region eu-central-1 --resource-arns ${groupArn('web')} --tags Key=alb502:log-group,Value=LOG_GROUP   # the log group they write to; then: alb502 scan --region eu-central-1 --load-balancer ${LOAD_BALANCER_ARN} --since 3h --backend-logs`,
    separates: expect.arrayContaining(['keepalive-mismatch', 'response-header-too-large']),
  });
  expect(own(groupTag('web', 'alb502:log-group', '/shop/web'))).toBeUndefined();
  expect(own(loadBalancerTag('alb502:log-group', '/shop'))).toBeUndefined();
  // What was named but could not be read is a gap of its own; what could not be seen is not known to be absent.
  expect(own(gap('backend-log'))).toBeUndefined();
  expect(own(gap('tags'))).toBeUndefined();
  expect(whats()).toEqual([]);
});

test('nothing is compared with an idle timeout that could not be read', () => {
  const unread = gap('attributes', { what: 'attributes of the load balancer', resource: LOAD_BALANCER_ARN });
  const estimate = { seconds: 5, low: 4.99, high: 5.01, failures: 12, pValue: 1e-9 };
  const log = accessLog(loggedGroup(12, { keepAlive: estimate }));
  for (const edits of [[few], [few, declared(5)], [few, log], [declared(5)]]) {
    const diagnosis = diagnose(bundleWith(...edits, unread));
    expect(diagnosis.mismatches).toEqual([]);
    const gaps = diagnosis.missingEvidence.map(({ what }) => what);
    expect(gaps).toContain('attributes of the load balancer (denied)');
    expect(JSON.stringify(diagnosis)).not.toMatch(/idle-timeout 60|idle timeout of 60/);
    // A number that goes with the default is said to.
    for (const { title, why } of diagnosis.actions)
      if (title.includes('at least 66 s'))
        expect(why).toMatch(/its default; if the timeout turns out to be longer/);
  }
});

test('a declaration can be wrong, so measuring it still helps; a group of which nothing is known goes first', () => {
  expect(whats(few, declared(75), group('api'))).toContain(
    'how long the targets of api keep an idle connection',
  );
});

test('the probe is a command for the target as it is reached', () => {
  const [, ipv4] = missing(few);
  expect(ipv4?.how).toMatch(/^alb502 probe http:\/\/10\.0\.1\.10:8080\/ --idle-timeout 60 {3}#/);
  const target = { id: 'fd00::7', port: 8443, availabilityZone: null, state: 'healthy' } as const;
  const six = { ...target, reason: null, description: null, anomaly: null };
  const [, ipv6] = missing(few, group('web', { protocol: 'HTTPS', targets: [six] }));
  expect(ipv6?.how).toContain("'https://[fd00::7]:8443/'");
  const [, instance] = missing(few, group('web', { targetType: 'instance' }));
  expect(instance?.how).toContain('http://TARGET:8080/');
});

test('what was denied is listed with the permission, even where it would settle nothing', () => {
  const denied = missing(few, deniedMetric('TargetConnectionErrorCount'));
  expect(denied.find(({ what }) => what.includes('TargetConnectionErrorCount'))).toEqual({
    what: 'metric TargetConnectionErrorCount (denied)',
    how: 'allow cloudwatch:GetMetricData for the role that reads; docs/iam-scan.json has the whole policy',
    separates: expect.arrayContaining(['connection-refused', 'keepalive-mismatch']),
  });
  expect(missing(gap('listeners', { action: 'elasticloadbalancing:DescribeListeners' }))).toEqual([
    {
      what: 'listeners (denied)',
      how: 'allow elasticloadbalancing:DescribeListeners for the role that reads; docs/iam-scan.json has the whole policy',
      separates: [],
    },
  ]);
});

test('what is switched off on purpose is not nagged about', () => {
  expect(missing(gap('changes', { kind: 'switched-off', reason: 'no trail' }))).toEqual([]);
});

test('a lead that is only likely asks for what would settle it after the advice for it', () => {
  const { verdict, actions } = diagnose(bundleWith(few));
  const titles = actions.map(({ title }) => title);
  expect(verdict).toBe('keepalive-mismatch');
  expect(titles[0]).toBe('Measure how long the targets of web keep an idle connection');
  expect(titles[1]).toBe('Get the evidence that would settle it: the access log around the 502s');
});

test('the first action gets the evidence, says what it costs, and undoes what it switched on', () => {
  const [first] = diagnose(bundleWith(burst)).actions;
  expect(first?.title).toBe('Get the evidence that would settle it: the access log around the 502s');
  expect(first?.why).toMatch(/^it separates \S+ from .+Side effects?: /);
  expect(first?.commands[0]).toMatch(/^aws logs describe-delivery-sources .*--region eu-central-1$/);
  expect(first?.commands.join('\n')).toContain(
    `--resource-arn ${LOAD_BALANCER_ARN} --log-type ALB_ACCESS_LOGS`,
  );
  expect(first?.commands.join('\n')).not.toContain('put-bucket-policy');
  expect(first?.commands.at(-1)).toMatch(/^alb502 logs cloudwatch:\/\/\/aws\/vendedlogs\/alb\/alb502-shop /);
  expect(first?.rollback.slice(-2)).toEqual([
    'aws logs delete-delivery-source --name alb502-shop --region eu-central-1',
    expect.stringMatching(/^aws logs delete-log-group --log-group-name \/aws\/vendedlogs\/alb\/alb502-shop /),
  ]);
});

/** What is asked for where two causes are as likely, first things first. */
const between = (left: NamedCause, right: NamedCause): readonly MissingEvidence[] =>
  missingEvidence(
    bundleWith(few),
    new Map([
      [left, 0.4],
      [right, 0.4],
    ]),
  );
const LOG = 'the access log around the 502s';

test.each<NamedCause>([
  'keepalive-mismatch',
  'requests-per-connection-limit',
  'worker-timeout',
  'malformed-response',
  'response-header-too-large',
  'request-body-refused',
  'target-crash',
  'deployment',
  'deregistration-delay-elapsed',
  'connection-refused',
  'network-path',
  'tls-failure',
  'lambda-target-error',
])('the access log tells %s from what leaves no trace of its own in it', (cause) => {
  const log = between(cause, 'protocol-mismatch').find(({ what }) => what === LOG);
  expect(log?.separates.toSorted()).toEqual([cause, 'protocol-mismatch'].toSorted());
});

test.each<readonly [left: NamedCause, right: NamedCause, first: string, others: readonly string[]]>([
  ['malformed-response', 'response-header-too-large', LOG, ['the log of the targets of web around the 502s']],
  ['deployment', 'deregistration-delay-elapsed', 'the log of the targets of web around the 502s', [LOG]],
])('between %s and %s one asks for %s first', (left, right, first, others) => {
  expect(between(left, right).map(({ what }) => what)).toEqual([first, ...others]);
});

test('the access log is not asked for between causes that look alike in it', () => {
  expect(between('network-path', 'tls-failure').map(({ what }) => what)).not.toContain(LOG);
});
