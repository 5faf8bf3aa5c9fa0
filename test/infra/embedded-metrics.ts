import * as z from 'zod';

const name = z.string().min(1).max(250);

/**
 * The JSON schema of the embedded metric format, as AWS publishes it, narrowed to what is not high resolution:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
const documentSchema = z.looseObject({
  _aws: z.looseObject({
    Timestamp: z.number().int(),
    CloudWatchMetrics: z.array(
      z.strictObject({
        Namespace: z.string().min(1).max(1024),
        Dimensions: z.array(z.array(name).max(30)).min(1),
        Metrics: z.array(
          z.strictObject({ Name: z.string().min(1).max(1024), Unit: z.enum(['Count', 'Seconds']) }),
        ),
      }),
    ),
  }),
});

/** One metric as CloudWatch would take it out of a log. */
export interface EmbeddedMetric {
  readonly namespace: string;
  readonly name: string;
  readonly unit: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Does what CloudWatch Logs does: finds the lines of the format in a log, checks them and reads their values. */
export function embeddedMetrics(log: string): readonly EmbeddedMetric[] {
  const lines = log.split('\n').filter((line) => line.includes('"_aws"'));
  return lines.flatMap((line) => {
    const document = documentSchema.parse(JSON.parse(line));
    return document._aws.CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) =>
      Dimensions.flatMap((keys) =>
        Metrics.map(({ Name, Unit }) => ({
          namespace: Namespace,
          name: Name,
          unit: Unit,
          // Targets of a dimension must be strings at the root, targets of a metric numbers.
          dimensions: Object.fromEntries(keys.map((key) => [key, z.string().max(1024).parse(document[key])])),
          value: z.number().parse(document[Name]),
        })),
      ),
    );
  });
}
