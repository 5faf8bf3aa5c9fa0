import type { ConfigurationInput } from '../../lib/configuration.ts';
import type { OrganisationPlan } from '../../lib/organisation-plan.ts';
import { INTEGRATION_SLOTS, SUBSCRIPTION_SLOTS, secretOf } from '../../lib/release/parameter-name.ts';
import { isList, type Json, join, mapped, ref, split } from './intrinsic.ts';

// The constructs are synthesized with values that nobody has, each of which stands for a parameter afterwards.

const REGION = 'zz-sample-1';
/** The region of the monitor, for stacks in other regions. */
export const HOME_REGION = 'zz-home-1';
/** Channel configurations of chat, in the order of their parameters. */
export const CHAT_CONFIGURATIONS = ['sample-chat-1', 'sample-chat-2', 'sample-chat-3'] as const;
const ACCOUNT = '999988887777';
const arn = (service: string, rest: string): string => `arn:aws:${service}:${REGION}:${ACCOUNT}:${rest}`;
const secret = (name: string): string => arn('secretsmanager', `secret:sample-${name}`);
const endpoint = (name: string): string => `https://${name.toLowerCase()}.sample.invalid`;

/** The name that the stack has in the CDK app, and in examples. */
export const STACK_NAME = 'Alb502';
export const HUB_BUS_ARN = arn('events', 'event-bus/sample');
const HEADER = 'Sample-Header';

const ENDPOINTS = {
  email: 'sample@example.com',
  sms: '+10000000',
  https: endpoint('chat'),
  sqs: arn('sqs', 'sample'),
  lambda: arn('lambda', 'function:sample'),
} as const;

const LISTS = {
  AccessLogBuckets: 'arn:aws:s3:::sample-access-logs',
  AccessLogGroups: arn('logs', 'log-group:sample-access-logs'),
  BackendLogGroups: arn('logs', 'log-group:sample-backend'),
  ProbeSubnetIds: 'subnet-99998888777766665',
  ProbeSecurityGroupIds: 'sg-99998888777766665',
} as const;

/** A receiver in every slot. */
const subscriptions: NonNullable<ConfigurationInput['subscriptions']> = [
  ...SUBSCRIPTION_SLOTS.map(({ protocol }) => ({ protocol, endpoint: ENDPOINTS[protocol] })),
  ...INTEGRATION_SLOTS.map(({ name, protocol }) => ({
    protocol,
    secretArn: secret(name),
    endpoint: endpoint(name),
    ...(protocol === 'webhook' ? { header: HEADER } : {}),
  })),
];

/** Everything that can be switched on. */
export const SAMPLE_CONFIGURATION: ConfigurationInput = {
  regions: 'all',
  widgetActions: true,
  readImages: true,
  probe: { subnetIds: [LISTS.ProbeSubnetIds], securityGroupIds: [LISTS.ProbeSecurityGroupIds] },
  chatConfigurations: ['sample'],
  accessLogBuckets: [LISTS.AccessLogBuckets],
  accessLogGroups: [LISTS.AccessLogGroups],
  backendLogGroups: [LISTS.BackendLogGroups],
  subscriptions,
};

export const SAMPLE_PLAN: OrganisationPlan = {
  organizationId: 'o-samplesample',
  hubAccount: ACCOUNT,
  homeRegion: REGION,
  organizationalUnitIds: ['r-0000'],
  artifactBucket: 'sample-bucket',
  hubSubscriptions: subscriptions,
  hubChatConfigurations: ['sample'],
};

/** What stands for one value, inside a longer text too. The longest come first. */
const TEXTS: readonly (readonly [string, Json])[] = [
  ...INTEGRATION_SLOTS.flatMap(
    ({ name, endpoint: parameter }) =>
      [
        [secret(name), ref(secretOf(name))],
        [endpoint(name), ref(parameter)],
      ] as const,
  ),
  [HUB_BUS_ARN, ref('HubEventBusArn')],
  [HEADER, ref('WebhookHeader')],
  [SAMPLE_PLAN.organizationId, ref('OrganizationId')],
  [`${STACK_NAME}-Monitor-`, join('', [ref('AWS::StackName'), '-Monitor-'])],
  ...CHAT_CONFIGURATIONS.map((sample, index) => [sample, ref(`ChatConfiguration${index + 1}`)] as const),
  [HOME_REGION, ref('HomeRegion')],
  [ACCOUNT, ref('AWS::AccountId')],
  [REGION, ref('AWS::Region')],
];

/** A list of what a parameter has, each with the same ending. */
function listOf(parameter: string, ending: string): Json {
  const list = split(',', ref(parameter));
  return ending === '' ? list : split(',', join('', [join(`${ending},`, list), ending]));
}

function parameterized(text: string): Json {
  for (const [parameter, sample] of Object.entries(LISTS))
    if (text.startsWith(sample)) return listOf(parameter, text.slice(sample.length));
  for (const [sample, value] of TEXTS) {
    const [before = '', ...after] = text.split(sample);
    if (after.length === 0) continue;
    const parts = [parameterized(before), value, parameterized(after.join(sample))].filter(
      (part) => part !== '',
    );
    return parts.length === 1 ? value : join('', parts);
  }
  return text;
}

/** Puts parameters where the sample values are. */
export const withParameters = (value: Json): Json =>
  mapped(value, (inner) => {
    if (typeof inner === 'string') return parameterized(inner);
    // A list of one value that is a list itself.
    const [only = null, ...others] = isList(inner) ? inner : [];
    return others.length === 0 && only !== null && typeof only === 'object' && 'Fn::Split' in only
      ? only
      : inner;
  });

/** What is left of a sample value in a template; empty where each has become a parameter. */
export const samplesIn = (template: Json): readonly string[] => [
  ...new Set(JSON.stringify(template).match(/[^"]*(sample|zz-|99998888|\+10000000)[^"]*/gi) ?? []),
];
