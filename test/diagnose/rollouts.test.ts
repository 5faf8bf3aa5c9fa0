import { describe, expect, test } from 'vitest';
import { diagnose } from '../../lambda/diagnose/diagnose.ts';
import { deploymentAt, rolloutsOf } from '../../lambda/diagnose/workload/rollouts.ts';
import { ecsServicesOf } from '../../lambda/diagnose/workload/services.ts';
import type { Cause } from '../../lambda/model/cause.ts';
import {
  accessLog,
  at,
  bundleWith,
  change,
  counts,
  declared,
  during,
  type Edit,
  edits,
  everyNth,
  failures,
  from,
  gap,
  group,
  groupArn,
  LOAD_BALANCER_ARN,
  loggedGroup,
  MINUTES,
  together,
  unhealthyHosts,
} from './bundle.ts';
import {
  container,
  deployed,
  ecsService,
  HOST_GONE,
  OUT_OF_MEMORY,
  refreshed,
  SCHEDULED,
  SPOT,
  stopped,
  terminated,
  UNHEALTHY,
} from './workload.ts';

/** Failures of two minutes, an hour at most before the end of the window: ECS still tells of the tasks. */
const burst = failures(from(150, [40, 25]));
const oldTask = { taskDefinition: 'shop:41' } as const;
const replacedAround = (minute: number): Edit =>
  edits(
    change(minute - 1, 'RegisterTargets', groupArn('web')),
    change(minute + 1, 'DeregisterTargets', groupArn('web')),
  );
/** What a crash leaves in the trail: the dead target goes, a new one comes. */
const replacedAfter = (minute: number): Edit =>
  edits(
    change(minute + 1, 'DeregisterTargets', groupArn('web')),
    change(minute + 2, 'RegisterTargets', groupArn('web')),
  );
const goodRollout = edits(
  deployed(149, 152),
  stopped(150, { ...SCHEDULED, ...oldTask, exitCode: 143 }),
  replacedAround(150),
);
const failed = (patch: object): Edit => deployed(149, 154, { status: 'ROLLBACK_SUCCESSFUL', ...patch });
const outOfMemory = stopped(150, OUT_OF_MEMORY);
const LISTENER = `${LOAD_BALANCER_ARN.replace(':loadbalancer/', ':listener/')}/0123456789abcdef`;
const forward = (weights: Record<string, number>): string =>
  Object.entries(weights)
    .map(([name, weight]) => `${groupArn(name)}=${weight}`)
    .join(' ');
const shifted = (minute: number, weights: Record<string, number>): Edit =>
  change(minute, 'ModifyListener', LISTENER, { to: { forward: forward(weights) } });

interface Row {
  readonly name: string;
  readonly evidence: Edit;
  readonly verdict: Cause;
}

const verdictOf = (evidence: Edit) => diagnose(bundleWith(declared(75), evidence));
const leaders = ({ hypotheses }: ReturnType<typeof diagnose>): string =>
  hypotheses
    .slice(0, 4)
    .map(({ cause, probability }) => `${cause} ${probability}`)
    .join(', ');

function expectVerdict(evidence: Edit, verdict: Cause): void {
  const diagnosis = verdictOf(evidence);
  expect(diagnosis.verdict, leaders(diagnosis)).toBe(verdict);
}

