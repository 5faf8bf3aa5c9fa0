import { type Command, Option } from 'commander';
import { parseSinceMinutes } from './duration.ts';
import { helpText } from './help-text.ts';
import { withReportOptions } from './report-options.ts';
import type { ScanOptions } from './scan-options.ts';

const HELP = `
Reads metrics, attributes, health and tags; changes nothing. The permissions it needs are in docs/iam-scan.json;
if one is missing, the scan continues and says what it could not see.
With --access-logs it also reads access logs around the failing minutes: from the S3 bucket in the load balancer's
attributes, or from where CloudWatch Logs delivers them; that needs docs/iam-scan-access-logs.json too.
With --backend-logs it also reads the log groups named by the tag alb502:log-group, around the failing minutes; that
needs docs/iam-scan-backend-logs.json too. Whatever it quotes or saves from them is redacted.
With --images it also reads command and versions from container images if the task definition does not have them; that
needs docs/iam-scan-images.json too.
With --ask it sends one HEAD request for / to each listener of an internet-facing load balancer and reads the headers
Server and X-Powered-By: the only thing it sends to anyone but AWS.

A single load balancer, and each one named with --load-balancer, is reported in full; several as a table, worst first,
with one thing to do for each. --details prints both.

Examples:
  alb502 scan
  alb502 scan --region eu-central-1 --load-balancer shop --since 24h
  alb502 scan --all-regions --save evidence/
  alb502 scan --load-balancer shop --access-logs --backend-logs
  alb502 scan --summary --min-severity critical
  alb502 scan --json | jq '.diagnoses[] | select(.severity != "none") | .verdict'

Exit: 0 nothing found, 1 found something (with --min-severity: something that severe), 2 usage, 3 AWS or the network
failed.`;

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];

/** Adds the command `scan`. */
export function registerScan(program: Command): void {
  const command = program
    .command('scan')
    .description('check the load balancers of an account once, read-only')
    .addOption(
      new Option('--region <region>', 'region to scan; may be repeated')
        .argParser(collect)
        .default([], 'the region of the credentials'),
    )
    .option('--all-regions', 'scan every region that is enabled for the account')
    .addOption(
      new Option('--load-balancer <name or arn>', 'report only this one, in full; may be repeated')
        .argParser(collect)
        .default([], 'all'),
    )
    .addOption(
      new Option('--since <time>', 'how far to look back, in minutes, hours or days: 90m, 3h or 2d')
        .argParser(parseSinceMinutes)
        .default(180, '3h'),
    )
    .option('--save <dir>', 'write one evidence bundle per load balancer into this folder')
    .option('--access-logs', 'read access logs around 502s, in S3 or CloudWatch Logs')
    .option('--backend-logs', "read the targets' own logs around 502s, if a tag says where they are")
    .option('--images', 'read the configuration of container images in Amazon ECR')
    .option('--ask', 'send each internet-facing listener one HEAD request to see which server answers')
    .option('--endpoint-url <url>', 'send all AWS calls there (also AWS_ENDPOINT_URL)')
    .option('--profile <name>', 'credentials profile (also AWS_PROFILE)');
  withReportOptions(command)
    .addHelpText('after', helpText(HELP))
    .action(async (options: ScanOptions) => {
      // The SDK is loaded only by the commands that call AWS.
      const { runScan } = await import('./scan-run.ts');
      process.exitCode = await runScan(options);
    });
}
