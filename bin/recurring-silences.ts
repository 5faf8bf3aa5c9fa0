import { plainName } from '../lambda/alert/fingerprint.ts';
import {
  checkRecurringSilence,
  instantIn,
  type SilenceWindow,
  timeZoneNamed,
  windowsFrom,
} from '../lambda/alert/recurring-silence.ts';
import { recurrenceText } from '../lambda/alert/render/recurrence-text.ts';
import { oneLine } from '../lambda/alert/render/text-format.ts';
import { lasts } from '../lambda/alert/silence.ts';
import { InputError } from '../lambda/model/failure.ts';
import type { RecurringSilence } from '../lambda/model/record.ts';
import type { RecurringlySilenced } from '../lambda/store/monitor-store.ts';
import type { Opened, TableOptions } from './state-table.ts';
import { printJson, printNote, printText } from './terminal.ts';

/** Each is evaluated at every look at a load balancer. */
const MOST_OF_A_LOAD_BALANCER = 20;
const LONGEST_DAYS = 366;
const SHOWN_WINDOWS = 3;
const NEVER_FAR = '9999-12-31T00:00:00.000Z';

/** When a silence that is asked for is to be. */
export interface WhenOptions {
  /** Minutes from now on. */
  readonly for?: number;
  readonly cron?: string;
  /** Minutes of each window. */
  readonly duration?: number;
  readonly timeZone?: string;
  readonly until?: string;
}

/**
 * What `silence add` was asked to do again and again.
 *
 * @returns null where it was asked for once
 * @throws InputError where options are missing, exclude each other or cannot be read
 */
export async function askedRecurrence(
  options: WhenOptions,
): Promise<Pick<RecurringSilence, 'recurrence' | 'until'> | null> {
  const { cron, duration, timeZone, until } = options;
  if (cron === undefined) {
    const stray = duration !== undefined ? '--duration' : timeZone !== undefined ? '--time-zone' : '--until';
    if (duration !== undefined || timeZone !== undefined || until !== undefined)
      throw new InputError(`${stray} goes with --cron; of a silence from now on, --for says how long`);
    if (options.for === undefined) throw new InputError('give --for, or --cron with --duration and --until');
    return null;
  }
  if (options.for !== undefined)
    throw new InputError(
      '--for and --cron exclude each other; of a recurring silence, --duration says how long',
    );
  if (duration === undefined)
    throw new InputError('--cron needs --duration: how long each window lasts, such as 2h');
  if (until === undefined) throw new InputError('--cron needs --until: when it ends, such as 2027-03-01');
  const zone = timeZoneNamed(timeZone ?? 'UTC');
  const recurrence = { cron: normalized(cron), timeZone: zone, durationMinutes: duration };
  return { recurrence, until: instantIn(zone, until) };
}

/** Two blanks make no other expression. */
const normalized = (cron: string): string => cron.trim().replaceAll(/\s+/g, ' ');

/**
 * Stores a recurring silence, and shows when its next windows are: an expression is easily read wrong.
 *
 * @throws InputError where its windows never come or never pause, its end is past or too far, or there are too many
 */
export async function addRecurring(
  opened: Opened,
  asked: RecurringlySilenced,
  options: TableOptions,
): Promise<void> {
  const { loadBalancerArn, silence } = asked;
  const now = silence.at ?? silence.until;
  if (!lasts(silence, now)) throw new InputError(`--until ${silence.until} is past; give a later time`);
  if (Date.parse(silence.until) - Date.parse(now) > LONGEST_DAYS * 86_400_000)
    throw new InputError(
      `--until ${silence.until} is more than ${LONGEST_DAYS} days ahead; give an earlier time`,
    );
  checkRecurringSilence(silence, now);
  const known = await lasting(opened, loadBalancerArn, now);
  const before = known.find(isLike(silence));
  if (before === undefined && known.length >= MOST_OF_A_LOAD_BALANCER)
    throw new InputError(
      `${plainName(loadBalancerArn)} has ${known.length} recurring silences, and no more are kept; end one with alb502 silence expire --cron`,
    );
  await opened.run(() => opened.store.silenceRecurringly(loadBalancerArn, silence));
  if (before !== undefined) printNote(`in the place of: ${sentence(before)}\n`);
  const windows = windowsFrom(silence, now, SHOWN_WINDOWS);
  if (options.json) printJson({ version: 1, ...asked, windows });
  else printText(linesOf(asked, windows));
}

