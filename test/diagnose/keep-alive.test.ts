import { describe, expect, test } from 'vitest';
import { targetProtocolOf } from '../../lambda/diagnose/keep-alive/group-server.ts';
import { boundText, idleTimeoutOf, knownText } from '../../lambda/diagnose/keep-alive/idle-timeout.ts';
import {
  groupsWithoutKeepAlive,
  groupsWithoutMeasuredKeepAlive,
  idleTimeoutSecondsOf,
  keepAliveDisagreements,
  keepAliveFactsOf,
  keepAliveStandings,
  knownIdleTimeoutSeconds,
  knownKeepAliveShare,
  standingText,
} from '../../lambda/diagnose/keep-alive/keep-alive.ts';
import { safeIdleTimeoutSeconds, sideNotes } from '../../lambda/diagnose/keep-alive/keep-alive-rules.ts';
import { checkIdleTimeout } from '../../lambda/diagnose/keep-alive/unknown-idle-timeout.ts';
import type { LoggedTargetGroup } from '../../lambda/model/access-log-summary.ts';
import type { TargetGroup } from '../../lambda/model/evidence.ts';
import {
  accessLog,
  at,
  bundleWith,
  change,
  declared,
  type Edit,
  edits,
  gap,
  group,
  groupArn,
  groupTag,
  idleTimeout,
  keepAlive,
  LOAD_BALANCER_ARN,
  lambdaGroup,
  loadBalancerAttribute,
  loggedGroup,
  target,
} from './bundle.ts';

const measured = (seconds: number) => ({
  ...{ seconds, low: seconds - 0.1, high: seconds + 0.1, failures: 12, pValue: 1e-9 },
});

const loggedTarget = (name: string, elb502: number, seconds: number | null = null) => ({
  ...{ target: name, requests: 900, elb502 },
  keepAlive: seconds === null ? null : measured(seconds),
});

/** Twelve failures that show a keep-alive of 5 s, those of one target. */
const logged = (patch: Partial<LoggedTargetGroup> = {}): Edit =>
  accessLog(
    loggedGroup(12, { keepAlive: measured(5), targets: [loggedTarget('10.0.1.10:8080', 12)], ...patch }),
  );

const factsOf = (...list: readonly Edit[]) => {
  const bundle = bundleWith(...list);
  const web = bundle.targetGroups.find(({ name }) => name === 'web');
  return web ? keepAliveFactsOf(bundle, web) : [];
};

const targets = (...some: readonly (readonly [id: string, state?: string])[]): Edit =>
  group('web', { targets: some.map(([id, state = 'healthy']) => target(id, { state })) });

const instances = group('web', { targetType: 'instance', targets: [target('i-0123456789abcdef0')] });
const serverHeader = { value: 'nginx/1.27', detail: 'the header "Server: nginx/1.27"' };
const names = (groups: readonly TargetGroup[]) => groups.map(({ name }) => name);

