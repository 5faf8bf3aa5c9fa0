import type { Explanation } from '../../../lambda/model/explanation.ts';
import {
  accessLog,
  askedDirectly,
  backendLog,
  change,
  counts,
  during,
  type Edit,
  edits,
  explained,
  explanation,
  from,
  group,
  groupArn,
  groupTag,
  health,
  healthyHosts,
  LOAD_BALANCER_ARN,
  lambdaGroup,
  loggedGroup,
  slowestResponse,
  steady,
  together,
  unhealthyHosts,
  withoutGroup,
} from '../bundle.ts';
import { failing, type Incident, sprinkled, traffic } from './incident.ts';

const NONE = { closedOnReuse: 0, midRequest: 0, neverDispatched: 0, answeredBadly: 0, lambda: 0 };

const logged = (count: number, signatures: Partial<typeof NONE>, ...told: readonly Explanation[]): Edit =>
  edits(accessLog(loggedGroup(count, { signatures: { ...NONE, ...signatures } })), explained(...told));

/** New targets come, then the old ones go. */
const rollout = (minute: number, minutes = 3): Edit =>
  edits(
    change(minute, 'RegisterTargets', groupArn('web')),
    change(minute + minutes, 'DeregisterTargets', groupArn('web')),
    healthyHosts(together(steady(3), during(minute + 1, minute + minutes + 1, 1))),
  );

const lambdaOnly = edits(withoutGroup('web'), lambdaGroup('fn'));
const functionErrors = (values: Parameters<typeof counts>[1]): Edit =>
  counts('LambdaUserError', values, { group: 'fn' });

const lambdas: readonly Incident[] = (
  [
    ['a function that answers without a status code', sprinkled(3, 4), 300],
    [
      'a function that is throttled at noon',
      from(
        80,
        Array.from({ length: 40 }, () => 12),
      ),
      900,
    ],
    ['a response above 1 MB', sprinkled(11, 1), 60],
    ['a function that times out', sprinkled(6, 2), 200],
    ['a handler that throws on one path', sprinkled(2, 3), 1200],
    ['multi-value headers after a change of the attribute', steady(30), 30],
    [
      'a layer that is gone',
      from(
        100,
        Array.from({ length: 80 }, () => 50),
      ),
      50,
    ],
  ] as const
).map(([name, failed, rate]) => ({
  name,
  truth: 'lambda-target-error',
  metrics: edits(failing(failed, traffic(rate)), lambdaOnly, functionErrors(failed)),
  foundOut: edits(),
}));

const deployments: readonly Incident[] = (
  [
    ['tasks that exit on SIGTERM', 60, [6, 40, 22, 3], 4],
    ['a rolling update of Kubernetes without preStop', 100, [12, 18, 20, 9], 4],
    ['a blue/green switch to tasks that were not ready', 40, [90, 20], 3],
    ['an instance refresh', 120, [3, 8, 8, 4], 5],
    ['a nightly release', 30, [5, 14], 3],
  ] as const
).map(([name, minute, failed, minutes]) => ({
  name,
  truth: 'deployment',
  metrics: edits(failing(from(minute + 1, failed), traffic(800)), rollout(minute, minutes)),
  foundOut: backendLog('shutdown', minute + 1),
}));

