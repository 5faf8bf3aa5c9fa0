import type { Command } from 'commander';
import { type OpenTable, openTable, translated } from '../lambda/store/table.ts';
import { scanRegions } from './aws-region.ts';
import { endpointOptions } from './endpoint.ts';
import { namingProfile, useProfile } from './profile.ts';
import { printError } from './terminal.ts';

/** What every command against a deployed monitor takes. */
export interface TableOptions {
  readonly table?: string;
  readonly region?: string;
  readonly endpointUrl?: string;
  readonly profile?: string;
  readonly json?: true;
}

/** Adds the options of a command against a deployed monitor. */
export function withTableOptions(command: Command): Command {
  return command
    .option('--table <name>', 'the stack output StateTableName (default: the only one in the region)')
    .option('--region <region>', 'region of the stack (default: the one of the credentials)')
    .option('--endpoint-url <url>', 'send all AWS calls there (also AWS_ENDPOINT_URL)')
    .option('--profile <name>', 'credentials profile (also AWS_PROFILE)')
    .option('--json', 'print one JSON document');
}

/** The table and where it is. */
export interface Opened extends OpenTable {
  readonly region: string;
  readonly endpoint: string | undefined;
  /** Runs a call with what AWS says in one line. */
  run<T>(call: () => Promise<T>): Promise<T>;
}

/**
 * @throws InputError for a region, endpoint or table that cannot be used
 * @throws RemoteError where AWS does not answer
 */
export async function openStateTable(options: TableOptions): Promise<Opened> {
  useProfile(options.profile);
  const client = endpointOptions(options.endpointUrl);
  const { endpoint } = client;
  const choice = { region: options.region === undefined ? [] : [options.region] };
  const [region = ''] = await scanRegions(choice, client);
  const location = {
    region,
    tableName: options.table ?? null,
    ...(endpoint === undefined ? {} : { endpoint }),
  };
  const opened = await namingProfile(() => openTable(location, printError));
  return { ...opened, region, endpoint, run: (call) => translated(opened.tableName, region, call) };
}