const ROLLOUTS: readonly Row[] = [
  { name: 'rolling', evidence: edits(burst, goodRollout), verdict: 'deployment' },
  {
    name: 'rolling, of which the trail cannot be read',
    evidence: edits(burst, deployed(149, 152), gap('changes')),
    verdict: 'deployment',
  },
  {
    name: 'blue/green',
    evidence: edits(
      burst,
      group('green'),
      deployed(147, 153, { strategy: 'BLUE_GREEN' }),
      shifted(150, { green: 100, web: 0 }),
    ),
    verdict: 'deployment',
  },
  {
    name: 'canary',
    evidence: edits(
      failures(together(from(140, [9]), from(150, [40, 25]))),
      group('green'),
      deployed(139, 153, { strategy: 'CANARY' }),
      shifted(140, { green: 10, web: 90 }),
      shifted(150, { green: 100, web: 0 }),
    ),
    verdict: 'deployment',
  },
  {
    name: 'linear',
    evidence: edits(
      failures(together(from(130, [5]), from(137, [6]), from(144, [9]), from(151, [9]))),
      group('green'),
      deployed(129, 153, { strategy: 'LINEAR' }),
      shifted(130, { green: 25, web: 75 }),
      shifted(137, { green: 50, web: 50 }),
      shifted(144, { green: 75, web: 25 }),
      shifted(151, { green: 100, web: 0 }),
    ),
    verdict: 'deployment',
  },
  { name: 'failing and rolled back', evidence: edits(burst, failed({})), verdict: 'deployment' },
  {
    name: 'stopped by the circuit breaker, new tasks that exit at once',
    evidence: edits(
      burst,
      failed({ circuitBreakerStatus: 'TRIGGERED' }),
      stopped(150, { exitCode: 1 }),
      stopped(151, { exitCode: 1 }),
    ),
    verdict: 'deployment',
  },
  {
    name: 'going on',
    evidence: edits(failures(from(174, [20, 25])), deployed(173, null)),
    verdict: 'deployment',
  },
  {
    name: 'an instance refresh',
    evidence: edits(
      burst,
      refreshed(148, 153),
      terminated(150, 'an instance was taken out of service in response to an instance refresh.'),
    ),
    verdict: 'deployment',
  },
  {
    name: 'scaling in',
    evidence: edits(
      burst,
      ecsService({ deployments: [] }),
      stopped(149, { ...SCHEDULED, exitCode: 143 }),
      stopped(150, { ...SCHEDULED, exitCode: 137 }),
    ),
    verdict: 'deployment',
  },
  {
    name: 'an Auto Scaling group that shrinks',
    evidence: edits(
      burst,
      terminated(
        150,
        'an instance was taken out of service in response to a difference between desired and actual capacity, shrinking the capacity from 3 to 2.',
      ),
    ),
    verdict: 'deployment',
  },
];

const CRASHES: readonly Row[] = [
  { name: 'an OOM kill', evidence: edits(burst, outOfMemory), verdict: 'target-crash' },
  {
    name: 'an OOM kill, with targets that go and come around it',
    evidence: edits(burst, outOfMemory, replacedAfter(150)),
    verdict: 'target-crash',
  },
  {
    name: 'an OOM kill whose replacement registers first in the trail',
    evidence: edits(burst, outOfMemory, replacedAround(150)),
    verdict: 'target-crash',
  },
  {
    name: 'an OOM kill beside a rollout',
    evidence: edits(burst, goodRollout, outOfMemory),
    verdict: 'target-crash',
  },
  {
    name: 'an OOM kill of the new revision, which is then rolled back',
    evidence: edits(burst, failed({}), outOfMemory, stopped(151, OUT_OF_MEMORY)),
    verdict: 'target-crash',
  },
  {
    name: 'an exit with 139, outside of a rollout',
    evidence: edits(burst, stopped(150, { exitCode: 139 })),
    verdict: 'target-crash',
  },
  {
    name: 'an exit with 1 of the old revision in a rollout',
    evidence: edits(burst, deployed(149, 152), stopped(150, { ...oldTask, exitCode: 1 })),
    verdict: 'target-crash',
  },
  {
    name: 'a health check that flips around it',
    evidence: edits(burst, outOfMemory, unhealthyHosts(during(150, 152, 1, 0))),
    verdict: 'target-crash',
  },
  {
    name: 'one on the target that the log names',
    evidence: edits(
      burst,
      outOfMemory,
      accessLog(
        loggedGroup(65, {
          targets: [{ target: '10.0.1.10:8080', requests: 9000, elb502: 65, keepAlive: null }],
        }),
      ),
    ),
    verdict: 'target-crash',
  },
];

/** The log has failures on one target alone. */
const failedOn = (target: string): Edit =>
  accessLog(loggedGroup(65, { targets: [{ target, requests: 9000, elb502: 65, keepAlive: null }] }));

