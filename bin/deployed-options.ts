import type { Command } from 'commander';

/** What every command against a deployed stack takes. */
export interface DeployedOptions {
  readonly stack?: string;
  readonly region?: string;
  readonly endpointUrl?: string;
  readonly profile?: string;
  readonly json?: true;
}

/** Adds the options of a command against a deployed stack. */
export function withDeployedOptions(command: Command): Command {
  return command
    .option('--stack <name>', 'name of the stack (default: the only one of the monitor in the region)')
    .option('--region <region>', 'region of the stack (default: the one of the credentials)')
    .option('--endpoint-url <url>', 'send all AWS calls there (also AWS_ENDPOINT_URL)')
    .option('--profile <name>', 'credentials profile (also AWS_PROFILE)')
    .option('--json', 'print one JSON document');
}