const others: readonly Incident[] = [
  {
    name: 'a process that is out of memory twice, taken out by health checks and replaced',
    truth: 'target-crash',
    metrics: edits(
      failing(together(from(50, [30, 12]), from(130, [25, 10])), traffic(900)),
      counts('TargetConnectionErrorCount', together(from(50, [8, 8]), from(130, [6, 7]))),
      healthyHosts(during(51, 55, 2, 3).map((value, minute) => (minute >= 131 && minute < 135 ? 2 : value))),
      unhealthyHosts(
        during(51, 53, 1, 0).map((value, minute) => (minute >= 131 && minute < 133 ? 1 : value)),
      ),
      change(53, 'DeregisterTargets', groupArn('web')),
      change(55, 'RegisterTargets', groupArn('web')),
      change(133, 'DeregisterTargets', groupArn('web')),
      change(135, 'RegisterTargets', groupArn('web')),
    ),
    foundOut: backendLog('out of memory', 50),
  },
  {
    name: 'a segmentation fault that its supervisor repairs at once, in a service with a server tag',
    truth: 'target-crash',
    metrics: edits(
      failing(together(from(20, [9]), from(77, [14]), from(142, [11])), traffic(900)),
      groupTag('web', 'alb502:server', 'node 18'),
    ),
    foundOut: edits(
      backendLog('crash', 20),
      backendLog('crash', 77),
      backendLog('crash', 142),
      logged(34, { midRequest: 34 }, explanation('target-stop', 34, 1)),
    ),
  },
  {
    name: 'a port that nothing listens on',
    truth: 'connection-refused',
    metrics: edits(
      failing(during(60, 180, 300), traffic(300)),
      counts('TargetConnectionErrorCount', during(60, 180, 300)),
      health('unhealthy', 'Target.FailedHealthChecks'),
      unhealthyHosts(during(61, 180, 3, 0)),
      healthyHosts(during(0, 61, 3, 0)),
    ),
    foundOut: askedDirectly('/', 'refused'),
  },
  {
    name: 'a full backlog in the busy minutes',
    truth: 'connection-refused',
    metrics: edits(
      failing(during(40, 70, 25), traffic(4000, 0.6)),
      counts('TargetConnectionErrorCount', during(40, 70, 26)),
    ),
    foundOut: backendLog('accept queue full', 50),
  },
  {
    name: 'one of three targets refuses',
    truth: 'connection-refused',
    metrics: edits(
      failing(during(30, 180, 100), traffic(300)),
      counts('TargetConnectionErrorCount', during(30, 180, 102)),
      health('unhealthy', 'Target.FailedHealthChecks', 1),
    ),
    foundOut: askedDirectly('/', 'refused'),
  },
  {
    name: 'HTTP to a port that speaks HTTP/2 only',
    truth: 'protocol-mismatch',
    metrics: edits(
      failing(during(90, 180, 400), traffic(400)),
      counts('HTTPCode_Target_2XX_Count', during(0, 90, 400), { group: 'web' }),
      health('unhealthy', 'Target.FailedHealthChecks'),
    ),
    foundOut: askedDirectly('/', 'speaks-tls'),
  },
  {
    name: 'a target group of HTTP in front of a TLS port, after a new rule',
    truth: 'protocol-mismatch',
    metrics: edits(
      failing(during(100, 180, 60), traffic(60)),
      counts('HTTPCode_Target_2XX_Count', during(0, 100, 60), { group: 'web' }),
      change(99, 'ModifyRule', LOAD_BALANCER_ARN),
    ),
    foundOut: askedDirectly('/', 'speaks-tls'),
  },
  {
    name: 'one export that answers with two lengths',
    truth: 'malformed-response',
    metrics: failing(sprinkled(7, 2), traffic(900)),
    foundOut: edits(
      logged(50, { answeredBadly: 50 }, explanation('path', 50, 1)),
      askedDirectly('/export', 'malformed-response'),
    ),
  },
  {
    name: 'a header with a line break, in a service whose server has a short default',
    truth: 'malformed-response',
    metrics: edits(failing(sprinkled(9, 1), traffic(600)), groupTag('web', 'alb502:server', 'gunicorn')),
    foundOut: edits(
      logged(20, { answeredBadly: 20 }, explanation('path', 20, 1)),
      askedDirectly('/page', 'malformed-response'),
    ),
  },
  {
    name: 'cookies that grew above the limit',
    truth: 'response-header-too-large',
    metrics: failing(sprinkled(13, 2), traffic(900)),
    foundOut: edits(
      logged(26, { answeredBadly: 26 }, explanation('client', 26, 1)),
      askedDirectly('/login', 'response-header-too-large'),
    ),
  },
  {
    name: 'a debug header of 40 K',
    truth: 'response-header-too-large',
    metrics: edits(failing(sprinkled(5, 3), traffic(1500)), groupTag('web', 'alb502:server', 'node 18')),
    foundOut: edits(
      logged(80, { answeredBadly: 80 }, explanation('path', 80, 1)),
      askedDirectly('/debug', 'response-header-too-large'),
    ),
  },
  {
    name: 'a certificate that the load balancer cannot agree on',
    truth: 'tls-failure',
    metrics: edits(
      group('web', { protocol: 'HTTPS' }),
      failing(during(20, 180, 200), traffic(200)),
      counts('TargetTLSNegotiationErrorCount', during(20, 180, 200)),
      health('unhealthy', 'Target.FailedHealthChecks'),
    ),
    foundOut: askedDirectly('/', 'tls'),
  },
  {
    name: 'a security group that lost its rule',
    truth: 'network-path',
    metrics: edits(
      failing(during(40, 180, 12), traffic(120)),
      counts('TargetConnectionErrorCount', during(40, 180, 40)),
      counts('HTTPCode_ELB_504_Count', during(40, 180, 30)),
      health('unhealthy', 'Target.Timeout'),
      change(39, 'RevokeSecurityGroupIngress', LOAD_BALANCER_ARN),
    ),
    foundOut: edits(),
  },
  {
    name: 'a server that closes after a hundred requests',
    truth: 'requests-per-connection-limit',
    metrics: failing(sprinkled(2, 5), traffic(3000, 0.5)),
    foundOut: logged(200, { closedOnReuse: 200 }, explanation('connection-requests', 190, 0.95)),
  },
  {
    name: 'workers that are killed after thirty seconds',
    truth: 'worker-timeout',
    metrics: edits(failing(sprinkled(8, 1), traffic(500)), slowestResponse(steady(29))),
    foundOut: edits(
      backendLog('worker timeout', 2),
      logged(22, { midRequest: 22 }, explanation('target-time', 21, 0.95)),
    ),
  },
];

export const otherIncidents: readonly Incident[] = [...lambdas, ...deployments, ...others];
