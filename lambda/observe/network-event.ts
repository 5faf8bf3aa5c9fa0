import * as z from 'zod';
import type { Change } from '../model/evidence.ts';
import { partitionOf } from '../model/partition.ts';

/**
 * Calls of EC2 that can take a path away. One that only opens a security group is not among them; the rules of a network
 * ACL allow and deny, so each of them may.
 */
export const NETWORK_EVENT_NAMES = [
  'RevokeSecurityGroupIngress',
  'RevokeSecurityGroupEgress',
  'ModifySecurityGroupRules',
  'CreateNetworkAclEntry',
  'ReplaceNetworkAclEntry',
  'DeleteNetworkAclEntry',
  'ReplaceNetworkAclAssociation',
] as const;

const eventSchema = z.object({
  eventTime: z.iso.datetime(),
  eventSource: z.literal('ec2.amazonaws.com'),
  eventName: z.enum(NETWORK_EVENT_NAMES),
  awsRegion: z.string(),
  recipientAccountId: z.string().optional(),
  errorCode: z.string().nullish(),
  sourceIPAddress: z.string().nullish(),
  userAgent: z.string().nullish(),
  userIdentity: z
    .object({
      arn: z.string().optional(),
      accountId: z.string().optional(),
      invokedBy: z.string().optional(),
      principalId: z.string().optional(),
    })
    .nullish(),
  requestParameters: z.record(z.string(), z.unknown()),
});

const ID = /^(sg|acl)-[0-9a-f]{8,17}$/;
/** Deeper than any of these calls nests what it is about. */
const MOST_LEVELS = 8;

/** The ids of security groups and network ACLs in the parameters, the one that is changed first: it stands highest. */
function idsIn(value: unknown, level = 0): readonly (readonly [id: string, level: number])[] {
  if (typeof value === 'string') return ID.test(value) ? [[value, level]] : [];
  if (typeof value !== 'object' || value === null || level > MOST_LEVELS) return [];
  return Object.values(value).flatMap((one) => idsIn(one, level + 1));
}

const resourceOf = (id: string): string =>
  `${id.startsWith('acl-') ? 'network-acl' : 'security-group'}/${id}`;

/**
 * Reads a change of a security group or network ACL out of a CloudTrail event. Of the rules only the security groups that
 * they name are kept.
 *
 * @returns none where it is no such change, or the call failed
 */
export function networkChangesFromTrailEvent(event: unknown): readonly Change[] {
  const { data } = eventSchema.safeParse(event);
  if (data === undefined || data.errorCode) return [];
  const ids = [...idsIn(data.requestParameters)].sort((left, right) => left[1] - right[1]).map(([id]) => id);
  const [own, ...named] = [...new Set(ids)];
  if (own === undefined) return [];
  const { awsRegion: region, userIdentity } = data;
  const account = data.recipientAccountId ?? userIdentity?.accountId ?? '';
  return [
    {
      at: new Date(data.eventTime).toISOString(),
      eventName: data.eventName,
      resourceArn: `arn:${partitionOf(region)}:ec2:${region}:${account}:${resourceOf(own)}`,
      principal: userIdentity?.arn ?? userIdentity?.invokedBy ?? userIdentity?.principalId ?? null,
      sourceIpAddress: data.sourceIPAddress ?? null,
      userAgent: data.userAgent ?? null,
      from: null,
      to: named.length === 0 ? null : { securityGroups: named.join(' ') },
    },
  ];
}

const idOf = ({ resourceArn }: Change): string => resourceArn.split('/').at(-1) ?? '';

/**
 * The changes that may concern a load balancer: of its security groups, of those whose rules name one of them, which are
 * its targets' as a rule, and of network ACLs, whose subnets no event names.
 */
export function networkChangesOf(
  changes: readonly Change[],
  securityGroups: readonly string[],
): readonly Change[] {
  const own = new Set(securityGroups);
  return changes.filter(
    (change) =>
      change.resourceArn.includes(':network-acl/') ||
      own.has(idOf(change)) ||
      (change.to?.['securityGroups'] ?? '').split(' ').some((id) => own.has(id)),
  );
}
