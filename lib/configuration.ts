import { existsSync, readFileSync } from 'node:fs';
import * as z from 'zod';
import { InputError, settingsSchema } from '../lambda/env.ts';
import { parseCommentedJson } from './commented-json.ts';
import { arnOf, subscriptionSchema } from './subscription.ts';
import { validate } from './validation.ts';

/** The file that is read from the working directory if it is there. */
export const CONFIGURATION_FILE = 'alb502.config.json';
/** The CDK context key that carries the same, as an object or as its JSON. */
export const CONFIGURATION_CONTEXT = 'alb502';

/** What CloudWatch Logs accepts as retention, in days. */
export const LOG_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

const idsOf = (prefix: string) =>
  z
    .array(
      z
        .string()
        .regex(
          new RegExp(`^${prefix}-([0-9a-f]{8}|[0-9a-f]{17})$`),
          `must be an id such as ${prefix}-0123456789abcdef0`,
        ),
      `must be a list of ids such as ${prefix}-0123456789abcdef0`,
    )
    .min(1);

/** Where the probe function reaches the targets from. */
export const probeSchema = z.strictObject({
  subnetIds: idsOf('subnet')
    .max(16)
    .describe("subnets of the VPC of the targets; AWS's endpoints must be reachable from them"),
  securityGroupIds: idsOf('sg')
    .max(5)
    .describe("security groups that the targets' own let in on their traffic ports"),
});

/** Everything the stack can be told: the monitor's settings and what only the deployment needs. */
export const configurationSchema = settingsSchema.extend({
  subscriptions: z.array(subscriptionSchema).default([]).describe('who gets the alerts'),
  logRetentionDays: z
    .literal(LOG_RETENTION_DAYS, `must be one of ${LOG_RETENTION_DAYS.join(', ')}`)
    .default(30)
    .describe('how long the logs of the functions are kept'),
  alertTopicKmsKeyArn: arnOf('kms', 'arn:aws:kms:eu-central-1:123456789012:key/id')
    .optional()
    .describe(
      'a KMS key of yours for the alert topic instead of a new one; its policy must let `cloudwatch.amazonaws.com` use `kms:Decrypt` and `kms:GenerateDataKey*`, and leave the rest to the policies of the account as a new key does',
    ),
  accessLogBuckets: z
    .array(arnOf('s3', 'arn:aws:s3:::my-access-logs'))
    .default([])
    .describe('buckets with access logs that an investigation may read; empty means none'),
  accessLogGroups: z
    .array(arnOf('logs', 'arn:aws:logs:eu-central-1:123456789012:log-group:/aws/vendedlogs/alb/shop'))
    .default([])
    .describe(
      'log groups that access logs are delivered to, which an investigation may read; empty means none',
    ),
  backendLogGroups: z
    .array(arnOf('logs', 'arn:aws:logs:eu-central-1:123456789012:log-group:/my/service'))
    .default([])
    .describe(
      'log groups of targets that an investigation may read around a 502; the tag alb502:log-group says which target group logs where; empty means none',
    ),
  probe: probeSchema
    .optional()
    .describe(
      'measure the keep-alive of registered targets from inside their VPC, and ask them for paths that failed in an open incident: `{"subnetIds": ["subnet-..."], "securityGroupIds": ["sg-..."]}`; see probe.md',
    ),
  selfMonitoring: z
    .boolean()
    .default(true)
    .describe(
      'alarms about the monitor itself, sent to the alert topic, and the three metrics that its functions write',
    ),
  chatConfigurations: z
    .array(z.string().regex(/^[\w-]{1,128}$/, 'must be the name of a channel configuration'))
    .max(3)
    .default([])
    .describe(
      'names of the channel configurations of Amazon Q Developer in chat applications that the alert topic is subscribed to: messages that they do not deliver raise an alarm, from a small stack in us-east-1; $0.30 a month each',
    ),
  regionStacks: z
    .enum(['bootstrap', 'caller'])
    .default('bootstrap')
    .describe(
      'who deploys the small stacks of other regions: `"bootstrap"`, the roles of `cdk bootstrap`, which each of those regions then needs; or `"caller"`, your own credentials, with what iam.md lists and no bootstrap',
    ),
  keepStateOnDelete: z
    .boolean()
    .default(true)
    .describe('keep the table with baselines and incidents when the stack is deleted'),
});

/** The configuration with every default filled in. */
export type Configuration = z.infer<typeof configurationSchema>;
export type { ConfigurationInput } from './configuration-types.ts';

/**
 * Validates a configuration and fills in the defaults.
 *
 * @param origin - names the source in the error
 * @throws InputError on one line, naming every key that is wrong, its value and what was expected
 */
export function parseConfiguration(value: unknown, origin: string): Configuration {
  validate(configurationSchema, value, origin);
  return configurationSchema.parse(value);
}

function objectFrom(value: unknown, origin: string): object {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new InputError(
    `${origin} is ${JSON.stringify(value)}: expected a JSON object such as {"regions":["eu-central-1"]}`,
  );
}

function readFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new InputError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/**
 * Reads the configuration: the file if there is one, which may have comments, with each top-level key that the context also has replaced by
 * the context's. Neither is needed.
 *
 * @param file - path of the configuration file
 * @param context - what `app.node.tryGetContext('alb502')` gives: undefined, an object, or its JSON (from `-c`)
 * @throws InputError on one line, naming file or context, key, value and what was expected
 */
export function readConfiguration(file: string, context: unknown): Configuration {
  const fromFile = existsSync(file) ? objectFrom(parseCommentedJson(readFile(file), file), file) : {};
  const contextName = `CDK context ${CONFIGURATION_CONTEXT}`;
  const fromContext = objectFrom(
    typeof context === 'string' ? parseCommentedJson(context, contextName) : (context ?? {}),
    contextName,
  );
  // Each on its own first, so that the error names where the wrong value stands.
  parseConfiguration(fromFile, file);
  parseConfiguration(fromContext, contextName);
  return parseConfiguration({ ...fromFile, ...fromContext }, 'configuration');
}
