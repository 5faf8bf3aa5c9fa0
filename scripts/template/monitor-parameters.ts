import { LOG_RETENTION_DAYS } from '../../lib/configuration.ts';
import { NO_WORDS } from '../../lib/release/parameter-name.ts';
import { listOf, optional, type Parameter, type ParameterGroup } from './parameter.ts';
import { RECEIVER_GROUPS } from './receiver-parameters.ts';
import { parameterOf, SCALAR_SETTINGS } from './setting-parameters.ts';

export const REGION = '[a-z]{2,8}(-[a-z]+)+-[0-9]{1,2}';
const LOG_GROUP = 'arn:aws[a-z-]*:logs:[a-z0-9-]+:[0-9]{12}:log-group:[A-Za-z0-9_/.#-]+';

const setting = (key: string): Parameter => {
  const found = parameterOf(key);
  if (found === null) throw new Error(`${key} is no setting with one value`);
  return found;
};

/** Where the code of the functions lies. */
export const CODE_GROUP: ParameterGroup = {
  label: 'Where the code of the functions lies',
  parameters: [
    {
      name: 'ArtifactBucket',
      label: 'Bucket',
      description: 'Name of the bucket that holds the zip files, in the region of the stack',
      pattern: '^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$',
      expected: 'must be the name of a bucket, not its ARN',
    },
    {
      name: 'ArtifactPrefix',
      label: 'Prefix',
      description: 'What the keys of the zip files begin with, such as alb502/',
      default: '',
      pattern: optional('[A-Za-z0-9!_.*()/-]{0,500}/'),
      expected: 'must end in /, or be empty',
    },
  ],
};

const WATCHED_GROUP: ParameterGroup = {
  label: 'What is watched',
  parameters: [
    {
      name: 'Regions',
      label: 'Regions',
      description:
        'Regions with commas between them, or all for every one that the account has enabled; empty: the region of the stack',
      default: '',
      pattern: `^(all|${REGION}(,${REGION})*)?$`,
      maxLength: 800,
      expected: 'must be region names such as eu-central-1,us-east-1 without spaces, or all, or empty',
    },
    {
      name: 'ExcludedRegions',
      label: 'Regions that are left out',
      description:
        'Not watched though Regions is all, for instance those that a service control policy denies',
      default: '',
      pattern: listOf(REGION),
      maxLength: 400,
      expected: 'must be region names such as eu-central-1,us-east-1 without spaces, or empty',
    },
    {
      name: 'ExpectedChangers',
      label: 'Expected changers',
      description:
        'ARNs with commas between them, with * for anything, of those who change load balancers as a matter of course, for instance a deployment role: their changes are noted and not announced',
      default: '',
      pattern: listOf('[^\\s,"\\\\]{1,512}'),
      maxLength: 1200,
      expected: 'must be ARNs with commas between them and without spaces, or empty',
    },
  ],
};

const READ_GROUP: ParameterGroup = {
  label: 'What an investigation may read',
  parameters: [
    {
      name: 'AccessLogBuckets',
      label: 'Buckets with access logs',
      description: 'ARNs with commas between them; empty: none is read',
      default: '',
      pattern: listOf('arn:aws[a-z-]*:s3:::[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]'),
      expected: 'must be ARNs such as arn:aws:s3:::my-access-logs, with commas and without spaces, or empty',
    },
    {
      name: 'AccessLogGroups',
      label: 'Log groups with access logs',
      description: 'ARNs with commas between them; empty: none is read',
      default: '',
      pattern: listOf(LOG_GROUP),
      expected:
        'must be ARNs such as arn:aws:logs:eu-central-1:123456789012:log-group:/aws/vendedlogs/alb, without :* at the end, or empty',
    },
    {
      name: 'BackendLogGroups',
      label: 'Log groups of targets',
      description:
        'ARNs with commas between them, read around a 502; the tag alb502:log-group says which target group logs where',
      default: '',
      pattern: listOf(LOG_GROUP),
      expected:
        'must be ARNs such as arn:aws:logs:eu-central-1:123456789012:log-group:/my/service, without :* at the end, or empty',
    },
    setting('readWorkloads'),
    setting('readImages'),
    setting('askServers'),
  ],
};

