import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { AnyPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { ENV, MEMORY_MB } from '../lambda/env.ts';
import { AlertTopic } from './alert-topic.ts';
import { ChatHealthRelay } from './chat-health.ts';
import { parseConfiguration } from './configuration.ts';
import { deadLetterQueue } from './dead-letter-queue.ts';
import { Integrations } from './integration.ts';
import { MonitorFunction, type ResourceArns } from './monitor-function.ts';
import type { OrganisationPlan } from './organisation-plan.ts';
import { undeliveredAlerts, undeliveredEvents } from './own-health.ts';
import { receiversOf } from './subscription.ts';
import { workloadArns } from './workload-permissions.ts';

/** Alerts, as they pass by on a bus. */
export const ALERTS = { source: ['alb502'], detailType: ['alb502 alert'] };
/** The hub's bus. */
export const BUS_NAME = 'alb502';

/**
 * The bus that takes the alerts of all accounts, and the topic that a function publishes them to: in the words of every
 * protocol and with the attributes that subscriptions filter on, as the monitor of each account does.
 */
export class OrganisationHub extends Stack {
  readonly alertTopic: ITopic;
  private readonly alerts: AlertTopic;
  private readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, plan: OrganisationPlan) {
    super(scope, id, {
      description: 'Alerts of alb502 from all accounts of the organisation',
      env: { account: plan.hubAccount, region: plan.homeRegion },
    });
    const { subscriptions } = parseConfiguration(
      { subscriptions: plan.hubSubscriptions ?? [] },
      'hubSubscriptions of the organisation',
    );
    const receivers = receiversOf(subscriptions);
    const bus = this.createBus(plan);
    this.alerts = new AlertTopic(this, 'Alerts', {});
    this.alertTopic = this.alerts.topic;
    receivers.topic.forEach((subscription, index) => {
      this.alerts.subscribe(subscription, index);
    });
    this.deadLetters = deadLetterQueue(this, 'DeadLetters');
    this.publish(bus);
    const integrations = new Integrations(this, 'Integrations', receivers.integrations);
    integrations.connect(this.alarms(integrations.deadLetters), bus);
    if ((plan.hubChatConfigurations ?? []).length > 0)
      new ChatHealthRelay(this, 'ChatHealth', { alerts: this.alerts });
    new CfnOutput(this, 'AlertTopicArn', {
      value: this.alertTopic.topicArn,
      description: 'Subscribe here to receive the alerts of all accounts',
    });
    new CfnOutput(this, 'EventBusArn', {
      value: bus.eventBusArn,
      description: 'Monitors of other accounts send their alerts here',
    });
  }

  private createBus(plan: OrganisationPlan): EventBus {
    const bus = new EventBus(this, 'Bus', { eventBusName: BUS_NAME });
    bus.addToResourcePolicy(
      new PolicyStatement({
        sid: 'OrganisationPutsAlerts',
        principals: [new AnyPrincipal()],
        actions: ['events:PutEvents'],
        resources: [bus.eventBusArn],
        conditions: {
          StringEquals: { 'aws:PrincipalOrgID': plan.organizationId, 'events:source': 'alb502' },
        },
      }),
    );
    return bus;
  }

  private publish(bus: EventBus): void {
    const { function: hub } = new MonitorFunction(this, 'Hub', {
      name: 'hub',
      description: 'alb502: publishes the alerts of all accounts',
      memorySizeMb: MEMORY_MB.hub,
      timeout: Duration.seconds(30),
      logRetention: RetentionDays.ONE_MONTH,
      environment: { [ENV.topicArn]: this.alertTopic.topicArn },
      resourceArns: this.resourceArns(),
    });
    hub.configureAsyncInvoke({ onFailure: new SqsDestination(this.deadLetters), retryAttempts: 2 });
    new Rule(this, 'Publish', {
      description: 'Publishes the alerts of all accounts',
      eventBus: bus,
      eventPattern: ALERTS,
      targets: [new LambdaFunction(hub, { deadLetterQueue: this.deadLetters })],
    });
  }

  private resourceArns(): ResourceArns {
    return {
      ...{ 'state-table': [], 'investigation-queue': [], 'default-event-bus': [], 'enabled-regions': [] },
      ...{
        'access-log-buckets': [],
        'access-log-objects': [],
        'access-log-groups': [],
        'backend-log-groups': [],
      },
      ...{ 'state-table-of-widget-actions': [], 'queue-of-widget-actions': [] },
      ...workloadArns(Stack.of(this), { readWorkloads: false, readImages: false }),
      'alert-topic': [this.alertTopic.topicArn],
      'alert-topic-key': [this.alerts.key.keyArn],
      'hub-dead-letters': [this.deadLetters.queueArn],
    };
  }

  private alarms(integrationDeadLetters: Queue | undefined): Alarm[] {
    const notPublished = new Alarm(this, 'HubDeadLetters', {
      alarmDescription:
        'alb502 alerts of the organisation are not published: see the dead-letter queue of the hub',
      metric: this.deadLetters.metricApproximateNumberOfMessagesVisible({
        period: Duration.minutes(5),
        statistic: Stats.MAXIMUM,
      }),
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      threshold: 0,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    const alarms = [
      notPublished,
      undeliveredAlerts(this, this.alertTopic),
      ...(integrationDeadLetters === undefined ? [] : [undeliveredEvents(this, integrationDeadLetters)]),
    ];
    for (const alarm of alarms) alarm.addAlarmAction(new SnsAction(this.alertTopic));
    return alarms;
  }
}
