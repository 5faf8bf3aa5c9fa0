import fc from 'fast-check';
import { CAUSE_IDS } from '../../lambda/model/cause.ts';
import {
  type EvidenceBundle,
  evidenceBundleSchema,
  GAP_SUBJECTS,
  type Gap,
  type MetricSeries,
  RESPONSE_FAULTS,
  type Target,
  type TargetGroup,
} from '../../lambda/model/evidence.ts';
import { EXPLANATION_KINDS } from '../../lambda/model/explanation.ts';
import { KEEP_ALIVE_SOURCES } from '../../lambda/model/keep-alive-source.ts';
import {
  accessLog,
  at,
  bundleWith,
  LOAD_BALANCER_ARN,
  LOAD_BALANCER_DIMENSION,
  loggedGroup,
  ZONES,
} from './bundle.ts';

/** Text that breaks out of quotes, lines, remarks and short forms wherever it is not quoted. */
export const hostileText = fc.oneof(
  fc.constantFrom(
    '$(touch /tmp/pwned)',
    '`touch /tmp/pwned`',
    "'; touch /tmp/pwned; '",
    '"; touch /tmp/pwned; "',
    'a\ntouch /tmp/pwned\n',
    'x # y\r\nz',
    '-rf',
    '--profile evil',
    'a,Key=b,Value=c',
    '__proto__',
    'constructor',
    '',
    ' ',
    '\u0000',
    '\u2028',
    'ünïcödé \u{1F600}',
    '[::1]:80',
    '../../x',
  ),
  fc.string({ maxLength: 20 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
);

const anyTime = fc.oneof(
  fc.integer({ min: -60, max: 200 }).map(at),
  fc
    .date({ min: new Date(0), max: new Date('9999-01-01'), noInvalidDate: true })
    .map((date) => date.toISOString()),
);
const maybe = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(of, { nil: null });
const amount = fc.oneof(
  fc.nat(2000),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(0, -1, 1e308, 0.5),
);
const whole = fc.oneof(fc.nat(500), fc.integer());
const textMap = fc.dictionary(hostileText, hostileText, { maxKeys: 4 });

const groupArns = ['web', 'api', 'fn'].map(
  (name) => `arn:aws:elasticloadbalancing:eu-central-1:1:targetgroup/${name}/1`,
);
const arn = fc.oneof(fc.constantFrom(LOAD_BALANCER_ARN, ...groupArns), hostileText);

const tags = fc.tuple(
  textMap,
  fc.record(
    {
      'alb502:keep-alive-seconds': fc.oneof(fc.constantFrom('5', '60', '75', '75s', '0', '1e9'), hostileText),
      'alb502:server': fc.oneof(
        fc.constantFrom('nginx', 'node 20', 'gunicorn', 'tomcat', 'puma 7'),
        hostileText,
      ),
      'alb502:log-group': hostileText,
      'alb502:ignore': fc.oneof(fc.constantFrom('true', 'false', '2030-01-01', '2020-01-01'), hostileText),
      'alb502:runbook': hostileText,
    },
    { requiredKeys: [] },
  ),
);
const merged = tags.map(([other, own]): Record<string, string> => {
  const set = Object.entries(own).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, value] as const],
  );
  return { ...other, ...Object.fromEntries(set) };
});

const anyTarget: fc.Arbitrary<Target> = fc.record({
  id: fc.oneof(fc.constantFrom('10.0.0.1', 'i-0abc', 'fd00::1'), hostileText),
  port: maybe(fc.nat(70_000)),
  availabilityZone: maybe(fc.oneof(fc.constantFrom(...ZONES), hostileText)),
  state: fc.oneof(fc.constantFrom('healthy', 'unhealthy', 'draining', 'initial', 'unused'), hostileText),
  reason: maybe(
    fc.oneof(
      fc.constantFrom('Target.FailedHealthChecks', 'Target.Timeout', 'Target.ResponseCodeMismatch'),
      hostileText,
    ),
  ),
  description: maybe(hostileText),
  anomaly: maybe(fc.oneof(fc.constantFrom('normal', 'anomalous'), hostileText)),
});

const healthCheck = fc.record({
  enabled: fc.boolean(),
  protocol: maybe(hostileText),
  port: maybe(hostileText),
  path: maybe(hostileText),
  intervalSeconds: maybe(amount),
  timeoutSeconds: maybe(amount),
  healthyThresholdCount: maybe(amount),
  unhealthyThresholdCount: maybe(amount),
  matcher: maybe(hostileText),
});

