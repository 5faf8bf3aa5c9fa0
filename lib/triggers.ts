import { Duration } from 'aws-cdk-lib';
import { type EventPattern, Match, Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';

/**
 * Calls that change what a load balancer is or should be compared with. Targets that come and go are not among them:
 * every deployment and scaling registers some, and an investigation reads them when there is a reason to look. A target
 * group that was just made, or is gone, serves nobody.
 */
export const CHANGE_EVENT_NAMES = [
  'AddTags',
  'CreateLoadBalancer',
  'CreateRule',
  'DeleteLoadBalancer',
  'DeleteRule',
  'ModifyListener',
  'ModifyListenerAttributes',
  'ModifyLoadBalancerAttributes',
  'ModifyRule',
  'ModifyTargetGroup',
  'ModifyTargetGroupAttributes',
  'RemoveTags',
  'SetRulePriorities',
  'SetSecurityGroups',
  'SetSubnets',
] as const;

/** The events of those calls, where they succeeded. */
export const CHANGE_EVENTS: EventPattern = {
  source: ['aws.elasticloadbalancing'],
  detailType: ['AWS API Call via CloudTrail'],
  detail: {
    eventSource: ['elasticloadbalancing.amazonaws.com'],
    // Classic load balancers have calls of the same name under 2012-06-01.
    apiVersion: ['2015-12-01'],
    eventName: [...CHANGE_EVENT_NAMES],
    errorCode: Match.doesNotExist(),
  },
};

export interface TriggersProps {
  readonly screen: IFunction;
}

/** What wakes the screening: the clock, and changes to load balancers as CloudTrail reports them. */
export class Triggers extends Construct {
  constructor(scope: Construct, id: string, props: TriggersProps) {
    super(scope, id);
    // The next minute screens anyway; older events would only pile up behind a failure.
    const maxEventAge = Duration.minutes(5);
    props.screen.configureAsyncInvoke({ maxEventAge });
    const target = new LambdaTarget(props.screen, { maxEventAge });
    new Rule(this, 'EveryMinute', {
      description: 'alb502 screens the load balancers',
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [target],
    });
    new Rule(this, 'Changes', {
      description: 'alb502 looks at a load balancer that was changed',
      eventPattern: CHANGE_EVENTS,
      targets: [target],
    });
  }
}
