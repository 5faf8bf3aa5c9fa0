import { describe, expect, test } from 'vitest';
import { networkChangesFromTrailEvent } from '../../lambda/observe/network-event.ts';
import { changesOf } from '../../lambda/observe/trail-event.ts';

const own = 'sg-0aaaaaaaaaaaaaaaa';
const targets = 'sg-0bbbbbbbbbbbbbbbb';
const other = 'sg-0cccccccccccccccc';
const acl = 'acl-0dddddddddddddddd';
const loadBalancer = {
  arn: 'arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/shop/0123456789abcdef',
  dimension: 'app/shop/0123456789abcdef',
};

/** As CloudTrail records calls of EC2. */
const event = (eventName: string, requestParameters: object, over: object = {}) => ({
  eventVersion: '1.10',
  eventTime: '2026-11-20T09:41:12Z',
  eventSource: 'ec2.amazonaws.com',
  eventName,
  awsRegion: 'eu-central-1',
  recipientAccountId: '123456789012',
  sourceIPAddress: '203.0.113.7',
  userAgent: 'aws-cli/2.31',
  userIdentity: { type: 'IAMUser', arn: 'arn:aws:iam::123456789012:user/sam', accountId: '123456789012' },
  requestParameters,
  ...over,
});
const rules = (group: string, port = 8080) => ({
  items: [
    {
      ipProtocol: 'tcp',
      fromPort: port,
      toPort: port,
      groups: { items: [{ userId: '123456789012', groupId: group }] },
      ipRanges: { items: [{ cidrIp: '198.51.100.7/32' }] },
    },
  ],
});
const revoked = (group: string, named: string) =>
  event('RevokeSecurityGroupIngress', { groupId: group, ipPermissions: rules(named) });

describe('a change of a security group', () => {
  test('names the group, and the groups that its rules name, and no address', () => {
    const [change] = networkChangesFromTrailEvent(revoked(targets, own));
    expect(change).toEqual({
      at: '2026-11-20T09:41:12.000Z',
      eventName: 'RevokeSecurityGroupIngress',
      resourceArn: `arn:aws:ec2:eu-central-1:123456789012:security-group/${targets}`,
      principal: 'arn:aws:iam::123456789012:user/sam',
      sourceIpAddress: '203.0.113.7',
      userAgent: 'aws-cli/2.31',
      from: null,
      to: { securityGroups: own },
    });
    expect(JSON.stringify(change)).not.toContain('198.51.100.7');
  });

  test('is read where the newer calls wrap their parameters', () => {
    const wrapped = event('ModifySecurityGroupRules', {
      ModifySecurityGroupRulesRequest: {
        SecurityGroupRule: { SecurityGroupRule: { ReferencedGroupId: own, IpProtocol: 'tcp' }, tag: 1 },
        GroupId: targets,
      },
    });
    expect(networkChangesFromTrailEvent(wrapped)).toMatchObject([
      { resourceArn: expect.stringContaining(`security-group/${targets}`), to: { securityGroups: own } },
    ]);
  });

  test.each([
    ['that only opens it', event('AuthorizeSecurityGroupIngress', { groupId: own })],
    [
      'that was refused',
      event('RevokeSecurityGroupIngress', { groupId: own }, { errorCode: 'Client.UnauthorizedOperation' }),
    ],
    [
      'of another service',
      event('RevokeSecurityGroupIngress', { groupId: own }, { eventSource: 'rds.amazonaws.com' }),
    ],
    ['that names none', event('RevokeSecurityGroupIngress', { groupName: 'default' })],
    ['that is no event', 'text'],
  ])('%s is none', (_, value) => expect(networkChangesFromTrailEvent(value)).toEqual([]));

  test('belongs to a partition', () => {
    const [change] = networkChangesFromTrailEvent(
      event('RevokeSecurityGroupEgress', { groupId: own }, { awsRegion: 'cn-north-1' }),
    );
    expect(change?.resourceArn).toBe(`arn:aws-cn:ec2:cn-north-1:123456789012:security-group/${own}`);
  });
});

describe('which of them concern a load balancer', () => {
  const concerned = (value: object, securityGroups: readonly string[] | undefined = [own]): number =>
    changesOf(
      networkChangesFromTrailEvent(value),
      securityGroups === undefined ? loadBalancer : { ...loadBalancer, securityGroups: [...securityGroups] },
      [],
    ).length;

  test.each([
    ['of its own group', event('RevokeSecurityGroupEgress', { groupId: own }), 1],
    ['of a group whose rules name its own', revoked(targets, own), 1],
    ['of a group of others', revoked(targets, other), 0],
    [
      'of a network ACL, which may be of its subnets',
      event('ReplaceNetworkAclEntry', { networkAclId: acl, ruleNumber: 100, ruleAction: 'deny' }),
      1,
    ],
  ])('%s', (_, value, count) => expect(concerned(value)).toBe(count));

  test('none of a group, where its own are not known', () => {
    expect(
      changesOf(
        networkChangesFromTrailEvent(event('RevokeSecurityGroupEgress', { groupId: own })),
        loadBalancer,
        [],
      ),
    ).toEqual([]);
  });
});
