import type {
  AccessLogSummary,
  FailingRequest,
  LoggedTargetGroup,
} from '../../lambda/model/access-log-summary.ts';
import {
  type Change,
  type EvidenceBundle,
  evidenceBundleSchema,
  type Gap,
  type KeepAliveFact,
  type ResponseFact,
  type Target,
  type TargetGroup,
} from '../../lambda/model/evidence.ts';
import type { Explanation, ExplanationKind } from '../../lambda/model/explanation.ts';
import type { KeepAliveSource } from '../../lambda/model/keep-alive-source.ts';

/** Changes one thing of a bundle. */
export type Edit = (bundle: EvidenceBundle) => EvidenceBundle;

/** A value for each minute from the start of the window; null where CloudWatch has no point. */
export type Minutes = readonly (number | null)[];

export const MINUTES = 180;
const START_MS = Date.parse('2026-11-20T09:00:00.000Z');
const ACCOUNT = '123456789012';
export const REGION = 'eu-central-1';
export const ZONES = ['eu-central-1a', 'eu-central-1b', 'eu-central-1c'] as const;
export const LOAD_BALANCER_DIMENSION = 'app/shop/50dc6c495c0c9188';
export const LOAD_BALANCER_ARN = `arn:aws:elasticloadbalancing:${REGION}:${ACCOUNT}:loadbalancer/${LOAD_BALANCER_DIMENSION}`;

/** ISO time of a minute of the window; may lie outside of it. */
export const at = (minute: number): string => new Date(START_MS + minute * 60_000).toISOString();

const dimensionOf = (group: string): string => `targetgroup/${group}/73e2d6bc24d8a067`;
export const groupArn = (group: string): string =>
  `arn:aws:elasticloadbalancing:${REGION}:${ACCOUNT}:${dimensionOf(group)}`;

export const target = (id: string, patch: Partial<Target> = {}): Target => ({
  id,
  port: 8080,
  availabilityZone: ZONES[0],
  state: 'healthy',
  reason: null,
  description: null,
  anomaly: 'normal',
  ...patch,
});

function targetGroup(name: string, patch: Partial<TargetGroup>): TargetGroup {
  return {
    arn: groupArn(name),
    name,
    targetType: 'ip',
    protocol: 'HTTP',
    protocolVersion: 'HTTP1',
    port: 8080,
    attributes: { 'deregistration_delay.timeout_seconds': '300' },
    tags: {},
    healthCheck: {
      enabled: true,
      protocol: 'HTTP',
      port: 'traffic-port',
      path: '/health',
      intervalSeconds: 30,
      timeoutSeconds: 5,
      healthyThresholdCount: 5,
      unhealthyThresholdCount: 2,
      matcher: '200',
    },
    targets: ['10.0.1.10', '10.0.2.10', '10.0.3.10'].map((id, index) =>
      target(id, { availabilityZone: ZONES[index] ?? null }),
    ),
    serving: true,
    ...patch,
  };
}

const EMPTY: EvidenceBundle = {
  version: 1,
  account: ACCOUNT,
  region: REGION,
  window: { start: at(0), end: at(MINUTES) },
  loadBalancer: {
    arn: LOAD_BALANCER_ARN,
    name: 'shop',
    dimension: LOAD_BALANCER_DIMENSION,
    scheme: 'internet-facing',
    state: 'active',
    createdAt: '2025-01-01T00:00:00.000Z',
    availabilityZones: [...ZONES],
    attributes: { 'idle_timeout.timeout_seconds': '60', 'access_logs.s3.enabled': 'false' },
    tags: {},
    listeners: [],
  },
  targetGroups: [],
  metrics: [],
  changes: [],
  baseline: null,
  keepAliveFacts: [],
  accessLog: null,
  backendLogMatches: [],
  gaps: [],
};

// Shapes over time

export const steady = (value: number): Minutes => Array.from({ length: MINUTES }, () => value);

/** `value` in every `every`th minute, no point in between. */
export const everyNth = (every: number, value: number): Minutes =>
  Array.from({ length: MINUTES }, (_, minute) => (minute % every === 0 ? value : null));

