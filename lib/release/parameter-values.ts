import type { Configuration } from '../configuration.ts';
import {
  INTEGRATION_SLOTS,
  NO_WORDS,
  parameterOfSetting,
  SUBSCRIPTION_SLOTS,
  secretOf,
  severitiesOf,
} from './parameter-name.ts';

type Subscription = Configuration['subscriptions'][number];

/** A configuration as far as a template takes it. */
export interface ParameterValues {
  /** Values of parameters by their names. */
  readonly values: Readonly<Record<string, string>>;
  /** What there is no room for, each as a sentence about a key of the configuration. */
  readonly noRoom: readonly string[];
}

/** Settings that are one number or yes or no, each in a parameter of its own. */
const SCALARS = [
  'readWorkloads',
  'investigationWindowMinutes',
  'screenWindowMinutes',
  'backstopMinutes',
  'postureHours',
  'activeMinutes',
  'activeLaterMinutes',
  'pendingMinutes',
  'minimum502Count',
  'critical502Ratio',
  'resolveAfterMinutes',
  'widgetActions',
  'askServers',
  'readImages',
  'repeatHours',
  'selfMonitoring',
  'logRetentionDays',
] as const satisfies readonly (keyof Configuration)[];

/** Lists of log groups: the ending that AWS shows at times is put on by the template. */
const withoutEnding = (arns: readonly string[]): string =>
  arns.map((arn) => arn.replace(/:\*$/, '')).join(',');

/**
 * The parameters that say what a configuration says. Left out is what lies in a file beside the code
 * (`declaredKeepAlives`, `declaredAttributes`, `expectedChangers`), and what no parameter can say: `keepStateOnDelete`.
 */
export function parameterValues(configuration: Configuration): ParameterValues {
  const { regions, excludedRegions, probe, probeSkipWords } = configuration;
  const receivers = receiverValues(configuration.subscriptions);
  return {
    values: {
      ...receivers.values,
      Regions: regions === 'all' ? regions : [...new Set(regions)].join(','),
      ExcludedRegions: excludedRegions.join(','),
      AccessLogBuckets: configuration.accessLogBuckets.join(','),
      AccessLogGroups: withoutEnding(configuration.accessLogGroups),
      BackendLogGroups: withoutEnding(configuration.backendLogGroups),
      ProbeSubnetIds: (probe?.subnetIds ?? []).join(','),
      ProbeSecurityGroupIds: (probe?.securityGroupIds ?? []).join(','),
      ProbeSkipWords: probeSkipWords?.length === 0 ? NO_WORDS : (probeSkipWords ?? []).join(','),
      WatchChat: String(configuration.chatConfigurations.length > 0),
      AlertTopicKmsKeyArn: configuration.alertTopicKmsKeyArn ?? '',
      ...Object.fromEntries(SCALARS.map((key) => [parameterOfSetting(key), String(configuration[key])])),
    },
    noRoom: receivers.noRoom,
  };
}

/** Each receiver in the first free slot of its protocol. */
function receiverValues(subscriptions: readonly Subscription[]): ParameterValues {
  const values: Record<string, string> = {};
  const noRoom: string[] = [];
  subscriptions.forEach((subscription, index) => {
    const { protocol, severities } = subscription;
    const found = slotOf(subscription, values);
    if (found === null) {
      const room = ALL_SLOTS.filter((slot) => slot.protocol === protocol).length;
      noRoom.push(
        `subscriptions.${index} is one ${protocol} more than the ${room} that a template has room for`,
      );
      return;
    }
    Object.assign(values, found.values);
    if (severities !== undefined) values[severitiesOf(found.slot)] = [...new Set(severities)].join(',');
  });
  return { values, noRoom };
}

const ALL_SLOTS: readonly { readonly protocol: string }[] = [...SUBSCRIPTION_SLOTS, ...INTEGRATION_SLOTS];

interface Filled {
  readonly slot: string;
  readonly values: Readonly<Record<string, string>>;
}

function slotOf(
  { protocol, endpoint, secretArn, header }: Subscription,
  taken: Readonly<Record<string, string>>,
): Filled | null {
  const free = SUBSCRIPTION_SLOTS.find((slot) => slot.protocol === protocol && !(slot.parameter in taken));
  if (free !== undefined) return { slot: free.parameter, values: { [free.parameter]: endpoint ?? '' } };
  const integration = INTEGRATION_SLOTS.find(
    (slot) => slot.protocol === protocol && !(secretOf(slot.name) in taken),
  );
  if (integration === undefined) return null;
  return {
    slot: integration.name,
    values: {
      [secretOf(integration.name)]: secretArn ?? '',
      ...(endpoint === undefined ? {} : { [integration.endpoint]: endpoint.replace(/\/+$/, '') }),
      ...(header === undefined ? {} : { WebhookHeader: header }),
    },
  };
}
