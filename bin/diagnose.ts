import type { Command } from 'commander';
import * as z from 'zod';
import { diagnose } from '../lambda/diagnose/diagnose.ts';
import { type EvidenceBundle, evidenceBundleSchema } from '../lambda/model/evidence.ts';
import { withProbeResults } from '../lambda/probe/probe-evidence.ts';
import { type SavedProbeResult, savedProbeResultSchema } from '../lambda/probe/saved-result.ts';
import { exitCodeOf, printReport } from './diagnosis-report.ts';
import { readJsonDocument } from './json-document.ts';
import { printError } from './terminal.ts';

const HELP = `
Gives the same diagnosis as the scan that saved the bundles; calls nothing.

With --probe, what alb502 probe --json measured of the targets counts as evidence
too: how long they keep idle connections, and what they answer to a path that
failed.

Examples:
  alb502 diagnose evidence/*.json
  alb502 diagnose bundle.json --json
  alb502 probe --json http://10.0.0.7:8080/report > probe.json
  alb502 diagnose bundle.json --probe probe.json

Exit: 0 nothing found, 1 found something, 2 usage or a file that is no evidence bundle.`;

/** Adds the command `diagnose`. */
export function registerDiagnose(program: Command): void {
  program
    .command('diagnose')
    .description('diagnose evidence bundles that a scan saved, offline')
    .argument('<bundle...>', 'files written by alb502 scan --save; - reads one from stdin')
    .option('--probe <file>', 'what alb502 probe --json printed, of targets of these bundles')
    .option('--json', 'print one JSON document')
    .addHelpText('after', HELP)
    .action((files: string[], { json, probe }: { readonly json?: true; readonly probe?: string }) => {
      const bundles = withProbes(files.map(readBundle), probe);
      const diagnoses = bundles.map((bundle) => diagnose(bundle));
      const report = { diagnoses, skipped: [] };
      printReport(report, json === true, files.join(', '));
      process.exitCode = exitCodeOf(report);
    });
}

/** Adds the results of probes to the bundles of their targets, and names on stderr those that belong to none. */
function withProbes(bundles: readonly EvidenceBundle[], file: string | undefined): readonly EvidenceBundle[] {
  if (file === undefined) return bundles;
  const results = readProbeResults(file);
  const enriched = bundles.map((bundle) => withProbeResults(bundle, results));
  const used = new Set(enriched.flatMap((one) => one.used));
  for (const { target } of results.filter((result) => !used.has(result)))
    printError(`${file}: ${target} is no registered target of these bundles`);
  return enriched.map(({ bundle }) => bundle);
}

/**
 * Reads and checks one bundle.
 *
 * @throws InputError naming the file and the first part of it that is wrong
 */
export const readBundle = (file: string): EvidenceBundle =>
  readJsonDocument(file, evidenceBundleSchema, {
    name: 'an evidence bundle of version 1',
    from: 'alb502 scan --save',
  });

const readProbeResults = (file: string): readonly SavedProbeResult[] =>
  readJsonDocument(file, z.array(savedProbeResultSchema), {
    name: 'an array of probe results',
    from: 'alb502 probe --json',
  });
