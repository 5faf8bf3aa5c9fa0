import { isWildcardOnlyAction } from '@cloud-copilot/iam-simulate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PERMISSIONS } from '../../lib/permissions.ts';
import { type FaultProxy, type FaultRule, startFaultProxy } from '../aws-faults.ts';
import { type Deployment, deployToMoto } from '../infra/deploy.ts';
import { type Moto, startMoto } from '../moto.ts';
import { type Authorization, authorizationsOf } from './authorization.ts';
import {
  buildDeliveredLoadBalancer,
  buildLoggedFleet,
  DELIVERED_LOG_GROUP,
  LOG_BUCKET,
  LOG_GROUP,
  type LoggedFleet,
  setIdleTimeout,
} from './logged-fleet.ts';
import { grantsOf, isAllowed, only, type Policy } from './policy.ts';
import { buildProbedInstance, type ProbedInstance } from './probed-instance.ts';
import { type MonitorFunctionName, type RecordedMonitor, recordedMonitor } from './recorded-monitor.ts';
import { rolePoliciesOf } from './role-policies.ts';
import { buildWorkloads } from './workload-fleet.ts';

const FUNCTIONS: readonly MonitorFunctionName[] = ['screen', 'investigate', 'widget', 'probe'];
const EVERY_MINUTE = { source: 'aws.events', 'detail-type': 'Scheduled Event', detail: {} };
/** An alert stays in the outbox, and the screening must deliver it. */
const CHANNELS_DOWN: readonly FaultRule[] = [
  { action: 'Publish', fault: 'internal-error' },
  { action: 'PutEvents', fault: 'internal-error' },
];
/** What waits in the outbox is the screening's only after two minutes. */
const LATER_SECONDS = 150;
const CONFIGURATION = {
  widgetActions: true,
  accessLogBuckets: [`arn:aws:s3:::${LOG_BUCKET}`],
  accessLogGroups: [`arn:aws:logs:eu-central-1:123456789012:log-group:${DELIVERED_LOG_GROUP}`],
  backendLogGroups: [`arn:aws:logs:eu-central-1:123456789012:log-group:${LOG_GROUP}`],
  probe: { subnetIds: ['subnet-0123456789abcdef0'], securityGroupIds: ['sg-01234567'] },
};
/** OTLP datasets are its only resource type, and classic metrics lie in none. */
const ONLY_OTLP_HAS_RESOURCES = 'cloudwatch:GetMetricData';
/** Its resource type is a container instance, and a listing by service names none. */
const OF_NO_INSTANCE = 'ecs:ListTasks';

/** A message whose look fails, so that it is brought back. */
const UNREADABLE = {
  messageId: 'unreadable',
  receiptHandle: 'handle',
  body: 'no JSON',
  attributes: { ApproximateReceiveCount: '1' },
};

const changeOf = ({ targetGroupArn }: LoggedFleet) => ({
  source: 'aws.elasticloadbalancing',
  'detail-type': 'AWS API Call via CloudTrail',
  region: 'eu-central-1',
  detail: {
    eventTime: new Date().toISOString(),
    eventSource: 'elasticloadbalancing.amazonaws.com',
    eventName: 'ModifyTargetGroupAttributes',
    apiVersion: '2015-12-01',
    userIdentity: { arn: 'arn:aws:iam::123456789012:user/someone' },
    requestParameters: {
      targetGroupArn,
      attributes: [{ key: 'deregistration_delay.timeout_seconds', value: '30' }],
    },
  },
});

/** What AWS itself calls in the name of a function: its log, and what the permissions say of each. */
const calledByAws = (name: MonitorFunctionName): ReadonlySet<string> =>
  new Set([
    'logs:CreateLogStream',
    'logs:PutLogEvents',
    ...PERMISSIONS[name].flatMap(({ caller, actions }) => (caller === 'service' ? actions : [])),
  ]);

const distinct = (list: readonly Authorization[]): Authorization[] => [
  ...new Map(list.map((one) => [`${one.action} ${one.resource}`, one])).values(),
];

