import type { Command } from 'commander';
import { plainName } from '../lambda/alert/fingerprint.ts';
import { oneLine } from '../lambda/alert/render/text-format.ts';
import { lasts, silenceReason } from '../lambda/alert/silence.ts';
import { isLoadBalancerArn } from '../lambda/model/arn.ts';
import { InputError } from '../lambda/model/failure.ts';
import type { Silence } from '../lambda/model/record.ts';
import { inTextOrder } from '../lambda/model/text-order.ts';
import type { Silenced } from '../lambda/store/monitor-store.ts';
import { minutesWithin } from './duration.ts';
import { EXIT } from './exit-code.ts';
import { helpText } from './help-text.ts';
import { arnOf } from './known-load-balancer.ts';
import {
  addRecurring,
  askedRecurrence,
  expireRecurring,
  listedRecurring,
  recurringHint,
  type WhenOptions,
} from './recurring-silences.ts';
import { type Opened, openStateTable, type TableOptions, withTableOptions } from './state-table.ts';
import { printError, printJson, printNote, printText } from './terminal.ts';
import { userName } from './user-name.ts';

const HELP = `
While a silence lasts, nothing is announced about a load balancer but the end of what was announced before. It is still
watched, and the record of an incident says who silenced it, why and until when. What still fails at the end of the
silence is announced then. A load balancer has one silence: a new one replaces it. The tag
alb502:ignore does the same and is not listed here.

With --cron the silence recurs: a window of --duration opens at each time of the expression until --until. Recurring
silences stand beside that of --for and beside each other; one with the same expression and time zone takes the place
of the last. A window whose time the clocks skip opens right after; one whose time comes twice opens once.

Reads and writes the table of a deployed monitor: dynamodb:Query and dynamodb:GetItem, dynamodb:PutItem to add and
expire, and dynamodb:ListTables to find it without --table.

Examples:
  alb502 silence add shop --for 2h --reason 'the database moves'
  alb502 silence add shop --cron '0 2 * * 6' --duration 2h --time-zone Europe/Berlin --until 2027-03-01 \\
    --reason 'weekly restart'
  alb502 silence query
  alb502 silence expire shop
  alb502 silence expire shop --cron '0 2 * * 6'

Exit of query: 0 none, 1 some; of add and expire: 0. 2 usage, 3 AWS or the network failed.`;

const LONGEST_REASON = 300;
const LONGEST_AUTHOR = 100;

interface AddOptions extends TableOptions, WhenOptions {
  readonly reason: string;
  readonly by?: string;
}

interface ExpireOptions extends TableOptions {
  readonly cron?: string;
  readonly timeZone?: string;
}

/** Adds the command `silence`. */
export function registerSilence(program: Command): void {
  const silence = program
    .command('silence')
    .description('hold back the alerts of a load balancer for a while')
    .addHelpText('after', helpText(HELP));
  withTableOptions(silence.command('add <name-or-arn>'))
    .description('announce nothing about a load balancer for a while: from now on, or again and again')
    .option('--for <duration>', 'how long from now on, such as 30m, 2h or 7d', minutesWithin('1m', '30d'))
    .option('--cron <expression>', 'when each window begins: minute hour day-of-month month day-of-week')
    .option('--duration <duration>', 'with --cron: how long each window lasts', minutesWithin('1m', '15d'))
    .option('--time-zone <name>', 'with --cron: zone of the expression, such as Europe/Berlin (default: UTC)')
    .option('--until <time>', 'with --cron: the end, at most a year ahead: 2027-03-01 or 2027-03-01T06:00')
    .requiredOption('--reason <text>', 'why, for those who look at the record')
    .option('--by <name>', 'who asks for it (default: the name of the user)')
    .action(add);
  withTableOptions(silence.command('query').alias('list'))
    .description('the silences in force, the next to end first')
    .action(async (options: TableOptions) => {
      process.exitCode = await list(options);
    });
  withTableOptions(silence.command('expire <name-or-arn>').alias('remove'))
    .description('end the silence of a load balancer now')
    .option('--cron <expression>', 'end the recurring silence with this expression instead')
    .option('--time-zone <name>', 'with --cron: the one of this time zone')
    .action(expire);
}