const attributes = fc.tuple(
  textMap,
  fc.oneof(fc.constantFrom('60', '1', '4000', '0', '1e999', 'abc'), hostileText),
  fc.oneof(fc.constantFrom('300', '0', '-1'), hostileText),
  fc.oneof(fc.constantFrom('true', 'false'), hostileText),
  hostileText,
);

const groupAttributes = attributes.map(([other, , delay]) => ({
  ...other,
  'deregistration_delay.timeout_seconds': delay,
}));
const balancerAttributes = attributes.map(([other, idle, , logs, bucket]) => ({
  ...other,
  'idle_timeout.timeout_seconds': idle,
  'access_logs.s3.enabled': logs,
  'access_logs.s3.bucket': bucket,
  'access_logs.s3.prefix': bucket,
}));

const anyGroup: fc.Arbitrary<TargetGroup> = fc.record({
  arn,
  name: hostileText,
  targetType: fc.oneof(fc.constantFrom('ip', 'instance', 'lambda', 'alb'), hostileText),
  protocol: maybe(fc.oneof(fc.constantFrom('HTTP', 'HTTPS'), hostileText)),
  protocolVersion: maybe(fc.oneof(fc.constantFrom('HTTP1', 'HTTP2', 'GRPC'), hostileText)),
  port: maybe(fc.nat(70_000)),
  attributes: groupAttributes,
  tags: merged,
  healthCheck,
  targets: fc.array(anyTarget, { maxLength: 4 }),
  serving: maybe(fc.boolean()),
});

const METRICS = [
  'HTTPCode_ELB_502_Count',
  'HTTPCode_ELB_504_Count',
  'HTTPCode_Target_2XX_Count',
  'RequestCount',
  'TargetConnectionErrorCount',
  'TargetTLSNegotiationErrorCount',
  'TargetResponseTime',
  'HealthyHostCount',
  'UnHealthyHostCount',
  'UnhealthyRoutingRequestCount',
  'LambdaUserError',
  'AnomalousHostCount',
] as const;

const dimensions = fc.oneof(
  fc.constant({ LoadBalancer: LOAD_BALANCER_DIMENSION }),
  fc.constantFrom(...groupArns).map((one) => ({
    LoadBalancer: LOAD_BALANCER_DIMENSION,
    TargetGroup: one.split(':').at(-1) ?? '',
  })),
  fc
    .constantFrom(...ZONES)
    .map((zone) => ({ LoadBalancer: LOAD_BALANCER_DIMENSION, AvailabilityZone: zone })),
  textMap,
);

const series: fc.Arbitrary<MetricSeries> = fc.record({
  name: fc.oneof(fc.constantFrom(...METRICS), hostileText),
  dimensions,
  statistic: fc.oneof(fc.constantFrom('Sum', 'Sum', 'Maximum', 'Minimum'), hostileText),
  periodSeconds: fc.constantFrom(60, 300, 0.1),
  timestamps: fc.array(anyTime, { maxLength: 30 }),
  values: fc.array(amount, { maxLength: 30 }),
});

const change = fc.record({
  at: anyTime,
  eventName: fc.oneof(
    fc.constantFrom(
      'RegisterTargets',
      'DeregisterTargets',
      'ModifyLoadBalancerAttributes',
      'ModifyRule',
      'SetSecurityGroups',
    ),
    hostileText,
  ),
  resourceArn: arn,
  principal: maybe(hostileText),
  sourceIpAddress: maybe(hostileText),
  userAgent: maybe(hostileText),
  from: maybe(textMap),
  to: maybe(
    fc.oneof(
      textMap,
      fc.constantFrom('61', '300', 'x').map((value) => ({ 'idle_timeout.timeout_seconds': value })),
      hostileText.map((value) => ({ sslPolicy: value })),
    ),
  ),
});

export const anyGap: fc.Arbitrary<Gap> = fc.record({
  subject: fc.constantFrom(...GAP_SUBJECTS),
  what: hostileText,
  metrics: fc.array(fc.oneof(fc.constantFrom(...METRICS), hostileText), { maxLength: 2 }),
  action: maybe(hostileText),
  resource: maybe(arn),
  kind: fc.constantFrom('denied', 'throttled', 'failed', 'switched-off', 'not-found'),
  reason: hostileText,
});

