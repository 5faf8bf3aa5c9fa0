import { form, json, type WireRequest } from './call.ts';
import { ARN, key, metricData, publish, query, TOPIC } from './requests.ts';

/** The request, and the member and the rule of AWS's models that it breaks. */
export const AGAINST_MODELS: readonly (readonly [
  name: string,
  request: WireRequest,
  member: string,
  rule: string,
])[] = [
  ['a missing member, query', form('sns', 'Publish', { TopicArn: TOPIC }), 'Message', 'required'],
  ['a missing member, JSON', json('dynamodb', 'GetItem', { TableName: 'state' }), 'Key', 'required'],
  ['a missing member of a member', metricData([{ Expression: 'm0' }]), 'MetricDataQueries[0].Id', 'required'],
  ['an unknown member, query', publish({ Mesage: 'x' }), 'Mesage', 'unknown member'],
  [
    'an unknown member, ec2',
    form('ec2', 'DescribeInstances', { InstanceIds: 'i-1' }),
    'InstanceIds',
    'unknown member',
  ],
  [
    'an unknown member, JSON',
    json('logs', 'FilterLogEvents', { logGroup: 'a' }),
    'logGroup',
    'unknown member',
  ],
  [
    'an unknown member deep in JSON',
    metricData([query(0, { Stat: 'Sum' })]),
    'MetricDataQueries.0.Stat',
    'unknown member',
  ],
  [
    'a text where a number belongs',
    metricData([query(0, { Period: '60' })]),
    'MetricDataQueries[0].Period',
    'type',
  ],
  ['a list where a text belongs', json('sqs', 'GetQueueUrl', { QueueName: ['a'] }), 'QueueName', 'type'],
  [
    'no number in a form',
    form('elasticloadbalancing', 'DescribeLoadBalancers', { PageSize: 'ten' }),
    'PageSize',
    'type',
  ],
  [
    'a value outside of its range',
    form('elasticloadbalancing', 'DescribeLoadBalancers', { PageSize: '401' }),
    'PageSize',
    'range',
  ],
  ['a value of no enum', metricData([query(0)], { ScanBy: 'Newest' }), 'ScanBy', 'enum'],
  [
    'an empty list',
    form('elasticloadbalancing', 'CreateLoadBalancer', { Name: 'a', Tags: '' }),
    'Tags',
    'length',
  ],
  [
    'a text that is too short',
    json('dynamodb', 'GetItem', { TableName: '', Key: key('a') }),
    'TableName',
    'length',
  ],
  [
    'a text outside of its pattern',
    form('elasticloadbalancing', 'AddTags', {
      'ResourceArns.member.1': ARN,
      'Tags.member.1.Key': 'alb502:runbook',
      'Tags.member.1.Value': 'https://wiki.example/?page=7',
    }),
    'Tags[0].Value',
    'pattern',
  ],
  [
    'an attribute of two types',
    json('dynamodb', 'PutItem', { TableName: 'state', Item: { a: { S: 'b', N: '1' } } }),
    'Item.a',
    'limit',
  ],
  [
    'no blob',
    json('dynamodb', 'PutItem', { TableName: 'state', Item: { a: { B: '%' } } }),
    'Item.a.B',
    'type',
  ],
  [
    'rest-json: a member of the path',
    { service: 'lambda', method: 'GET', path: '/2015-03-31/functions/no%20name/configuration' },
    'FunctionName',
    'pattern',
  ],
  [
    'rest-json: an unknown member of the query',
    { service: 'lambda', method: 'GET', path: '/2015-03-31/functions/?Max=7' },
    'Max',
    'unknown member',
  ],
  [
    'rest-xml: a value of no enum',
    { service: 's3', method: 'GET', path: '/logs/?list-type=2&encoding-type=base64' },
    'EncodingType',
    'enum',
  ],
  [
    'rest-xml: an unknown member of the body',
    {
      service: 's3',
      method: 'PUT',
      path: '/logs',
      body: '<CreateBucketConfiguration><Place>eu</Place></CreateBucketConfiguration>',
    },
    'Place',
    'unknown member',
  ],
  [
    'CBOR: a missing member',
    {
      service: 'monitoring',
      path: '/service/GraniteServiceVersion20100801/operation/ListDashboards',
      headers: { 'smithy-protocol': 'rpc-v2-cbor', 'content-type': 'application/cbor' },
      // {"Prefix": "a"}
      body: Uint8Array.from([0xa1, 0x66, ...new TextEncoder().encode('Prefix'), 0x61, 0x61]),
    },
    'Prefix',
    'unknown member',
  ],
  ['an operation that is not there', form('sns', 'PublishAll', {}), '(request)', 'operation'],
  [
    'another version of an API',
    { ...form('sns', 'ListTopics', {}), body: 'Action=ListTopics&Version=2016-01-01' },
    '(request)',
    'operation',
  ],
  ['a service without a model', { service: 'nothing-such' }, '(request)', 'operation'],
  ['a body that is no JSON', { ...json('sqs', 'ListQueues', {}), body: '{' }, '(request)', 'unreadable'],
];
