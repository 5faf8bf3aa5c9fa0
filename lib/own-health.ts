import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  Metric,
  type MetricOptions,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { OWN_METRICS } from '../lambda/env.ts';
import type { FunctionName } from './permission.ts';

const MINUTE = Duration.minutes(1);
const FIVE_MINUTES = Duration.minutes(5);
const HOUR = Duration.hours(1);

/**
 * SNS gives up on an address after six hours at most (on a queue or function at once, where it is refused):
 * https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html. An alarm about that is itself a message
 * that fails then; held for longer, it raises no second one.
 */
export const HELD_PERIODS = Duration.hours(12).toMinutes() / FIVE_MINUTES.toMinutes();

const UNDELIVERED = 'UndeliveredAlerts';
const NOT_SCREENING = 'NotScreening';

/** The parts of the monitor that show whether it works. */
export interface OwnHealthProps {
  readonly screen: IFunction;
  readonly investigate: IFunction;
  readonly widget: IFunction;
  readonly queue: IQueue;
  readonly deadLetterQueue: IQueue;
  /** undefined where no probe is deployed. */
  readonly probe: IFunction | undefined;
  /** The name of the state table: the dimension of the metrics that the functions write themselves. */
  readonly stateTableName: string;
  /** Watched, and where the alarms go. */
  readonly alertTopic: ITopic;
  /** What services with an API of their own did not take; undefined where there are none. */
  readonly integrationDeadLetters: IQueue | undefined;
}

/**
 * Runs of the screening that succeeded, per minute. Counted by Lambda itself rather than by the function's code, so
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

/** A metric that a function writes itself, as `own-metrics.ts` does. */
export function ownMetric(
  name: Exclude<keyof typeof OWN_METRICS, 'namespace' | 'dimension'>,
  writer: FunctionName,
  stateTableName: string,
  options: MetricOptions,
): Metric {
  return new Metric({
    namespace: OWN_METRICS.namespace,
    metricName: OWN_METRICS[name],
    // `service` is what Powertools adds to every metric.
    dimensionsMap: { service: `alb502-${writer}`, [OWN_METRICS.dimension]: stateTableName },
    ...options,
  });
}

/** Alarms about the monitor itself. They publish to the alert topic directly, past every part of the monitor. */
export class OwnHealth extends Construct {
  readonly alarms: readonly Alarm[];

  constructor(scope: Construct, id: string, props: OwnHealthProps) {
    super(scope, id);
    const { screen, investigate, queue, deadLetterQueue, alertTopic, probe } = props;
    const above = ComparisonOperator.GREATER_THAN_THRESHOLD;
    const sum = { period: FIVE_MINUTES, statistic: Stats.SUM };
    const quietIsFine = TreatMissingData.NOT_BREACHING;
    this.alarms = [
      new Alarm(this, NOT_SCREENING, {
        alarmDescription: 'alb502 has not looked at the load balancers for 5 minutes: 502s go unnoticed',
        metric: metricScreenSuccesses(screen),
        comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
        threshold: 1,
        evaluationPeriods: 5,
        // No data at all is a state of its own, with an action of its own below.
        treatMissingData: TreatMissingData.MISSING,
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
      undeliveredAlerts(this, alertTopic),
      new Alarm(this, 'WaitingAlerts', {
        alarmDescription:
          'alb502 alerts wait for more than 10 minutes: the topic or the event bus accepts none',
        metric: ownMetric('oldestUndelivered', 'screen', props.stateTableName, {
          period: FIVE_MINUTES,
          statistic: Stats.MAXIMUM,
        }),
        comparisonOperator: above,
        threshold: Duration.minutes(10).toSeconds(),
        evaluationPeriods: 1,
        // Whoever could not look has seen nothing: it stays as it was, and NotScreening tells of the silence.
        treatMissingData: TreatMissingData.IGNORE,
      }),
      ...(probe === undefined ? [] : [this.probeErrors(probe)]),
      ...(props.integrationDeadLetters === undefined
        ? []
        : [undeliveredEvents(this, props.integrationDeadLetters)]),
    ];
    const toTopic = new SnsAction(alertTopic);
    for (const alarm of this.alarms) {
      alarm.addAlarmAction(toTopic);
      // Its end would be a message too, which the broken subscriber misses as well: ALARM, OK, ALARM for ever.
      if (alarm.node.id !== UNDELIVERED) alarm.addOkAction(toTopic);
      // A metric that stops coming; at the first deployment there never was one, which changes no state.
      if (alarm.node.id === NOT_SCREENING) alarm.addInsufficientDataAction(toTopic);
    }
  }

  private probeErrors(probe: IFunction): Alarm {
    return new Alarm(this, 'ProbeErrors', {
      alarmDescription: 'alb502 does not measure keep-alives: see the log of the probe function',
      metric: probe.metricErrors({ period: HOUR, statistic: Stats.SUM }),
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      threshold: 0,
      // It runs once an hour, and a fact that is three hours old still holds.
      evaluationPeriods: 3,
      datapointsToAlarm: 2,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }
}

/** The alarm on alerts that SNS could not hand to a subscriber; give it no OK action. */
export const undeliveredAlerts = (scope: Construct, alertTopic: ITopic): Alarm =>
  new Alarm(scope, UNDELIVERED, {
    alarmDescription: 'alb502 alerts do not reach a subscriber of the alert topic',
    metric: alertTopic.metricNumberOfNotificationsFailed({ period: FIVE_MINUTES, statistic: Stats.SUM }),
    comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
    threshold: 0,
    evaluationPeriods: HELD_PERIODS,
    datapointsToAlarm: 1,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  });

/** The alarm on alerts that a service with an API of its own did not take. */
export const undeliveredEvents = (scope: Construct, deadLetters: IQueue): Alarm =>
  new Alarm(scope, 'UndeliveredEvents', {
    alarmDescription:
      'alb502 alerts do not reach PagerDuty, Opsgenie or a webhook: see the dead-letter queue',
    metric: deadLetters.metricApproximateNumberOfMessagesVisible({
      period: FIVE_MINUTES,
      statistic: Stats.MAXIMUM,
    }),
    comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
    threshold: 0,
    evaluationPeriods: 1,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  });
