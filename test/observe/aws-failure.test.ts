import { DescribeTargetHealthCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { fromIni } from '@aws-sdk/credential-providers';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { failureKindOf, gapFrom, remoteErrorFrom } from '../../lambda/observe/aws-failure.ts';
import { clientsByRegion } from '../../lambda/observe/clients.ts';
import { readCallerIdentity } from '../../lambda/observe/identity.reader.ts';
import { listLoadBalancers } from '../../lambda/observe/load-balancer.reader.ts';
import { readEnabledRegions } from '../../lambda/observe/region.reader.ts';
import { type FaultProxy, startFaultProxy } from '../aws-faults.ts';
import { type Moto, startMoto } from '../moto.ts';

const region = 'eu-central-1';
const call = {
  subject: 'target-health' as const,
  what: 'the health of the targets',
  action: 'elasticloadbalancing:DescribeTargetHealth',
  resource: 'arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/web/0123456789abcdef',
  region,
};

const named = (name: string, message = 'm') => Object.assign(new Error(message), { name });
const coded = (code: string, facts: object = {}) =>
  Object.assign(new Error(`connect ${code}`), { code, ...facts });

describe('the kind of a failure', () => {
  test.each([
    [named('AccessDenied'), 'denied'],
    [named('AccessDeniedException'), 'denied'],
    [named('UnauthorizedOperation'), 'denied'],
    [Object.assign(named('Weird'), { $metadata: { httpStatusCode: 403 } }), 'denied'],
    [named('Throttling'), 'throttled'],
    [named('ThrottlingException'), 'throttled'],
    [named('RequestLimitExceeded'), 'throttled'],
    [named('TooManyRequestsException'), 'throttled'],
    [Object.assign(named('Weird'), { $metadata: { httpStatusCode: 429 } }), 'throttled'],
    [named('LoadBalancerNotFoundException'), 'not-found'],
    [named('TargetGroupNotFound'), 'not-found'],
    [named('NoSuchBucket'), 'not-found'],
    [named('NoSuchKey'), 'failed'],
    [named('CredentialsProviderError', 'Could not load credentials from any providers'), 'no-credentials'],
    [named('CredentialsProviderError', 'The SSO session has expired'), 'expired-credentials'],
    [named('ExpiredToken'), 'expired-credentials'],
    [named('ExpiredTokenException'), 'expired-credentials'],
    [named('InvalidClientTokenId'), 'rejected-credentials'],
    [named('UnrecognizedClientException'), 'rejected-credentials'],
    [named('SignatureDoesNotMatch'), 'rejected-credentials'],
    [coded('ECONNREFUSED'), 'unreachable'],
    [coded('ETIMEDOUT'), 'unreachable'],
    [named('TimeoutError'), 'unreachable'],
    [coded('ENOTFOUND'), 'unknown-host'],
    [new Error('Region is missing'), 'unknown-host'],
    [named('ValidationError'), 'failed'],
    [named('InternalFailure'), 'failed'],
    ['a text', 'failed'],
    [undefined, 'failed'],
    [null, 'failed'],
  ])('%s is %s', (error, kind) => {
    expect(failureKindOf(error)).toBe(kind);
  });

  test('whatever is thrown becomes one line', () => {
    for (const error of [
      undefined,
      null,
      7,
      {},
      named('X', ''),
      named('X', 'one\ntwo'),
      named('X', 'a'.repeat(9999)),
    ]) {
      expect(remoteErrorFrom(error, call).message).not.toContain('\n');
      expect(remoteErrorFrom(error, call).message.length).toBeLessThan(600);
      expect(gapFrom(error, call).reason).not.toContain('\n');
    }
  });

  test('missing or refused credentials are no gap: nothing else would succeed', () => {
    for (const name of ['CredentialsProviderError', 'ExpiredToken', 'InvalidClientTokenId'])
      expect(() => gapFrom(named(name), call)).toThrow(expect.objectContaining({ name: 'RemoteError' }));
  });
});

describe('failures as the SDK meets them on the wire', () => {
  let moto: Moto;
  let proxy: FaultProxy;
  beforeAll(async () => {
    moto = await startMoto(region);
    proxy = await startFaultProxy(moto.endpoint);
  });
  beforeEach(() => proxy.reset());
  afterAll(async () => {
    await proxy?.stop();
    await moto?.stop();
  });
  const options = () => ({ ...proxy.client, maxAttempts: 1 });
  const list = () => listLoadBalancers(clientsByRegion(options())(region).elb, region);

  test.each([
    ['denied', /allow elasticloadbalancing:DescribeLoadBalancers/],
    ['throttled', /throttled elasticloadbalancing:DescribeLoadBalancers in eu-central-1/],
    ['expired-token', /have expired; get new ones/],
    ['invalid-token', /does not accept these credentials in eu-central-1/],
    ['internal-error', /elasticloadbalancing:DescribeLoadBalancers in eu-central-1 failed/],
    ['dropped', /cannot reach the endpoint of elasticloadbalancing in eu-central-1 \(ECONNRESET\)/],
    ['malformed', /the answer is not in AWS's format/],
  ] as const)('a list of load balancers that is %s is one line with what to do', async (fault, message) => {
    proxy.reset([{ action: 'DescribeLoadBalancers', fault }]);
    await expect(list()).rejects.toMatchObject({
      name: 'RemoteError',
      message: expect.stringMatching(message),
    });
  });

  test('an endpoint that is down is named by its address, also where its host has several', async () => {
    const closed = await startFaultProxy(moto.endpoint);
    await closed.stop();
    const { port } = new URL(closed.endpoint);
    for (const host of ['127.0.0.1', 'localhost']) {
      const { elb } = clientsByRegion({ ...options(), endpoint: `http://${host}:${port}` })(region);
      await expect(listLoadBalancers(elb, region)).rejects.toMatchObject({
        name: 'RemoteError',
        message: expect.stringMatching(
          new RegExp(`^cannot reach (127\\.0\\.0\\.1|\\[::1\\]):${port} \\(ECONNREFUSED\\)`),
        ),
      });
    }
  });

  test('a profile that does not exist is missing credentials, with what to do', async () => {
    const credentials = fromIni({ profile: 'nobody', filepath: '/dev/null', configFilepath: '/dev/null' });
    const { elb } = clientsByRegion({ ...options(), credentials })(region);
    await expect(listLoadBalancers(elb, region)).rejects.toMatchObject({
      name: 'RemoteError',
      message: expect.stringMatching(/^no AWS credentials found; set AWS_PROFILE .*nobody/),
    });
  });

  test('an endpoint that never answers is given up on', async () => {
    proxy.reset([{ action: 'DescribeLoadBalancers', fault: 'silent' }]);
    const { elb } = clientsByRegion({ ...options(), requestTimeoutMs: 100 })(region);
    await expect(listLoadBalancers(elb, region)).rejects.toMatchObject({
      name: 'RemoteError',
      message: expect.stringMatching(/^cannot reach the endpoint of elasticloadbalancing in eu-central-1/),
    });
  });

  test('a host that does not exist names the host', async () => {
    const elsewhere = clientsByRegion({ ...options(), endpoint: 'http://no-such-host.invalid' })(region);
    await expect(listLoadBalancers(elsewhere.elb, region)).rejects.toMatchObject({
      name: 'RemoteError',
      message: expect.stringMatching(/host no-such-host\.invalid|cannot reach no-such-host\.invalid/),
    });
  });

  test('a target group that does not exist is a gap of kind not-found', async () => {
    // A busy machine is no silent endpoint.
    const { elb } = clientsByRegion({ ...options(), requestTimeoutMs: 60_000 })(region);
    const error = await elb
      .send(new DescribeTargetHealthCommand({ TargetGroupArn: call.resource }))
      .catch((e) => e);
    expect(gapFrom(error, call)).toMatchObject({ kind: 'not-found', resource: call.resource });
  });

  test('the caller is known by account and ARN', async () => {
    expect(await readCallerIdentity(region, options())).toMatchObject({
      account: '123456789012',
      arn: expect.stringContaining('arn:aws:'),
    });
    proxy.reset([{ action: 'GetCallerIdentity', fault: 'expired-token' }]);
    await expect(readCallerIdentity(region, options())).rejects.toThrow(/expired/);
  });

  test('the enabled regions are listed, or it is said why not', async () => {
    const regions = await readEnabledRegions(region, options());
    expect(regions).toContain('eu-central-1');
    expect(regions).toEqual([...regions].sort());
    proxy.reset([{ action: 'DescribeRegions', fault: 'denied' }]);
    await expect(readEnabledRegions(region, options())).rejects.toThrow(/allow ec2:DescribeRegions/);
  });

  test('clients of one region are made once', () => {
    const of = clientsByRegion(options());
    expect(of('eu-west-1')).toBe(of('eu-west-1'));
    expect(of('eu-west-1')).not.toBe(of('eu-west-2'));
  });
});
