import * as z from 'zod';
import type { FaultRule } from '../aws-faults.ts';

const querySchema = z.object({
  MetricDataQueries: z.array(
    z.object({
      Id: z.string(),
      MetricStat: z
        .object({ Metric: z.object({ Namespace: z.string(), MetricName: z.string() }) })
        .optional(),
    }),
  ),
});
const outputSchema = z.looseObject({ MetricDataResults: z.array(z.looseObject({ Id: z.string() })) });

/** Changes the sums of metrics, by `NAMESPACE/NAME`; null: nothing was published. */
export const metricsAre = (values: Readonly<Record<string, number | null>>): FaultRule => ({
  action: 'GetMetricData',
  fault: {
    rewrite: (output, input) => {
      const names = new Map(
        querySchema.parse(input).MetricDataQueries.map(({ Id, MetricStat }) => {
          const { Namespace = '', MetricName = '' } = MetricStat?.Metric ?? {};
          return [Id, `${Namespace}/${MetricName}`];
        }),
      );
      const { MetricDataResults, ...rest } = outputSchema.parse(output);
      const changed = MetricDataResults.map((result) => {
        const value = values[names.get(result.Id) ?? ''];
        if (value === undefined) return result;
        return { ...result, Values: value === null ? [] : [value], Timestamps: value === null ? [] : [0] };
      });
      return { ...rest, MetricDataResults: changed };
    },
  },
});

/** What SNS lists of a topic. */
export const subscribed = (
  ...subscriptions: readonly { readonly arn: string; readonly protocol: string; readonly endpoint: string }[]
): FaultRule => ({
  action: 'ListSubscriptionsByTopic',
  fault: {
    answer: () => {
      const members = subscriptions.map(
        ({ arn, protocol, endpoint }) =>
          `<member><SubscriptionArn>${arn}</SubscriptionArn><Protocol>${protocol}</Protocol><Endpoint>${endpoint}</Endpoint></member>`,
      );
      return `<ListSubscriptionsByTopicResponse><ListSubscriptionsByTopicResult><Subscriptions>${members.join('')}</Subscriptions></ListSubscriptionsByTopicResult></ListSubscriptionsByTopicResponse>`;
    },
  },
});

/** What SNS says of a subscription. */
export const attributesOfSubscription = (attributes: Readonly<Record<string, string>>): FaultRule => ({
  action: 'GetSubscriptionAttributes',
  fault: {
    answer: () => {
      const entries = Object.entries(attributes).map(
        ([key, value]) => `<entry><key>${key}</key><value>${value.replaceAll('"', '&quot;')}</value></entry>`,
      );
      return `<GetSubscriptionAttributesResponse><GetSubscriptionAttributesResult><Attributes>${entries.join('')}</Attributes></GetSubscriptionAttributesResult></GetSubscriptionAttributesResponse>`;
    },
  },
});
