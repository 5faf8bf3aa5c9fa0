import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { diagnose } from '../lambda/diagnose/diagnose.ts';
import { type EvidenceBundle, evidenceBundleSchema } from '../lambda/model/evidence.ts';
import { InputError } from '../lambda/model/failure.ts';
import { exitCodeOf, printReport } from './diagnosis-report.ts';

const HELP = `
Gives the same diagnosis as the scan that saved the bundles; calls nothing.

Examples:
  alb502 diagnose evidence/*.json
  alb502 diagnose bundle.json --json

Exit: 0 nothing found, 1 found something, 2 usage or a file that is no evidence bundle.`;

/** Adds the command `diagnose`. */
export function registerDiagnose(program: Command): void {
  program
    .command('diagnose')
    .description('diagnose evidence bundles that a scan saved, offline')
    .argument('<bundle...>', 'files written by alb502 scan --save; - reads one from stdin')
    .option('--json', 'print one JSON document')
    .addHelpText('after', HELP)
    .action((files: string[], { json }: { readonly json?: true }) => {
      const diagnoses = files.map(readBundle).map((bundle) => diagnose(bundle));
      const report = { diagnoses, skipped: [] };
      printReport(report, json === true, files.join(', '));
      process.exitCode = exitCodeOf(report);
    });
}

/**
 * Reads and checks one bundle.
 *
 * @throws InputError naming the file and the first part of it that is wrong
 */
export function readBundle(file: string): EvidenceBundle {
  const name = file === '-' ? 'stdin' : file;
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file === '-' ? 0 : file, 'utf8'));
  } catch (cause) {
    const why =
      cause instanceof SyntaxError
        ? 'is not JSON'
        : `cannot be read (${cause instanceof Error ? cause.message : ''})`;
    throw new InputError(`${name} ${why}; expected an evidence bundle, as alb502 scan --save writes it`, {
      cause,
    });
  }
  const parsed = evidenceBundleSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [first] = parsed.error.issues;
  const where = first === undefined || first.path.length === 0 ? 'the document' : first.path.join('.');
  throw new InputError(
    `${name} is not an evidence bundle of version 1: ${where}: ${first?.message ?? ''}; write it with alb502 scan --save`,
  );
}
