import {
  INTEGRATION_SLOTS,
  SUBSCRIPTION_SLOTS,
  secretOf,
  severitiesOf,
} from '../../lib/release/parameter-name.ts';
import { listOf, optional, type Parameter, type ParameterGroup } from './parameter.ts';

const SLOT_TEXT: Readonly<Record<(typeof SUBSCRIPTION_SLOTS)[number]['parameter'], Omit<Parameter, 'name'>>> =
  {
    AlertEmail: email('Mail address', 'Gets the alerts by mail, once it has confirmed the subscription'),
    AlertEmail2: email('Second mail address', 'Gets the alerts by mail too'),
    AlertEmail3: email('Third mail address', 'Gets the alerts by mail too'),
    AlertPhoneNumber: {
      label: 'Phone number',
      description: 'Gets the alerts by SMS',
      pattern: optional('\\+[1-9][0-9]{6,14}'),
      expected: 'must be a phone number such as +4915112345678, or empty',
    },
    AlertChatUrl: {
      label: "Address of AWS's chat client",
      description:
        'Amazon Q Developer in chat applications, for Slack and Microsoft Teams; it alone reads the card',
      // What has an API of its own cannot read the card, and is left to the parameters below.
      pattern: optional(
        'https://(?!([A-Za-z0-9-]+\\.)*(pagerduty\\.com|opsgenie\\.com|atlassian\\.com)(/|$))[^"\\\\\\s]+',
      ),
      expected: 'must be an https:// URL that is not of PagerDuty, Opsgenie or Atlassian, or empty',
    },
    AlertQueueArn: {
      label: 'SQS queue',
      description: 'ARN of a queue that gets the machine form; its policy must let the topic send',
      pattern: optional('arn:aws[a-z-]*:sqs:[^,"\\\\\\s]+'),
      expected: 'must be an ARN such as arn:aws:sqs:eu-central-1:123456789012:name, or empty',
    },
    AlertFunctionArn: {
      label: 'Lambda function',
      description: 'ARN of a function that gets the machine form',
      pattern: optional('arn:aws[a-z-]*:lambda:[^,"\\\\\\s]+'),
      expected: 'must be an ARN such as arn:aws:lambda:eu-central-1:123456789012:function:name, or empty',
    },
  };

function email(label: string, description: string): Omit<Parameter, 'name'> {
  return {
    label,
    description,
    pattern: optional('[^\\s@,"\\\\]+@[^\\s@,"\\\\]+\\.[^\\s@,"\\\\]+'),
    expected: 'must be a mail address such as oncall@example.com, or empty',
  };
}

const severities = (slot: string, label: string): Parameter => ({
  name: severitiesOf(slot),
  label: `Only these severities: ${label}`,
  description:
    'Of info, warning, critical, with commas between them; empty: all, and the alarms about the monitor itself',
  default: '',
  pattern: listOf('info|warning|critical'),
  expected: 'must be a list of info, warning and critical without spaces, or empty',
});

const endpointPattern = '^(https://[^"\\\\\\s]*[^"\\\\\\s/])?$';

const INTEGRATION_TEXT = {
  PagerDuty: {
    secret: 'the integration key of a service, Events API v2',
    endpoint: 'https://events.pagerduty.com/v2/enqueue',
    about:
      'Address of the Events API v2; https://events.eu.pagerduty.com/v2/enqueue in the EU region of PagerDuty',
  },
  Opsgenie: {
    secret: 'the API key of an integration of the type API',
    endpoint: 'https://api.opsgenie.com',
    about: 'Address of the API; https://api.eu.opsgenie.com in the EU',
  },
  Webhook: { secret: 'the value of WebhookHeader', endpoint: '', about: 'Gets the machine form by POST' },
} as const;

function integrationParameters({ name, endpoint }: (typeof INTEGRATION_SLOTS)[number]): readonly Parameter[] {
  const text = INTEGRATION_TEXT[name];
  return [
    {
      name: secretOf(name),
      label: `${name}: secret`,
      description: `ARN of a secret in Secrets Manager whose plain text is ${text.secret}; empty: no ${name}`,
      default: '',
      pattern: optional('arn:aws[a-z-]*:secretsmanager:[^,"\\\\\\s{}]+'),
      expected:
        'must be an ARN such as arn:aws:secretsmanager:eu-central-1:123456789012:secret:name-AbCdEf, or empty',
    },
    {
      name: endpoint,
      label: `${name}: address`,
      description: text.about,
      default: text.endpoint,
      pattern: endpointPattern,
      expected: 'must be an https:// URL that does not end in /',
    },
    severities(name, name),
  ];
}

const subscriptionGroup: ParameterGroup = {
  label: 'Who is told: subscribers of the alert topic',
  parameters: SUBSCRIPTION_SLOTS.flatMap(({ parameter }) => [
    { name: parameter, default: '', ...SLOT_TEXT[parameter] },
    severities(parameter, SLOT_TEXT[parameter].label),
  ]),
};

const integrationGroup: ParameterGroup = {
  label: 'Who is told: services with an API of their own',
  parameters: [
    ...INTEGRATION_SLOTS.flatMap(integrationParameters),
    {
      name: 'WebhookHeader',
      label: 'Webhook: header',
      description: 'Header that carries the secret of the webhook',
      default: 'Authorization',
      pattern: '^[A-Za-z0-9_-]{1,128}$',
      expected: 'must be the name of a header such as Authorization',
    },
  ],
};

/** Who gets the alerts, of the monitor and of the hub alike. */
export const RECEIVER_GROUPS: readonly ParameterGroup[] = [subscriptionGroup, integrationGroup];