describe('a task is the target that failed', () => {
  test('by the port of the group that the log names, where its service is in several', () => {
    const other = edits(
      group('admin'),
      stopped(150, { ...OUT_OF_MEMORY, target: '10.0.1.10:9090' }, 'admin'),
    );
    expectVerdict(edits(burst, outOfMemory, other, failedOn('10.0.1.10:8080')), 'target-crash');
    expectVerdict(edits(burst, outOfMemory, other, failedOn('10.0.1.10:9090')), 'target-crash');
  });

  test('by the port of its host, where it is registered by its instance', () => {
    const onBridge = stopped(150, { ...OUT_OF_MEMORY, target: 'i-0123456789abcdef0:32768' });
    expectVerdict(edits(burst, onBridge, failedOn('10.0.1.10:32768')), 'target-crash');
    const facts = (target: string) =>
      verdictOf(edits(burst, onBridge, failedOn(target)))
        .hypotheses.flatMap(({ evidence }) => evidence)
        .filter(({ source }) => source === 'DescribeTasks');
    expect(facts('10.0.1.10:32768')).not.toEqual([]);
    expect(facts('10.0.1.10:32769')).toEqual([]);
  });
});

describe('a rollout', () => {
  test.each(ROLLOUTS)('$name', ({ evidence, verdict }) => expectVerdict(evidence, verdict));
});

describe('a crash', () => {
  test.each(CRASHES)('$name', ({ evidence, verdict }) => expectVerdict(evidence, verdict));
});

describe('what proves nothing', () => {
  const elsewhere: readonly (readonly [string, Edit])[] = [
    ['an OOM kill an hour before', edits(burst, stopped(88, OUT_OF_MEMORY))],
    ['an OOM kill five minutes before', edits(burst, stopped(145, OUT_OF_MEMORY))],
    ['an OOM kill ten minutes after', edits(burst, stopped(162, OUT_OF_MEMORY))],
    ['a rollout that was over six minutes before', edits(burst, deployed(138, 144))],
    ['a rollout that began after the last 502', edits(burst, deployed(156, 160))],
    ['a rollout that is a day old', edits(burst, deployed(-1500, -1490))],
    [
      'a task that never started',
      edits(
        burst,
        stopped(150, { stopCode: 'TaskFailedToStart', startedAt: null, reason: 'CannotPullContainerError' }),
      ),
    ],
    [
      'one OOM kill among 502s that are scattered over hours',
      edits(failures(everyNth(9, 2)), stopped(153, OUT_OF_MEMORY)),
    ],
    [
      'a task that somebody stopped',
      edits(burst, stopped(150, { stopCode: 'UserInitiated', stoppedReason: 'Task stopped by user' })),
    ],
  ];
  test.each(elsewhere)('%s', (_, evidence) => {
    const ranked = verdictOf(evidence);
    const { hypotheses } = ranked;
    const bare = verdictOf(burst);
    for (const cause of ['deployment', 'target-crash'] as const) {
      const facts = hypotheses.find((one) => one.cause === cause)?.evidence ?? [];
      const workload = facts.filter(({ source }) => /Describe(Tasks|Service|Scaling|Instance)/.test(source));
      expect(
        workload.filter(({ weight }) => weight > 0),
        cause,
      ).toEqual([]);
    }
    expect(bare.verdict).not.toBe('deployment');
  });

  test('an OOM kill on a target that, as the log tells, failed no request', () => {
    const logged = accessLog(
      loggedGroup(65, {
        targets: [{ target: '10.0.2.10:8080', requests: 9000, elb502: 65, keepAlive: null }],
      }),
    );
    const { hypotheses } = verdictOf(edits(burst, outOfMemory, logged));
    const facts = hypotheses.find(({ cause }) => cause === 'target-crash')?.evidence ?? [];
    expect(facts.filter(({ source }) => source === 'DescribeTasks')).toEqual([]);
  });

  test('an OOM kill of a service that no listener sends requests to', () => {
    const other = edits(group('batch', { serving: false }), stopped(150, OUT_OF_MEMORY, 'batch'));
    expect(leaders(verdictOf(edits(burst, other)))).toBe(
      leaders(verdictOf(edits(burst, group('batch', { serving: false })))),
    );
  });
});

const seenWith = (evidence: Edit): Record<string, number> =>
  Object.fromEntries(
    verdictOf(evidence).hypotheses.flatMap(({ cause, evidence: facts }) =>
      facts
        .filter(({ source }) => /Describe(Tasks|Scaling|Service|Instance)/.test(source))
        .map(({ fact, weight }) => [`${cause}: ${fact}`, weight] as const),
    ),
  );
