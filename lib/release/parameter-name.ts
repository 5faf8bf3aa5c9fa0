/** Where a template has room for a subscriber of the alert topic. */
export const SUBSCRIPTION_SLOTS = [
  { parameter: 'AlertEmail', protocol: 'email' },
  { parameter: 'AlertEmail2', protocol: 'email' },
  { parameter: 'AlertEmail3', protocol: 'email' },
  { parameter: 'AlertPhoneNumber', protocol: 'sms' },
  { parameter: 'AlertChatUrl', protocol: 'https' },
  { parameter: 'AlertQueueArn', protocol: 'sqs' },
  { parameter: 'AlertFunctionArn', protocol: 'lambda' },
] as const;

/** Where a template has room for a service that has an API of its own. */
export const INTEGRATION_SLOTS = [
  { name: 'PagerDuty', protocol: 'pagerduty', endpoint: 'PagerDutyEndpoint' },
  { name: 'Opsgenie', protocol: 'opsgenie', endpoint: 'OpsgenieEndpoint' },
  { name: 'Webhook', protocol: 'webhook', endpoint: 'WebhookUrl' },
] as const;

/** The parameter for the severities of a slot. */
export const severitiesOf = (slot: string): string => `${slot}Severities`;
/** The parameter for the secret of an integration. */
export const secretOf = (name: string): string => `${name}SecretArn`;

/** The parameter that carries a setting: `repeatHours` → `RepeatHours`. */
export const parameterOfSetting = (key: string): string => `${key.charAt(0).toUpperCase()}${key.slice(1)}`;

/** What `ProbeSkipWords` says for `[]`: an empty parameter leaves the words of docs/probe.md. */
export const NO_WORDS = 'none';
