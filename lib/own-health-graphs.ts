import { Duration } from 'aws-cdk-lib';
import { type IMetric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { metricScreenSuccesses, type OwnHealthProps, ownMetric } from './own-health.ts';

const MINUTE = Duration.minutes(1);

/** Whether the monitor works, as graphs of the dashboard. */
export function ownHealthGraphs(props: OwnHealthProps): { title: string; metrics: IMetric[] }[] {
  const { screen, investigate, widget, probe, queue, deadLetterQueue, alertTopic, stateTableName } = props;
  const perMinute = { period: MINUTE };
  const highest = { ...perMinute, statistic: Stats.MAXIMUM };
  const sum = { ...perMinute, statistic: Stats.SUM };
  return [
    {
      title: 'runs',
      metrics: [
        metricScreenSuccesses(screen),
        investigate.metricInvocations({ ...perMinute, label: 'investigation batches' }),
        queue.metricNumberOfMessagesDeleted({ ...sum, label: 'looks that are done' }),
      ],
    },
    {
      title: 'errors',
      metrics: [
        screen.metricErrors({ ...perMinute, label: 'screen' }),
        investigate.metricErrors({ ...perMinute, label: 'investigate' }),
        widget.metricErrors({ ...perMinute, label: 'widget' }),
        ...(probe === undefined ? [] : [probe.metricErrors({ ...perMinute, label: 'probe' })]),
        ownMetric('failedReads', 'investigate', stateTableName, { ...sum, label: 'reads that failed' }),
      ],
    },
    {
      title: 'waiting and given up',
      metrics: [
        queue.metricApproximateAgeOfOldestMessage({ ...highest, label: 'oldest investigation (seconds)' }),
        ownMetric('oldestUndelivered', 'screen', stateTableName, {
          ...highest,
          label: 'oldest undelivered alert (seconds)',
        }),
        deadLetterQueue.metricApproximateNumberOfMessagesVisible({ ...highest, label: 'given up' }),
      ],
    },
    {
      title: 'alerts',
      metrics: [
        ownMetric('openAlerts', 'screen', stateTableName, { ...highest, label: 'open' }),
        alertTopic.metricNumberOfMessagesPublished({ ...sum, label: 'published' }),
        alertTopic.metricNumberOfNotificationsFailed({ ...sum, label: 'not delivered to a subscriber' }),
      ],
    },
  ];
}
