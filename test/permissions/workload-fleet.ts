import {
  ElasticLoadBalancingV2Client,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { FaultRule } from '../aws-faults.ts';
import type { Moto } from '../moto.ts';
import { forwardTo, motoFleet } from '../observe/moto-fleet.ts';
import { motoAutoScaling } from '../observe/workload/moto-auto-scaling.ts';
import { motoFunction } from '../observe/workload/moto-function.ts';
import { motoEcs } from '../observe/workload/moto-workloads.ts';
import { ACTIVITIES, RECORDED, REFRESHES } from '../observe/workload/recorded-answers.ts';

/** What moto does not have of ECS and Auto Scaling. */
export const WORKLOAD_ANSWERS: readonly FaultRule[] = [
  ...RECORDED.map(([action, answer]): FaultRule => ({ action, fault: { answer: () => answer } })),
  { action: 'DescribeInstanceRefreshes', fault: { answer: () => REFRESHES } },
  { action: 'DescribeScalingActivities', fault: { answer: () => ACTIVITIES } },
];

/** Puts an ECS service, an Auto Scaling group and a function behind a load balancer. */
export async function buildWorkloads(moto: Moto, loadBalancerArn: string): Promise<void> {
  const fleet = await motoFleet(moto);
  const elb = new ElasticLoadBalancingV2Client(moto.client);
  const ofService = await fleet.targetGroup({ name: 'workload-ecs', targets: ['127.0.0.1'] });
  const ecs = await motoEcs(moto, 'web');
  const taskDefinition = await ecs.taskDefinition('shop', [{ name: 'web', image: 'nginx:1.27', memory: 64 }]);
  await ecs.service({ name: 'shop', taskDefinition, targetGroupArn: ofService, containerName: 'web' });
  const { targetGroupArn: ofInstances } = await motoAutoScaling(moto, 'workload-instances');
  const ofFunction = await fleet.lambdaTargetGroup('workload-function');
  const Id = await motoFunction(moto, 'shop', 'hunter2hunter2');
  await elb.send(new RegisterTargetsCommand({ TargetGroupArn: ofFunction, Targets: [{ Id }] }));
  for (const [index, group] of [ofService, ofInstances, ofFunction].entries())
    await fleet.listener(loadBalancerArn, 8001 + index, forwardTo(group));
}