const stoppedFor = (evidence: Edit): string =>
  Object.keys(seenWith(edits(burst, evidence)))
    .map(
      (key) =>
        /that were (stopped in a rollout|scaled in|taken back by AWS|lost with their host|replaced as unhealthy|killed for memory|ended by themselves)/.exec(
          key,
        )?.[1],
    )
    .filter((what) => what !== undefined)
    .filter((what, index, all) => all.indexOf(what) === index)
    .join(', ');

describe('why a task stopped', () => {
  const rollout = deployed(149, 152);
  test.each([
    ['scaled in', edits(ecsService(), stopped(150, { ...SCHEDULED, exitCode: 143 }))],
    ['scaled in', edits(ecsService(), stopped(150, { ...SCHEDULED, exitCode: 137 }))],
    ['stopped in a rollout', edits(rollout, stopped(150, { ...SCHEDULED, ...oldTask, exitCode: 137 }))],
    ['stopped in a rollout', edits(rollout, stopped(150, { ...oldTask, exitCode: 143 }))],
    ['stopped in a rollout', edits(rollout, stopped(150, { exitCode: 1 }))],
    ['stopped in a rollout', edits(rollout, stopped(150, UNHEALTHY))],
    ['stopped in a rollout', stopped(150, { ...SCHEDULED, ...oldTask, exitCode: 143 })],
    ['ended by themselves', edits(rollout, stopped(150, { ...oldTask, exitCode: 139 }))],
    ['ended by themselves', stopped(150, { exitCode: 137 })],
    ['ended by themselves', stopped(150, { exitCode: 1 })],
    ['killed for memory', edits(rollout, stopped(150, { ...oldTask, ...OUT_OF_MEMORY }))],
    ['killed for memory', edits(rollout, stopped(150, OUT_OF_MEMORY))],
    ['killed for memory', stopped(150, { ...SCHEDULED, ...OUT_OF_MEMORY })],
    ['taken back by AWS', stopped(150, SPOT)],
    ['lost with their host', stopped(150, HOST_GONE)],
    ['replaced as unhealthy', edits(rollout, stopped(150, { ...UNHEALTHY, ...oldTask }))],
    ['replaced as unhealthy', stopped(150, UNHEALTHY)],
    [
      'replaced as unhealthy',
      terminated(
        150,
        'an instance was taken out of service in response to an ELB system health check failure.',
      ),
    ],
    [
      'lost with their host',
      terminated(
        150,
        'an instance was taken out of service in response to an EC2 health check indicating it has been terminated or stopped.',
      ),
    ],
    [
      'taken back by AWS',
      terminated(
        150,
        'an instance was taken out of service in response to an EC2 instance rebalance recommendation.',
      ),
    ],
    [
      'stopped in a rollout',
      terminated(150, 'an instance was taken out of service in response to an instance refresh.'),
    ],
    // Nothing that concerns requests, or nothing that is sure.
    ['', stopped(150, { exitCode: 0 })],
    ['', stopped(150, { exitCode: 143 })],
    // Anybody may write why a task is stopped, and names stand in the scheduler's own words.
    ['', stopped(150, { stopCode: 'UserInitiated', stoppedReason: 'we need more room', exitCode: 143 })],
    [
      'replaced as unhealthy',
      stopped(150, {
        ...UNHEALTHY,
        stoppedReason: UNHEALTHY.stoppedReason.replace('targetgroup/web', 'targetgroup/chatroom'),
      }),
    ],
    ['killed for memory', stopped(150, { ...SCHEDULED, reason: 'OOMKilled' })],
    [
      'scaled in',
      terminated(
        150,
        'a monitor alarm spot-low in state ALARM triggered policy spot changing the desired capacity from 3 to 2. An instance was taken out of service in response to a difference between desired and actual capacity, shrinking the capacity from 3 to 2.',
      ),
    ],
    // It was never told to be over, and its revision has been running since.
    ['ended by themselves', edits(deployed(-3000, 175), stopped(150, { exitCode: 1 }))],
    ['stopped in a rollout', edits(deployed(100, 155), stopped(150, { exitCode: 1, startedAt: at(149) }))],
    [
      '',
      terminated(
        150,
        'an instance was started in response to a difference between desired and actual capacity.',
        { kind: 'launch' },
      ),
    ],
  ])('%s', (what, evidence) => expect(stoppedFor(evidence)).toBe(what));

  test('a container beside the server that is killed for memory ends nothing', () => {
    const beside = (name: string, essential: boolean): Edit =>
      ecsService({
        containers: [container(), container({ name, essential, servesTargetGroup: false })],
      });
    const killed = (name: string): Edit =>
      stopped(150, {
        ...SCHEDULED,
        containers: [
          { name: 'app', exitCode: 143, reason: null },
          { name, ...OUT_OF_MEMORY },
        ],
      });
    expect(stoppedFor(edits(beside('log', false), killed('log')))).toBe('scaled in');
    expect(stoppedFor(edits(beside('log', true), killed('log')))).toBe('killed for memory');
  });

  test('a sidecar that is killed along with the container that failed does not hide its code', () => {
    const both = ecsService({
      containers: [
        {
          name: 'proxy',
          image: 'envoy',
          entryPoint: null,
          command: null,
          environment: {},
          essential: true,
          servesTargetGroup: true,
          stopTimeoutSeconds: null,
          healthCheckCommand: null,
        },
        {
          name: 'app',
          image: 'shop',
          entryPoint: null,
          command: null,
          environment: {},
          essential: true,
          servesTargetGroup: false,
          stopTimeoutSeconds: null,
          healthCheckCommand: null,
        },
      ],
      stoppedTasks: [],
    });
    const beside = (bundle: Parameters<Edit>[0]) => {
      const edited = stopped(150, { exitCode: 1 })(bundle);
      for (const { workload } of edited.targetGroups)
        for (const task of workload?.ecsService?.stoppedTasks ?? [])
          task.containers.unshift({ name: 'proxy', exitCode: 137, reason: null });
      return edited;
    };
    expect(stoppedFor(edits(both, beside))).toBe('ended by themselves');
    expect(Object.keys(seenWith(edits(burst, both, beside))).join()).toContain('exit code 1)');
  });
});