const fact = fc.record({
  targetGroupArn: arn,
  target: maybe(hostileText),
  seconds: fc.oneof(
    fc.constantFrom(0.001, 5, 60, 61, 75, 4000, 1e300),
    fc.double({ min: 1e-9, max: 1e9, noNaN: true }),
  ),
  lowSeconds: maybe(amount),
  highSeconds: maybe(amount),
  source: fc.constantFrom(...KEEP_ALIVE_SOURCES),
  at: maybe(anyTime),
  detail: hostileText,
});

const estimate = maybe(
  fc.record({
    seconds: fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
    low: amount,
    high: amount,
    failures: whole,
    pValue: amount,
  }),
);
const share = fc.double({ min: 0, max: 1, noNaN: true });

/** Explanations as a bundle from outside may have them: their shares need not add up to one. */
const explained = fc.record({
  kind: fc.constantFrom(...EXPLANATION_KINDS),
  cause: maybe(fc.constantFrom(...CAUSE_IDS)),
  causes: fc.array(fc.record({ cause: fc.constantFrom(...CAUSE_IDS), probability: share }), { maxLength: 4 }),
  failures: whole,
  share,
  gainNats: amount,
  fact: hostileText,
  where: fc.record({
    targetGroupArn: maybe(arn),
    target: maybe(hostileText),
    node: maybe(hostileText),
    path: maybe(hostileText),
  }),
});

const logged = fc
  .record({
    targetGroupArn: arn,
    elb502: whole,
    signatures: fc.record({
      closedOnReuse: whole,
      midRequest: whole,
      neverDispatched: whole,
      answeredBadly: whole,
      lambda: whole,
    }),
    keepAlive: estimate,
    // Of a bundle of version 0.1.
    bursts: fc.constantFrom(undefined, null, { count: 3 }),
    pathBound: fc.constantFrom(undefined, null, { shareOfFailures: 2 }),
    lambdaReasons: fc.dictionary(hostileText, whole, { maxKeys: 3 }),
  })
  .map(({ elb502, ...patch }) => loggedGroup(elb502, patch));

/** Any bundle that the schema takes, however little its parts fit together. */
export const anyBundle: fc.Arbitrary<EvidenceBundle> = fc
  .record({
    account: fc.oneof(fc.constant('123456789012'), hostileText),
    region: fc.oneof(fc.constant('eu-central-1'), hostileText),
    start: anyTime,
    end: anyTime,
    balancer: fc.record({
      arn,
      name: hostileText,
      tags: merged,
      attributes: balancerAttributes,
    }),
    targetGroups: fc.array(anyGroup, { maxLength: 4 }),
    metrics: fc.array(series, { maxLength: 14 }),
    changes: fc.array(change, { maxLength: 5 }),
    baseline: maybe(
      fc.record({
        acceptedAt: anyTime,
        origin: fc.constantFrom('learned', 'accepted', 'declared'),
        resources: fc.dictionary(arn, textMap, { maxKeys: 3 }),
      }),
    ),
    keepAliveFacts: fc.array(fact, { maxLength: 4 }),
    responseFacts: fc.array(
      fc.record({
        targetGroupArn: arn,
        target: hostileText,
        path: hostileText,
        fault: fc.constantFrom(...RESPONSE_FAULTS, null),
        detail: hostileText,
        at: anyTime,
      }),
      { maxLength: 3 },
    ),
    backendLogMatches: fc.array(
      fc.record({ at: anyTime, logGroup: hostileText, pattern: hostileText, line: hostileText }),
      { maxLength: 3 },
    ),
    gaps: fc.array(anyGap, { maxLength: 4 }),
    log: maybe(fc.array(logged, { maxLength: 3 })),
    told: maybe(
      fc.record({
        explanations: fc.array(explained, { maxLength: 5 }),
        unexplained: maybe(fc.record({ failures: whole, share })),
      }),
    ),
  })
  .map(({ start, end, balancer, log, told, ...rest }) => {
    const base = log === null ? bundleWith() : bundleWith(accessLog(...log));
    const loadBalancer = { ...base.loadBalancer, ...balancer };
    const read = base.accessLog === null ? null : { ...base.accessLog, ...told };
    return evidenceBundleSchema.parse({
      ...base,
      ...rest,
      window: { start, end },
      loadBalancer,
      accessLog: read,
    });
  });
