import { Aws, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  MathExpression,
  Metric,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { EventBus, EventField, type EventPattern, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { EventBus as EventBusTarget } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { InputError } from '../lambda/env.ts';
import type { AlertTopic } from './alert-topic.ts';
import type { Configuration } from './configuration.ts';
import { HELD_PERIODS } from './own-health.ts';
import { type Home, synthesizerFor } from './synthesizers.ts';

/**
 * Amazon Q Developer in chat applications, once AWS Chatbot, has its metrics in one region wherever its topics are, by
 * configuration: https://docs.aws.amazon.com/chatbot/latest/adminguide/monitoring-cloudwatch.html
 */
const METRICS_REGION = 'us-east-1';
const NAMESPACE = 'AWS/Chatbot';
/** What it did not understand, could not hand to the chat, or dropped because there was too much. */
const FAILURES = ['UnsupportedEvents', 'MessageDeliveryFailure', 'EventsThrottled'] as const;

const alarmName = (homeRegion: string): string => `alb502-ChatUndelivered-${homeRegion}`;

const stateChanges = (homeRegion: string): EventPattern => ({
  source: ['aws.cloudwatch'],
  detailType: ['CloudWatch Alarm State Change'],
  // Not its end: what tells of it fails in the same channel, and would raise the alarm again.
  detail: { alarmName: [alarmName(homeRegion)], state: { value: ['ALARM'] } },
});

type ChatSettings = Pick<Configuration, 'chatConfigurations' | 'regionStacks'>;

/** Properties of the stack. */
export interface ChatHealthProps extends StackProps {
  /** Where the monitor runs. */
  readonly homeRegion: string;
  /** Names of the channel configurations that the alert topic is subscribed to. */
  readonly configurations: readonly string[];
}

/**
 * The alarm on chat messages that were not delivered, where the metrics are; an alarm cannot watch another region. Its
 * changes go to the monitor's region as events. It holds no assets.
 */
export class ChatHealth extends Stack {
  constructor(scope: Construct, id: string, { homeRegion, configurations, ...props }: ChatHealthProps) {
    super(scope, id, {
      description: `Tells alb502 in ${homeRegion} of chat messages that were not delivered`,
      ...props,
    });
    const period = Duration.minutes(5);
    const metrics = configurations.flatMap((ConfigurationName, index) =>
      FAILURES.map((metricName) => {
        const dimensionsMap = { ConfigurationName };
        const metric = new Metric({
          namespace: NAMESPACE,
          metricName,
          dimensionsMap,
          statistic: Stats.SUM,
          period,
        });
        return [`${metricName.charAt(0).toLowerCase()}${metricName.slice(1)}${index}`, metric] as const;
      }),
    );
    new Alarm(this, 'ChatUndelivered', {
      alarmName: alarmName(homeRegion),
      alarmDescription: 'alb502 alerts do not reach a chat channel',
      metric: new MathExpression({
        expression: metrics.map(([id]) => `FILL(${id}, 0)`).join(' + '),
        label: 'chat messages that were not delivered',
        period,
        usingMetrics: Object.fromEntries(metrics),
      }),
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      threshold: 0,
      evaluationPeriods: HELD_PERIODS,
      datapointsToAlarm: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    if (homeRegion === METRICS_REGION) return;
    const home = `arn:${Aws.PARTITION}:events:${homeRegion}:${Aws.ACCOUNT_ID}:event-bus/default`;
    new Rule(this, 'Changes', {
      description: 'Chat messages that were not delivered, for alb502',
      eventPattern: stateChanges(homeRegion),
      targets: [new EventBusTarget(EventBus.fromEventBusArn(this, 'Home', home))],
    });
  }
}

/**
 * The stack that watches the chat channels; null where none is named.
 *
 * @throws InputError where channels are named and synthesis does not know the monitor's region
 */
export function watchChat(
  scope: Construct,
  { chatConfigurations: configurations, regionStacks }: ChatSettings,
  home: Home,
  id = 'Alb502Chat',
): ChatHealth | null {
  const { region: homeRegion, account } = home;
  if (configurations.length === 0) return null;
  if (homeRegion === undefined)
    throw new InputError(
      'chatConfigurations needs to know the region of the monitor; set AWS_REGION or a profile with a region',
    );
  const env = { region: METRICS_REGION, ...(account === undefined ? {} : { account }) };
  return new ChatHealth(scope, id, {
    ...{ homeRegion, configurations, env },
    ...synthesizerFor(regionStacks),
  });
}

/** Publishes the changes of that alarm to the alert topic, past every part of the monitor that runs code. */
export class ChatHealthRelay extends Construct {
  constructor(scope: Construct, id: string, { alerts }: { readonly alerts: AlertTopic }) {
    super(scope, id);
    const reason = EventField.fromPath('$.detail.state.reason');
    const message = RuleTargetInput.fromText(
      `ALARM: alb502 alerts do not reach a chat channel (alarm ${alarmName(Aws.REGION)} in ${METRICS_REGION}). ${reason}`,
    );
    new Rule(this, 'Publish', {
      description: 'alb502 reports to the other subscribers that chat messages are not delivered',
      eventPattern: stateChanges(Aws.REGION),
      targets: [alerts.targetOfRules(message)],
    });
  }
}