async function add(wanted: string, options: AddOptions): Promise<void> {
  const reason = textWithin(options.reason, '--reason', LONGEST_REASON);
  const by = textWithin(options.by ?? userName(), '--by', LONGEST_AUTHOR);
  const recurrence = await askedRecurrence(options);
  const opened = await openStateTable(options);
  const loadBalancerArn = await knownArn(opened, wanted);
  const now = new Date();
  if (recurrence !== null) {
    const silence = { at: now.toISOString(), by, reason, ...recurrence };
    await addRecurring(opened, { loadBalancerArn, silence }, options);
    return;
  }
  const before = await lasting(opened, loadBalancerArn, now.toISOString());
  const until = new Date(now.getTime() + (options.for ?? 0) * 60_000).toISOString();
  const silence = { at: now.toISOString(), until, by, reason };
  await opened.run(() => opened.store.silence(loadBalancerArn, silence));
  if (before !== null) printNote(`in the place of: ${oneLine(silenceReason(before))}\n`);
  print({ loadBalancerArn, silence }, options);
}

async function expire(wanted: string, options: ExpireOptions): Promise<void> {
  const opened = await openStateTable(options);
  const loadBalancerArn = await arnOf(opened, wanted);
  if (options.cron !== undefined) {
    await expireRecurring(opened, loadBalancerArn, { ...options, cron: options.cron, wanted });
    return;
  }
  const now = new Date().toISOString();
  const before = await lasting(opened, loadBalancerArn, now);
  if (before === null)
    throw new InputError(
      `${wanted} is not silenced${await recurringHint(opened, loadBalancerArn, wanted)}; alb502 silence query shows what is`,
    );
  const silence = { ...before, until: now };
  await opened.run(() => opened.store.silence(loadBalancerArn, silence));
  print({ loadBalancerArn, silence }, options);
}

async function list(options: TableOptions) {
  const opened = await openStateTable(options);
  const now = new Date().toISOString();
  const once = (await opened.run(() => opened.store.silences()))
    .filter(({ silence }) => lasts(silence, now))
    .map((each) => ({ until: each.silence.until, document: each, line: lineOf(each) }));
  const silences = [...once, ...(await listedRecurring(opened, now))].sort((left, right) =>
    inTextOrder(left.until, right.until),
  );
  if (options.json) printJson({ version: 1, silences: silences.map(({ document }) => document) });
  else printText(silences.length === 0 ? 'No silence.\n' : silences.map(({ line }) => line).join(''));
  return silences.length === 0 ? EXIT.nothingFound : EXIT.found;
}

async function lasting({ store, run }: Opened, arn: string, now: string): Promise<Silence | null> {
  const { silence } = await run(() => store.load(arn));
  return silence !== null && lasts(silence, now) ? silence : null;
}

/** An ARN that was mistyped would silence nothing, and nobody would notice before the alert. */
async function knownArn(opened: Opened, wanted: string): Promise<string> {
  const arn = await arnOf(opened, wanted);
  if (!isLoadBalancerArn(arn))
    throw new InputError(`"${arn}" is not the ARN of an Application Load Balancer; give one, or its name`);
  const fleet = await opened.run(() => opened.store.fleet());
  if (!fleet.some(({ loadBalancerArn }) => loadBalancerArn === arn))
    printError(`the monitor has not looked at ${arn} yet; check that it is right`);
  return arn;
}

function textWithin(text: string, option: string, longest: number): string {
  const line = oneLine(text);
  if (line === '') throw new InputError(`${option} is empty; the record is to say it`);
  if (line.length > longest)
    throw new InputError(
      `${option} has ${line.length} characters; at most ${longest} are kept, so shorten it`,
    );
  return line;
}

function print(silenced: Silenced, { json }: TableOptions): void {
  if (json) printJson({ version: 1, ...silenced });
  else printText(lineOf(silenced));
}

const lineOf = ({ loadBalancerArn, silence }: Silenced): string =>
  `${plainName(loadBalancerArn)}: ${oneLine(silenceReason(silence))}\n  ${oneLine(loadBalancerArn)}\n`;