describe('the permissions of the deployed functions', () => {
  let moto: Moto;
  let proxy: FaultProxy;
  let instance: ProbedInstance;
  let deployment: Deployment;
  let monitor: RecordedMonitor;
  const policies = new Map<MonitorFunctionName, readonly Policy[]>();

  beforeAll(async () => {
    moto = await startMoto();
    proxy = await startFaultProxy(moto.endpoint);
    const fleet = await buildLoggedFleet(moto);
    await buildDeliveredLoadBalancer(moto);
    await buildWorkloads(moto, fleet.loadBalancerArn);
    deployment = await deployToMoto(moto, CONFIGURATION);
    monitor = recordedMonitor(moto, proxy, deployment);
    for (const name of FUNCTIONS)
      policies.set(name, await rolePoliciesOf(moto, deployment.functions[name]?.functionName ?? ''));

    expect(await monitor.invoke('screen', EVERY_MINUTE)).toMatchObject({ error: null });
    expect(await monitor.investigateAll()).toBe(3);
    expect(await deployment.receiveAlerts()).toHaveLength(3);
    await fleet.letTheOtherFail();
    expect(await monitor.invoke('screen', EVERY_MINUTE)).toMatchObject({ error: null });
    expect(await monitor.investigateAll(CHANNELS_DOWN)).toBe(1);
    expect(await monitor.invoke('screen', EVERY_MINUTE, [], LATER_SECONDS)).toMatchObject({ error: null });
    expect(await deployment.receiveAlerts()).toHaveLength(1);
    await setIdleTimeout(moto, fleet.loadBalancerArn, 300);
    expect(await monitor.invoke('screen', changeOf(fleet))).toMatchObject({ error: null });
    expect(await monitor.investigateAll()).toBeGreaterThan(0);
    expect(await monitor.invoke('investigate', { Records: [UNREADABLE] })).toMatchObject({ error: null });
    const { loadBalancerArn } = fleet;
    for (const [event, shown] of [
      [{ widgetContext: {} }, 'idle_timeout: 60 → <b>300'],
      [{ view: 'load-balancer', loadBalancerArn }, 'Evidence for'],
      [{ view: 'accept-drift', loadBalancerArn }, 'Accepted: 1 change'],
      [{ view: 'silence', loadBalancerArn }, 'Silenced for one hour'],
    ] as const)
      expect((await monitor.invoke('widget', event)).result).toContain(shown);
    instance = await buildProbedInstance(moto, fleet.targetGroupArn);
    expect(await monitor.invoke('probe', {}, [instance.address])).toMatchObject({ error: null });
  }, 300_000);
  afterAll(async () => {
    instance?.stop();
    deployment?.remove();
    await proxy?.stop();
    await moto?.stop();
  });

  const calledBy = (name: MonitorFunctionName) =>
    distinct((monitor.calls.get(name) ?? []).flatMap(authorizationsOf));
  const granted = (name: MonitorFunctionName) => grantsOf(policies.get(name) ?? []);

  test.each(FUNCTIONS)('allow every call that %s makes, on the resource it makes it on', async (name) => {
    const called = calledBy(name);
    expect(called.length).toBeGreaterThan(0);
    for (const call of called)
      expect(await isAllowed(policies.get(name) ?? [], call), `${call.action} on ${call.resource}`).toBe(
        true,
      );
  });

  test.each(FUNCTIONS)('allow %s nothing that it does not call', async (name) => {
    const byAws = calledByAws(name);
    const called = calledBy(name);
    const unused: string[] = [];
    for (const grant of granted(name).filter(({ action }) => !byAws.has(action))) {
      const uses = await Promise.all(
        called.filter(({ action }) => action === grant.action).map((call) => isAllowed([only(grant)], call)),
      );
      if (!uses.includes(true)) unused.push(`${grant.action} on ${grant.resource}`);
    }
    expect(unused).toEqual([]);
  });

  test.each(FUNCTIONS)('are the table of what %s calls', (name) => {
    const byAws = calledByAws(name);
    const allowed = granted(name).filter(({ action }) => !byAws.has(action));
    const actions = (list: readonly Authorization[]) => [...new Set(list.map(({ action }) => action))].sort();
    expect(actions(allowed)).toEqual(actions(calledBy(name)));
  });

  test.each(FUNCTIONS)('give %s every resource only where the API knows no other', async (name) => {
    for (const { action } of granted(name).filter(({ resource }) => resource === '*')) {
      const [service = '', operation = ''] = action.split(':');
      if (action === ONLY_OTLP_HAS_RESOURCES || action === OF_NO_INSTANCE) continue;
      if (calledByAws(name).has(action)) continue;
      expect(await isWildcardOnlyAction(service, operation), action).toBe(true);
    }
  });

  test('do not reach into another table, queue, topic, bus or bucket, and change no load balancer', async () => {
    const foreign: Authorization[] = [
      { action: 'dynamodb:GetItem', resource: 'arn:aws:dynamodb:eu-central-1:123456789012:table/orders' },
      { action: 'sns:Publish', resource: 'arn:aws:sns:eu-central-1:123456789012:orders' },
      { action: 'events:PutEvents', resource: 'arn:aws:events:eu-central-1:123456789012:event-bus/orders' },
      { action: 'sqs:SendMessage', resource: 'arn:aws:sqs:eu-central-1:123456789012:orders' },
      { action: 's3:GetObject', resource: 'arn:aws:s3:::orders/2026.csv' },
      {
        action: 'logs:FilterLogEvents',
        resource: 'arn:aws:logs:eu-central-1:123456789012:log-group:/orders:*',
      },
      {
        action: 'elasticloadbalancing:ModifyLoadBalancerAttributes',
        resource:
          'arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/orders/50dc6c495c0c9188',
      },
    ];
    for (const name of FUNCTIONS)
      for (const call of foreign)
        expect(await isAllowed(policies.get(name) ?? [], call), `${name}: ${call.action}`).toBe(false);
  });
});