describe('a shift of traffic', () => {
  const allFail = failures(during(150, 170, 600));
  const green = group('green');
  const toGreen = shifted(149, { green: 100, web: 0 });

  test('after which every request fails is a deployment that was not ready', () => {
    expectVerdict(edits(allFail, green, toGreen), 'deployment');
  });

  test('after which every request fails, to a group of another version, is a change of protocol', () => {
    expectVerdict(edits(allFail, group('green', { protocolVersion: 'HTTP2' }), toGreen), 'protocol-mismatch');
  });

  test('in a burst is a deployment', () => {
    expectVerdict(edits(burst, green, toGreen), 'deployment');
  });

  test('by a rule is one as well', () => {
    const rule = change(
      149,
      'ModifyRule',
      `${LISTENER.replace(':listener/', ':listener-rule/')}/9683b2d02a6cabee`,
      {
        to: { forward: forward({ green: 10, web: 90 }) },
      },
    );
    expectVerdict(edits(burst, green, rule), 'deployment');
  });

  const shifts = (evidence: Edit): string[] =>
    verdictOf(evidence)
      .hypotheses.flatMap(({ cause, evidence: facts }) => (cause === 'deployment' ? facts : []))
      .filter(({ source }) => /^Modify/.test(source))
      .map(({ fact }) => fact);

  test('names what was before and what is after, in shares', () => {
    const steps = edits(shifted(20, { web: 2, green: 0 }), shifted(149, { web: 3, green: 1 }));
    expect(shifts(edits(burst, green, steps)).join()).toContain(
      'requests went from 100 % web and 0 % green to 75 % web and 25 % green',
    );
  });

  test.each([
    ['that forwards as before is none', edits(shifted(20, { web: 100 }), shifted(149, { web: 1, green: 0 }))],
    ['an hour before is not its cause', shifted(85, { green: 100 })],
    ['after the last 502 is not its cause', shifted(155, { green: 100 })],
    ['which forwards nowhere is none', change(149, 'ModifyListener', LISTENER, { to: { port: '443' } })],
  ])('%s', (_, evidence) => expect(shifts(edits(burst, green, evidence))).toEqual([]));

  test('that goes back is told where the 502s end with it', () => {
    const there = edits(shifted(149, { green: 100, web: 0 }), shifted(170, { green: 0, web: 100 }));
    expectVerdict(edits(allFail, green, there), 'deployment');
  });
});

