import type { PermissionResource } from '../../lib/permission.ts';
import {
  INTEGRATION_SLOTS,
  NO_WORDS,
  SUBSCRIPTION_SLOTS,
  secretOf,
  severitiesOf,
} from '../../lib/release/parameter-name.ts';
import { type Conditions, equals, isGiven, type JsonObject, not, or, ref } from './intrinsic.ts';

const isTrue = (parameter: string): JsonObject => equals(ref(parameter), 'true');

export const hasSlot = (slot: string): string => `Has${slot}`;
export const filtersSlot = (slot: string): string => `Filters${slot}`;
const getsAlarms = (integration: string): string => `${integration}GetsAlarms`;

const SLOTS = [
  ...SUBSCRIPTION_SLOTS.map(({ parameter }) => [parameter, parameter] as const),
  ...INTEGRATION_SLOTS.map(({ name }) => [name, secretOf(name)] as const),
];

/** Every condition that a template may have; those it uses are in it. */
export const CONDITIONS: Readonly<Record<string, JsonObject>> = {
  ...Object.fromEntries(
    SLOTS.flatMap(([slot, parameter]) => [
      [hasSlot(slot), isGiven(parameter)],
      [filtersSlot(slot), isGiven(severitiesOf(slot))],
      [getsAlarms(slot), equals(ref(severitiesOf(slot)), '')],
    ]),
  ),
  HasIntegrations: or(INTEGRATION_SLOTS.map(({ name }) => hasSlot(name))),
  WatchesAllRegions: equals(ref('Regions'), 'all'),
  NamesRegions: { 'Fn::And': [isGiven('Regions'), not(equals(ref('Regions'), 'all'))] },
  ExcludesRegions: isGiven('ExcludedRegions'),
  ExpectsChangers: isGiven('ExpectedChangers'),
  HasAccessLogBuckets: isGiven('AccessLogBuckets'),
  HasAccessLogGroups: isGiven('AccessLogGroups'),
  HasBackendLogGroups: isGiven('BackendLogGroups'),
  ReadsWorkloads: isTrue('ReadWorkloads'),
  ReadsImages: isTrue('ReadImages'),
  HasProbe: isGiven('ProbeSubnetIds'),
  HasSkipWords: isGiven('ProbeSkipWords'),
  SkipsNoWord: equals(ref('ProbeSkipWords'), NO_WORDS),
  MonitorsItself: isTrue('SelfMonitoring'),
  AllowsWidgetActions: isTrue('WidgetActions'),
  WatchesChat: isTrue('WatchChat'),
  HasOwnKey: isGiven('AlertTopicKmsKeyArn'),
  CreatesKey: equals(ref('AlertTopicKmsKeyArn'), ''),
  HasHub: isGiven('HubEventBusArn'),
  HasChatConfiguration2: isGiven('ChatConfiguration2'),
  HasChatConfiguration3: isGiven('ChatConfiguration3'),
  IsAwayFromHome: not(equals(ref('HomeRegion'), ref('AWS::Region'))),
};

const slotRules = SUBSCRIPTION_SLOTS.map(
  ({ parameter }, index) =>
    [new RegExp(`^Alerts/(Subscription|Permission)${index}$`), [hasSlot(parameter)]] as const,
);

const integrationRules = INTEGRATION_SLOTS.flatMap(
  ({ name }, index) =>
    [
      [new RegExp(`^Integrations/Integration${index}/Monitor`), [getsAlarms(name), 'MonitorsItself']],
      [new RegExp(`^Integrations/Integration${index}/`), [hasSlot(name)]],
    ] as const,
);

/** Conditions that hold wherever another does. */
const IMPLIED: Readonly<Record<string, Conditions>> = Object.fromEntries(
  INTEGRATION_SLOTS.map(({ name }) => [hasSlot(name), ['HasIntegrations']]),
);

/** Conditions with those that they imply. */
export const withImplied = (conditions: Conditions): Conditions =>
  conditions.flatMap((one) => [one, ...(IMPLIED[one] ?? [])]);

/** By its path in the construct: when a resource is there. All that match must hold. */
const RULES: readonly (readonly [RegExp, Conditions])[] = [
  [/^Alerts\/Key\//, ['CreatesKey']],
  ...slotRules,
  [/^(Alerts\/RulesRole|ChatHealth)\//, ['WatchesChat']],
  [/^Integrations\/DeadLetters\//, ['HasIntegrations']],
  ...integrationRules,
  [/^KeepAliveProbe\//, ['HasProbe']],
  [/^OwnHealth\//, ['MonitorsItself']],
  [/^OwnHealth\/ProbeErrors\//, ['HasProbe']],
  [/(^|\/)UndeliveredEvents\//, ['HasIntegrations']],
  [/^ToHub\//, ['HasHub']],
  // The stacks of other regions; an event that is sent to its own bus would be refused.
  [/^Changes\//, ['IsAwayFromHome']],
];

/** When the resource of a construct is there; none: always. */
export const conditionsOf = (path: string): Conditions => [
  ...new Set(RULES.flatMap(([pattern, conditions]) => (pattern.test(path) ? conditions : []))),
];

/** When a permission on a kind of resource is given; none: always. */
export const PERMISSION_CONDITIONS: Readonly<Record<PermissionResource, Conditions>> = {
  any: [],
  'enabled-regions': ['WatchesAllRegions'],
  'state-table': [],
  'investigation-queue': [],
  'alert-topic': [],
  'alert-topic-key': [],
  'default-event-bus': [],
  'access-log-buckets': ['HasAccessLogBuckets'],
  'access-log-objects': ['HasAccessLogBuckets'],
  'access-log-groups': ['HasAccessLogGroups'],
  'backend-log-groups': ['HasBackendLogGroups'],
  'hub-dead-letters': [],
  'state-table-of-widget-actions': ['AllowsWidgetActions'],
  'queue-of-widget-actions': ['AllowsWidgetActions'],
  'any-workload': ['ReadsWorkloads'],
  'ecs-services': ['ReadsWorkloads'],
  'ecs-service-deployments': ['ReadsWorkloads'],
  'ecs-service-revisions': ['ReadsWorkloads'],
  'ecs-tasks': ['ReadsWorkloads'],
  'ecs-container-instances': ['ReadsWorkloads'],
  'lambda-functions': ['ReadsWorkloads'],
  'ecr-repositories': ['ReadsImages', 'ReadsWorkloads'],
};
