import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { quoted } from '../lambda/diagnose/remedies/command.ts';
import { InputError } from '../lambda/model/failure.ts';
import { CONFIGURATION_FILE, type Configuration, readConfiguration } from '../lib/configuration.ts';
import { type ReleaseFile, writeRelease } from '../lib/release/release-folder.ts';
import { templateFile } from '../lib/release/template-name.ts';
import { packageVersion } from '../lib/version.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { fileProblem } from './file-problem.ts';
import { printJson, printText } from './terminal.ts';

/** What the command line asks of `template`. */
export interface TemplateOptions {
  readonly bucket: string;
  readonly prefix: string;
  readonly out: string;
  readonly config?: string;
  readonly json?: true;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
/** Characters that S3 calls safe: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html */
const PREFIX = /^[A-Za-z0-9!_.*()/-]{0,500}$/;

/** A command of the AWS CLI, and what it does. */
interface Step {
  readonly what: string;
  readonly command: string;
}

/**
 * Writes what `alb502 template` was asked for.
 *
 * @throws InputError where an option, the configuration or the folder does not allow it
 */
export function runTemplate(options: TemplateOptions): ExitCode {
  const bucket = bucketOf(options.bucket);
  const prefix = prefixOf(options.prefix);
  const configuration = configurationOf(options.config);
  const files = written(options.out, () =>
    writeRelease({ folder: options.out, bucket, prefix, configuration }),
  );
  const steps = stepsOf(options.out, bucket, prefix, configuration);
  const version = packageVersion();
  if (options.json) printJson({ version, bucket, prefix, folder: options.out, files, commands: steps });
  else printText(report(options.out, files, steps));
  return EXIT.nothingFound;
}

function bucketOf(bucket: string): string {
  if (BUCKET.test(bucket)) return bucket;
  throw new InputError(
    `--bucket "${bucket}" is not the name of a bucket; give one such as my-artifacts, without s3:// and without a path`,
  );
}

function prefixOf(prefix: string): string {
  if (!PREFIX.test(prefix) || prefix.startsWith('/'))
    throw new InputError(`--prefix "${prefix}" cannot begin keys in a bucket; give one such as alb502/`);
  return prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`;
}

function configurationOf(file: string | undefined): Configuration {
  if (file !== undefined && !existsSync(file))
    throw new InputError(`${file} cannot be read: there is no such file; give --config another`);
  return readConfiguration(file ?? CONFIGURATION_FILE, undefined);
}

function written<T>(folder: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    const isOfSystem = error instanceof Error && 'syscall' in error;
    throw isOfSystem ? fileProblem(folder, error, 'write', 'give --out another folder') : error;
  }
}

const deployed = (
  stack: string,
  name: Parameters<typeof templateFile>[0],
  folder: string,
  ...rest: string[]
): string =>
  [
    'aws cloudformation deploy --stack-name',
    stack,
    '--template-file',
    quoted(join(folder, templateFile(name))),
    ...rest,
  ].join(' ');

function stepsOf(
  folder: string,
  bucket: string,
  prefix: string,
  configuration: Configuration,
): readonly Step[] {
  const from = prefix === '' ? '' : ` --s3-prefix ${quoted(prefix.slice(0, -1))}`;
  const capabilities = '--capabilities CAPABILITY_IAM';
  const home = '--parameter-overrides HomeRegion=REGION';
  const others = configuration.regions === 'all' || configuration.regions.length > 1;
  return [
    {
      what: 'Upload',
      command: `aws s3 cp --recursive ${quoted(folder)} ${quoted(`s3://${bucket}/${prefix}`)}`,
    },
    {
      what: 'Deploy the monitor, in the region of the bucket',
      command: deployed('Alb502', 'alb502', folder, `--s3-bucket ${bucket}${from}`, capabilities),
    },
    ...(others
      ? [
          {
            what: 'In each other region that is watched, with REGION the one of the monitor: changes of load balancers there are looked at at once',
            command: deployed(
              'Alb502Changes',
              'alb502-region',
              folder,
              capabilities,
              home,
              '--region OTHER_REGION',
            ),
          },
        ]
      : []),
    ...(configuration.chatConfigurations.length > 0
      ? [
          {
            what: 'Watch the chat channels, with REGION the one of the monitor',
            command: deployed('Alb502Chat', 'alb502-chat', folder, capabilities, home, '--region us-east-1'),
          },
        ]
      : []),
  ];
}

function report(folder: string, files: readonly ReleaseFile[], steps: readonly Step[]): string {
  const width = Math.max(...files.map(({ name }) => name.length));
  const lines = files.map(({ name, bytes }) => `  ${name.padEnd(width)}  ${Math.ceil(bytes / 1000)} kB`);
  const todo = steps.map(({ what, command }) => `${what}:\n  ${command}`);
  return `Written to ${folder}, with SHA256SUMS:\n${lines.join('\n')}\n\n${todo.join('\n\n')}\n`;
}
