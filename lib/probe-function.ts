import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { CfnFunction, type IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { MEMORY_MB } from '../lambda/env.ts';
import type { ProbeNetwork } from './configuration-types.ts';
import { MonitorFunction, type MonitorFunctionProps } from './monitor-function.ts';

export interface ProbeFunctionProps
  extends Pick<MonitorFunctionProps, 'logRetention' | 'environment' | 'resourceArns'> {
  readonly network: ProbeNetwork;
}

/** The longest that Lambda allows; a run ends itself before. */
const TIMEOUT = Duration.minutes(15);

/** Measures the keep-alive of registered targets from inside their VPC, once an hour. */
export class ProbeFunction extends Construct {
  readonly function: IFunction;

  constructor(scope: Construct, id: string, { network, ...common }: ProbeFunctionProps) {
    super(scope, id);
    const monitored = new MonitorFunction(this, 'Probe', {
      ...common,
      name: 'probe',
      description:
        'alb502: measures how long registered targets keep idle connections, and asks for paths that failed',
      memorySizeMb: MEMORY_MB.probe,
      timeout: TIMEOUT,
    });
    this.function = monitored.function;
    const resource = monitored.function.node.defaultChild;
    if (!(resource instanceof CfnFunction)) throw new Error('the probe function has no resource of its own');
    // Ids are enough for AWS; an imported Vpc would also want its zones.
    resource.vpcConfig = {
      subnetIds: [...network.subnetIds],
      securityGroupIds: [...network.securityGroupIds],
    };
    // A run that failed is not repeated: the next one comes in an hour, and targets are spared.
    new Rule(this, 'Hourly', {
      description: 'alb502: measure keep-alives',
      schedule: Schedule.rate(Duration.hours(1)),
      targets: [new LambdaFunction(this.function, { retryAttempts: 0 })],
    });
    monitored.function.configureAsyncInvoke({ retryAttempts: 0 });
  }
}
