import { once } from 'node:events';
import { createServer } from 'node:http';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, test } from 'vitest';
import { diagnose } from '../../lambda/diagnose/diagnose.ts';
import { keepAliveFactsOf } from '../../lambda/diagnose/keep-alive/keep-alive.ts';
import { readTargetGroups } from '../../lambda/observe/target-group.reader.ts';
import { bundleWith, everyNth, failures, group, groupArn, groupTag } from './bundle.ts';

const ANSWER = `<DescribeTargetGroupsResponse xmlns="http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/">
<DescribeTargetGroupsResult><TargetGroups><member>
<TargetGroupArn>${groupArn('web')}</TargetGroupArn><TargetGroupName>web</TargetGroupName>
<Protocol>HTTP</Protocol><Port>80</Port><TargetType>ip</TargetType><TargetControlPort>3000</TargetControlPort>
</member></TargetGroups></DescribeTargetGroupsResult></DescribeTargetGroupsResponse>`;

describe('a target group with the target optimizer', () => {
  const tagged = groupTag('web', 'alb502:server', 'nginx');
  const withAgent = bundleWith(failures(everyNth(7, 3)), group('web', { targetControlPort: 3000 }), tagged);
  const without = bundleWith(failures(everyNth(7, 3)), tagged);
  const web = (bundle: typeof withAgent) => bundle.targetGroups.filter(({ name }) => name === 'web');

  test('is read with the port of its agent', async () => {
    const server = createServer((_, response) => {
      response.setHeader('content-type', 'text/xml');
      response.end(ANSWER);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const elb = new ElasticLoadBalancingV2Client({
      region: 'eu-central-1',
      endpoint: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    });
    const reading = await readTargetGroups(elb, 'eu-central-1', 'arn');
    elb.destroy();
    server.close();
    expect(reading).toMatchObject({ state: 'known', value: [{ name: 'web', targetControlPort: 3000 }] });
  });

  test('has no keep-alive of the server, by tag or default: the peer is the agent', () => {
    const sources = (bundle: typeof withAgent) =>
      web(bundle).flatMap((one) => keepAliveFactsOf(bundle, one).map(({ source }) => source));
    expect(sources(without)).toEqual(['server-default']);
    expect(sources(withAgent)).toEqual([]);
    expect(diagnose(withAgent).mismatches).toEqual([]);
  });

  test('is asked for what the agent does', () => {
    const [first] = diagnose(withAgent).missingEvidence.filter(({ what }) =>
      what.includes('idle connection'),
    );
    expect(first?.what).toContain('target optimizer agent');
  });

  test('says of a declared or measured keep-alive that it is the agent that keeps it', () => {
    const declared = bundleWith(
      failures(everyNth(7, 3)),
      group('web', { targetControlPort: 3000 }),
      groupTag('web', 'alb502:keep-alive-seconds', '5'),
    );
    const { mismatches, hypotheses } = diagnose(declared);
    expect(mismatches).toMatchObject([{ source: 'tag', keepAliveSeconds: 5 }]);
    expect(JSON.stringify(hypotheses)).toMatch(/agent of the target optimizer there, not to the server/);
  });
});
