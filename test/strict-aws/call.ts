/** A request as it goes over the wire, signed for a service by nobody: what an SDK could not be made to send too. */
export interface WireRequest {
  /** The signing name: `monitoring`. */
  readonly service: string;
  readonly method?: 'GET' | 'PUT' | 'POST';
  /** With the query. */
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
}

const TARGETS: Readonly<Record<string, string>> = {
  dynamodb: 'DynamoDB_20120810',
  sqs: 'AmazonSQS',
  events: 'AWSEvents',
  logs: 'Logs_20140328',
  monitoring: 'GraniteServiceVersion20100801',
  cloudtrail: 'CloudTrail_20131101',
  ecs: 'AmazonEC2ContainerServiceV20141113',
};

const VERSIONS: Readonly<Record<string, string>> = {
  sns: '2010-03-31',
  elasticloadbalancing: '2015-12-01',
  ec2: '2016-11-15',
  iam: '2010-05-08',
};

/** A call in the JSON protocol. */
export const json = (service: string, operation: string, input: unknown): WireRequest => ({
  service,
  headers: {
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-target': `${TARGETS[service]}.${operation}`,
  },
  body: JSON.stringify(input),
});

/** A call in the query protocol: its members as they stand in the form, `Tags.member.1.Key`. */
export const form = (
  service: string,
  operation: string,
  members: Readonly<Record<string, string>>,
): WireRequest => ({
  service,
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body: new URLSearchParams({
    Action: operation,
    Version: VERSIONS[service] ?? '',
    ...members,
  }).toString(),
});

/** Sends it, and gives the status and the text of the answer. */
export async function send(
  endpoint: string,
  { service, method = 'POST', path = '/', headers = {}, body }: WireRequest,
): Promise<{ readonly status: number; readonly text: string }> {
  const answer = await fetch(`${endpoint}${path}`, {
    method,
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=testing/20261128/eu-central-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
      ...headers,
    },
    ...(body === undefined ? {} : { body }),
  });
  return { status: answer.status, text: await answer.text() };
}
