import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

const MINUTE = Duration.minutes(1);
const FIVE_MINUTES = Duration.minutes(5);

/** The parts of the monitor that show whether it works. */
export interface OwnHealthProps {
  readonly screen: IFunction;
  readonly investigate: IFunction;
  readonly widget: IFunction;
  readonly queue: IQueue;
  readonly deadLetterQueue: IQueue;
  /** Watched, and where the alarms go. */
  readonly alertTopic: ITopic;
}

/**
 * Runs of the screening that ended well, per minute. Counted by Lambda itself rather than by the function's code, so
 * that dead code cannot report itself alive.
 */
export function metricScreenSuccesses(screen: IFunction): IMetric {
  return new MathExpression({
    expression: 'invocations - FILL(errors, 0)',
    label: 'screenings that succeeded',
    period: MINUTE,
    usingMetrics: {
      invocations: screen.metricInvocations({ period: MINUTE, statistic: Stats.SUM }),
      errors: screen.metricErrors({ period: MINUTE, statistic: Stats.SUM }),
    },
  });
}

/** Alarms about the monitor itself. They publish to the alert topic directly, past every part of the monitor. */
export class OwnHealth extends Construct {
  readonly alarms: readonly Alarm[];

  constructor(scope: Construct, id: string, props: OwnHealthProps) {
    super(scope, id);
    const { screen, investigate, queue, deadLetterQueue, alertTopic } = props;
    const above = ComparisonOperator.GREATER_THAN_THRESHOLD;
    const sum = { period: FIVE_MINUTES, statistic: Stats.SUM };
    const quietIsFine = TreatMissingData.NOT_BREACHING;
    this.alarms = [
      new Alarm(this, 'NotScreening', {
        alarmDescription: 'alb502 has not looked at the load balancers for 5 minutes: 502s go unseen',
        metric: metricScreenSuccesses(screen),
        comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
        threshold: 1,
        evaluationPeriods: 5,
        treatMissingData: TreatMissingData.BREACHING,
      }),
      new Alarm(this, 'InvestigationErrors', {
        alarmDescription: 'alb502 investigations fail: see the log of the investigate function',
        metric: investigate.metricErrors(sum),
        comparisonOperator: above,
        threshold: 0,
        evaluationPeriods: 3,
        datapointsToAlarm: 2,
        treatMissingData: quietIsFine,
      }),
      new Alarm(this, 'Throttled', {
        alarmDescription: 'alb502 functions are throttled: raise the concurrency limit of the account',
        metric: new MathExpression({
          expression: 'FILL(screen, 0) + FILL(investigate, 0)',
          label: 'throttles',
          period: FIVE_MINUTES,
          usingMetrics: {
            screen: screen.metricThrottles(sum),
            investigate: investigate.metricThrottles(sum),
          },
        }),
        comparisonOperator: above,
        threshold: 0,
        evaluationPeriods: 3,
        datapointsToAlarm: 2,
        treatMissingData: quietIsFine,
      }),
      new Alarm(this, 'DeadLetters', {
        alarmDescription: 'alb502 gave up on an investigation: its message is in the dead-letter queue',
        metric: deadLetterQueue.metricApproximateNumberOfMessagesVisible({
          period: FIVE_MINUTES,
          statistic: Stats.MAXIMUM,
        }),
        comparisonOperator: above,
        threshold: 0,
        evaluationPeriods: 1,
        treatMissingData: quietIsFine,
      }),
      new Alarm(this, 'QueueAge', {
        alarmDescription: 'alb502 investigations wait for more than 15 minutes',
        metric: queue.metricApproximateAgeOfOldestMessage({
          period: FIVE_MINUTES,
          statistic: Stats.MAXIMUM,
        }),
        comparisonOperator: above,
        threshold: Duration.minutes(15).toSeconds(),
        evaluationPeriods: 2,
        treatMissingData: quietIsFine,
      }),
      new Alarm(this, 'UndeliveredAlerts', {
        alarmDescription: 'alb502 alerts do not reach a subscriber of the alert topic',
        metric: alertTopic.metricNumberOfNotificationsFailed(sum),
        comparisonOperator: above,
        threshold: 0,
        evaluationPeriods: 1,
        treatMissingData: quietIsFine,
      }),
    ];
    for (const alarm of this.alarms) {
      alarm.addAlarmAction(new SnsAction(alertTopic));
      alarm.addOkAction(new SnsAction(alertTopic));
    }
  }
}

/** The same, as graphs of the dashboard. */
export function ownHealthGraphs(props: OwnHealthProps): { title: string; metrics: IMetric[] }[] {
  const { screen, investigate, widget, queue, deadLetterQueue } = props;
  const perMinute = { period: MINUTE };
  const highest = { ...perMinute, statistic: Stats.MAXIMUM };
  return [
    {
      title: 'runs',
      metrics: [
        metricScreenSuccesses(screen),
        investigate.metricInvocations({ ...perMinute, label: 'investigation batches' }),
      ],
    },
    {
      title: 'errors',
      metrics: [
        screen.metricErrors({ ...perMinute, label: 'screen' }),
        investigate.metricErrors({ ...perMinute, label: 'investigate' }),
        widget.metricErrors({ ...perMinute, label: 'widget' }),
      ],
    },
    {
      title: 'waiting and given up',
      metrics: [
        queue.metricApproximateAgeOfOldestMessage({ ...highest, label: 'oldest investigation (seconds)' }),
        deadLetterQueue.metricApproximateNumberOfMessagesVisible({ ...highest, label: 'given up' }),
      ],
    },
  ];
}