/** The values given from one minute on, no point elsewhere. */
export const from = (minute: number, values: Minutes): Minutes =>
  Array.from({ length: MINUTES }, (_, index) => values[index - minute] ?? null);

/** `value` from one minute to another, the other exclusive; `otherwise` before and after. */
export const during = (start: number, end: number, value: number, otherwise: number | null = null): Minutes =>
  Array.from({ length: MINUTES }, (_, index) => (index >= start && index < end ? value : otherwise));

export const times = (values: Minutes, factor: number): Minutes =>
  values.map((value) => (value === null ? null : Math.round(value * factor)));

/** One series after the other, the later filling the gaps of the earlier, values added up. */
export const together = (...series: readonly Minutes[]): Minutes =>
  Array.from({ length: MINUTES }, (_, minute) => {
    const values = series.map((one) => one[minute] ?? null).filter((value) => value !== null);
    return values.length === 0 ? null : values.reduce((left, right) => left + right);
  });

// Metrics

interface Where {
  readonly group?: string;
  readonly zone?: string;
  readonly statistic?: string;
}

/** Sets a series of the load balancer, or of a group or zone in it; replaces the one that was there. */
export function counts(name: string, values: Minutes, where: Where = {}): Edit {
  const dimensions: Record<string, string> = { LoadBalancer: LOAD_BALANCER_DIMENSION };
  if (where.group !== undefined) dimensions['TargetGroup'] = dimensionOf(where.group);
  if (where.zone !== undefined) dimensions['AvailabilityZone'] = where.zone;
  const statistic = where.statistic ?? 'Sum';
  const points = values.flatMap((value, minute) => (value === null ? [] : [{ at: at(minute), value }]));
  const key = JSON.stringify([name, dimensions, statistic]);
  return (bundle) => {
    const others = bundle.metrics.filter(
      (series) => JSON.stringify([series.name, series.dimensions, series.statistic]) !== key,
    );
    if (points.length === 0) return { ...bundle, metrics: others };
    const timestamps = points.map((point) => point.at);
    const series = { name, dimensions, statistic, periodSeconds: 60, timestamps };
    return { ...bundle, metrics: [...others, { ...series, values: points.map(({ value }) => value) }] };
  };
}

export const failures = (values: Minutes): Edit => counts('HTTPCode_ELB_502_Count', values);

/** Removes every series of some metrics, as if CloudWatch had no point. */
export const silent =
  (...names: readonly string[]): Edit =>
  (bundle) => ({ ...bundle, metrics: bundle.metrics.filter(({ name }) => !names.includes(name)) });

/** Requests of the load balancer and, all of them, of one group, whose targets answer them. */
export const requests = (values: Minutes, group = 'web'): Edit =>
  edits(
    counts('RequestCount', values),
    counts('RequestCount', values, { group }),
    counts('HTTPCode_Target_2XX_Count', values, { group }),
    ...ZONES.map((zone) => counts('RequestCount', times(values, 1 / ZONES.length), { zone })),
  );

export const slowestResponse = (values: Minutes, group = 'web'): Edit =>
  counts('TargetResponseTime', values, { group, statistic: 'Maximum' });

export const healthyHosts = (values: Minutes, group = 'web'): Edit =>
  edits(
    counts('HealthyHostCount', values, { group, statistic: 'Minimum' }),
    counts('HealthyHostCount', values, { group, statistic: 'Maximum' }),
  );

export const unhealthyHosts = (values: Minutes, group = 'web'): Edit =>
  edits(
    counts('UnHealthyHostCount', values, { group, statistic: 'Minimum' }),
    counts('UnHealthyHostCount', values, { group, statistic: 'Maximum' }),
  );

// Configuration

export const edits =
  (...list: readonly Edit[]): Edit =>
  (bundle) =>
    list.reduce((changed, edit) => edit(changed), bundle);

export const loadBalancerAttribute =
  (key: string, value: string): Edit =>
  (bundle) => ({
    ...bundle,
    loadBalancer: {
      ...bundle.loadBalancer,
      attributes: { ...bundle.loadBalancer.attributes, [key]: value },
    },
  });

export const groupAttribute =
  (name: string, key: string, value: string): Edit =>
  (bundle) => ({
    ...bundle,
    targetGroups: bundle.targetGroups.map((one) =>
      one.name === name ? { ...one, attributes: { ...one.attributes, [key]: value } } : one,
    ),
  });