test('connections that fail at a shift are the shift, or stay open', () => {
  const errors = counts('TargetConnectionErrorCount', during(150, 170, 600));
  const { verdict } = verdictOf(
    edits(failures(during(150, 170, 600)), errors, group('green'), shifted(149, { green: 100, web: 0 })),
  );
  expect(['deployment', 'undetermined']).toContain(verdict);
});

test('where nothing stopped and nothing was rolled out, a rollout and a crash are less likely', () => {
  const scattered = failures(
    from(
      125,
      Array.from({ length: 50 }, (_, minute) => (minute % 6 === 0 ? 2 : 0)),
    ),
  );
  const chance = (evidence: Edit, cause: Cause) =>
    verdictOf(edits(scattered, evidence)).hypotheses.find((one) => one.cause === cause)?.probability ?? 1;
  const unknown: Edit = (bundle) => bundle;
  for (const cause of ['deployment', 'target-crash'] as const)
    expect(chance(ecsService(), cause)).toBeLessThan(chance(unknown, cause));
  // Where the workload could not be read whole, its silence says nothing.
  const unread = edits(ecsService(), gap('workload'));
  for (const cause of ['deployment', 'target-crash'] as const)
    expect(Object.keys(seenWith(edits(scattered, unread))).filter((key) => key.startsWith(cause))).toEqual(
      [],
    );
});

describe('a deregistration delay that is over', () => {
  const gathered = (values: readonly number[]): boolean =>
    verdictOf(
      edits(failures(from(150, values)), change(146, 'DeregisterTargets', groupArn('web'))),
    ).hypotheses.some(({ evidence }) =>
      evidence.some(({ fact }) => /one deregistration delay after/.test(fact)),
    );

  test.each([
    ['is one moment: one failing minute', [9], true],
    ['may lie on the border of two minutes', [9, 4], true],
    ['is not what fails for three minutes around it', [9, 9, 4], false],
    ['is not what fails for five', [9, 9, 4, 8, 7], false],
  ])('%s', (_, values, isSeen) => expect(gathered(values)).toBe(isSeen));
});

test('of failures two hours ago ECS tells no stopped tasks any more, so that there are none says nothing', () => {
  const old = edits(failures(from(20, [9, 9, 9])), ecsService());
  expect(Object.keys(seenWith(old)).filter((key) => key.includes('killed for memory'))).toEqual([]);
});

test.each([
  ['four fifths of the failures lie in the hour that ECS knows', 5, true],
  ['fewer do', 6, false],
])('that no task was killed counts or not: %s', (_, before, isSeen) => {
  const both = edits(failures(together(from(20, [before]), from(150, [20]))), ecsService());
  expect(Object.keys(seenWith(both)).some((key) => key.includes('killed for memory'))).toBe(isSeen);
});

test('a network ACL that may be of other subnets weighs less than its own security group', () => {
  const refused = edits(
    failures(during(150, 180, 9)),
    counts('TargetConnectionErrorCount', during(150, 180, 9)),
  );
  const ec2 = 'arn:aws:ec2:eu-central-1:123456789012:';
  const weightOf = (eventName: string, resource: string): number => {
    const { hypotheses } = verdictOf(edits(refused, change(149, eventName, `${ec2}${resource}`)));
    const facts = hypotheses.find(({ cause }) => cause === 'network-path')?.evidence ?? [];
    return facts.find(({ source }) => source === eventName)?.weight ?? 0;
  };
  const own = weightOf('RevokeSecurityGroupIngress', 'security-group/sg-0aaaaaaaaaaaaaaaa');
  const acl = weightOf('ReplaceNetworkAclEntry', 'network-acl/acl-0dddddddddddddddd');
  expect(acl).toBeGreaterThan(0);
  expect(acl / own).toBeCloseTo(0.4, 2);
  expect(weightOf('AuthorizeSecurityGroupIngress', 'security-group/sg-0aaaaaaaaaaaaaaaa')).toBe(0);
});

