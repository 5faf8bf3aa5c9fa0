import type { OutcomeId } from '../../lambda/diagnose/catalogue.ts';
import type { ResponseFault } from '../../lambda/model/evidence.ts';
import {
  accessLog,
  askedDirectly,
  backendLog,
  baseline,
  change,
  counts,
  declared,
  during,
  type Edit,
  edits,
  everyNth,
  failingRequests,
  failures,
  from,
  group,
  groupArn,
  groupAttribute,
  groupTag,
  health,
  healthyHosts,
  idleTimeout,
  keepAlive,
  LOAD_BALANCER_ARN,
  lambdaGroup,
  loggedGroup,
  requests,
  slowestResponse,
  steady,
  target,
  together,
  unhealthyHosts,
  withoutGroup,
  ZONES,
} from './bundle.ts';
import {
  deployed,
  ecsService,
  HOST_GONE,
  OUT_OF_MEMORY,
  SCHEDULED,
  SPOT,
  stopped,
  UNHEALTHY,
} from './workload.ts';

const LISTENER_ARN = `${LOAD_BALANCER_ARN.replace(':loadbalancer/', ':listener/')}/0123456789abcdef`;
const NONE = { closedOnReuse: 0, midRequest: 0, neverDispatched: 0, answeredBadly: 0, lambda: 0 };
const few = failures(everyNth(9, 2));
const burst = failures(from(90, [60, 20]));
const errors = (values: Parameters<typeof counts>[1]): Edit => counts('TargetConnectionErrorCount', values);
const lambdaOnly = edits(few, withoutGroup('web'), lambdaGroup('fn'));
const looks = (signatures: Partial<typeof NONE>): Edit =>
  edits(few, accessLog(loggedGroup(40, { signatures: { ...NONE, ...signatures } })));
const asked = (fault: ResponseFault | null): Edit => edits(few, askedDirectly('/page', fault));
const counted = (end: 'unannounced' | 'announced' | 'none'): Edit =>
  edits(few, keepAlive(75, 'probe', 'web', { requestsPerConnection: { served: 25, end } }));
const logs = (pattern: string): Edit => edits(burst, backendLog(pattern, 90));
/** Traffic that rises over the window, and a share of failures for the quieter and the busier half. */
const rates = (quiet: number, busy: number): Edit =>
  edits(
    requests(together(during(0, 90, 1000), during(90, 180, 4000))),
    failures(together(during(0, 90, quiet), during(90, 180, busy))),
  );
const replaced = (...events: readonly (readonly [number, 'RegisterTargets' | 'DeregisterTargets'])[]): Edit =>
  edits(...events.map(([minute, name]) => change(minute, name, groupArn('web'))));
/** A blue/green shift from `web` to `green`, as the trail tells it: without what was before. */
const shifted = (minute: number): Edit =>
  change(minute, 'ModifyListener', LISTENER_ARN, {
    to: { forward: `${groupArn('green')}=100 ${groupArn('web')}=0` },
  });
const began = failures(
  from(
    100,
    Array.from({ length: 80 }, () => 4),
  ),
);

