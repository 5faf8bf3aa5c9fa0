import pLimit from 'p-limit';
import { type ClientOptions, clientsByRegion } from '../observe/clients.ts';
import type { DescribedLoadBalancer } from '../observe/load-balancer.reader.ts';
import { listTargetGroups, readTargetGroups } from '../observe/target-group.reader.ts';
import {
  type ContainerLog,
  readContainerLogs,
  type Served,
  servedBy,
} from '../observe/workload/container-log.reader.ts';
import { readEcsIndex } from '../observe/workload/ecs-index.reader.ts';
import { readServices } from '../observe/workload/ecs-service.reader.ts';
import { type WorkloadClients, workloadClients } from '../observe/workload/workload-clients.ts';
import type { NotRead, ServiceLog } from './inventory.ts';
import { type Found, notReadOf } from './read-logs.ts';

/** 4,000 target groups, 400 a call. */
const MOST_TARGET_GROUP_PAGES = 10;
/** A call each. */
const MOST_TASK_DEFINITIONS = 500;
const SIDE_BY_SIDE = 4;
const KEY = 'backendLogGroups';

/** Half of what ECS allows is left to those who deploy. */
const SHARING = { processes: 2, sweeping: 2 };

/**
 * The log groups of the ECS services behind load balancers. Calls: one for each 400 target groups; what the index of
 * services takes, at most 1,000; one for each ten services behind a load balancer; one for each of their task
 * definitions, at most 500.
 *
 * @throws RemoteError where the credentials are missing, expired or refused
 */
export async function readServiceLogs(
  loadBalancers: readonly DescribedLoadBalancer[],
  region: string,
  options: ClientOptions,
): Promise<Found<ServiceLog>> {
  const groups = await targetGroupsOf(loadBalancers, region, options);
  if (groups.found.length === 0) return { found: [], notRead: groups.notRead };
  const { ecs } = workloadClients(SHARING, options)(region, 'incident');
  const index = await readEcsIndex(ecs, region, '');
  const wanted = new Set(groups.found);
  const keys = [...index.byTargetGroup].flatMap(([arn, services]) => (wanted.has(arn) ? services : []));
  const { services, gaps } = await readServices(ecs, region, keys);
  const served = [...services.values()].flatMap(servedBy).filter((one) => wanted.has(one.targetGroupArn));
  const logs = await logsOfServices(ecs, region, served);
  const failed = [...index.gaps, ...gaps].map((gap) => notReadOf(KEY, region, gap));
  return { found: logs.found, notRead: [...groups.notRead, ...failed, ...logs.notRead] };
}

/** ARNs of the target groups of application load balancers. */
async function targetGroupsOf(
  loadBalancers: readonly DescribedLoadBalancer[],
  region: string,
  options: ClientOptions,
): Promise<Found<string>> {
  const { elb } = clientsByRegion(options)(region);
  const listed = await listTargetGroups(elb, MOST_TARGET_GROUP_PAGES);
  if (listed !== null)
    return {
      found: loadBalancers.flatMap(({ arn }) => (listed.get(arn) ?? []).map((group) => group.arn)),
      notRead: [],
    };
  // The list does not say why it is none; one load balancer's does.
  const one = await readTargetGroups(elb, region, loadBalancers[0]?.arn ?? '');
  const action = 'elasticloadbalancing:DescribeTargetGroups';
  const reason = `${action} gave no whole list of at most ${MOST_TARGET_GROUP_PAGES * 400} target groups`;
  return {
    found: [],
    notRead: [
      one.state === 'unknown' ? notReadOf(KEY, region, one.gap) : { key: KEY, region, action, reason },
    ],
  };
}

async function logsOfServices(
  ecs: WorkloadClients['ecs'],
  region: string,
  served: readonly Served[],
): Promise<Found<ServiceLog>> {
  const all = [...new Set(served.map(({ taskDefinitionArn }) => taskDefinitionArn))];
  const limit = pLimit(SIDE_BY_SIDE);
  const known = new Map<string, readonly ContainerLog[]>();
  const notRead: NotRead[] = [];
  await Promise.all(
    all.slice(0, MOST_TASK_DEFINITIONS).map((arn) =>
      limit(async () => {
        // One denial is told once, and spares the other calls.
        if (notRead.length > 0) return;
        const reading = await readContainerLogs(ecs, region, arn);
        if (reading.state === 'known') known.set(arn, reading.value);
        else if (notRead.length === 0) notRead.push(notReadOf(KEY, region, reading.gap));
      }),
    ),
  );
  if (all.length > MOST_TASK_DEFINITIONS) {
    const reason = `of ${all.length} task definitions, ${MOST_TASK_DEFINITIONS} were read`;
    notRead.push({ key: KEY, region, action: null, reason });
  }
  return {
    found: served.flatMap((one) => serviceLogs(one, known.get(one.taskDefinitionArn) ?? [])),
    notRead,
  };
}

function serviceLogs(served: Served, logs: readonly ContainerLog[]): ServiceLog[] {
  const { serviceArn, targetGroupArn, containerName } = served;
  const [, partition = 'aws', , , account = ''] = serviceArn.split(':');
  return logs
    .filter((log) => containerName === null || log.containerName === containerName)
    .map(({ logGroupName, region, ...log }) => ({
      arn: `arn:${partition}:logs:${region}:${account}:log-group:${logGroupName}`,
      service: serviceArn.split(':service/').at(-1) ?? serviceArn,
      containerName: log.containerName,
      targetGroupArn,
    }));
}