describe('a rollout as AWS reports it', () => {
  const only = (evidence: Edit) => {
    const rollouts = rolloutsOf(bundleWith(evidence));
    expect(rollouts).toHaveLength(1);
    return rollouts[0];
  };
  const shop = (kind: string, ending: string): string =>
    `the ${kind} of service web (shop:41 to shop:42)${ending}`;

  test.each([
    ['PENDING', 'in-progress', ', which goes on', MINUTES],
    ['IN_PROGRESS', 'in-progress', ', which goes on', MINUTES],
    ['SUCCESSFUL', 'completed', '', 110],
    ['COMPLETED', 'completed', '', 110],
    ['STOP_REQUESTED', 'failed', ', which is STOP_REQUESTED', MINUTES],
    ['STOPPED', 'failed', ', which is STOPPED', 110],
    ['FAILED', 'failed', ', which is FAILED', 110],
    ['ROLLBACK_REQUESTED', 'failed', ', which is being rolled back', MINUTES],
    ['ROLLBACK_IN_PROGRESS', 'failed', ', which is being rolled back', MINUTES],
    ['ROLLBACK_SUCCESSFUL', 'failed', ', which was rolled back', 110],
    ['ROLLBACK_FAILED', 'failed', ', which is ROLLBACK_FAILED', 110],
  ])('a deployment that is %s', (status, state, ending, until) => {
    expect(only(deployed(100, null, { status }))).toEqual({
      startMs: Date.parse(at(100)),
      endMs: Date.parse(at(until)),
      state,
      description: shop('rolling deployment', ending),
      source: 'DescribeServiceDeployments',
    });
  });

  test.each([
    ['Pending', 'in-progress', MINUTES],
    ['InProgress', 'in-progress', MINUTES],
    ['Baking', 'in-progress', MINUTES],
    ['Successful', 'completed', 110],
    ['Cancelling', 'failed', MINUTES],
    ['Cancelled', 'failed', 110],
    ['Failed', 'failed', 110],
    ['RollbackInProgress', 'failed', MINUTES],
    ['RollbackSuccessful', 'failed', 110],
  ])('an instance refresh that is %s', (status, state, until) => {
    expect(only(refreshed(100, null, status))).toEqual({
      startMs: Date.parse(at(100)),
      endMs: Date.parse(at(until)),
      state,
      description: `the instance refresh of web-asg (${status})`,
      source: 'DescribeInstanceRefreshes',
    });
  });

  test('ends when AWS says so, and within the window where it does not', () => {
    expect(only(deployed(100, 130))?.endMs).toBe(Date.parse(at(130)));
    expect(only(deployed(172, null, { status: 'SUCCESSFUL' }))?.endMs).toBe(Date.parse(at(MINUTES)));
  });

  test.each([
    ['TRIGGERED', 'failed', ', which the circuit breaker stopped'],
    ['MONITORING', 'in-progress', ', which goes on'],
  ])('with a circuit breaker that is %s', (circuitBreakerStatus, state, ending) => {
    const rollout = only(deployed(100, null, { circuitBreakerStatus }));
    expect(rollout?.state).toBe(state);
    expect(rollout?.description).toBe(shop('rolling deployment', ending));
  });

  test.each([
    ['ROLLING', 'rolling deployment'],
    ['BLUE_GREEN', 'blue/green deployment'],
    ['CANARY', 'canary deployment'],
    ['LINEAR', 'linear deployment'],
    ['SOMETHING_NEW', 'deployment'],
    [null, 'deployment'],
  ])('of the strategy %s is a %s', (strategy, kind) =>
    expect(only(deployed(100, 130, { strategy }))?.description).toBe(shop(kind, '')),
  );

  test.each([
    ['shop:41', 'shop:42', ' (shop:41 to shop:42)'],
    [null, 'shop:42', ' (to shop:42)'],
    ['shop:41', null, ''],
  ])('from %s to %s', (fromTaskDefinition, toTaskDefinition, revisions) =>
    expect(only(deployed(100, 130, { fromTaskDefinition, toTaskDefinition }))?.description).toBe(
      `the rolling deployment of service web${revisions}`,
    ),
  );
});

test.each([
  ['before its start', 99.99, null],
  ['at its start', 100, 'd-100'],
  ['a minute after its end', 131, 'd-100'],
  ['later', 131.01, null],
])('the deployment that is under way %s', (_, minute, id) => {
  const bundle = bundleWith(deployed(100, 130));
  const [service] = ecsServicesOf(bundle);
  expect(service && (deploymentAt(bundle, service, Date.parse(at(minute)))?.id ?? null)).toBe(id);
});
