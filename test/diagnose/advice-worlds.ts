import type { NamedCause } from '../../lambda/model/cause.ts';
import {
  accessLog,
  askedDirectly,
  baseline,
  change,
  counts,
  declared,
  deniedMetric,
  type Edit,
  edits,
  everyNth,
  explained,
  explanation,
  failingRequest,
  failures,
  gap,
  group,
  groupArn,
  groupAttribute,
  groupTag,
  idleTimeout,
  keepAlive,
  LOAD_BALANCER_ARN,
  lambdaGroup,
  loadBalancerAttribute,
  loadBalancerTag,
  loggedGroup,
  silent,
  slowestResponse,
  steady,
  target,
} from './bundle.ts';
import { container, deployed, ecsService, OUT_OF_MEMORY, stopped, terminated } from './workload.ts';

const race = edits(declared(5), idleTimeout(60));

const ingress = edits(
  groupTag('web', 'elbv2.k8s.aws/cluster', 'prod'),
  groupTag('web', 'ingress.k8s.aws/stack', 'shop/web'),
  groupTag('web', 'ingress.k8s.aws/resource', 'shop/web-api:80'),
  loadBalancerTag('ingress.k8s.aws/stack', 'shop/web'),
);

const nodePorts = group('web', {
  targetType: 'instance',
  port: 31_234,
  targets: [target('i-0123456789abcdef0', { port: 31_234 })],
});

const ofEcs = edits(
  ecsService({
    ...{ minimumHealthyPercent: 50, maximumPercent: 100, healthCheckGracePeriodSeconds: 10 },
    containers: [
      container({ name: 'sidecar', servesTargetGroup: false, stopTimeoutSeconds: 5 }),
      container({ entryPoint: ['tini', '--'], command: ['gunicorn', 'a:b'], stopTimeoutSeconds: 20 }),
    ],
  }),
  deployed(60, 70),
  ...[80, 82, 84, 86, 88, 90].map((minute) => stopped(minute, OUT_OF_MEMORY)),
);

const nothingKnownOfEcs = ecsService({
  ...{ taskDefinition: null, launchType: 'EC2', containers: [], minimumHealthyPercent: null },
  maximumPercent: null,
});

/** A log that names what failed: 40 requests for one path of one group, and large bodies. */
const logOf = (cause: NamedCause, path = 'GET /export'): Edit =>
  edits(
    failures(everyNth(9, 2)),
    accessLog(loggedGroup(40), loggedGroup(0, { targetGroupArn: groupArn('api'), targets: [] })),
    explained(
      explanation('path', 38, 0.95, {
        causes: [{ cause, probability: 0.9 }],
        where: { targetGroupArn: groupArn('web'), target: null, node: null, path },
      }),
      explanation('request-body', 2, 0.05, {
        where: { targetGroupArn: groupArn('web'), target: null, node: null, path: 'POST /upload' },
      }),
    ),
  );

const asked = (url: string, rewrittenUrl?: string): Edit =>
  failingRequest({ url, ...(rewrittenUrl === undefined ? {} : { rewrittenUrl }) });

const JOBS = 'https://shop.example.com:443/jobs';

const HTTP = ['malformed-response', 'response-header-too-large'] as const;
const CONNECTIONS = ['connection-refused', 'tls-failure', 'network-path', 'protocol-mismatch'] as const;
const GROUPS = [
  'deployment',
  'deregistration-delay-elapsed',
  'protocol-mismatch',
  'connection-refused',
] as const;
const ATTRIBUTES = ['keepalive-mismatch', 'deregistration-delay-elapsed', 'lambda-target-error'] as const;

const HIDDEN = '\u202e';

/** Names that cannot be shown, wherever a command has one. */
const hidden: Edit = (bundle) => ({
  ...bundle,
  region: HIDDEN,
  loadBalancer: { ...bundle.loadBalancer, arn: HIDDEN, name: HIDDEN, tags: { 'alb502:log-group': HIDDEN } },
});

