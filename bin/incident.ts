import type { Command } from 'commander';
import { incidentMarkdown, incidentText } from '../lambda/alert/render/incident.ts';
import { oneLine } from '../lambda/alert/render/text-format.ts';
import type { Incident } from '../lambda/model/alert.ts';
import { InputError } from '../lambda/model/failure.ts';
import type { Attachment } from '../lambda/model/record.ts';
import { inTextOrder } from '../lambda/model/text-order.ts';
import { readAttachments } from './attachment.ts';
import { EXIT } from './exit-code.ts';
import { helpText } from './help-text.ts';
import { type Opened, openStateTable, type TableOptions, withTableOptions } from './state-table.ts';
import { printJson, printNote, printText } from './terminal.ts';

const HELP = `
Reads the table of a deployed monitor. Needs dynamodb:Query and dynamodb:GetItem on it, dynamodb:ListTables to find it
without --table, and dynamodb:PutItem for notes and attachments. Attachments are kept as they are: leave secrets out.

Examples:
  alb502 incident list --open
  alb502 incident show app/shop/0123456789abcdef@2026-11-23T12:45:00.000Z --markdown > incident.md
  alb502 incident note app/shop/0123456789abcdef@2026-11-23T12:45:00.000Z 'set back to 60: slow uploads were cut'
  alb502 incident attach app/shop/0123456789abcdef@2026-11-23T12:45:00.000Z after.json
  aws elbv2 describe-target-health --target-group-arn ARN | alb502 incident attach \\
    app/shop/0123456789abcdef@2026-11-23T12:45:00.000Z - --command 'aws elbv2 describe-target-health'

Exit of list: 0 none, 1 some; of show, note and attach: 0. 2 usage, 3 AWS or the network failed.`;

/** Adds the command `incident`. */
export function registerIncident(program: Command): void {
  const incident = program
    .command('incident')
    .description('the incidents that a deployed monitor recorded')
    .addHelpText('after', helpText(HELP));
  withTableOptions(incident.command('list'))
    .description('all incidents of the last year, newest first')
    .option('--open', 'only open ones')
    .action(async (options: TableOptions & { readonly open?: true }) => {
      process.exitCode = await list(options);
    });
  withTableOptions(incident.command('show <id>'))
    .description('one incident, from its first failing minute to the proof that it is over')
    .option('--markdown', 'print it as Markdown, for a ticket or a review')
    .action(async (id: string, options: TableOptions & { readonly markdown?: true }) => {
      if (options.markdown && options.json)
        throw new InputError('--markdown and --json exclude each other; give one of them');
      const opened = await openStateTable(options);
      const found = await recordOf(opened, id);
      if (options.json) printJson(found);
      else printText(options.markdown ? incidentMarkdown(found) : incidentText(found));
    });
  withTableOptions(incident.command('note <id> <text>'))
    .description('add a note to the record, for instance why a change was reverted')
    .option('--by <name>', 'who wrote it')
    .action(async (id: string, text: string, options: TableOptions & { readonly by?: string }) => {
      const opened = await openStateTable(options);
      if (text.trim() === '') throw new InputError('the note is empty; say what was done and why');
      await recordOf(opened, id);
      const note = { at: new Date().toISOString(), by: options.by ?? null, text: text.trim() };
      await opened.run(() => opened.notes.add(id, note));
      if (options.json) printJson(note);
    });
  withTableOptions(incident.command('attach <id> <file>'))
    .description(
      'attach a command and its output to the record: from verify --record, probe --json, or any other command (- is stdin)',
    )
    .option('--command <text>', 'the command that printed it; not needed for output of verify and probe')
    .option('--by <name>', 'who attaches it')
    .action(attach);
}

interface AttachOptions extends TableOptions {
  readonly command?: string;
  readonly by?: string;
}

/** Nobody reads more, and a record is printed whole. */
const MOST_ATTACHMENTS = 20;

async function attach(id: string, file: string, options: AttachOptions): Promise<void> {
  const now = new Date().toISOString();
  const attachments = readAttachments({ file, command: options.command, by: options.by ?? null, now });
  const opened = await openStateTable(options);
  const { attachments: known } = await recordOf(opened, id);
  const isKnown = (each: Attachment): boolean =>
    known.some(({ command, output }) => command === each.command && output === each.output);
  if (known.length + attachments.filter((each) => !isKnown(each)).length > MOST_ATTACHMENTS)
    throw new InputError(
      `the record has ${known.length} attachments and takes ${MOST_ATTACHMENTS}; write a note that says where the rest is`,
    );
  for (const attachment of attachments) {
    const isNew = await opened.run(() => opened.notes.attach(id, attachment));
    if (!isNew) printNote(`already in the record: ${oneLine(attachment.command)}\n`);
  }
  if (options.json) printJson(attachments);
}

/**
 * The record of an incident with its notes and attachments.
 *
 * @throws InputError where the table has no such incident
 */
export async function recordOf({ store, notes, run, tableName }: Opened, id: string): Promise<Incident> {
  const found = await run(() => store.incident(id));
  if (found === null)
    throw new InputError(`the table ${tableName} has no incident "${id}"; alb502 incident list shows all`);
  const [written, attached] = await run(() => Promise.all([notes.of(id), notes.attachmentsOf(id)]));
  return { ...found, notes: [...written], attachments: [...attached] };
}

/** The incidents that a monitor recorded, the newest first. */
export async function incidentsOf(
  { store, run }: Opened,
  which: { readonly open?: boolean },
): Promise<readonly Incident[]> {
  const all = await run(() => store.incidents());
  return all
    .filter(({ resolvedAt }) => !which.open || resolvedAt === null)
    .sort((left, right) => inTextOrder(right.openedAt, left.openedAt));
}

async function list(options: TableOptions & { readonly open?: true }) {
  const wanted = await incidentsOf(await openStateTable(options), options);
  if (options.json) printJson({ version: 1, incidents: wanted });
  else printText(wanted.length === 0 ? 'No incident.\n' : wanted.map(rowOf).join(''));
  return wanted.length === 0 ? EXIT.nothingFound : EXIT.found;
}

function rowOf({ id, region, openedAt, resolvedAt, diagnosis }: Incident): string {
  const state = resolvedAt === null ? 'open' : `over ${resolvedAt.slice(0, 16)}`;
  const cause = diagnosis.verdict ?? 'undetermined';
  return `${openedAt.slice(0, 16)}  ${state.padEnd(21)}  ${region}  ${cause}\n  ${id}\n`;
}
