import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { ECSClient } from '@aws-sdk/client-ecs';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { type ClientOptions, inTurn, PACED, pacedConfig, remembered } from '../clients.ts';
import { type CallLimit, Pacer, type Sharing, type Urgency } from '../pacer.ts';

/**
 * ECS refills 20 calls a second for clusters, services, deployments, revisions, tasks and task definitions each, and lets
 * 50 through at once for the smallest of them; all together stay within what one of them may take:
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/request-throttling.html
 */
const ECS_LIMIT: CallLimit = { calls: 50, perSecond: 20 };

/** AWS publishes none for EC2 Auto Scaling; a look makes three calls. */
const AUTO_SCALING_LIMIT: CallLimit = { calls: 10, perSecond: 5 };

/**
 * What Lambda allows for all its control plane but GetFunction and GetPolicy together:
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
const LAMBDA_LIMIT: CallLimit = { calls: 15, perSecond: 15 };

/** What tells of the workloads of one region. */
export interface WorkloadClients {
  readonly region: string;
  readonly ecs: ECSClient;
  readonly autoScaling: AutoScalingClient;
  readonly lambda: LambdaClient;
}

/** Clients whose calls wait for their turn; the same ones for every call of a region and urgency. */
export function workloadClients(
  sharing: Sharing,
  options: ClientOptions = {},
): (region: string, urgency: Urgency) => WorkloadClients {
  const pacersOf = remembered(() => ({
    ecs: new Pacer(sharing, undefined, ECS_LIMIT),
    autoScaling: new Pacer(sharing, undefined, AUTO_SCALING_LIMIT),
    lambda: new Pacer(sharing, undefined, LAMBDA_LIMIT),
  }));
  const of = (urgency: Urgency) =>
    remembered((region): WorkloadClients => {
      const config = pacedConfig(region, options);
      const pacers = pacersOf(region);
      const ecs = new ECSClient(config);
      ecs.middlewareStack.add((next) => inTurn(next, pacers.ecs, urgency), PACED);
      const autoScaling = new AutoScalingClient(config);
      autoScaling.middlewareStack.add((next) => inTurn(next, pacers.autoScaling, urgency), PACED);
      const lambda = new LambdaClient(config);
      lambda.middlewareStack.add((next) => inTurn(next, pacers.lambda, urgency), PACED);
      return { region, ecs, autoScaling, lambda };
    });
  const byUrgency = { incident: of('incident'), sweep: of('sweep') };
  return (region, urgency) => byUrgency[urgency](region);
}