/** For every outcome of the catalogue a bundle in which it is seen: one that is left out does not compile. */
export const WITNESSES: Readonly<Record<OutcomeId, Edit>> = {
  'only-connection-errors': edits(few, errors(everyNth(9, 2))),
  'connection-errors': edits(few, errors(everyNth(9, 1))),
  'some-connection-errors': edits(few, errors(from(9, [2, 0, 0, 0, 0, 0, 0, 0, 0, 2]))),
  'no-connection-errors': few,
  'more-failures-than-connection-errors': edits(few, errors(everyNth(9, 1))),
  'gateway-timeouts': edits(few, counts('HTTPCode_ELB_504_Count', everyNth(9, 2))),
  'no-gateway-timeouts': few,
  'tls-errors': edits(
    few,
    group('web', { protocol: 'HTTPS' }),
    counts('TargetTLSNegotiationErrorCount', everyNth(9, 2)),
  ),
  'no-tls-errors': few,
  'no-https-group': few,
  'http2-group': edits(few, group('web', { protocolVersion: 'HTTP2' })),
  'http1-groups-only': few,
  'lambda-errors': edits(lambdaOnly, counts('LambdaUserError', everyNth(9, 2), { group: 'fn' })),
  'no-lambda-errors': lambdaOnly,
  'no-lambda-group': few,
  'lambda-groups-only': lambdaOnly,
  'targets-fail-checks': edits(few, health('unhealthy', 'Target.FailedHealthChecks')),
  'targets-time-out': edits(few, health('unhealthy', 'Target.Timeout')),
  'targets-answer-wrong': edits(few, health('unhealthy', 'Target.ResponseCodeMismatch')),
  'targets-healthy': few,
  'anomalous-targets': edits(few, group('web', { targets: [target('10.0.1.10', { anomaly: 'anomalous' })] })),
  'fail-open': edits(few, counts('UnhealthyRoutingRequestCount', everyNth(9, 50))),
  'targets-changing': edits(failures(from(176, [9, 9])), health('draining', null, 1)),
  'health-flipped': edits(burst, unhealthyHosts(during(90, 93, 1, 0))),
  'hosts-added': edits(burst, healthyHosts(together(steady(3), during(89, 93, 1)))),
  'hosts-lost': edits(burst, healthyHosts(during(0, 91, 3, 2))),
  'rollout-near-failures': edits(burst, replaced([89, 'RegisterTargets'], [91, 'DeregisterTargets'])),
  'failures-before-replacement': edits(burst, replaced([91, 'DeregisterTargets'], [93, 'RegisterTargets'])),
  'registration-near-failures': edits(burst, replaced([89, 'DeregisterTargets'], [91, 'RegisterTargets'])),
  'failures-apart-from-registrations': edits(burst, replaced([20, 'RegisterTargets'])),
  'no-registrations': burst,
  'no-target-change': few,
  'service-rollout-near-failures': edits(burst, deployed(88, 92)),
  'failed-rollout-near-failures': edits(
    burst,
    deployed(88, 92, { status: 'ROLLBACK_SUCCESSFUL', circuitBreakerStatus: 'TRIGGERED' }),
  ),
  'failures-apart-from-service-rollouts': edits(burst, deployed(20, 30)),
  'no-service-rollout': edits(burst, ecsService()),
  'stopped-in-rollout': edits(
    burst,
    deployed(88, 92),
    stopped(90, { ...SCHEDULED, taskDefinition: 'shop:41', exitCode: 143 }),
  ),
  'scaled-in': edits(burst, stopped(90, { ...SCHEDULED, exitCode: 143 })),
  interrupted: edits(burst, stopped(90, { ...SPOT, exitCode: 143 })),
  'host-gone': edits(burst, stopped(90, HOST_GONE)),
  'replaced-as-unhealthy': edits(burst, stopped(92, UNHEALTHY)),
  'traffic-shift-near-failures': edits(burst, group('green'), shifted(90)),
  'every-request-fails-after-traffic-shift': edits(
    failures(during(100, 130, 600)),
    group('green'),
    shifted(100),
  ),
  'failures-at-deregistration-delay': edits(burst, replaced([85, 'DeregisterTargets'])),
  'log-failed-at-deregistration-delay': edits(
    failures(from(90, [3])),
    replaced([85, 'DeregisterTargets']),
    accessLog(loggedGroup(3)),
    failingRequests('10.0.1.10:8080', 90, 90, 90),
  ),
  'idle-timeout-raised-before': edits(
    began,
    idleTimeout(120),
    baseline({ [LOAD_BALANCER_ARN]: { 'idle_timeout.timeout_seconds': '60' } }),
  ),
  'deregistration-delay-lowered-before': edits(
    began,
    change(98, 'ModifyTargetGroupAttributes', groupArn('web'), {
      from: { 'deregistration_delay.timeout_seconds': '300' },
      to: { 'deregistration_delay.timeout_seconds': '5' },
    }),
  ),
  'network-changed-before': edits(began, change(98, 'SetSecurityGroups', LOAD_BALANCER_ARN)),
  'tls-policy-changed-before': edits(
    began,
    change(98, 'ModifyListener', LOAD_BALANCER_ARN, {
      to: { sslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06' },
    }),
  ),
  'protocol-changed-before': edits(
    began,
    group('api', { protocolVersion: 'HTTP2' }),
    change(98, 'CreateRule', LOAD_BALANCER_ARN, { to: { forward: `${groupArn('api')}=1` } }),
  ),
  'keepalive-measured-short': edits(few, keepAlive(5, 'probe')),
  'keepalive-measured-safe': edits(few, keepAlive(75, 'probe')),
  'keepalive-declared-short': edits(few, declared(5)),
  'keepalive-equal': edits(few, declared(60)),
  'keepalive-declared-safe': edits(few, declared(75)),
  'keepalive-default-short': edits(few, groupTag('web', 'alb502:server', 'node 18')),
  'keepalive-default-long': edits(few, groupTag('web', 'alb502:server', 'nginx')),
  'every-request-fails': failures(during(100, 130, 600)),
  burst,
  lasting: failures(during(60, 120, 3)),
  scattered: few,
  'few-failures': failures(from(80, [2])),
  'rate-follows-traffic': rates(1, 4),
  'rate-falls-with-traffic': rates(2, 1),
  'rate-rises-with-traffic': rates(1, 20),
  'rate-peaks-at-medium-traffic': edits(
    requests(together(during(0, 60, 300), during(60, 120, 1500), during(120, 180, 6000))),
    failures(during(60, 120, 3)),
  ),
  'one-zone': edits(few, counts('HTTPCode_ELB_502_Count', everyNth(9, 2), { zone: ZONES[0] })),
  'one-zone-of-cross-zone': edits(
    few,
    groupAttribute('web', 'load_balancing.cross_zone.enabled', 'true'),
    counts('HTTPCode_ELB_502_Count', everyNth(9, 2), { zone: ZONES[0] }),
  ),
  'all-zones': edits(few, ...ZONES.map((zone) => counts('HTTPCode_ELB_502_Count', everyNth(9, 2), { zone }))),
  'slow-responses': edits(few, slowestResponse(steady(28))),
  'fast-responses': few,
  'backend-log-crash': logs('out of memory'),
  'backend-log-worker-timeout': logs('worker timeout'),
  'backend-log-shutdown': logs('shutdown'),
  'backend-log-reset': logs('connection reset'),
  'backend-log-upstream-closed': logs('upstream closed'),
  'backend-log-headers': logs('response header too large'),
  'out-of-memory-kill': edits(burst, stopped(90, OUT_OF_MEMORY)),
  'process-exit': edits(burst, stopped(90, { exitCode: 139 })),
  'no-process-exit': edits(failures(from(150, [60, 20])), ecsService()),
  'backend-log-files': logs('too many open files'),
  'backend-log-backlog': logs('accept queue full'),
  'log-closed-on-reuse': looks({ closedOnReuse: 40 }),
  'log-mid-request': looks({ midRequest: 40 }),
  'log-never-dispatched': looks({ neverDispatched: 40 }),
  'log-never-dispatched-tls-port': edits(
    few,
    accessLog(
      loggedGroup(40, {
        signatures: { ...NONE, neverDispatched: 40 },
        targets: [{ target: '10.0.1.10:8443', requests: 108_000, elb502: 40, keepAlive: null }],
      }),
    ),
  ),
  'log-answered-badly': looks({ answeredBadly: 40 }),
  'log-nothing-answered': edits(few, accessLog(loggedGroup(40, { requests: 40, answered: 0 }))),
  'log-nothing-in-common': looks({ closedOnReuse: 40 }),
  'probe-header-too-large': asked('response-header-too-large'),
  'probe-malformed-response': asked('malformed-response'),
  'probe-speaks-tls': asked('speaks-tls'),
  'probe-speaks-plain-http': asked('speaks-plain-http'),
  'probe-tls': asked('tls'),
  'probe-refused': asked('refused'),
  'probe-response-fine': asked(null),
  'request-limit-unannounced': counted('unannounced'),
  'request-limit-announced': counted('announced'),
  'request-limit-not-met': counted('none'),
};
