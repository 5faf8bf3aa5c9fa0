import { form, json, type WireRequest } from './call.ts';

export const TOPIC = 'arn:aws:sns:eu-central-1:123456789012:alerts';
export const ARN =
  'arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/shop/50dc6c495c0c9188';
export const FIFO = 'https://sqs.eu-central-1.amazonaws.com/123456789012/looks.fifo';
export const KIB = 1024;

export const query = (number: number, over: object = {}) => ({
  Id: `m${number}`,
  Expression: 'm0',
  Period: 60,
  ...over,
});
export const metricData = (queries: readonly unknown[], over: object = {}) =>
  json('monitoring', 'GetMetricData', {
    StartTime: 1_795_000_000,
    EndTime: 1_795_003_600,
    MetricDataQueries: queries,
    ...over,
  });
export const publish = (over: Readonly<Record<string, string>>) =>
  form('sns', 'Publish', { TopicArn: TOPIC, Message: 'hello', ...over });
export const key = (id: string) => ({ pk: { S: id } });
export const put = (id: string, text = 'x') => ({
  Put: { TableName: 'state', Item: { ...key(id), t: { S: text } } },
});
export const event = (over: object = {}) =>
  json('events', 'PutEvents', { Entries: [{ Source: 'alb502', DetailType: 'a', Detail: '{}', ...over }] });
export const environment = (bytes: number): WireRequest => ({
  service: 'lambda',
  method: 'PUT',
  path: '/2015-03-31/functions/screen/configuration',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ Environment: { Variables: { AB: 'x'.repeat(bytes - '{"AB":""}'.length) } } }),
});
export const tagged = (count: number) =>
  form(
    'elasticloadbalancing',
    'DescribeTags',
    Object.fromEntries(
      Array.from({ length: count }, (_, at) => [`ResourceArns.member.${at + 1}`, `${ARN}${at}`]),
    ),
  );
export const message = (over: object = {}) =>
  json('sqs', 'SendMessage', { QueueUrl: FIFO, MessageBody: 'b', MessageGroupId: 'g', ...over });