/** Which recurring silence is to end. */
interface ExpiredChoice extends TableOptions {
  readonly cron: string;
  readonly timeZone?: string;
  /** As the user named the load balancer. */
  readonly wanted: string;
}

/** @throws InputError where there is none, or several that the options do not tell apart */
export async function expireRecurring(
  opened: Opened,
  loadBalancerArn: string,
  { cron, timeZone, wanted, json }: ExpiredChoice,
): Promise<void> {
  const now = new Date().toISOString();
  const zone = timeZone === undefined ? null : timeZoneNamed(timeZone);
  const found = (await lasting(opened, loadBalancerArn, now)).filter(
    ({ recurrence }) =>
      recurrence.cron === normalized(cron) && (zone ?? recurrence.timeZone) === recurrence.timeZone,
  );
  const [only] = found;
  if (only === undefined)
    throw new InputError(
      `${wanted} has no recurring silence "${normalized(cron)}"${zone === null ? '' : ` in ${zone}`}; alb502 silence query shows what it has`,
    );
  if (found.length > 1)
    throw new InputError(
      `${wanted} has several recurring silences "${normalized(cron)}"; tell them apart with --time-zone ${found.map(({ recurrence }) => recurrence.timeZone).join(' or ')}`,
    );
  const silence = { ...only, until: now };
  await opened.run(() => opened.store.silenceRecurringly(loadBalancerArn, silence));
  if (json) printJson({ version: 1, loadBalancerArn, silence });
  else printText(linesOf({ loadBalancerArn, silence }, []));
}

/** For who wants to end a silence that is none: how to end those that recur. */
export async function recurringHint(
  opened: Opened,
  loadBalancerArn: string,
  wanted: string,
): Promise<string> {
  const all = await lasting(opened, loadBalancerArn, new Date().toISOString());
  const commands = all.map(({ recurrence }) => `alb502 silence expire ${wanted} --cron '${recurrence.cron}'`);
  return commands.length === 0 ? '' : ` but for what recurs, which ends with: ${commands.join(' or ')}`;
}

/** The recurring silences that are not over, each with the end of its open or next window to sort by. */
export async function listedRecurring(opened: Opened, now: string) {
  const all = await opened.run(() => opened.store.recurringSilences());
  return all
    .filter(({ silence }) => lasts(silence, now))
    .map((each) => {
      const windows = windowsFrom(each.silence, now, SHOWN_WINDOWS);
      const until = windows[0]?.until ?? NEVER_FAR;
      return { until, document: { ...each, windows }, line: linesOf(each, windows) };
    });
}

async function lasting(
  { store, run }: Opened,
  arn: string,
  now: string,
): Promise<readonly RecurringSilence[]> {
  const { recurringSilences } = await run(() => store.load(arn));
  return recurringSilences.filter((silence) => lasts(silence, now));
}

const isLike =
  ({ recurrence }: RecurringSilence) =>
  (other: RecurringSilence): boolean =>
    other.recurrence.cron === recurrence.cron && other.recurrence.timeZone === recurrence.timeZone;

const sentence = ({ recurrence, until, by, reason }: RecurringSilence): string =>
  oneLine(
    `silenced${by === null ? '' : ` by ${by}`} ${recurrenceText(recurrence)}, until ${until}${reason === null ? '' : ` (${reason})`}`,
  );

const linesOf = (
  { loadBalancerArn, silence }: RecurringlySilenced,
  windows: readonly SilenceWindow[],
): string =>
  [
    `${plainName(loadBalancerArn)}: ${sentence(silence)}`,
    `  ${oneLine(loadBalancerArn)}`,
    ...windows.map((window) => `  ${windowText(window, silence)}`),
    '',
  ].join('\n');

/** Swedish writes dates and times as ISO 8601 does. */
const localTime = (time: string, timeZone: string): string =>
  new Date(time).toLocaleString('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });

const windowText = ({ from, until }: SilenceWindow, { recurrence: { timeZone } }: RecurringSilence): string =>
  `from ${localTime(from, timeZone)} to ${localTime(until, timeZone)} ${timeZone}`;
