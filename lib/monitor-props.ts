import { RemovalPolicy, Token } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import * as z from 'zod';
import { settingsSchema } from '../lambda/env.ts';
import { probeSchema } from './configuration.ts';
import type { AlertSubscription, ProbeNetwork } from './configuration-types.ts';
import type { MonitorSettings } from './setting-types.ts';
import { arnOf, subscriptionSchema } from './subscription.ts';
import { validate, valueAt } from './validation.ts';

/** Everything has a default; `new Alb502Monitor(this, 'Alb502')` watches the load balancers of the stack's region. */
export interface Alb502MonitorProps {
  /**
   * What is watched and when an alert fires; see docs/configuration.md.
   * @default - every setting at its default
   */
  readonly settings?: MonitorSettings;
  /**
   * Receivers of alerts, named by protocol and endpoint. For receivers that are constructs, see `addSubscription`.
   * @default - none
   */
  readonly subscriptions?: readonly AlertSubscription[];
  /**
   * Encrypts the alert topic. Its policy must let `cloudwatch.amazonaws.com` use `kms:Decrypt` and
   * `kms:GenerateDataKey*`.
   * @default - a new customer-managed key with rotation
   */
  readonly alertTopicKey?: IKey;
  /**
   * How long the logs of the functions are kept.
   * @default RetentionDays.ONE_MONTH
   */
  readonly logRetention?: RetentionDays;
  /**
   * What happens to the table with baselines and incidents when it leaves the stack.
   * @default RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
   */
  readonly stateRemovalPolicy?: RemovalPolicy;
  /**
   * ARNs of buckets with access logs that an investigation may read.
   * @default - none
   */
  readonly accessLogBucketArns?: readonly string[];
  /**
   * ARNs of log groups that access logs are delivered to, which an investigation may read.
   * @default - none
   */
  readonly accessLogGroupArns?: readonly string[];
  /**
   * ARNs of log groups of targets that an investigation may read around a 502; the tag `alb502:log-group` says which
   * target group logs where.
   * @default - none
   */
  readonly backendLogGroupArns?: readonly string[];
  /**
   * Measures the keep-alive of registered targets from inside their VPC, once an hour, and asks them for paths that
   * failed in an open incident; see docs/probe.md.
   * @default - no probe function
   */
  readonly probe?: ProbeNetwork;
  /**
   * Alarms about the monitor itself, sent to the alert topic, and the metrics that its functions write for them.
   * @default true
   */
  readonly selfMonitoring?: boolean;
  /**
   * Whether a `ChatHealth` stack watches the chat channels that the topic is subscribed to; its alarm is then
   * published to the alert topic.
   * @default false
   */
  readonly watchesChat?: boolean;
  /**
   * Reserved concurrency of the screen function. Not set by default: it is only a second guard against overlapping
   * runs, and deploying it fails in an account with the initial limit of 10, because Lambda keeps some unreserved.
   * @default - none
   */
  readonly screenReservedConcurrency?: number;
}

const given = z.custom((value) => typeof value === 'object' && value !== null, 'expected a construct');

/** The same for JavaScript and for values that a type cannot tell, such as an ARN. */
const propsSchema = z.strictObject({
  settings: settingsSchema.optional(),
  subscriptions: z.array(subscriptionSchema).optional(),
  alertTopicKey: given.optional(),
  logRetention: z.enum(RetentionDays, 'must be a member of RetentionDays').optional(),
  stateRemovalPolicy: z.enum(RemovalPolicy, 'must be a member of RemovalPolicy').optional(),
  accessLogBucketArns: z.array(arnOf('s3', 'arn:aws:s3:::my-access-logs')).optional(),
  accessLogGroupArns: z
    .array(arnOf('logs', 'arn:aws:logs:eu-central-1:123456789012:log-group:/aws/vendedlogs/alb'))
    .optional(),
  backendLogGroupArns: z
    .array(arnOf('logs', 'arn:aws:logs:eu-central-1:123456789012:log-group:/my/service'))
    .optional(),
  probe: probeSchema.optional(),
  selfMonitoring: z.boolean().optional(),
  watchesChat: z.boolean().optional(),
  screenReservedConcurrency: z
    .number()
    .int()
    .min(1, 'must be 1 or more: with 0 nothing would be watched')
    .optional(),
} satisfies Record<keyof Alb502MonitorProps, z.ZodType>);

/** What CloudFormation fills in when it deploys; nobody can judge it before. */
const isToken = (value: unknown, path: readonly PropertyKey[]): boolean =>
  path.length > 0 &&
  (Token.isUnresolved(valueAt(value, path)) || Token.isUnresolved(valueAt(value, path.slice(0, -1))));

/**
 * Holds the properties against what can be deployed and works.
 *
 * @throws InputError on one line that names each key that is wrong, its value and what was expected
 */
export const checkMonitorProps = (props: Alb502MonitorProps, id: string): void =>
  validate(propsSchema, props, `properties of Alb502Monitor "${id}"`, isToken);
