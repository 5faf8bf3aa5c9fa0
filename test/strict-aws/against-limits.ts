import { form, json, type WireRequest } from './call.ts';
import {
  ARN,
  environment,
  event,
  FIFO,
  KIB,
  key,
  message,
  metricData,
  publish,
  put,
  query,
  TOPIC,
  tagged,
} from './requests.ts';

/** The request, and the member and the rule of AWS's documented limits that it breaks. */
export const AGAINST_LIMITS: readonly (readonly [
  name: string,
  request: WireRequest,
  member: string,
  rule: string,
])[] = [
  ['4 KB of environment', environment(4 * KIB + 1), 'Environment', 'limit'],
  ['256 KB of a notification', publish({ Message: 'x'.repeat(256 * KIB + 1) }), 'Message', 'limit'],
  ['a subject of 100 characters', publish({ Subject: 'x'.repeat(100) }), 'Subject', 'limit'],
  ['a subject of two lines', publish({ Subject: 'a\nb' }), 'Subject', 'limit'],
  [
    'a message without a default',
    publish({ MessageStructure: 'json', Message: '{"sms":"a"}' }),
    'Message',
    'limit',
  ],
  [
    'an attribute without a value',
    publish({
      'MessageAttributes.entry.1.Name': 'cause',
      'MessageAttributes.entry.1.Value.DataType': 'String',
      'MessageAttributes.entry.1.Value.StringValue': '',
    }),
    'MessageAttributes.cause',
    'limit',
  ],
  [
    'an attribute of no type',
    publish({
      'MessageAttributes.entry.1.Name': 'cause',
      'MessageAttributes.entry.1.Value.DataType': 'Text',
      'MessageAttributes.entry.1.Value.StringValue': 'a',
    }),
    'MessageAttributes.cause',
    'limit',
  ],
  [
    'a filter of six names',
    form('sns', 'Subscribe', {
      TopicArn: TOPIC,
      Protocol: 'email',
      'Attributes.entry.1.key': 'FilterPolicy',
      'Attributes.entry.1.value': '{"a":["1"],"b":["1"],"c":["1"],"d":["1"],"e":["1"],"f":["1"]}',
    }),
    'Attributes.FilterPolicy',
    'limit',
  ],
  ['256 KB of a message', message({ MessageBody: 'x'.repeat(256 * KIB + 1) }), 'MessageBody', 'limit'],
  ['a character that no message holds', message({ MessageBody: '\u0000' }), 'MessageBody', 'limit'],
  [
    'FIFO without a group',
    json('sqs', 'SendMessage', { QueueUrl: FIFO, MessageBody: 'b' }),
    'MessageGroupId',
    'required',
  ],
  ['a group with a space', message({ MessageGroupId: 'a b' }), 'MessageGroupId', 'limit'],
  ['a delay of one message of FIFO', message({ DelaySeconds: 5 }), 'DelaySeconds', 'limit'],
  [
    'a batch of 11',
    json('sqs', 'DeleteMessageBatch', {
      QueueUrl: FIFO,
      Entries: Array.from({ length: 11 }, (_, at) => ({ Id: `${at}`, ReceiptHandle: 'r' })),
    }),
    'Entries',
    'limit',
  ],
  [
    'a batch with one id twice',
    json('sqs', 'DeleteMessageBatch', {
      QueueUrl: FIFO,
      Entries: [
        { Id: 'a', ReceiptHandle: 'r' },
        { Id: 'a', ReceiptHandle: 's' },
      ],
    }),
    'Entries',
    'limit',
  ],
  [
    '11 messages at once',
    json('sqs', 'ReceiveMessage', { QueueUrl: FIFO, MaxNumberOfMessages: 11 }),
    'MaxNumberOfMessages',
    'limit',
  ],
  [
    '12 hours of invisibility',
    json('sqs', 'ChangeMessageVisibility', { QueueUrl: FIFO, ReceiptHandle: 'r', VisibilityTimeout: 43_201 }),
    'VisibilityTimeout',
    'limit',
  ],
  ['256 KB of events', event({ Detail: JSON.stringify({ a: 'x'.repeat(256 * KIB) }) }), 'Entries', 'limit'],
  ['an event without an object', event({ Detail: '[]' }), 'Entries[0].Detail', 'limit'],
  ['an event without a source', event({ Source: undefined }), 'Entries[0].Source', 'required'],
  ["an event in AWS's name", event({ Source: 'aws.alb502' }), 'Entries[0].Source', 'limit'],
  [
    '501 queries',
    metricData(Array.from({ length: 501 }, (_, at) => query(at))),
    'MetricDataQueries',
    'limit',
  ],
  ['one id of two queries', metricData([query(1), query(1)]), 'MetricDataQueries', 'limit'],
  [
    'an id that begins with a capital',
    metricData([query(0, { Id: 'M' })]),
    'MetricDataQueries[0].Id',
    'limit',
  ],
  ['a query of nothing', metricData([{ Id: 'm' }]), 'MetricDataQueries[0]', 'limit'],
  ['a period of 90 s', metricData([query(0, { Period: 90 })]), 'MetricDataQueries[0].Period', 'limit'],
  [
    'two Metrics Insights queries',
    metricData([query(0, { Expression: 'SELECT 1' }), query(1, { Expression: 'SELECT 2' })]),
    'MetricDataQueries',
    'limit',
  ],
  [
    'a window that ends before it starts',
    metricData([query(0)], { EndTime: 1_790_000_000 }),
    'StartTime',
    'limit',
  ],
  [
    '1,001 metrics',
    json('monitoring', 'PutMetricData', {
      Namespace: 'a',
      MetricData: Array.from({ length: 1_001 }, () => ({ MetricName: 'm' })),
    }),
    'MetricData',
    'limit',
  ],
  ['21 ARNs', tagged(21), 'ResourceArns', 'limit'],
  [
    'an ARN of something else',
    form('elasticloadbalancing', 'DescribeTags', { 'ResourceArns.member.1': TOPIC }),
    'ResourceArns',
    'limit',
  ],
  [
    'a page size beside names',
    form('elasticloadbalancing', 'DescribeLoadBalancers', { PageSize: '10', 'Names.member.1': 'a' }),
    'PageSize',
    'limit',
  ],
  [
    'groups by two ways',
    form('elasticloadbalancing', 'DescribeTargetGroups', { LoadBalancerArn: ARN, 'Names.member.1': 'a' }),
    'LoadBalancerArn Names',
    'limit',
  ],
  [
    'two attributes of a look-up',
    json('cloudtrail', 'LookupEvents', {
      LookupAttributes: ['a', 'b'].map((value) => ({ AttributeKey: 'EventName', AttributeValue: value })),
    }),
    'LookupAttributes',
    'limit',
  ],
  [
    '101 items of a transaction',
    json('dynamodb', 'TransactWriteItems', {
      TransactItems: Array.from({ length: 101 }, (_, at) => put(`${at}`)),
    }),
    'TransactItems',
    'length',
  ],
  [
    '4 MB of a transaction',
    json('dynamodb', 'TransactWriteItems', {
      TransactItems: Array.from({ length: 11 }, (_, at) => put(`${at}`, 'x'.repeat(399 * KIB))),
    }),
    'TransactItems',
    'limit',
  ],
  [
    '400 KB of an item',
    json('dynamodb', 'PutItem', {
      TableName: 'state',
      Item: { ...key('a'), t: { S: 'x'.repeat(400 * KIB) } },
    }),
    'Item',
    'limit',
  ],
  ['an empty key', json('dynamodb', 'GetItem', { TableName: 'state', Key: key('') }), 'Key.pk', 'limit'],
  [
    'a reserved word',
    json('dynamodb', 'DeleteItem', {
      TableName: 'state',
      Key: key('a'),
      ConditionExpression: 'attribute_exists(status)',
    }),
    'ConditionExpression',
    'limit',
  ],
  [
    'a value that no expression uses',
    json('dynamodb', 'DeleteItem', {
      TableName: 'state',
      Key: key('a'),
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeValues: { ':a': { S: 'b' } },
    }),
    'ExpressionAttributeValues',
    'limit',
  ],
  [
    'a name that is not given',
    json('dynamodb', 'DeleteItem', {
      TableName: 'state',
      Key: key('a'),
      ConditionExpression: 'attribute_exists(#a)',
    }),
    'ExpressionAttributeNames',
    'limit',
  ],
  [
    '26 items of a batch',
    json('dynamodb', 'BatchWriteItem', {
      RequestItems: {
        state: Array.from({ length: 26 }, (_, at) => ({ DeleteRequest: { Key: key(`${at}`) } })),
      },
    }),
    'RequestItems.state',
    'length',
  ],
  [
    'a policy of a role',
    form('iam', 'PutRolePolicy', { RoleName: 'r', PolicyName: 'p', PolicyDocument: 'x'.repeat(10_241) }),
    'PolicyDocument',
    'limit',
  ],
  [
    'a template in the body',
    {
      service: 'cloudformation',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        Action: 'CreateStack',
        Version: '2010-05-15',
        StackName: 's',
        TemplateBody: 'x'.repeat(51_201),
      }).toString(),
    },
    'TemplateBody',
    'limit',
  ],
];
