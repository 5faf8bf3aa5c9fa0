import { listMetricsOf, readMetricSums } from '../observe/metric-sums.reader.ts';
import { readSubscriptions } from '../observe/subscription.reader.ts';
import { type Check, hoursBefore, ok, outputOf, problem, skipped, unknown } from './check.ts';

/** https://docs.aws.amazon.com/chatbot/latest/adminguide/monitoring-cloudwatch.html */
const NAMESPACE = 'AWS/Chatbot';
const METRICS_REGION = 'us-east-1';
const DIMENSION = 'ConfigurationName';
const FAILURES = ['UnsupportedEvents', 'MessageDeliveryFailure', 'EventsThrottled'] as const;
const CHAT_ENDPOINT = /^https:\/\/global\.sns-api\.chatbot\./;
const HOURS = 24;

/** What chat clients got was delivered, by the metrics that they are said to have. */
export const chatCheck: Check = {
  id: 'chat',
  title: 'messages to chat channels',
  run: async (examined) => {
    const { region, options, now } = examined;
    const subscriptions = await readSubscriptions(outputOf(examined, 'AlertTopicArn'), region, options);
    if (!subscriptions.some(({ endpoint }) => CHAT_ENDPOINT.test(endpoint)))
      return [skipped('no chat channel is subscribed to the topic')];
    const listed = await listMetricsOf(NAMESPACE, DIMENSION, METRICS_REGION, options);
    const channels = [...new Set(listed.map(({ value }) => value).filter((value) => value !== ''))];
    if (channels.length === 0)
      return [
        unknown(
          `a chat channel is subscribed, but ${NAMESPACE} in ${METRICS_REGION} has no metric yet`,
          'send something (alb502 test-alert), wait 15 minutes and run this again',
        ),
      ];
    const metrics = channels.flatMap((channel) =>
      FAILURES.map((name) => ({ namespace: NAMESPACE, name, dimensions: { [DIMENSION]: channel } })),
    );
    const window = { region: METRICS_REGION, start: hoursBefore(now, HOURS), end: now.toISOString() };
    const sums = await readMetricSums(metrics, window, options);
    return channels.map((channel) => {
      const failed = metrics.flatMap(({ name, dimensions }, index) =>
        dimensions[DIMENSION] === channel && (sums[index] ?? 0) > 0 ? [`${name} ${sums[index]}`] : [],
      );
      return failed.length === 0
        ? ok(`${channel}: nothing was lost in 24 hours`)
        : problem(
            `${channel}: ${failed.join(', ')} in 24 hours`,
            'check that the channel still exists and the app is in it, and the guardrail policies of its configuration',
          );
    });
  },
};
