import * as z from 'zod';
import type { Monitor } from './model/alert.ts';
import { accountOfArn } from './model/arn.ts';
import { InputError } from './model/failure.ts';
import { type Settings, settingsSchema } from './model/settings.ts';
import { readSettingsFile } from './settings-file.ts';

export { InputError } from './model/failure.ts';
export { CONSOLE_HOSTS, partitionOf } from './model/partition.ts';
export { type Settings, settingsSchema } from './model/settings.ts';

/** The names of the environment variables, written by the construct and read by the functions. */
export const ENV = {
  tableName: 'ALB502_TABLE_NAME',
  topicArn: 'ALB502_TOPIC_ARN',
  queueUrl: 'ALB502_QUEUE_URL',
  dashboardUrl: 'ALB502_DASHBOARD_URL',
  settings: 'ALB502_SETTINGS',
  /** Names a file beside the bundle with the settings that can grow; absent where all of them are empty. */
  settingsFile: 'ALB502_SETTINGS_FILE',
} as const;

/** Lists of any length. Lambda takes 4 KB of environment, so they lie in a file beside the bundle. */
const GROWING_SETTINGS = ['declaredKeepAlives', 'declaredAttributes', 'expectedChangers'] as const;

/**
 * Processes of the investigate function at once, the fewest that an event source mapping knows. All investigations
 * share one bucket of ten Describe calls a second: more processes would not be faster, only throttled.
 */
export const INVESTIGATIONS_AT_ONCE = 2;

/** Processes that read what is quiet: those of investigate and the one of screen share what sweeps may take. */
export const SWEEPING_AT_ONCE = INVESTIGATIONS_AT_ONCE + 1;

/**
 * Metrics about the monitor itself, written as lines of its log (embedded metric format). Each costs $0.30 a month, so
 * there are few, and nothing that AWS counts by itself: runs, errors, durations, queue, messages.
 */
export const OWN_METRICS = {
  namespace: 'alb502',
  /** The name of the state table: several monitors may run in one account and region. */
  dimension: 'Monitor',
  /** Of the screen function: age of the oldest notification that no channel took yet; 0 where none waits. */
  oldestUndelivered: 'OldestUndeliveredSeconds',
  /** Of the screen function: load balancers whose alert is pending, firing or resolving. */
  openAlerts: 'OpenAlerts',
  /** Of the investigate function: reads that were denied, throttled or failed. */
  failedReads: 'FailedReads',
} as const;

/**
 * Memory of the functions in MB, which is also their share of a processor. `npm run bench -- fleet` shows that screen
 * and investigate need no more than 256 at 5,000 load balancers; investigate has twice that, for it may read 64 MB of
 * access logs beside.
 */
export const MEMORY_MB = { screen: 256, investigate: 512, widget: 256, probe: 256, hub: 256 } as const;

/** Where the functions keep and send things. */
export interface Environment {
  readonly tableName: string;
  readonly topicArn: string;
  readonly queueUrl: string;
  /** null: the console of this partition has no known address. */
  readonly dashboardUrl: string | null;
  /** The region the function runs in. */
  readonly region: string;
  /** The account, as the topic's ARN names it. */
  readonly account: string;
  readonly settings: Settings;
}

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Reads one variable.
 *
 * @throws InputError naming the variable where it is missing or empty
 */
function required(variables: Variables, name: string): string {
  const value = variables[name]?.trim();
  if (!value)
    throw new InputError(
      `environment variable ${name} is missing or empty; the stack sets it, so deploy it again`,
    );
  return value;
}

/** The account in `arn:PARTITION:sns:REGION:ACCOUNT:NAME`. */
function accountOf(topicArn: string): string {
  const account = accountOfArn(topicArn);
  if (/^\d{12}$/.test(account)) return account;
  throw new InputError(
    `environment variable ${ENV.topicArn} is not the ARN of an SNS topic; the stack sets it, so deploy it again`,
  );
}