export const idleTimeout = (seconds: number): Edit =>
  loadBalancerAttribute('idle_timeout.timeout_seconds', String(seconds));

export const loadBalancerTag =
  (key: string, value: string): Edit =>
  (bundle) => ({
    ...bundle,
    loadBalancer: { ...bundle.loadBalancer, tags: { ...bundle.loadBalancer.tags, [key]: value } },
  });

/** Adds a target group, or changes the one of that name. */
export function group(name: string, patch: Partial<TargetGroup> = {}): Edit {
  return (bundle) => {
    const known = bundle.targetGroups.some((one) => one.name === name);
    const targetGroups = known
      ? bundle.targetGroups.map((one) => (one.name === name ? { ...one, ...patch } : one))
      : [...bundle.targetGroups, targetGroup(name, patch)];
    return { ...bundle, targetGroups };
  };
}

/** A group whose only target is a function. */
export const lambdaGroup = (name: string, patch: Partial<TargetGroup> = {}): Edit =>
  group(name, {
    targetType: 'lambda',
    protocol: null,
    protocolVersion: null,
    port: null,
    attributes: { 'lambda.multi_value_headers.enabled': 'false' },
    targets: [
      target(`arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name}`, { port: null, availabilityZone: null }),
    ],
    ...patch,
  });

export const withoutGroup =
  (name: string): Edit =>
  (bundle) => ({ ...bundle, targetGroups: bundle.targetGroups.filter((one) => one.name !== name) });

export const groupTag =
  (name: string, key: string, value: string): Edit =>
  (bundle) => ({
    ...bundle,
    targetGroups: bundle.targetGroups.map((one) =>
      one.name === name ? { ...one, tags: { ...one.tags, [key]: value } } : one,
    ),
  });

/** The team declares the keep-alive of a group. */
export const declared = (seconds: number, name = 'web'): Edit =>
  groupTag(name, 'alb502:keep-alive-seconds', String(seconds));

/** Puts the first targets of a group into a state, with AWS's reason. */
export const health =
  (state: string, reason: string | null, count = 3, name = 'web'): Edit =>
  (bundle) => ({
    ...bundle,
    targetGroups: bundle.targetGroups.map((one) =>
      one.name === name
        ? {
            ...one,
            targets: one.targets.map((each, index) => (index < count ? { ...each, state, reason } : each)),
          }
        : one,
    ),
  });

/** A change of configuration at a minute of the window; before it where negative. */
export const change =
  (minute: number, eventName: string, resourceArn: string, patch: Partial<Change> = {}): Edit =>
  (bundle) => {
    const one: Change = {
      at: at(minute),
      eventName,
      resourceArn,
      principal: `arn:aws:iam::${ACCOUNT}:user/sam`,
      sourceIpAddress: null,
      userAgent: null,
      from: null,
      to: null,
      ...patch,
    };
    return { ...bundle, changes: [...bundle.changes, one] };
  };

export const baseline =
  (resources: Record<string, Record<string, string>>): Edit =>
  (bundle) => ({ ...bundle, baseline: { acceptedAt: at(-10_000), origin: 'learned', resources } });

/** What a probe, the log or a header said of a group's keep-alive. */
export const keepAlive =
  (seconds: number, source: KeepAliveSource, name = 'web', patch: Partial<KeepAliveFact> = {}): Edit =>
  (bundle) => {
    const fact: KeepAliveFact = {
      targetGroupArn: groupArn(name),
      target: null,
      seconds,
      lowSeconds: null,
      highSeconds: null,
      source,
      at: at(0),
      detail: `${source}: ${seconds} s`,
      ...patch,
    };
    return { ...bundle, keepAliveFacts: [...bundle.keepAliveFacts, fact] };
  };

/** A path of a target that was asked for without the load balancer between. */
export const askedDirectly =
  (path: string, fault: ResponseFact['fault'], name = 'web'): Edit =>
  (bundle) => {
    const fact = {
      targetGroupArn: groupArn(name),
      target: '10.0.0.7:8080',
      path,
      fault,
      detail: `${fault}`,
      at: at(170),
    };
    return { ...bundle, responseFacts: [...(bundle.responseFacts ?? []), fact] };
  };