/** Surroundings, and the causes whose advice they change; all of them where none are named. */
export const ADVISED: Readonly<Record<string, readonly [edit: Edit, causes?: readonly NamedCause[]]>> = {
  'nothing known of one group and a function': [edits(lambdaGroup('fn'), race)],
  'an ECS service on Fargate': [
    edits(ofEcs, race, slowestResponse(steady(400))),
    ['deployment', 'target-crash', 'worker-timeout', 'keepalive-mismatch', ...HTTP],
  ],
  'an ECS service of which little is known': [
    edits(nothingKnownOfEcs, race),
    ['deployment', 'target-crash', 'deregistration-delay-elapsed'],
  ],
  'pods behind an Ingress': [
    edits(ingress, race, slowestResponse(steady(30))),
    [
      'deployment',
      'target-crash',
      'connection-refused',
      'malformed-response',
      'worker-timeout',
      ...ATTRIBUTES,
    ],
  ],
  'node ports behind an Ingress': [edits(ingress, nodePorts, race), ['deployment', 'connection-refused']],
  'Kubernetes, of which only the cluster is known': [
    edits(groupTag('web', 'elbv2.k8s.aws/cluster', 'prod'), race),
    ['deployment', 'target-crash', 'connection-refused', 'malformed-response'],
  ],
  'an Auto Scaling group': [
    edits(
      group('web', { targetType: 'instance' }),
      terminated(60, 'At 10:00 an instance was taken out of service'),
    ),
    ['deployment', 'target-crash', ...CONNECTIONS],
  ],
  'a CloudFormation stack': [
    edits(
      lambdaGroup('fn'),
      loadBalancerTag('aws:cloudformation:stack-name', 'shop'),
      groupTag('web', 'aws:cloudformation:stack-name', 'shop'),
      groupTag('fn', 'aws:cloudformation:stack-name', 'shop'),
      race,
    ),
    ATTRIBUTES,
  ],
  'Terraform, with a new idle timeout of 120 s': [
    edits(
      change(10, 'ModifyLoadBalancerAttributes', LOAD_BALANCER_ARN, {
        userAgent: 'APN/1.0 HashiCorp/1.0 Terraform/1.9.0',
      }),
      baseline({ [LOAD_BALANCER_ARN]: { 'idle_timeout.timeout_seconds': '60' } }),
      declared(75),
      idleTimeout(120),
      slowestResponse(steady(64.2)),
    ),
    ['keepalive-mismatch'],
  ],
  'functions of which nothing is known, with lists of headers': [
    edits(
      lambdaGroup('fn', { attributes: { 'lambda.multi_value_headers.enabled': 'true' }, targets: [] }),
      lambdaGroup('other', { attributes: {} }),
      lambdaGroup('third'),
      lambdaGroup('fourth'),
    ),
    ['lambda-target-error'],
  ],
  'only functions': [
    (bundle) => ({
      ...lambdaGroup('fn')(bundle),
      targetGroups: lambdaGroup('fn')(bundle).targetGroups.slice(-1),
    }),
    ['deployment', 'target-crash', 'worker-timeout', 'request-body-refused', 'connection-refused'],
  ],
  'four groups without targets, one of them with a long delay': [
    edits(
      lambdaGroup('fn'),
      group('web', { targets: [], port: null, protocol: null, protocolVersion: null }),
      group('api', { targets: [], attributes: {} }),
      groupAttribute('api', 'deregistration_delay.timeout_seconds', '3600'),
      group('admin', { targetType: 'instance', targets: [target('i-1', { port: null })] }),
      group('old', { serving: false }),
      slowestResponse(steady(1000)),
    ),
    GROUPS,
  ],
  'connection errors of one group, which speaks TLS': [
    edits(
      lambdaGroup('fn'),
      group('api', { protocol: 'HTTPS', targets: [target('fd00::7', { port: 8443 })] }),
      counts('TargetConnectionErrorCount', steady(2), { group: 'api' }),
      counts('TargetConnectionErrorCount', steady(0), { group: 'web' }),
      counts('TargetTLSNegotiationErrorCount', steady(2), { group: 'api' }),
      groupTag('api', 'aws:cloudformation:stack-name', 'shop'),
      groupTag('web', 'ManagedBy', 'terraform'),
      askedDirectly('/', 'speaks-plain-http', 'api'),
      askedDirectly('/', 'speaks-tls', 'web'),
    ),
    CONNECTIONS,
  ],
  'a log that names a path, and where the targets log': [
    edits(
      group('api'),
      logOf('malformed-response'),
      asked('https://shop.example.com:443/export'),
      loadBalancerTag('alb502:log-group', '/shop/web'),
      idleTimeout(150),
    ),
    [...HTTP, 'target-crash', 'request-body-refused', 'worker-timeout'],
  ],
  'a log that names a path which a rule rewrites': [
    edits(
      logOf('response-header-too-large', 'GET /old/*'),
      asked('https://shop.example.com:443/old/1', 'http://internal.example.com:8080/new/1'),
      group('web', { protocol: 'HTTPS' }),
    ),
    HTTP,
  ],
  'a path that may change data': [
    edits(logOf('malformed-response', 'POST /jobs'), failingRequest({ method: 'POST', url: `${JOBS}?id=7` })),
    HTTP,
  ],
  'a path that may change data, and is asked for with GET as well': [
    edits(
      logOf('response-header-too-large', 'PUT /jobs'),
      group('web', { tags: { 'alb502:log-group': '/app/shop' } }),
      failingRequest({ method: 'PUT', url: JOBS }),
      asked(JOBS),
    ),
    ['response-header-too-large'],
  ],
  'a path that may change data, behind TLS': [
    edits(logOf('malformed-response', 'DELETE /jobs/*'), group('web', { protocol: 'HTTPS' })),
    ['malformed-response'],
  ],
  'paths that may change data, none of them named': [
    edits(
      failures(everyNth(9, 2)),
      accessLog(loggedGroup(40)),
      failingRequest({ method: 'POST', url: JOBS }),
      failingRequest({ method: 'PATCH', url: `${JOBS}/1` }),
    ),
    ['malformed-response'],
  ],
  'a log that names a path which no named request has': [logOf('malformed-response', 'GET /a[1]/../b'), HTTP],
  'an idle timeout that could not be read': [
    edits(gap('attributes'), declared(5), group('api'), keepAlive(75.25, 'probe', 'api')),
    ['keepalive-mismatch', 'requests-per-connection-limit', 'worker-timeout'],
  ],
  'an idle timeout that could not be read, and connections reused after 90 s': [
    edits(
      gap('attributes'),
      group('web', { serverHeader: { value: 'nginx/1.27', detail: 'the header "Server: nginx/1.27"' } }),
      accessLog(
        loggedGroup(12, { keepAlive: { seconds: 90.123, low: 90, high: 90.2, failures: 12, pValue: 1e-9 } }),
      ),
    ),
    ['keepalive-mismatch'],
  ],
  'an idle timeout and keep-alives that nobody knows': [
    edits(gap('attributes'), group('web', { targetType: 'instance' })),
    ['keepalive-mismatch'],
  ],
  'connections that end at an age': [
    edits(
      failures(everyNth(9, 2)),
      accessLog(loggedGroup(40)),
      explained(explanation('connection-age', 40, 1)),
    ),
    ['requests-per-connection-limit'],
  ],
  'keep-alives that are long enough': [edits(declared(75), idleTimeout(60)), ['keepalive-mismatch']],
  'an nginx by its header, whose default is too short, without response times': [
    edits(
      group('web', {
        protocolVersion: 'HTTP2',
        serverHeader: { value: 'nginx/1.27', detail: 'the header "Server: nginx/1.27"' },
      }),
      idleTimeout(300),
      silent('TargetResponseTime'),
    ),
    ['keepalive-mismatch', 'requests-per-connection-limit'],
  ],
  'names that cannot be shown, of a service and a function': [
    edits(
      hidden,
      ecsService({ clusterArn: HIDDEN, serviceName: HIDDEN, taskDefinition: HIDDEN }),
      deployed(60, 70, { fromTaskDefinition: HIDDEN }),
      group('api', { arn: `${groupArn('api')}${HIDDEN}` }),
      lambdaGroup('fn', { arn: `${groupArn('fn')}${HIDDEN}`, targets: [target(HIDDEN)] }),
    ),
    [
      ...([
        'deployment',
        'target-crash',
        'network-path',
        'lambda-target-error',
        'malformed-response',
      ] as const),
      ...(['request-body-refused', 'keepalive-mismatch'] as const),
    ],
  ],
  'names that cannot be shown, of pods and an Auto Scaling group': [
    edits(
      hidden,
      groupTag('web', 'ingress.k8s.aws/stack', `${HIDDEN}/web`),
      groupTag('web', 'ingress.k8s.aws/resource', `${HIDDEN}/web-${HIDDEN}:80`),
      group('api', {
        ...{ targets: [target(HIDDEN)], protocol: 'HTTPS' },
        workload: {
          autoScalingGroup: { name: HIDDEN, healthCheckType: 'ELB', activities: [], instanceRefreshes: [] },
        },
      }),
    ),
    ['deployment', 'connection-refused', 'tls-failure', 'protocol-mismatch', 'deregistration-delay-elapsed'],
  ],
  'a service that something else deploys': [
    edits(ofEcs, ecsService({ deploymentController: 'CODE_DEPLOY' })),
    ['malformed-response'],
  ],
  'a service without a task definition': [
    edits(ofEcs, ecsService({ taskDefinition: null })),
    ['malformed-response'],
  ],
  'a service that was never deployed again': [
    edits(ecsService(), deployed(60, 70, { fromTaskDefinition: null })),
    ['malformed-response'],
  ],
  'a raised idle timeout that explains nothing, and a keep-alive of 11 s': [
    edits(
      declared(11),
      idleTimeout(60),
      baseline({ [LOAD_BALANCER_ARN]: { 'idle_timeout.timeout_seconds': '30' } }),
      slowestResponse(steady(10)),
    ),
    ['keepalive-mismatch'],
  ],
  'a lowered idle timeout, and a keep-alive that is a little longer': [
    edits(
      declared(62),
      idleTimeout(60),
      baseline({ [LOAD_BALANCER_ARN]: { 'idle_timeout.timeout_seconds': '90' } }),
      slowestResponse(steady(56)),
    ),
    ['keepalive-mismatch'],
  ],
  'a lowered keep-alive of 17 s, at the baseline of 10 s': [
    edits(
      declared(15),
      idleTimeout(120),
      baseline({ [LOAD_BALANCER_ARN]: { 'idle_timeout.timeout_seconds': '10' } }),
    ),
    ['keepalive-mismatch', 'worker-timeout'],
  ],
  'a connection that was reused after the idle timeout': [
    edits(
      idleTimeout(60),
      accessLog(
        loggedGroup(12, {
          keepAlive: { seconds: 61, low: 60, high: 62, failures: 12, pValue: 1e-9 },
          targets: [
            {
              ...{ target: '10.0.1.10:8080', requests: 99, elb502: 12 },
              keepAlive: { seconds: 75.04, low: 75, high: 76, failures: 9, pValue: 1e-9 },
            },
          ],
        }),
      ),
    ),
    ['keepalive-mismatch', 'connection-refused'],
  ],
  'a group of instances of which only the log has a port': [
    edits(
      group('web', { targetType: 'instance', targets: [], port: null }),
      logOf('connection-refused'),
      groupTag('web', 'elbv2.k8s.aws/cluster', 'prod'),
    ),
    ['connection-refused', 'network-path'],
  ],
  'six groups with too short a keep-alive': [
    edits(
      ...['web', 'a', 'b', 'c', 'd', 'e'].flatMap((name, index) => [group(name), declared(20 + index, name)]),
    ),
    ['keepalive-mismatch'],
  ],
};