/**
 * Parses the settings JSON of `ALB502_SETTINGS` and of the file that `ALB502_SETTINGS_FILE` names; empty or absent
 * means all defaults.
 *
 * @throws InputError naming the setting, what it was and what was expected
 */
export function settingsFrom(variables: Variables): Settings {
  const json = variables[ENV.settings];
  const file = variables[ENV.settingsFile];
  let value: object = {};
  if (json?.trim()) {
    try {
      value = z.looseObject({}).parse(JSON.parse(json));
    } catch {
      throw new InputError(
        `environment variable ${ENV.settings} is not a JSON object; the stack sets it, so deploy it again`,
      );
    }
  }
  if (!file) return parseSettings(value, `environment variable ${ENV.settings}`);
  const more = z.looseObject({}).parse(readSettingsFile(file));
  return parseSettings({ ...value, ...more }, `environment variable ${ENV.settings} with ${file}`);
}

/**
 * Validates settings from any source.
 *
 * @param origin - names the source in the error, for instance the file or context key
 * @throws InputError listing every setting that is wrong, unknown keys included
 */
export function parseSettings(value: unknown, origin: string): Settings {
  const parsed = settingsSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    (issue) => `${issue.path.join('.') || 'the whole'}: ${issue.message}`,
  );
  throw new InputError(`${origin} is not valid: ${problems.join('; ')}`);
}

/**
 * What the screen and investigate functions need.
 *
 * @throws InputError naming the variable that is missing or malformed
 */
export function environmentFrom(variables: Variables): Environment {
  const topicArn = required(variables, ENV.topicArn);
  return {
    tableName: required(variables, ENV.tableName),
    topicArn,
    account: accountOf(topicArn),
    queueUrl: required(variables, ENV.queueUrl),
    dashboardUrl: variables[ENV.dashboardUrl]?.trim() || null,
    region: required(variables, 'AWS_REGION'),
    settings: settingsFrom(variables),
  };
}

/** What a message says of the monitor that sends it. */
export const monitorOf = (
  { tableName, region, settings }: Environment,
  accountAlias: string | null,
): Monitor => ({ table: tableName, region, accountAlias, widgetActions: settings.widgetActions });

/** What the widget function needs; the queue, where a viewer may change something. */
export function widgetEnvironmentFrom(
  variables: Variables,
): Pick<Environment, 'tableName' | 'queueUrl' | 'settings'> {
  return {
    tableName: required(variables, ENV.tableName),
    queueUrl: required(variables, ENV.queueUrl),
    settings: settingsFrom(variables),
  };
}

/** What the hub function of an organisation needs. */
export function hubEnvironmentFrom(variables: Variables): Pick<Environment, 'topicArn'> {
  return { topicArn: required(variables, ENV.topicArn) };
}

/** What the probe function needs: it looks at its own region and writes facts into the table. */
export function probeEnvironmentFrom(
  variables: Variables,
): Pick<Environment, 'tableName' | 'region' | 'settings'> {
  return {
    tableName: required(variables, ENV.tableName),
    region: required(variables, 'AWS_REGION'),
    settings: settingsFrom(variables),
  };
}

/** Settings as the construct passes them on: in the environment, and in a file where they need room. */
export interface PassedSettings {
  readonly environment: string;
  /** null: everything that could grow is empty. */
  readonly file: string | null;
}

/** Parts settings into what the environment has room for and what it may not have. */
export function passedSettings(settings: Settings): PassedSettings {
  const isGrowing = (key: string): boolean => GROWING_SETTINGS.some((growing) => growing === key);
  const entries = Object.entries(settings);
  const growing = entries.filter(
    ([key, value]) => isGrowing(key) && Array.isArray(value) && value.length > 0,
  );
  return {
    environment: JSON.stringify(Object.fromEntries(entries.filter(([key]) => !isGrowing(key)))),
    file: growing.length === 0 ? null : JSON.stringify(Object.fromEntries(growing)),
  };
}