export const backendLog =
  (pattern: string, minute = 60): Edit =>
  (bundle) => ({
    ...bundle,
    backendLogMatches: [
      ...bundle.backendLogMatches,
      { at: at(minute), logGroup: '/app/shop', pattern, line: `example line with ${pattern}` },
    ],
  });

/** Something could not be read. For metrics the series go as well, unless they are kept. */
export function gap(subject: Gap['subject'], patch: Partial<Gap> = {}): Edit {
  const one: Gap = {
    subject,
    what: patch.metrics?.length ? `metric ${patch.metrics.join(', ')}` : subject,
    metrics: [],
    action: null,
    resource: null,
    kind: 'denied',
    reason: 'AccessDenied',
    ...patch,
  };
  return (bundle) => ({ ...bundle, gaps: [...bundle.gaps, one] });
}

/** A metric the role may not read. */
export const deniedMetric = (name: string): Edit =>
  edits(silent(name), gap('metrics', { metrics: [name], action: 'cloudwatch:GetMetricData' }));

// Access log

/** What the log says of one group; by default nothing but its count. */
export function loggedGroup(elb502: number, patch: Partial<LoggedTargetGroup> = {}): LoggedTargetGroup {
  return {
    targetGroupArn: groupArn('web'),
    requests: 108_000,
    elb502,
    target502: 0,
    signatures: { closedOnReuse: 0, midRequest: 0, neverDispatched: 0, answeredBadly: 0, lambda: 0 },
    answered: 108_000 - elb502,
    keepAlive: null,
    lambdaReasons: {},
    targets: ['10.0.1.10:8080', '10.0.2.10:8080', '10.0.3.10:8080'].map((name) => ({
      target: name,
      requests: 36_000,
      elb502: Math.round(elb502 / 3),
      keepAlive: null,
    })),
    ...patch,
  };
}

export const accessLog =
  (...groups: readonly LoggedTargetGroup[]): Edit =>
  (bundle) => {
    const count = groups.reduce((total, one) => total + one.elb502, 0);
    const summary: AccessLogSummary = {
      loadBalancer: LOAD_BALANCER_DIMENSION,
      linesRead: 108_000,
      linesRejected: 0,
      requests: 108_000,
      elb502: count,
      firstSeen: count > 0 ? at(3) : null,
      lastSeen: count > 0 ? at(170) : null,
      targetGroups: [...groups],
      leftOut: [],
      explanations: [],
      unexplained: count === 0 ? null : { failures: count, share: 1 },
    };
    return { ...bundle, accessLog: summary };
  };

type Stated = Pick<Explanation, 'fact' | 'causes'>;

/** What the engine says of each kind, where nothing else is said: its words and its odds. */
const STATED: Readonly<Partial<Record<ExplanationKind, Stated>>> = {
  'idle-time': {
    fact: 'came 5 s after an answer of the same target, which chance alone does less than once in a million times',
    causes: [
      { cause: 'keepalive-mismatch', probability: 0.98 },
      { cause: 'requests-per-connection-limit', probability: 0.01 },
    ],
  },
  'connection-requests': {
    fact: 'are about request 101 of their connection, on 3 targets',
    causes: [
      { cause: 'requests-per-connection-limit', probability: 0.93 },
      { cause: 'keepalive-mismatch', probability: 0.02 },
    ],
  },
  'connection-age': {
    fact: 'are on connections older than 300 s, on 3 targets',
    causes: [
      { cause: 'requests-per-connection-limit', probability: 0.93 },
      { cause: 'keepalive-mismatch', probability: 0.02 },
    ],
  },
  'target-time': {
    fact: 'broke off after 30.4 s of work (30.1 s to 31.2 s)',
    causes: [
      { cause: 'worker-timeout', probability: 0.9 },
      { cause: 'malformed-response', probability: 0.03 },
      { cause: 'target-crash', probability: 0.02 },
    ],
  },
  path: {
    fact: 'are requests for GET /export, 1 % of all requests; 100 % of them fail',
    causes: [
      { cause: 'malformed-response', probability: 0.72 },
      { cause: 'response-header-too-large', probability: 0.17 },
      { cause: 'target-crash', probability: 0.02 },
      { cause: 'worker-timeout', probability: 0.01 },
    ],
  },
  client: {
    fact: 'are of 4 clients with 1 % of all requests, on more than one path',
    causes: [
      { cause: 'response-header-too-large', probability: 0.78 },
      { cause: 'malformed-response', probability: 0.12 },
    ],
  },
  'request-body': {
    fact: 'have a body of 1 MB or more, as 2 % of all requests have; smaller ones on the same paths are answered',
    causes: [
      { cause: 'request-body-refused', probability: 0.88 },
      { cause: 'malformed-response', probability: 0.04 },
      { cause: 'worker-timeout', probability: 0.03 },
    ],
  },
  'target-stop': {
    fact: 'ended when their target stopped (2 times on 1 target)',
    causes: [
      { cause: 'target-crash', probability: 0.82 },
      { cause: 'deployment', probability: 0.1 },
    ],
  },
  'lambda-reason': {
    fact: 'name a failure of the Lambda function: LambdaInvalidResponse',
    causes: [{ cause: 'lambda-target-error', probability: 0.99 }],
  },
  deregistration: {
    fact: 'ended when a target that was sent nothing more was cut off (2 times on 2 targets)',
    causes: [
      { cause: 'deregistration-delay-elapsed', probability: 0.6 },
      { cause: 'deployment', probability: 0.3 },
    ],
  },
};

