import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import {
  DeleteLoadBalancerCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { knownReader } from '../../lambda/observe/known.reader.ts';
import { readTags } from '../../lambda/observe/tag.reader.ts';
import { type FaultProxy, startFaultProxy } from '../aws-faults.ts';
import { type Moto, startMoto } from '../moto.ts';
import { motoFleet } from './moto-fleet.ts';

const REGION = 'eu-central-1';

describe('tags of many, of which one was deleted', () => {
  let moto: Moto;
  let proxy: FaultProxy;
  let elb: ElasticLoadBalancingV2Client;
  const arns: string[] = [];
  const [first = '', gone = '', ignored = ''] = [0, 1, 2].map((index) => `lb${index}`);
  const arnOf = (name: string): string => arns.find((arn) => arn.includes(`/${name}/`)) ?? '';

  beforeAll(async () => {
    moto = await startMoto(REGION);
    proxy = await startFaultProxy(moto.endpoint);
    elb = new ElasticLoadBalancingV2Client({ ...moto.client, ...proxy.client });
    const fleet = await motoFleet(moto);
    for (const name of [first, gone, ignored])
      arns.push(
        await fleet.loadBalancer({
          name,
          idleTimeoutSeconds: 60,
          ...(name === ignored ? { tags: { 'alb502:ignore': 'true' } } : {}),
        }),
      );
    await elb.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: arnOf(gone) }));
  });
  afterAll(async () => {
    await proxy?.stop();
    await moto?.stop();
  });

  test('are read of the others, and what is gone has a gap of its own', async () => {
    // moto answers for what is gone; AWS refuses the call, for all of them and then for that one.
    proxy.reset([{ action: 'DescribeTags', fault: 'not-found', times: 2 }]);
    const { tags, gaps } = await readTags(elb, REGION, [arnOf(gone), arnOf(first), arnOf(ignored)]);
    expect(tags.get(arnOf(ignored))).toEqual({ 'alb502:ignore': 'true' });
    expect(tags.get(arnOf(first))).toEqual({});
    expect(tags.has(arnOf(gone))).toBe(false);
    expect(gaps).toMatchObject([{ kind: 'not-found', resource: arnOf(gone) }]);
  });

  test('are not asked for one by one where nothing may be read', async () => {
    proxy.reset([{ action: 'DescribeTags', fault: 'denied' }]);
    const { tags, gaps } = await readTags(elb, REGION, arns);
    expect([tags.size, gaps.length]).toEqual([0, 1]);
    expect(proxy.calls.filter(({ action }) => action === 'DescribeTags')).toHaveLength(1);
  });

  test('are not asked for of what a batch of looks just found to be gone', async () => {
    proxy.reset();
    const cloudWatch = new CloudWatchClient(moto.client);
    const known = await knownReader()({ region: REGION, elb, cloudWatch }, arns, arns.length);
    expect(known.get(arnOf(gone))?.found.state).toBe('gone');
    expect(known.get(arnOf(ignored))?.tags.tags.get(arnOf(ignored))).toEqual({ 'alb502:ignore': 'true' });
    const asked = proxy.calls.filter(({ action }) => action === 'DescribeTags');
    expect(asked).toHaveLength(1);
    expect(JSON.stringify(asked[0]?.input())).not.toContain(`/${gone}/`);
  });
});
