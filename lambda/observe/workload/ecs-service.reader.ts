import { DescribeServicesCommand, type ECSClient, type Service } from '@aws-sdk/client-ecs';
import type { Gap } from '../../model/evidence.ts';
import { answered, attempt } from '../aws-failure.ts';
import type { EcsServiceKey } from './ecs-index.reader.ts';
import { batchesOf, workloadCall } from './workload-call.ts';

/** DescribeServices takes at most so many. */
const PER_CALL = 10;

/** Services as ECS has them now, by ARN; one that is missing without a gap is gone. */
export interface ServiceReading {
  readonly services: ReadonlyMap<string, Service>;
  readonly gaps: readonly Gap[];
}

/** The services of each cluster, ten a call. */
export async function readServices(
  ecs: ECSClient,
  region: string,
  keys: readonly EcsServiceKey[],
): Promise<ServiceReading> {
  const byCluster = new Map<string, Set<string>>();
  for (const { clusterArn, serviceArn } of keys)
    byCluster.set(clusterArn, (byCluster.get(clusterArn) ?? new Set()).add(serviceArn));
  const services = new Map<string, Service>();
  const gaps: Gap[] = [];
  for (const [cluster, arns] of byCluster)
    for (const batch of batchesOf([...arns], PER_CALL)) {
      const call = workloadCall(region, 'ecs:DescribeServices', 'the ECS service', batch[0] ?? null);
      const reading = await attempt(call, async () =>
        answered((await ecs.send(new DescribeServicesCommand({ cluster, services: batch }))).services),
      );
      if (reading.state === 'unknown') gaps.push(reading.gap);
      else
        for (const service of reading.value)
          if (service.serviceArn !== undefined && service.status !== 'INACTIVE')
            services.set(service.serviceArn, service);
    }
  return { services, gaps };
}
