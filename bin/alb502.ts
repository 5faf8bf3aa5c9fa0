#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { InputError, RemoteError } from '../lambda/model/failure.ts';
import { packageVersion } from '../lib/version.ts';
import { pointAtOwnHelp } from './command-help.ts';
import { EXIT } from './exit-code.ts';
import { helpText } from './help-text.ts';
import { quietLibraries } from './quiet-libraries.ts';
import { endWithReader, printError, printNote, printText } from './terminal.ts';

type Register = (root: Command) => void;

/** Each command's file is loaded when it is asked for: the AWS clients of one need not delay another. */
const COMMANDS: Readonly<Record<string, () => Promise<Register>>> = {
  lab: async () => (await import('./lab.ts')).registerLab,
  scan: async () => (await import('./scan.ts')).registerScan,
  diagnose: async () => (await import('./diagnose.ts')).registerDiagnose,
  logs: async () => {
    (await import('./logs/inflate-thread.ts')).startEarly(process.argv.slice(3));
    return (await import('./logs.ts')).registerLogs;
  },
  probe: async () => (await import('./probe.ts')).registerProbe,
  verify: async () => (await import('./verify.ts')).registerVerify,
  incident: async () => (await import('./incident.ts')).registerIncident,
  silence: async () => (await import('./silence.ts')).registerSilence,
  baseline: async () => (await import('./baseline.ts')).registerBaseline,
  template: async () => (await import('./template.ts')).registerTemplate,
  init: async () => (await import('./init.ts')).registerInit,
  cost: async () => (await import('./cost.ts')).registerCost,
  doctor: async () => (await import('./doctor.ts')).registerDoctor,
  mcp: async () => (await import('./mcp.ts')).registerMcp,
  check: async () => (await import('./check.ts')).registerCheck,
  'test-alert': async () => (await import('./test-alert.ts')).registerTestAlert,
};

/** The command that was named, or all, for the help and for a name that is none; the version needs none. */
async function registered(): Promise<readonly Register[]> {
  const [, , name = ''] = process.argv;
  if (name === '--version' || name === '-V') return [];
  const load = COMMANDS[name];
  return load ? [await load()] : Promise.all(Object.values(COMMANDS).map((each) => each()));
}

const HELP = `
Start with alb502 lab, which needs no account, or with alb502 scan, which only reads. Each command has --help with
examples.`;

async function program(): Promise<Command> {
  const root = new Command('alb502')
    .description(
      'Finds out why an AWS Application Load Balancer answers 502, and says which setting to change.',
    )
    .version(packageVersion())
    .exitOverride()
    .configureOutput({ writeOut: printText, writeErr: printNote })
    .configureHelp({ showGlobalOptions: true })
    .addHelpText('after', helpText(HELP));
  for (const register of await registered()) register(root);
  pointAtOwnHelp(root);
  return root;
}

/** One line for a user's mistake or a failure outside; a defect of ours keeps its stack. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.nothingFound : EXIT.usage;
  if (error instanceof InputError || error instanceof RemoteError) {
    printError(error.message);
    return error instanceof InputError ? EXIT.usage : EXIT.remote;
  }
  printNote(`alb502: defect: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return EXIT.remote;
}

endWithReader();
quietLibraries();

try {
  await (await program()).parseAsync();
} catch (error) {
  process.exitCode = report(error);
}
