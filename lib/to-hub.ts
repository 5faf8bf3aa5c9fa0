import type { Stack } from 'aws-cdk-lib';
import { EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { EventBus as EventBusTarget } from 'aws-cdk-lib/aws-events-targets';
import { ALERTS } from './organisation-hub.ts';

/** Sends the alerts of a monitor's stack on to the bus of an organisation's hub. */
export function sendToHub(stack: Stack, hubBusArn: string): void {
  new Rule(stack, 'ToHub', {
    description: 'Sends alb502 alerts to the hub of the organisation',
    eventPattern: ALERTS,
    targets: [new EventBusTarget(EventBus.fromEventBusArn(stack, 'Hub', hubBusArn))],
  });
}
