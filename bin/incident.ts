import type { Command } from 'commander';
import { incidentMarkdown, incidentText } from '../lambda/alert/render/incident.ts';
import type { Incident } from '../lambda/model/alert.ts';
import { InputError } from '../lambda/model/failure.ts';
import { EXIT } from './exit-code.ts';
import { type Opened, openStateTable, type TableOptions, withTableOptions } from './state-table.ts';
import { printJson } from './terminal.ts';

const HELP = `
Reads the table of a deployed monitor. Needs dynamodb:Query and dynamodb:GetItem on it, dynamodb:ListTables to find it
without --table, and dynamodb:PutItem for notes.

Examples:
  alb502 incident list --open
  alb502 incident show app/shop/0123456789abcdef@2026-11-23T12:45:00.000Z --markdown > incident.md
  alb502 incident note app/shop/0123456789abcdef@2026-11-23T12:45:00.000Z 'set back to 60: slow uploads were cut'

Exit of list: 0 none, 1 some; of show and note: 0. 2 usage, 3 AWS or the network failed.`;

/** Adds the command `incident`. */
export function registerIncident(program: Command): void {
  const incident = program
    .command('incident')
    .description('the incidents that a deployed monitor recorded')
    .addHelpText('after', HELP);
  withTableOptions(incident.command('list'))
    .description('all incidents of the last year, the newest first')
    .option('--open', 'only those that are not over')
    .action(async (options: TableOptions & { readonly open?: true }) => {
      process.exitCode = await list(options);
    });
  withTableOptions(incident.command('show <id>'))
    .description('one incident from its first failing minute to the proof that it is over')
    .option('--markdown', 'print it as Markdown, for a ticket or a review')
    .action(async (id: string, options: TableOptions & { readonly markdown?: true }) => {
      if (options.markdown && options.json)
        throw new InputError('--markdown and --json exclude each other; give one of them');
      const opened = await openStateTable(options);
      const found = await recordOf(opened, id);
      if (options.json) printJson(found);
      else process.stdout.write(options.markdown ? incidentMarkdown(found) : incidentText(found));
    });
  withTableOptions(incident.command('note <id> <text>'))
    .description('write into the record, for instance why a change was reverted')
    .option('--by <name>', 'who says so')
    .action(async (id: string, text: string, options: TableOptions & { readonly by?: string }) => {
      const opened = await openStateTable(options);
      if (text.trim() === '') throw new InputError('the note is empty; say what was done and why');
      await recordOf(opened, id);
      const note = { at: new Date().toISOString(), by: options.by ?? null, text: text.trim() };
      await opened.run(() => opened.notes.add(id, note));
      if (options.json) printJson(note);
    });
}

async function recordOf({ store, notes, run, tableName }: Opened, id: string): Promise<Incident> {
  const found = await run(() => store.incident(id));
  if (found === null)
    throw new InputError(`the table ${tableName} has no incident "${id}"; alb502 incident list shows all`);
  return { ...found, notes: [...(await run(() => notes.of(id)))] };
}

async function list(options: TableOptions & { readonly open?: true }) {
  const { store, run } = await openStateTable(options);
  const all = await run(() => store.incidents());
  const wanted = all
    .filter(({ resolvedAt }) => !options.open || resolvedAt === null)
    .sort((left, right) => right.openedAt.localeCompare(left.openedAt));
  if (options.json) printJson({ version: 1, incidents: wanted });
  else process.stdout.write(wanted.length === 0 ? 'No incident.\n' : wanted.map(rowOf).join(''));
  return wanted.length === 0 ? EXIT.nothingFound : EXIT.found;
}

function rowOf({ id, region, openedAt, resolvedAt, diagnosis }: Incident): string {
  const state = resolvedAt === null ? 'open' : `over ${resolvedAt.slice(0, 16)}`;
  const cause = diagnosis.verdict ?? 'undetermined';
  return `${openedAt.slice(0, 16)}  ${state.padEnd(21)}  ${region}  ${cause}\n  ${id}\n`;
}
