/** What AWS asks for one thing, in US dollars, without any free tier. */
export interface Price {
  readonly usd: number;
  /** How many of the unit that buys. */
  readonly per: number;
  readonly unit: string;
  readonly source: string;
}

/** When the prices were written down, and where they hold. */
export const PRICES_AS_OF = '2026-11';
export const PRICES_REGION = 'us-east-1';

const CLOUDWATCH = 'https://aws.amazon.com/cloudwatch/pricing/';
const LAMBDA = 'https://aws.amazon.com/lambda/pricing/';
const SQS = 'https://aws.amazon.com/sqs/pricing/';
const DYNAMODB = 'https://aws.amazon.com/dynamodb/pricing/on-demand/';

export const PRICES = {
  metricRequested: {
    usd: 0.01,
    per: 1_000,
    unit: 'metrics requested with GetMetricData',
    source: CLOUDWATCH,
  },
  metricAnalyzed: {
    usd: 0.01,
    per: 1_000,
    unit: 'metrics analyzed by Metrics Insights queries',
    source: CLOUDWATCH,
  },
  alarmMetric: { usd: 0.1, per: 1, unit: 'metrics of standard alarms, a month', source: CLOUDWATCH },
  customMetric: { usd: 0.3, per: 1, unit: 'custom metrics, a month', source: CLOUDWATCH },
  dashboard: { usd: 3, per: 1, unit: 'dashboards, a month', source: CLOUDWATCH },
  listMetrics: { usd: 0.01, per: 1_000, unit: 'ListMetrics requests', source: CLOUDWATCH },
  logIngest: { usd: 0.5, per: 1e9, unit: 'bytes of logs taken in', source: CLOUDWATCH },
  lambdaRequest: { usd: 0.2, per: 1e6, unit: 'invocations', source: LAMBDA },
  lambdaGbSecond: { usd: 0.0000133334, per: 1, unit: 'GB-seconds on Arm', source: LAMBDA },
  fifoRequest: { usd: 0.5, per: 1e6, unit: 'requests to a FIFO queue', source: SQS },
  tableRead: { usd: 0.125, per: 1e6, unit: 'read request units', source: DYNAMODB },
  tableWrite: { usd: 0.625, per: 1e6, unit: 'write request units', source: DYNAMODB },
  tableStorage: {
    usd: 0.45,
    per: 1e9,
    unit: 'bytes kept a month, with point-in-time recovery',
    source: DYNAMODB,
  },
  key: {
    usd: 1,
    per: 1,
    unit: 'customer-managed keys, a month',
    source: 'https://aws.amazon.com/kms/pricing/',
  },
  keyRotation: {
    usd: 1,
    per: 1,
    unit: 'rotations of a key, a month each, the first two count',
    source: 'https://aws.amazon.com/kms/pricing/',
  },
  objectRead: {
    usd: 0.0004,
    per: 1_000,
    unit: 'GET requests to S3',
    source: 'https://aws.amazon.com/s3/pricing/',
  },
  objectList: {
    usd: 0.005,
    per: 1_000,
    unit: 'LIST requests to S3',
    source: 'https://aws.amazon.com/s3/pricing/',
  },
  regionTransfer: {
    usd: 0.02,
    per: 1e9,
    unit: 'bytes read from another region',
    source: 'https://aws.amazon.com/s3/pricing/',
  },
  publish: { usd: 0.5, per: 1e6, unit: 'messages published', source: 'https://aws.amazon.com/sns/pricing/' },
  event: {
    usd: 1,
    per: 1e6,
    unit: 'events put on the bus',
    source: 'https://aws.amazon.com/eventbridge/pricing/',
  },
} as const satisfies Readonly<Record<string, Price>>;

export type PriceId = keyof typeof PRICES;
