import type { Command } from 'commander';
import { plainName } from '../lambda/alert/fingerprint.ts';
import { oneLine } from '../lambda/alert/render/text-format.ts';
import { configurationOf } from '../lambda/diagnose/changes/drift.ts';
import type { Baseline } from '../lambda/model/evidence.ts';
import { InputError, RemoteError } from '../lambda/model/failure.ts';
import { clientsByRegion } from '../lambda/observe/clients.ts';
import { observe } from '../lambda/observe/observe.ts';
import { helpText } from './help-text.ts';
import { arnOf } from './known-load-balancer.ts';
import { type Opened, openStateTable, type TableOptions, withTableOptions } from './state-table.ts';
import { printJson, printText } from './terminal.ts';

const HELP = `
The baseline is the configuration that drift is measured against: learned at the first check, or accepted here.
Reads and writes the table of a deployed monitor (dynamodb:Query and GetItem, PutItem to accept); to accept, it also
reads the load balancer with the permissions of docs/iam-scan.json.

Examples:
  alb502 baseline show shop
  alb502 baseline accept shop`;

/** Adds the command `baseline`. */
export function registerBaseline(program: Command): void {
  const baseline = program
    .command('baseline')
    .description('the accepted configuration of a load balancer')
    .addHelpText('after', helpText(HELP));
  withTableOptions(baseline.command('show <name-or-arn>'))
    .description('show what drift is measured against')
    .action(async (wanted: string, options: TableOptions) => {
      const opened = await openStateTable(options);
      const arn = await arnOf(opened, wanted);
      const found = (await opened.run(() => opened.store.load(arn))).baseline;
      if (found === null)
        throw new InputError(`${wanted} has no baseline yet; alb502 baseline accept sets one`);
      print(arn, found, options);
    });
  withTableOptions(baseline.command('accept <name-or-arn>'))
    .description('accept the current configuration as the intended one')
    .action(async (wanted: string, options: TableOptions) => {
      const opened = await openStateTable(options);
      const arn = await arnOf(opened, wanted);
      const accepted = await currentConfiguration(opened, arn);
      await opened.run(() => opened.store.acceptBaseline(arn, accepted));
      print(arn, accepted, options);
    });
}

async function currentConfiguration({ endpoint, store, run }: Opened, arn: string): Promise<Baseline> {
  const [, , , region = '', account = ''] = arn.split(':');
  const { keepAliveFacts } = await run(() => store.load(arn));
  const end = new Date();
  const window = { start: new Date(end.getTime() - 15 * 60_000).toISOString(), end: end.toISOString() };
  const clients = clientsByRegion(endpoint === undefined ? {} : { endpoint })(region);
  const known = {
    baseline: null,
    declaredKeepAlives: [],
    storedKeepAliveFacts: keepAliveFacts,
    changes: null,
    workloads: null,
  };
  const seen = await observe({ region, account, loadBalancer: arn, window, ...known }, clients);
  if (seen.state === 'gone') throw new InputError(`the load balancer ${arn} does not exist any more`);
  const unread = seen.bundle.gaps.filter(
    ({ subject }) => subject === 'attributes' || subject === 'target-groups',
  );
  const [first] = unread;
  if (first)
    throw new RemoteError(
      `nothing was accepted, because not all could be read: ${first.what}: ${first.reason}`,
    );
  return { acceptedAt: end.toISOString(), origin: 'accepted', resources: configurationOf(seen.bundle) };
}

function print(arn: string, baseline: Baseline, { json }: TableOptions): void {
  if (json) {
    printJson({ version: 1, loadBalancerArn: arn, baseline });
    return;
  }
  const lines = [`${plainName(arn)}: ${baseline.origin} ${baseline.acceptedAt}`];
  for (const [resource, values] of Object.entries(baseline.resources)) {
    lines.push(
      '',
      plainName(resource),
      ...Object.entries(values).map(([key, value]) => `  ${oneLine(`${key} = ${value}`)}`),
    );
  }
  printText(`${lines.join('\n')}\n`);
}
