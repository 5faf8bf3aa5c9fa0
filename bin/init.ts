import { type Command, Option } from 'commander';
import { helpText } from './help-text.ts';
import type { InitOptions } from './init-run.ts';

const HELP = `
Run it before deploying, in the folder where cdk runs. It looks at the account and writes a configuration with what it
found: the regions that have Application Load Balancers, the buckets and log groups that have their access logs, the log
groups of the ECS services behind them, and subnets where a probe function could run; each with its reason and cost in a
comment. Whatever costs money or sends requests is in the file, but turned off. Review it, then deploy.

It only reads; the permissions it needs are in docs/iam-init.json. It names what it was not allowed to read. An existing
file is left alone; --force rewrites it with its settings kept, and saves the old one as FILE.bak.

Calls: one in each region without load balancers; elsewhere one for each load balancer (1,000 at most) and for each task
definition of an ECS service behind one (500 at most), listing the services (1,000 at most), and some twenty more.

Examples:
  alb502 init --dry-run
  alb502 init
  alb502 init --region eu-central-1 --region eu-west-1 --output staging.config.json
  alb502 init --dry-run --json | jq .configuration

Exit: 0 everything was read, 2 usage or the file exists, 3 AWS or the network failed, or something could not be read.`;

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];

/** Adds the command `init`. */
export function registerInit(program: Command): void {
  program
    .command('init')
    .description('look at an account, read-only, and write the configuration to deploy with')
    .addOption(
      new Option('--region <region>', 'region to look at; may be repeated')
        .argParser(collect)
        .default([], 'all that the account has enabled'),
    )
    .option('--output <file>', 'the file to write', 'alb502.config.json')
    .option('--dry-run', 'print the file instead of writing it; with --force, as --force would write it')
    .option('--force', 'write the file even if it exists')
    .option('--endpoint-url <url>', 'send all AWS calls there (also AWS_ENDPOINT_URL)')
    .option('--profile <name>', 'credentials profile (also AWS_PROFILE)')
    .option('--json', 'print one JSON document')
    .addHelpText('after', helpText(HELP))
    .action(async (options: InitOptions) => {
      // The SDK is loaded only by the commands that call AWS.
      const { runInit } = await import('./init-run.ts');
      process.exitCode = await runInit(options);
    });
}
