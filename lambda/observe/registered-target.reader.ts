import { isIP } from 'node:net';
import type { EC2Client } from '@aws-sdk/client-ec2';
import type { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { ignoredAt, parseProbeSkipPaths, TAGS } from '../diagnose/bundle/tags.ts';
import type { Target } from '../model/evidence.ts';
import type { RegisteredTarget } from '../probe/registered-target.ts';
import { readInstanceAddresses } from './instance-address.reader.ts';
import { listLoadBalancers, readLoadBalancerAttributes } from './load-balancer.reader.ts';
import { readTags } from './tag.reader.ts';
import { type DescribedTargetGroup, readTargetGroups } from './target-group.reader.ts';
import { readTargetHealth } from './target-health.reader.ts';

/** What can be probed, and what is left out and why. */
export interface RegisteredTargets {
  readonly targets: readonly RegisteredTarget[];
  readonly skipped: readonly Skipped[];
}

interface Skipped {
  readonly resource: string;
  readonly reason: string;
}

interface Clients {
  readonly elb: ElasticLoadBalancingV2Client;
  readonly ec2: EC2Client;
  readonly region: string;
}

interface Candidate {
  readonly loadBalancerArn: string;
  readonly idleTimeoutSeconds: number;
  readonly group: DescribedTargetGroup;
  readonly target: Target;
  readonly skipPaths: readonly string[] | null;
}

/**
 * AWS's default of `idle_timeout.timeout_seconds`, for an answer that does not list it.
 * Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html ("Connection idle timeout")
 */
const DEFAULT_IDLE_TIMEOUT_SECONDS = 60;

/**
 * Lists the healthy targets that the application load balancers of a region forward to over HTTP/1.1, with the
 * address of each. Targets of type Lambda or load balancer, other protocols and ignored groups are left out.
 *
 * @param at - ISO time, for tags that say until when a group is ignored
 * @throws RemoteError where load balancers or instances cannot be listed
 */
export async function readRegisteredTargets(clients: Clients, at: string): Promise<RegisteredTargets> {
  const skipped: Skipped[] = [];
  const candidates: Candidate[] = [];
  for (const { arn } of await listLoadBalancers(clients.elb, clients.region)) {
    candidates.push(...(await candidatesOf(clients, arn, at, skipped)));
  }
  const instanceIds = candidates
    .filter(({ group }) => group.targetType === 'instance')
    .map(({ target }) => target.id);
  const addresses = await readInstanceAddresses(clients.ec2, clients.region, [...new Set(instanceIds)]);
  const targets = candidates.flatMap((candidate) => {
    const { group, target } = candidate;
    const host = group.targetType === 'instance' ? addresses.get(target.id) : target.id;
    const registered = host === undefined ? undefined : registeredTarget(candidate, host);
    if (!registered) skipped.push({ resource: target.id, reason: 'its address or port is not known' });
    return registered ?? [];
  });
  return { targets, skipped };
}

async function candidatesOf(
  { elb, region }: Clients,
  loadBalancerArn: string,
  at: string,
  skipped: Skipped[],
): Promise<Candidate[]> {
  const groups = await readTargetGroups(elb, region, loadBalancerArn);
  const attributes = await readLoadBalancerAttributes(elb, region, loadBalancerArn);
  for (const reading of [groups, attributes]) {
    if (reading.state === 'unknown') skipped.push({ resource: loadBalancerArn, reason: reading.gap.reason });
  }
  if (groups.state === 'unknown' || attributes.state === 'unknown') return [];
  const listed = Number(attributes.value['idle_timeout.timeout_seconds']);
  const idleTimeoutSeconds = listed > 0 ? listed : DEFAULT_IDLE_TIMEOUT_SECONDS;
  const { tags } = await readTags(elb, region, [loadBalancerArn, ...groups.value.map(({ arn }) => arn)]);
  const candidates: Candidate[] = [];
  for (const group of groups.value) {
    const ignored = ignoredAt({ ...tags.get(loadBalancerArn), ...tags.get(group.arn) }, at);
    const reason = ignored ? 'ignored by its tag' : reasonToSkip(group);
    const health = reason === null ? await readTargetHealth(elb, region, group.arn) : null;
    if (health?.state === 'known') {
      const healthy = health.value.filter(({ state }) => state === 'healthy');
      const skipPaths = skipPathsOf([tags.get(loadBalancerArn), tags.get(group.arn)]);
      const about = { loadBalancerArn, idleTimeoutSeconds, group, skipPaths };
      candidates.push(...healthy.map((target) => ({ ...about, target })));
    } else
      skipped.push({
        resource: group.arn,
        reason: reason ?? health?.gap.reason ?? 'its health is not known',
      });
  }
  return candidates;
}

/** What load balancer and group say together; null where one was not read or says what nobody understands. */
function skipPathsOf(
  holders: readonly (Readonly<Record<string, string>> | undefined)[],
): readonly string[] | null {
  const said = holders.map((tags) => {
    const value = tags?.[TAGS.probeSkipPaths];
    if (value !== undefined) return parseProbeSkipPaths(value);
    return tags === undefined ? null : [];
  });
  return said.includes(null) ? null : said.flatMap((paths) => paths ?? []);
}

/** The probe speaks HTTP/1.1 to addresses. */
function reasonToSkip({ targetType, protocol, protocolVersion }: DescribedTargetGroup): string | null {
  if (targetType !== 'ip' && targetType !== 'instance') return `its targets are of type ${targetType}`;
  if (protocol !== 'HTTP' && protocol !== 'HTTPS') return `its protocol is ${protocol}`;
  if ((protocolVersion ?? 'HTTP1') !== 'HTTP1') return `its protocol version is ${protocolVersion}`;
  return null;
}

function registeredTarget({ group, target, ...rest }: Candidate, host: string): RegisteredTarget | undefined {
  const port = target.port ?? group.port;
  if (port === null || isIP(host) === 0) return undefined;
  const path = group.healthCheck.path ?? '/';
  return {
    ...rest,
    targetGroupArn: group.arn,
    endpoint: {
      host,
      port,
      tls: group.protocol === 'HTTPS',
      path: /^\/[\x21-\x7e]*$/.test(path) ? path : '/',
    },
  };
}