/** Of each kind: a limit that can be lifted, one that is announced, none at all, and a server that nobody knows. */
export const LIMITED_SERVERS: readonly string[] = [
  'tomcat',
  'nginx',
  'apache',
  'gunicorn',
  'node',
  'uvicorn',
  'haproxy',
  'puma',
  'jetty',
  'home-made',
];

const bucket = edits(
  loadBalancerAttribute('access_logs.s3.enabled', 'true'),
  loadBalancerAttribute('access_logs.s3.bucket', 'logs'),
);

const few = failures(everyNth(9, 2));
const log = accessLog(loggedGroup(80));

/** What nobody read or measured yet. */
export const UNREAD: Readonly<Record<string, Edit>> = {
  'a log in a bucket': edits(few, bucket, loadBalancerAttribute('access_logs.s3.prefix', 'alb'), ingress),
  'a log in a bucket without a prefix, behind instances and an agent': edits(
    ...[few, bucket, gap('attributes')],
    group('web', { targetType: 'instance', targetControlPort: 3000 }),
  ),
  'no log': few,
  'a log of failed requests only, and nothing else': edits(
    ...[few, bucket, accessLog(loggedGroup(80, { requests: 80, answered: 0 }))],
    gap('load-balancer', { kind: 'switched-off' }),
  ),
  'a log of which one node has failed requests only': edits(few, log, (bundle) => ({
    ...bundle,
    accessLog: bundle.accessLog && { ...bundle.accessLog, nodesWithoutAnswers: 1 },
  })),
  'a log of which two nodes have failed requests only': edits(few, log, (bundle) => ({
    ...bundle,
    accessLog: bundle.accessLog && { ...bundle.accessLog, nodesWithoutAnswers: 2 },
  })),
  'a log without answers of the targets that failed': edits(
    few,
    accessLog(
      loggedGroup(80, { targets: [{ target: '10.0.1.10:8080', requests: 80, elb502: 80, keepAlive: null }] }),
      loggedGroup(0, { targetGroupArn: groupArn('api') }),
    ),
  ),
  'names that cannot be shown': edits(
    few,
    hidden,
    bucket,
    loadBalancerAttribute('access_logs.s3.bucket', HIDDEN),
  ),
  'no log, and names that are no parts of commands': (bundle) => ({
    ...hidden(few(bundle)),
    account: `${bundle.account}0`,
    region: 'EU',
  }),
  'a log that is switched off, whose bucket is still named': edits(
    few,
    bucket,
    loadBalancerAttribute('access_logs.s3.enabled', 'false'),
    group('old', { serving: false }),
    group('api'),
    groupTag('api', 'alb502:log-group', '/shop/api'),
    gap('access-log', { kind: 'switched-off' }),
  ),
  'a log in which another target of the group failed and answered': edits(
    few,
    accessLog(
      loggedGroup(80, {
        targets: [
          { target: '10.0.1.10:8080', requests: 80, elb502: 80, keepAlive: null },
          { target: '10.0.2.10:8080', requests: 80, elb502: 0, keepAlive: null },
        ],
      }),
    ),
  ),
  'a log that names no targets': edits(few, accessLog(loggedGroup(80, { targets: [], answered: 1 }))),
  'a log that names no targets, nor answers': edits(
    few,
    bucket,
    loadBalancerAttribute('access_logs.s3.prefix', 'alb'),
    gap('load-balancer'),
    accessLog(
      loggedGroup(80, { targets: [], answered: 0 }),
      loggedGroup(0, { targetGroupArn: groupArn('api') }),
    ),
  ),
  'a path that can be asked for': edits(few, log, asked('https://shop.example.com:443/export?token=1')),
  'reads that failed': edits(
    deniedMetric('TargetConnectionErrorCount'),
    gap('backend-log', { resource: '/shop/web' }),
    gap('access-log', { action: 's3:ListBucket', resource: 'arn:aws:s3:::logs' }),
    gap('changes', { kind: 'throttled' }),
    gap('backend-log', { kind: 'failed', reason: 'no such log group' }),
    gap('access-log', { kind: 'failed', reason: 'no such bucket', action: 's3:GetObject' }),
    gap('target-health', { kind: 'failed', reason: 'AWS is ill', action: 'elasticloadbalancing:Describe' }),
    gap('access-log', { what: 'another log' }),
    gap('listeners', { kind: 'failed', reason: 'no answer' }),
    gap('tags', { kind: 'switched-off' }),
  ),
};

