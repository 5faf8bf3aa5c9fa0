import {
  ElasticLoadBalancingV2Client,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { expect, onTestFinished, test, vi } from 'vitest';
import { ENV } from '../../lambda/env.ts';
import { type InvestigatePorts, investigate } from '../../lambda/investigate/investigate.ts';
import { observeWithHistory } from '../../lambda/investigate/observe-with-history.ts';
import { settingsSchema } from '../../lambda/model/settings.ts';
import { clientsByRegion } from '../../lambda/observe/clients.ts';
import { endpointName } from '../../lambda/probe/endpoint.ts';
import { handler } from '../../lambda/probe.lambda.ts';
import { dynamoStore } from '../../lambda/store/dynamo.store.ts';
import { failingRequestAt } from '../alert/failing-request.ts';
import { type FaultRule, startFaultProxy } from '../aws-faults.ts';
import { accessLog, bundleWith, explained, explanation, loggedGroup } from '../diagnose/bundle.ts';
import { type Moto, motoForTest } from '../moto.ts';
import { forwardTo, motoFleet } from '../observe/moto-fleet.ts';
import { dimensionOf } from '../observe/observed-aws.ts';
import { OK, type RawTarget, rawTarget } from '../probe/raw-target.ts';
import { createStateTable } from '../store/table.ts';

const CONTEXT = { getRemainingTimeInMillis: () => 120_000 };
const REGION = 'eu-central-1';
const SETTINGS = settingsSchema.parse({});
const MINUTE_MS = 60_000;
/** moto has no CloudTrail that can be searched. */
const EMPTY_TRAIL: FaultRule = { action: 'LookupEvents', fault: { answer: () => ({ Events: [] }) } };
const LARGE = `HTTP/1.1 200 OK\r\nSet-Cookie: a=${'b'.repeat(40_000)}\r\nContent-Length: 0\r\n\r\n`;

/** A load balancer with 502s in front of targets that are really servers on this machine. */
async function failingShop(moto: Moto, { endpoint }: RawTarget) {
  const fleet = await motoFleet(moto);
  const arn = await fleet.loadBalancer({ name: 'shop', idleTimeoutSeconds: 30 });
  const group = await fleet.targetGroup({ name: 'web', tags: { 'alb502:keep-alive-seconds': '75' } });
  const elb = new ElasticLoadBalancingV2Client(moto.client);
  await elb.send(
    new RegisterTargetsCommand({
      TargetGroupArn: group,
      Targets: [{ Id: endpoint.host, Port: endpoint.port }],
    }),
  );
  await fleet.listener(arn, 80, forwardTo(group));
  const failedFrom = new Date(Math.floor(Date.now() / MINUTE_MS - 40) * MINUTE_MS);
  const dimensions = { LoadBalancer: dimensionOf(arn) };
  await fleet.metric('RequestCount', dimensions, failedFrom, Array(40).fill(600));
  await fleet.metric('HTTPCode_ELB_502_Count', dimensions, failedFrom, Array(40).fill(3));
  return { arn, group };
}

/** What the log has alike for a malformed response and for headers that are too large: a path that fails. */
function logOf(group: string, ...targets: readonly string[]) {
  const signatures = { closedOnReuse: 20, midRequest: 10, neverDispatched: 0, answeredBadly: 90, lambda: 0 };
  const logged = loggedGroup(120, { targetGroupArn: group, signatures });
  const { accessLog: summary } = bundleWith(accessLog(logged), explained(explanation('path', 110, 0.92)));
  if (summary === null) throw new Error('no log');
  const failingRequests = targets.map((target, second) => ({
    ...failingRequestAt(second),
    url: 'https://shop.example.com:443/report',
    target,
  }));
  return { ...summary, failingRequests };
}

test('the probe function asks for what failed, and the next look knows which of two causes it is', {
  timeout: 120_000,
}, async () => {
  const moto = await motoForTest();
  const proxy = await startFaultProxy(moto.endpoint);
  onTestFinished(() => proxy.stop());
  onTestFinished(() => void vi.unstubAllEnvs());
  proxy.reset([EMPTY_TRAIL]);
  let asked = 0;
  await using target = await rawTarget({
    idleSeconds: () => 1.5,
    respond: (_, head) => {
      if (!head.startsWith('GET /report ')) return OK;
      asked += 1;
      return LARGE;
    },
  });
  await using stranger = await rawTarget({});
  const { arn, group } = await failingShop(moto, target);
  const table = await createStateTable(moto, 'state');
  const store = dynamoStore(table, 'state');
  const environment = { ...moto.environment, ...proxy.environment, [ENV.tableName]: 'state' };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  const summary = logOf(group, endpointName(stranger.endpoint), endpointName(target.endpoint));
  const ports: InvestigatePorts = {
    now: () => new Date().toISOString(),
    observe: observeWithHistory(
      () => ({ clients: clientsByRegion()(REGION), depth: 'whole', workloads: null }),
      {
        account: '123456789012',
        settings: SETTINGS,
      },
    ),
    readAccessLog: async () => ({ summary, gaps: [] }),
    readBackendLog: async () => ({ matches: [], gaps: [] }),
    ...{ store, channels: { topic: async () => {}, bus: async () => {} }, dashboardUrl: null },
  };
  const look = async (observe = ports.observe) => {
    const end = ports.now();
    const start = new Date(Date.parse(end) - 180 * MINUTE_MS).toISOString();
    const request = { loadBalancerArn: arn, region: REGION, window: { start, end }, change: null };
    return (await investigate(request, { ...ports, observe }, SETTINGS)).investigation?.diagnosis;
  };

  expect(await look()).toMatchObject({ verdict: 'malformed-response' });
  expect(await handler({}, CONTEXT)).toMatchObject({ answers: { asked: 1, facts: 1 } });
  expect(asked).toBe(1);
  expect(stranger.requests()).toBe(0);
  const second = await look();
  expect(second).toMatchObject({ verdict: 'response-header-too-large' });
  expect(second?.hypotheses[0]?.evidence.map(({ fact }) => fact).join()).toContain(
    `${endpointName(target.endpoint)}/report answered with headers above the 32 K`,
  );

  // What keeps it from asking is an error of the run, and keeps it from nothing else.
  const measuredAt = async () => (await store.load(arn)).keepAliveFacts.map(({ at }) => at);
  const before = await measuredAt();
  proxy.reset([EMPTY_TRAIL, { action: 'Query', fault: 'denied' }]);
  await expect(handler({}, CONTEXT)).rejects.toThrow(/not authorized|denied/i);
  proxy.reset([EMPTY_TRAIL]);
  expect(asked).toBe(1);
  expect(before).toHaveLength(1);
  expect(await measuredAt()).not.toEqual(before);

  await look(async () => ({ state: 'gone', loadBalancerArn: arn }));
  expect(await handler({}, CONTEXT)).toMatchObject({ answers: { asked: 0 } });
  expect(asked).toBe(1);
  // What was answered in the incident before is no evidence in the next.
  expect(await look()).toMatchObject({ verdict: 'malformed-response' });
});
