import { dollars } from '../lambda/cost/document.ts';
import { configurationOf, configurationText } from '../lambda/init/configuration-text.ts';
import type { Inventory, NotRead } from '../lambda/init/inventory.ts';
import { withKeptSettings } from '../lambda/init/kept-settings.ts';
import { type Proposal, proposalOf } from '../lambda/init/proposal.ts';
import { counted, type ProposedEntry } from '../lambda/init/proposed-entry.ts';
import { readAccount } from '../lambda/init/read-account.ts';
import { DeniedError } from '../lambda/model/failure.ts';
import type { ClientOptions } from '../lambda/observe/clients.ts';
import { readCallerIdentity } from '../lambda/observe/identity.reader.ts';
import { packageVersion } from '../lib/version.ts';
import { scanRegions } from './aws-region.ts';
import { existingSettings, refuseExisting, writeConfiguration } from './configuration-file.ts';
import { endpointOptions } from './endpoint.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { namingProfile, useProfile } from './profile.ts';
import { progressOnStderr } from './progress.ts';
import { printError, printJson, printNote, printText, proseColumns } from './terminal.ts';
import { wrapped } from './wrapped.ts';

/** What the command line asks of `init`. */
export interface InitOptions {
  readonly region: readonly string[];
  readonly output: string;
  readonly dryRun?: true;
  readonly force?: true;
  readonly endpointUrl?: string;
  readonly profile?: string;
  readonly json?: true;
}

/**
 * Looks at the account, and writes or prints the configuration.
 *
 * @throws InputError for a region, profile or endpoint that cannot be used, and for a file that exists or cannot be written
 * @throws RemoteError where no region could be looked at
 */
export async function runInit(options: InitOptions): Promise<ExitCode> {
  if (!options.dryRun && !options.force) refuseExisting(options.output);
  const kept = options.force ? existingSettings(options.output) : null;
  useProfile(options.profile);
  const inventory = await look(options);
  for (const { region, reason, key } of inventory.notRead)
    printError(`${region}: ${key} is left out or not whole: ${reason}`);
  const found = proposalOf(inventory);
  const proposal = kept === null ? found : withKeptSettings(found, kept);
  const text = configurationText(proposal, [
    `Written by alb502 init ${packageVersion()} for account ${inventory.account}, which it only read.`,
  ]);
  const isWritten = !options.dryRun && inventory.regions.length > 0;
  if (isWritten) {
    // Again: the look took a while.
    if (!options.force) refuseExisting(options.output);
    writeConfiguration(options.output, text);
  }
  const report = reportOf(inventory, proposal, isWritten ? options.output : null);
  if (options.json) printJson(documentOf(inventory, proposal, text, isWritten ? options.output : null));
  else if (options.dryRun) {
    printNote(report);
    printText(text);
  } else printText(report);
  return inventory.notRead.length > 0 ? EXIT.remote : EXIT.nothingFound;
}

async function look(options: InitOptions): Promise<Inventory> {
  const client = endpointOptions(options.endpointUrl);
  const [home = ''] = await scanRegions({ region: options.region.slice(0, 1) }, client);
  const { account } = await namingProfile(() => readCallerIdentity(home, client));
  const { regions, notRead } = await regionsToLookAt(options, home, client);
  const progress = progressOnStderr(options.json);
  progress.start(regions.length, '');
  let done = 0;
  try {
    const inventory = await readAccount({
      ...{ account, regions, home, options: client },
      onRegion: (region) => progress.update(++done, region),
    });
    return { ...inventory, notRead: [...notRead, ...inventory.notRead] };
  } finally {
    progress.stop();
  }
}

/** All that are enabled; where these may not be listed, the region of the credentials. */
async function regionsToLookAt(
  { region }: InitOptions,
  home: string,
  client: ClientOptions,
): Promise<{ readonly regions: readonly string[]; readonly notRead: readonly NotRead[] }> {
  if (region.length > 0) return { regions: await scanRegions({ region }, client), notRead: [] };
  try {
    return { regions: await scanRegions({ region: [], allRegions: true }, client), notRead: [] };
  } catch (error) {
    if (!(error instanceof DeniedError)) throw error;
    const reason = `${error.message}; only ${home} was looked at: name others with --region`;
    return {
      regions: [home],
      notRead: [{ key: 'regions', region: home, action: 'ec2:DescribeRegions', reason }],
    };
  }
}

function documentOf({ emptyRegions }: Inventory, proposal: Proposal, text: string, file: string | null) {
  const { account, loadBalancers, usdAMonth, entries, notRead } = proposal;
  return {
    ...{ version: 1, account, loadBalancers, emptyRegions, file, usdAMonth },
    configuration: configurationOf(proposal),
    ...{ entries, notRead, text },
  };
}

const KEY_COLUMNS = 18;
const MOST_SHOWN = 10;

function reportOf(
  { account, regions, emptyRegions }: Inventory,
  proposal: Proposal,
  file: string | null,
): string {
  const { loadBalancers, entries, usdAMonth } = proposal;
  const seen = regions.length + emptyRegions.length;
  const where = `${counted(loadBalancers, 'load balancer')} in ${regions.length} of ${counted(seen, 'region')} of account ${account}`;
  const isWhole = !proposal.notRead.some(({ key }) => key === 'regions');
  const why = isWhole ? 'there is nothing to configure' : 'the others could not be looked at';
  if (loadBalancers === 0) return `${where}: ${why}, and no file was written.\n`;
  const off = entries.filter((entry) => !entry.on && hasValue(entry)).map(({ key }) => key);
  const next = 'Review it, say in subscriptions who gets the alerts, then: npx cdk deploy --all';
  const lines = [
    where,
    ...entries.filter(({ on }) => on).flatMap(entryLines),
    wrapped(
      `switched off: ${off.join(', ')}; the comments say what each does and costs`,
      proseColumns(),
      '  ',
    ),
    `As it stands, the monitor costs about ${dollars(usdAMonth)} a month.`,
    ...(file === null ? [] : [wrapped(`Wrote ${file}. ${next}`, proseColumns(), '  ')]),
  ];
  return `${lines.join('\n')}\n`;
}

const hasValue = ({ items, value }: ProposedEntry): boolean =>
  items === null ? value !== null : items.length > 0;

/** A line for each value: an ARN that is broken over two lines cannot be copied. */
function entryLines({ key, items, value }: ProposedEntry): string[] {
  const on = items?.filter((item) => item.on) ?? [{ value: JSON.stringify(value), note: '' }];
  const more = on.length - MOST_SHOWN;
  return [
    ...on
      .slice(0, MOST_SHOWN)
      .map((item) => (item.note === '' ? item.value : `${item.value} (${item.note})`)),
    ...(more > 0 ? [`and ${more} more`] : []),
  ].map((text, index) => `${(index === 0 ? key : '').padEnd(KEY_COLUMNS)} ${text}`);
}
