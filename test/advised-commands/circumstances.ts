import {
  accessLog,
  backendLog,
  baseline,
  change,
  counts,
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
  groupTag,
  keepAlive,
  LOAD_BALANCER_ARN,
  lambdaGroup,
  loadBalancerAttribute,
  loggedGroup,
  steady,
  target,
  withoutGroup,
} from '../diagnose/bundle.ts';

const few = failures(everyNth(9, 2));
const WEB = groupArn('web');
const REPLACED = WEB.replace('73e2d6bc24d8a067', '00112233aabbccdd');
const NEVER = { requests: 60, answered: 0 };
const failedPath = { targetGroupArn: WEB, target: null, node: null, path: 'GET /export' };

/** Those whose advice is about settings that somebody owns. */
export const ABOUT_SETTINGS: ReadonlySet<string> = new Set([
  'attributes that changed since the baseline',
  'attributes that were taken away since the baseline',
  'a long deregistration delay',
  'gateway timeouts',
]);

/** What else a bundle may hold. */
export const CIRCUMSTANCES: Readonly<Record<string, Edit>> = {
  'attributes that changed since the baseline': edits(
    few,
    baseline({
      [LOAD_BALANCER_ARN]: {
        'idle_timeout.timeout_seconds': '50',
        'routing.http.desync_mitigation_mode': 'monitor',
      },
      [groupArn('web')]: { 'deregistration_delay.timeout_seconds': '120' },
    }),
    loadBalancerAttribute('routing.http.desync_mitigation_mode', 'strictest'),
    change(90, 'ModifyTargetGroupAttributes', groupArn('web'), {
      to: { 'deregistration_delay.timeout_seconds': '300' },
    }),
  ),
  'malformed tags': edits(few, groupTag('web', 'alb502:keep-alive-seconds', 'about a minute')),
  'a log group that a tag names': edits(few, groupTag('web', 'alb502:log-group', '/app/shop')),
  'a log in a bucket': edits(
    few,
    loadBalancerAttribute('access_logs.s3.enabled', 'true'),
    loadBalancerAttribute('access_logs.s3.bucket', 'shop-logs'),
    loadBalancerAttribute('access_logs.s3.prefix', 'alb/shop'),
  ),
  'a log of failures only': edits(few, accessLog(loggedGroup(40, { requests: 40, answered: 0 }))),
  'reads that were denied': edits(
    few,
    gap('access-log', { action: 's3:GetObject', resource: 'arn:aws:s3:::shop-logs/*' }),
    gap('access-log'),
    gap('backend-log'),
    gap('changes', { kind: 'throttled', reason: 'Throttling' }),
    gap('listeners', { kind: 'failed', reason: 'socket hang up' }),
  ),
  'a long deregistration delay': edits(
    few,
    group('web', { attributes: { 'deregistration_delay.timeout_seconds': '3600' } }),
  ),
  'attributes that were not read': edits(few, group('web', { attributes: {} })),
  'attributes that were taken away since the baseline': edits(
    few,
    baseline({ [WEB]: { 'target_group_health.unhealthy_state_routing.minimum_healthy_targets.count': '2' } }),
  ),
  'a function that is not registered': edits(
    few,
    withoutGroup('web'),
    lambdaGroup('fn', { targets: [], attributes: {} }),
  ),
  'a protocol that was not read': edits(few, group('web', { protocol: null, protocolVersion: null })),
  ...Object.fromEntries(
    (['malformed-response', 'response-header-too-large'] as const).map((cause) => [
      `a path that fails by ${cause}`,
      edits(
        few,
        accessLog(loggedGroup(40)),
        failingRequest({ url: 'https://shop.example.com:443/export' }),
        explained(
          explanation('path', 38, 0.95, { where: failedPath, causes: [{ cause, probability: 0.95 }] }),
        ),
      ),
    ]),
  ),
  ...Object.fromEntries(
    (['GET', 'POST', 'PATCH'] as const).map((method) => [
      `a path that seldom fails, asked for with ${method}`,
      edits(
        few,
        accessLog(loggedGroup(40)),
        explained(
          explanation('path', 38, 0.95, {
            fact: `are requests for ${method} /export, 30 % of all requests; ${method === 'POST' ? '2 %' : 'under 1 %'} of them fail`,
            where: { ...failedPath, path: `${method} /export` },
            causes: [{ cause: 'malformed-response', probability: 0.95 }],
          }),
        ),
      ),
    ]),
  ),
  'a target group that took the place of one of its name': edits(
    failures(steady(12)),
    group('older', { name: 'web', arn: REPLACED }),
    accessLog(loggedGroup(60, NEVER), loggedGroup(60, { ...NEVER, targetGroupArn: REPLACED })),
    explained(
      explanation('target', 120, 1, {
        causes: [{ cause: 'protocol-mismatch', probability: 0.9 }],
        where: { targetGroupArn: null, target: null, node: null, path: null },
      }),
    ),
  ),
  'a path asked for with PUT, whose headers are too large': edits(
    few,
    accessLog(loggedGroup(40)),
    failingRequest({ method: 'PUT', url: 'https://shop.example.com:443/basket' }),
    explained(
      explanation('path', 38, 0.95, {
        where: { ...failedPath, path: 'PUT /basket' },
        causes: [{ cause: 'response-header-too-large', probability: 0.95 }],
      }),
    ),
  ),
  'a request body on a path': edits(
    few,
    accessLog(loggedGroup(40)),
    explained(explanation('request-body', 38, 0.95, { where: { ...failedPath, path: 'POST /upload' } })),
  ),
  'a log of nodes without answers': edits(
    few,
    loadBalancerAttribute('access_logs.s3.bucket', 'shop-logs'),
    accessLog(loggedGroup(40)),
    (bundle) => ({
      ...bundle,
      accessLog: bundle.accessLog && { ...bundle.accessLog, nodesWithoutAnswers: 2 },
    }),
  ),
  'a log of targets without answers': edits(
    few,
    accessLog(
      loggedGroup(40, { answered: 0, targets: [] }),
      loggedGroup(0, { targetGroupArn: groupArn('api') }),
    ),
  ),
  'a log of one node without answers': edits(
    few,
    loadBalancerAttribute('access_logs.s3.bucket', 'shop-logs'),
    loadBalancerAttribute('access_logs.s3.prefix', 'alb/shop'),
    accessLog(loggedGroup(40, { answered: undefined, targets: [] })),
    (bundle) => ({
      ...bundle,
      accessLog: bundle.accessLog && { ...bundle.accessLog, nodesWithoutAnswers: 1 },
    }),
  ),
  'nothing that could be settled': edits(
    few,
    accessLog(loggedGroup(40)),
    keepAlive(75, 'probe'),
    backendLog('too many open files'),
    gap('listeners', { kind: 'failed', reason: 'socket hang up' }),
  ),
  'a log that names no target': edits(few, accessLog(loggedGroup(40, { answered: undefined, targets: [] }))),
  'a log at the top of a bucket': edits(
    few,
    loadBalancerAttribute('access_logs.s3.enabled', 'true'),
    loadBalancerAttribute('access_logs.s3.bucket', 'shop-logs'),
  ),
  'WebSocket paths that fail, and gateway timeouts': edits(
    few,
    counts('HTTPCode_ELB_504_Count', everyNth(9, 2)),
    accessLog(loggedGroup(40)),
    failingRequest({ url: 'https://shop.example.com:443/socket.io/' }),
    groupTag('web', 'alb502:log-group', '/app/shop'),
  ),
  'gateway timeouts': edits(few, counts('HTTPCode_ELB_504_Count', everyNth(9, 2))),
  'work that was done before the failure': edits(
    few,
    accessLog(loggedGroup(40)),
    failingRequest({ targetSeconds: 12 }),
  ),
  'work that was done before the failure, and a log group that a tag names': edits(
    few,
    accessLog(loggedGroup(40)),
    failingRequest({ targetSeconds: 12 }),
    groupTag('web', 'alb502:log-group', '/app/shop'),
  ),
  'a function behind a group with quotes in its ARN': edits(
    few,
    withoutGroup('web'),
    lambdaGroup('fn', { arn: groupArn('"fn"') }),
  ),
  'a log alone': edits(
    few,
    accessLog(loggedGroup(40)),
    gap('load-balancer', { kind: 'switched-off', reason: 'only a log was read' }),
  ),
  'a log alone, of which no cause has a chance': edits(
    few,
    accessLog(loggedGroup(40)),
    gap('load-balancer', { kind: 'switched-off', reason: 'only a log was read' }),
    explained(explanation('target-stop', 40, 1, { causes: [] })),
  ),
  'another gap of the load balancer': edits(few, accessLog(loggedGroup(40)), gap('load-balancer')),
  'values that stand in no name': (bundle) => ({
    ...few(bundle),
    account: '',
    region: '-',
    loadBalancer: { ...bundle.loadBalancer, name: 'a b', arn: 'what is no ARN of any load balancer' },
    targetGroups: bundle.targetGroups.map((one) => ({ ...one, targets: [target('10.0.1.10')] })),
  }),
};
