import * as z from 'zod';
import type { AlertSubscription } from './configuration-types.ts';

/** Text that is an ARN of one service. */
export const arnOf = (service: string, example: string) =>
  z.string().regex(new RegExp(`^arn:aws[a-z-]*:${service}:`), `must be an ARN such as ${example}`);

const lambdaArn = arnOf('lambda', 'arn:aws:lambda:eu-central-1:123456789012:function:name');
const queueArn = arnOf('sqs', 'arn:aws:sqs:eu-central-1:123456789012:name');
const url = z.url({ protocol: /^https$/, error: 'must be an https:// URL' });

const ENDPOINTS = {
  email: z.email('must be a mail address such as oncall@example.com'),
  https: url,
  sms: z.string().regex(/^\+[1-9]\d{6,14}$/, 'must be a phone number such as +4915112345678'),
  sqs: queueArn,
  lambda: lambdaArn,
  pagerduty: url,
  opsgenie: url,
  webhook: url,
} as const;

/** Services with an API of their own; they are sent what that API takes, past the topic. */
const INTEGRATIONS = ['pagerduty', 'opsgenie', 'webhook'] as const;
type IntegrationProtocol = (typeof INTEGRATIONS)[number];
type TopicProtocol = Exclude<keyof typeof ENDPOINTS, IntegrationProtocol>;

/** Where a service has one address for everybody. */
const DEFAULT_ENDPOINTS = {
  pagerduty: 'https://events.pagerduty.com/v2/enqueue',
  opsgenie: 'https://api.opsgenie.com',
} as const;

/** Hosts that are often subscribed to a topic, and that cannot read what alb502 publishes to https. */
const OWN_API = /^https:\/\/([\w-]+\.)*(pagerduty\.com|opsgenie\.com|atlassian\.com)(\/|$)/;

const isIntegration = (protocol: string): protocol is IntegrationProtocol =>
  INTEGRATIONS.some((known) => known === protocol);

/** One receiver of alerts, as a person writes it. */
export const subscriptionSchema = z
  .strictObject({
    protocol: z
      .enum(['email', 'https', 'sms', 'sqs', 'lambda', ...INTEGRATIONS])
      .describe(
        "how the alert is sent; `https` is for AWS's chat client alone, whose card it gets, `webhook` for any other address; see integrations.md",
      ),
    endpoint: z
      .string()
      .min(1)
      .optional()
      .describe(
        'mail address, https URL, phone number, or ARN of the queue or function; `pagerduty` and `opsgenie` have a default',
      ),
    severities: z
      .array(z.enum(['info', 'warning', 'critical']))
      .min(1)
      .optional()
      .describe(
        'only these; alarms about the monitor itself carry no severity and reach only those who leave this out',
      ),
    secretArn: arnOf('secretsmanager', 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:name-AbCdEf')
      .optional()
      .describe(
        'of `pagerduty`, `opsgenie` and `webhook`: the secret in Secrets Manager whose plain text is the integration key, the API key, or the value of `header`',
      ),
    header: z
      .string()
      .regex(/^[\w-]{1,128}$/, 'must be the name of a header such as Authorization')
      .optional()
      .describe('of `webhook`: the header that carries the secret; `Authorization` where it is left out'),
  })
  .superRefine(({ protocol, endpoint, secretArn, header }, context) => {
    const wrong = (path: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [path], message });
    const wanted = endpoint ?? (Object.hasOwn(DEFAULT_ENDPOINTS, protocol) ? undefined : '');
    if (wanted !== undefined)
      for (const { message } of ENDPOINTS[protocol].safeParse(wanted).error?.issues ?? [])
        wrong('endpoint', message);
    if (protocol === 'https' && endpoint !== undefined && OWN_API.test(endpoint))
      wrong('endpoint', 'it cannot read a chat card; use the protocol pagerduty, opsgenie or webhook');
    if (isIntegration(protocol) && secretArn === undefined)
      wrong('secretArn', `${protocol} needs the secret to send with`);
    if (!isIntegration(protocol) && secretArn !== undefined)
      wrong('secretArn', `${protocol} takes no secret`);
    if (protocol !== 'webhook' && header !== undefined) wrong('header', 'only a webhook takes one');
  });

/** A subscriber of the alert topic. */
export interface TopicSubscription {
  readonly protocol: TopicProtocol;
  readonly endpoint: string;
  readonly severities?: readonly string[] | undefined;
}

/** A service that gets alerts by its own API. */
export interface AlertIntegration {
  readonly protocol: IntegrationProtocol;
  readonly endpoint: string;
  readonly secretArn: string;
  readonly header: string;
  readonly severities?: readonly string[] | undefined;
}

/** Tells the subscribers of the topic from the services that have an API of their own. */
export function receiversOf(subscriptions: readonly AlertSubscription[]): {
  readonly topic: readonly TopicSubscription[];
  readonly integrations: readonly AlertIntegration[];
} {
  const topic: TopicSubscription[] = [];
  const integrations: AlertIntegration[] = [];
  for (const { protocol, endpoint, severities, secretArn = '', header = 'Authorization' } of subscriptions)
    if (!isIntegration(protocol)) topic.push({ protocol, endpoint: endpoint ?? '', severities });
    else {
      const otherwise = protocol === 'webhook' ? '' : DEFAULT_ENDPOINTS[protocol];
      integrations.push({ protocol, endpoint: endpoint ?? otherwise, severities, secretArn, header });
    }
  return { topic, integrations };
}