describe('the idle timeout', () => {
  test.each([
    ['4000', 4000],
    ['1', 1],
    ['0', 60],
    ['-1', 60],
    ['soon', 60],
    ['Infinity', 60],
  ])('of %s is %i s', (value, seconds) => {
    const bundle = bundleWith(loadBalancerAttribute('idle_timeout.timeout_seconds', value));
    expect(idleTimeoutSecondsOf(bundle)).toBe(seconds);
  });

  test.each([
    ['of another resource', groupArn('web'), 60],
    ['of the load balancer', LOAD_BALANCER_ARN, null],
    ['of all', null, null],
  ])('is known unless the attributes %s could not be read', (_, resource, seconds) => {
    const bundle = bundleWith(gap('attributes', { resource }), declared(5));
    expect(knownIdleTimeoutSeconds(bundle)).toBe(seconds);
    expect(keepAliveStandings(bundle)).toHaveLength(seconds === null ? 0 : 1);
  });

  const offline = gap('load-balancer', { kind: 'switched-off' });

  test.each<readonly [string, Edit, ReturnType<typeof idleTimeoutOf>, string]>([
    ['read', edits(), { seconds: 60, source: 'aws', reusedAfterSeconds: null }, '60 s (read from AWS)'],
    ['given', offline, { seconds: 60, source: 'given', reusedAfterSeconds: null }, '60 s (as given)'],
    [
      'read, with something else switched off and a read that failed',
      edits(gap('changes', { kind: 'switched-off' }), gap('load-balancer')),
      { seconds: 60, source: 'aws', reusedAfterSeconds: null },
      '60 s (read from AWS)',
    ],
    [
      'not known, but for the longest reuse of a target',
      edits(
        gap('attributes'),
        logged({ targets: [loggedTarget('a', 1, 7), loggedTarget('b', 1, 75.04), loggedTarget('c', 1)] }),
      ),
      { seconds: null, source: null, reusedAfterSeconds: 75.04 },
      '60 s (read from AWS)',
    ],
  ])('is %s', (_, edit, expected, text) => {
    const idle = idleTimeoutOf(bundleWith(edit));
    expect(idle).toEqual(expected);
    expect(knownText(idle, 60)).toBe(text);
  });

  test('is above what the log shows, to three digits', () => {
    expect(boundText(75.04)).toBe(
      'a connection was reused after 75.0 s idle, so the idle timeout is above 75 s',
    );
  });

  test.each<readonly [string, Edit, string[]]>([
    [
      'was reused after it',
      logged({ keepAlive: measured(61) }),
      ['Check the idle timeout: it is 60 s (read from AWS), yet a connection was reused after 61.0 s idle'],
    ],
    ['was reused at it', logged({ keepAlive: measured(60) }), []],
    ['was reused, and it is not known', edits(logged({ keepAlive: measured(61) }), gap('attributes')), []],
    ['was not seen to be reused', edits(), []],
  ])('is checked where a connection %s', (_, edit, titles) => {
    const actions = checkIdleTimeout(bundleWith(edit));
    expect(actions.map(({ title }) => title)).toEqual(titles);
    for (const { commands, rollback } of actions) {
      expect(commands).toEqual([expect.stringContaining('describe-load-balancer-attributes')]);
      expect(rollback).toEqual([]);
    }
  });

  test.each([
    [14.9, null],
    [15, 10],
    [60, 54],
    [75, 68],
    [9000, 4000],
  ])('that is safe for a keep-alive of %d s is %s s', (seconds, safe) => {
    expect(safeIdleTimeoutSeconds(seconds)).toBe(safe);
  });

  test('is told with what it costs, in sentences', () => {
    expect(sideNotes({ sideEffects: [], alsoCheck: [] })).toBe('Side effects: none known.');
    expect(sideNotes({ sideEffects: ['a.', 'b;  '], alsoCheck: ['c. d'] })).toBe(
      'Side effects: a. b. Also check: c. d.',
    );
  });
});

describe('a keep-alive that the log shows', () => {
  const registered = (minute: number, arn = groupArn('web'), event = 'RegisterTargets') =>
    edits(instances, change(minute, event, arn));

  test.each<readonly [string, Edit, number[]]>([
    ['the target that failed is registered', edits(), [5]],
    ['it is registered no more', targets(['10.9.9.9']), []],
    ['it is drained', targets(['10.0.1.10', 'draining'], ['10.9.9.9']), []],
    ['it is not used', targets(['10.0.1.10', 'unused'], ['10.9.9.9']), []],
    ['all are drained', targets(['10.0.1.10', 'draining']), [5]],
    ['targets are instances', instances, [5]],
    ['targets are instances and addresses', targets(['i-0123456789abcdef0'], ['10.9.9.9']), [5]],
    ['an instance was registered since', registered(171), []],
    ['an instance was registered then', registered(170), [5]],
    ['an instance of another group was registered since', registered(171, groupArn('api')), [5]],
    ['an instance was taken out since', registered(171, groupArn('web'), 'DeregisterTargets'), [5]],
  ])('holds where %s', (_, edit, seconds) => {
    expect(factsOf(edit, logged()).map((fact) => fact.seconds)).toEqual(seconds);
  });

  test.each<readonly [string, Edit]>([
    ['another target failed', logged({ targets: [loggedTarget('10.9.9.9:8080', 12)] })],
    [
      'a registered one did not fail',
      logged({ targets: [loggedTarget('10.9.9.9:8080', 12), loggedTarget('10.0.1.10:8080', 0)] }),
    ],
    ['it is of another group', logged({ targetGroupArn: groupArn('api') })],
    ['there is none', logged({ keepAlive: null })],
  ])('is none where %s', (_, edit) => {
    expect(factsOf(edit)).toEqual([]);
  });

  test('is found by an address in brackets', () => {
    const six = logged({ targets: [loggedTarget('[fd00::7]:8080', 12)] });
    expect(factsOf(targets(['fd00::7']), six)).toHaveLength(1);
  });
});