const PROBE_GROUP: ParameterGroup = {
  label: 'Probe function: measures the keep-alive of targets from inside their VPC',
  parameters: [
    {
      name: 'ProbeSubnetIds',
      label: 'Subnets',
      description:
        "Subnets of the VPC of the targets; AWS's endpoints must be reachable from them; empty: no probe",
      default: '',
      pattern: listOf('subnet-([0-9a-f]{8}|[0-9a-f]{17})'),
      expected: 'must be ids such as subnet-0123456789abcdef0 with commas between them, or empty',
    },
    {
      name: 'ProbeSecurityGroupIds',
      label: 'Security groups',
      description: "Security groups that the targets' own let in on their traffic ports",
      default: '',
      pattern: listOf('sg-([0-9a-f]{8}|[0-9a-f]{17})'),
      expected: 'must be ids such as sg-0123456789abcdef0 with commas between them, or empty',
    },
    {
      name: 'ProbeSkipWords',
      label: 'Words of paths that are never asked for',
      description: `Instead of those in docs/probe.md; ${NO_WORDS}: go by the tag alb502:probe-skip-paths alone`,
      default: '',
      pattern: listOf('[A-Za-z0-9]{2,40}'),
      maxLength: 800,
      expected: `must be words of letters and digits with commas between them, or ${NO_WORDS}, or empty`,
    },
  ],
};

export const OWN_GROUP: ParameterGroup = {
  label: 'The monitor itself',
  parameters: [
    {
      name: 'SelfMonitoring',
      label: 'Self monitoring',
      description:
        'Alarms about the monitor itself, sent to the alert topic, and the three metrics that its functions write',
      default: 'true',
      allowed: ['true', 'false'],
    },
    setting('widgetActions'),
    {
      name: 'WatchChat',
      label: 'Watch chat',
      description:
        'Whether the stack of alb502-chat.template.json watches the chat channels; its alarm is then published to the alert topic',
      default: 'false',
      allowed: ['true', 'false'],
    },
    {
      name: 'LogRetentionDays',
      label: 'Log retention in days',
      description: 'How long the logs of the functions are kept',
      default: '30',
      allowed: LOG_RETENTION_DAYS.map(String),
    },
    {
      name: 'AlertTopicKmsKeyArn',
      label: 'KMS key of the alert topic',
      description:
        'A key of yours instead of a new one; its policy must let cloudwatch.amazonaws.com use kms:Decrypt and kms:GenerateDataKey*, and leave the rest to the policies of the account as a new key does',
      default: '',
      pattern: optional('arn:aws[a-z-]*:kms:[^,"\\\\\\s]+'),
      expected: 'must be an ARN such as arn:aws:kms:eu-central-1:123456789012:key/id, or empty',
    },
    {
      name: 'HubEventBusArn',
      label: 'Event bus of the hub',
      description:
        'Of an organisation: the output EventBusArn of the stack of alb502-hub.template.json; empty: no hub',
      default: '',
      pattern: optional('arn:aws[a-z-]*:events:[a-z0-9-]+:[0-9]{12}:event-bus/[A-Za-z0-9_./-]+'),
      expected: 'must be an ARN such as arn:aws:events:eu-central-1:111122223333:event-bus/alb502, or empty',
    },
  ],
};

const placed = [READ_GROUP, OWN_GROUP].flatMap(({ parameters }) => parameters.map(({ name }) => name));
const rest = SCALAR_SETTINGS.map(setting).filter(({ name }) => !placed.includes(name));

/** All parameters of the monitor's template. */
export const MONITOR_GROUPS: readonly ParameterGroup[] = [
  CODE_GROUP,
  ...RECEIVER_GROUPS,
  WATCHED_GROUP,
  READ_GROUP,
  PROBE_GROUP,
  { label: 'How often it looks, and when an alert fires', parameters: rest },
  OWN_GROUP,
];