/**
 * An explanation of the access log.
 *
 * @param patch - what is not as the engine usually tells it
 */
export function explanation(
  kind: ExplanationKind,
  failures: number,
  share: number,
  patch: Partial<Explanation> = {},
): Explanation {
  const stated = { fact: `are of one ${kind}`, causes: [], ...STATED[kind], ...patch };
  const [first] = stated.causes;
  return {
    kind,
    cause: first !== undefined && first.probability >= 0.7 ? first.cause : null,
    failures,
    share,
    gainNats: 40,
    where: { targetGroupArn: groupArn('web'), target: null, node: null, path: null },
    ...stated,
  };
}

/** Which explanations the log has; each given with its share, what is left is unexplained. */
export const explained =
  (...explanations: readonly Explanation[]): Edit =>
  (bundle) => {
    if (bundle.accessLog === null) throw new Error('explanations are part of an access log');
    const rest = Math.max(0, 1 - explanations.reduce((sum, { share }) => sum + share, 0));
    const unexplained = { failures: Math.round(rest * bundle.accessLog.elb502), share: rest };
    return { ...bundle, accessLog: { ...bundle.accessLog, explanations: [...explanations], unexplained } };
  };

/** Failed requests that the access log names: where they went, and the minute at which each was answered. */
export const failingRequests = (target: string, ...minutes: readonly number[]): Edit =>
  edits(...minutes.map((minute) => failingRequest({ at: at(minute), target })));

/** One more failed request that the access log names. */
export const failingRequest =
  (patch: Partial<FailingRequest>): Edit =>
  (bundle) => {
    if (bundle.accessLog === null) throw new Error('failing requests are part of an access log');
    const failing: FailingRequest = {
      at: at(3),
      method: 'GET',
      url: 'https://shop.example.com:443/report',
      target: '10.0.1.10:8080',
      elbStatus: 502,
      targetStatus: null,
      requestSeconds: 0.001,
      targetSeconds: -1,
      responseSeconds: -1,
      traceId: '1-67891233-abcdef012345678912345678',
      ...patch,
    };
    const failingRequests = [...(bundle.accessLog.failingRequests ?? []), failing];
    return { ...bundle, accessLog: { ...bundle.accessLog, failingRequests } };
  };

const HEALTHY: Edit = edits(
  group('web'),
  requests(steady(600)),
  slowestResponse(steady(0.4)),
  healthyHosts(steady(3)),
  unhealthyHosts(steady(0)),
);

/**
 * A bundle of three hours: by default a healthy load balancer with one group of three targets and no tag;
 * the edits then say what is different. Checked against the schema.
 */
export function bundleWith(...list: readonly Edit[]): EvidenceBundle {
  return evidenceBundleSchema.parse(edits(HEALTHY, ...list)(EMPTY));
}