describe('what is known of a keep-alive', () => {
  const whole = {
    targetGroupArn: groupArn('web'),
    target: null,
    lowSeconds: null,
    highSeconds: null,
    at: null,
  };

  test('has its source and bounds', () => {
    expect(factsOf(declared(75))).toEqual([
      { ...whole, seconds: 75, source: 'tag', detail: 'tag alb502:keep-alive-seconds=75' },
    ]);
    expect(factsOf(logged())).toEqual([
      {
        ...{ ...whole, seconds: 5, lowSeconds: 4.9, highSeconds: 5.1, source: 'access-log', at: at(170) },
        detail: 'read out of the access log: 12 failures line up at it',
      },
    ]);
    expect(factsOf(group('web', { serverHeader }))).toEqual([
      {
        ...{ ...whole, seconds: 75, source: 'server-default' },
        detail: 'default of nginx 1.27, named by the header "Server: nginx/1.27"',
      },
    ]);
    expect(factsOf(groupTag('web', 'alb502:server', 'nginx/1.27')).map(({ detail }) => detail)).toEqual([
      'default of nginx, named by the tag alb502:server',
    ]);
    expect(factsOf(groupTag('web', 'alb502:server', 'home-made'))).toEqual([]);
  });

  test('is of the agent where there is one', () => {
    const agent = group('web', { targetControlPort: 3000, serverHeader });
    expect(factsOf(agent, declared(75)).map(({ detail }) => detail)).toEqual([
      expect.stringMatching(/^tag alb502:keep-alive-seconds=75; the load balancer talks to the agent/),
    ]);
  });

  test('comes from the best source first, then what is no bound, then the shortest', () => {
    const of = (seconds: number, name: string, low: number | null = null) =>
      keepAlive(seconds, 'probe', 'web', { target: `${name}:8080`, lowSeconds: low });
    const facts = factsOf(
      ...[declared(20), of(90, '10.0.1.10', 90), of(80, '10.0.2.10'), of(75, '10.0.3.10'), logged()],
    );
    expect(facts.map(({ seconds }) => seconds)).toEqual([75, 80, 90, 5, 20]);
    expect(factsOf(of(65, '10.0.1.10', 65))).toEqual([]);
    expect(factsOf(of(66, '10.0.1.10', 66))).toHaveLength(1);
  });

  test.each([
    ['HTTP2', 'HTTP2'],
    ['GRPC', 'GRPC'],
    ['HTTP1', 'HTTP1'],
    [null, 'HTTP1'],
  ])('is asked of a server that speaks %s as %s', (protocolVersion, protocol) => {
    const [web] = bundleWith(group('web', { protocolVersion })).targetGroups;
    expect(web && targetProtocolOf(web)).toBe(protocol);
  });
});