const tooBusy = counts('HTTPCode_ELB_504_Count', everyNth(20, 1));
const completed = edits(log, failingRequest({ targetSeconds: 12 }));

/** What no cause stands for. */
export const TRAPS: Readonly<Record<string, Edit>> = {
  'targets that are too busy': tooBusy,
  'an ECS service that is too busy': edits(tooBusy, ecsService()),
  'Service Connect': ecsService({
    serviceConnect: { protocol: 'http', idleTimeoutSeconds: 0, perRequestTimeoutSeconds: null },
  }),
  'a TCP proxy of Service Connect': ecsService({
    serviceConnect: { protocol: 'tcp', idleTimeoutSeconds: null, perRequestTimeoutSeconds: 9 },
  }),
  'an nginx of a function': edits(lambdaGroup('nginx'), loadBalancerTag('alb502:server', 'nginx')),
  'WebSockets, by the path that an explanation names': edits(
    log,
    explained(
      explanation('path', 80, 1, {
        where: { targetGroupArn: groupArn('web'), target: null, node: null, path: 'GET /ws/*' },
      }),
    ),
  ),
  'clients with large headers, behind HTTP/2': edits(
    log,
    explained(explanation('client', 80, 1)),
    group('web', { protocolVersion: 'HTTP2' }),
  ),
  'names that cannot be shown, of a service that is too busy': edits(
    tooBusy,
    hidden,
    ecsService({ clusterArn: HIDDEN, serviceName: HIDDEN, containers: [] }),
  ),
  'names that cannot be shown, of a request that was completed': edits(completed, hidden),
  'a sidecar that cannot be shown': ecsService({
    containers: [container({ name: HIDDEN, image: 'envoy', servesTargetGroup: false })],
  }),
  'a sidecar': ecsService({
    containers: [container(), container({ name: 'envoy', servesTargetGroup: false })],
  }),
  pods: ingress,
  'requests that the application completed': completed,
  'requests that the application completed, in a log that is named': edits(
    completed,
    loadBalancerTag('alb502:log-group', '/shop/web'),
  ),
};

/** What is changed without a 502, for the configuration alone. */
export const CONFIGURED: Readonly<Record<string, Edit>> = {
  'a changed configuration': edits(
    declared(900),
    baseline({
      [LOAD_BALANCER_ARN]: { 'idle_timeout.timeout_seconds': '30', 'access_logs.s3.enabled': 'true' },
      [groupArn('web')]: { 'deregistration_delay.timeout_seconds': '600' },
    }),
    change(10, 'ModifyTargetGroupAttributes', groupArn('web'), {
      to: { 'deregistration_delay.timeout_seconds': '300' },
    }),
  ),
  'declarations that are wrong': edits(
    declared(75),
    keepAlive(5, 'probe'),
    group('api'),
    declared(20, 'api'),
    keepAlive(70, 'probe', 'api', { lowSeconds: 70 }),
    group('old'),
    declared(-1, 'old'),
    groupTag('old', 'aws:cloudformation:stack-name', 'shop'),
  ),
};
