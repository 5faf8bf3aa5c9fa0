import { type Command, Option } from 'commander';
import { helpText } from './help-text.ts';
import type { McpOptions } from './mcp/serve.ts';

const HELP = `
Speaks the Model Context Protocol on standard input and output: a client starts it; there is nothing to run by hand. It
offers scan, diagnose, logs, incident_list, incident_show and check, which give the JSON of the commands of these
names. All of them only read; nothing that writes is offered. docs/agents.md says how to add it to a client and which
permissions it needs.

The client decides which profile, region and files are read. --profile allows one profile, and --root the files below a
folder only.

Examples:
  alb502 mcp
  alb502 mcp --profile production-read-only --root ./evidence

Exit: 0 the client went away, 2 usage.`;

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];

/** Adds the command `mcp`. */
export function registerMcp(program: Command): void {
  program
    .command('mcp')
    .description(
      'serve scan, diagnose, logs, incidents and check to agents over the Model Context Protocol, read-only',
    )
    .option('--profile <name>', 'credentials profile for all calls; the client may name no other')
    .addOption(
      new Option('--root <dir>', 'files may be read below this folder only; may be repeated')
        .argParser(collect)
        .default([], 'all files'),
    )
    .addHelpText('after', helpText(HELP))
    .action(async (options: McpOptions) => {
      // The protocol's SDK is loaded only by this command.
      const { serveMcp } = await import('./mcp/serve.ts');
      serveMcp(options);
    });
}