describe('groups whose keep-alive is not known', () => {
  const others = edits(group('api'), lambdaGroup('fn'), group('old', { serving: false }));

  test('are those with nothing but a default that would be long enough', () => {
    const unknown = (...list: readonly Edit[]) => names(groupsWithoutKeepAlive(bundleWith(...list)));
    expect(unknown(others)).toEqual(['web', 'api']);
    expect(unknown(others, declared(75))).toEqual(['api']);
    const nginx = group('web', { serverHeader });
    expect(unknown(nginx)).toEqual(['web']);
    expect(unknown(nginx, idleTimeout(68))).toEqual(['web']);
    expect(unknown(nginx, idleTimeout(69))).toEqual([]);
  });

  test('are a share of those that serve', () => {
    expect(knownKeepAliveShare(bundleWith(others, declared(75)))).toBe(0.5);
    const functions = bundleWith(lambdaGroup('fn'));
    expect(knownKeepAliveShare({ ...functions, targetGroups: functions.targetGroups.slice(1) })).toBe(0);
  });

  test('are measured before those of which something is said; what was measured is not', () => {
    const unmeasured = (...list: readonly Edit[]) =>
      names(groupsWithoutMeasuredKeepAlive(bundleWith(...list)));
    expect(unmeasured(others, declared(75))).toEqual(['api', 'web']);
    expect(unmeasured(others, keepAlive(75, 'probe'))).toEqual(['api']);
    expect(unmeasured(others, logged())).toEqual(['api']);
  });
});

describe('two sources disagree', () => {
  const said = (...list: readonly Edit[]) =>
    keepAliveDisagreements(bundleWith(...list)).map(({ better, worse }) => [better.seconds, worse.seconds]);
  const bound = keepAlive(70, 'probe', 'web', { lowSeconds: 70 });

  test.each<readonly [string, readonly Edit[], number[][]]>([
    ['by more than a tenth', [keepAlive(75, 'probe'), declared(83)], [[75, 83]]],
    ['not by a tenth', [keepAlive(80, 'probe'), declared(88)], []],
    ['by more than a second and a half', [keepAlive(5, 'probe'), declared(7)], [[5, 7]]],
    ['not by a second and a half', [keepAlive(5, 'probe'), declared(6)], []],
    [
      'not where they are one source about two targets',
      [
        keepAlive(75, 'probe', 'web', { target: '10.0.1.10:8080' }),
        keepAlive(5, 'probe', 'web', { target: '10.0.2.10:8080' }),
      ],
      [],
    ],
    ['not where one is a default', [declared(5), group('web', { serverHeader })], []],
    ['below a bound', [bound, declared(20)], [[70, 20]]],
    ['not above a bound', [bound, declared(90)], []],
    [
      'not where nothing is sent',
      [keepAlive(5, 'probe'), declared(75), group('web', { serving: false })],
      [],
    ],
    ['not where there is nothing', [], []],
  ])('%s', (_, list, expected) => {
    expect(said(...list)).toEqual(expected);
  });
});

describe('a standing in words', () => {
  test.each<readonly [string, readonly Edit[], string]>([
    ['short', [declared(5)], 'for 5 s, 55 s less than the idle timeout of 60 s'],
    ['exact', [declared(60)], 'for 60 s, exactly the idle timeout of 60 s'],
    ['long', [declared(75)], 'for 75 s, 15 s more than the idle timeout of 60 s'],
    [
      'a bound',
      [keepAlive(90, 'probe', 'web', { lowSeconds: 90 })],
      'for at least 90 s, at least 30 s more than the idle timeout of 60 s',
    ],
  ])('%s', (_, list, text) => {
    expect(keepAliveStandings(bundleWith(...list)).map(standingText)).toEqual([
      `targets of web keep idle connections ${text}`,
    ]);
  });

  test.each([
    [60, 'short'],
    [61, 'thin'],
    [65.9, 'thin'],
    [66, 'safe'],
  ])('of %d s against 60 s is %s', (seconds, verdict) => {
    expect(keepAliveStandings(bundleWith(declared(seconds))).map((one) => one.verdict)).toEqual([verdict]);
  });
});
