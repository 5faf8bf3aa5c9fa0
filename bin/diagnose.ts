import type { Command } from 'commander';
import * as z from 'zod';
import { diagnose } from '../lambda/diagnose/diagnose.ts';
import { type EvidenceBundle, evidenceBundleSchema } from '../lambda/model/evidence.ts';
import { InputError } from '../lambda/model/failure.ts';
import { withProbeResults } from '../lambda/probe/probe-evidence.ts';
import { type SavedProbeResult, savedProbeResultSchema } from '../lambda/probe/saved-result.ts';
import { bundleFiles, isInFolder } from './bundle-files.ts';
import { type DiagnosisReport, exitCodeOf, printReport, type Skipped } from './diagnosis-report.ts';
import { EXIT } from './exit-code.ts';
import { helpText } from './help-text.ts';
import { readJsonDocument } from './json-document.ts';
import { type ReportOptions, withReportOptions } from './report-options.ts';
import { printError } from './terminal.ts';
import { isCounted, unreadOf } from './unread.ts';

interface Options extends ReportOptions {
  readonly probe?: string;
}

const HELP = `
Gives the same diagnosis as the scan that saved the bundles, and calls nothing. In a folder it reads every file that
ends in .json, and names those that are not bundles. Several bundles are reported as a table, worst first; --details
prints each in full before the table.

With --probe, the output of alb502 probe --json counts as evidence too: how long the targets keep idle connections, how
many requests one connection takes, and what they answer for a path that failed.

Examples:
  alb502 diagnose evidence/
  alb502 diagnose bundle.json --json
  alb502 probe --json http://10.0.0.7:8080/report > probe.json
  alb502 diagnose bundle.json --probe probe.json

Exit: 0 nothing found, 1 found something (with --min-severity: something that severe), 2 usage, or
nothing found but a file is not an evidence bundle or its 502s were not counted.`;

/** Adds the command `diagnose`. */
export function registerDiagnose(program: Command): void {
  const command = program
    .command('diagnose')
    .description('diagnose evidence bundles that a scan saved, offline')
    .argument('<bundle...>', 'files or folders written by alb502 scan --save; - reads one from stdin')
    .option('--probe <file>', 'output of alb502 probe --json, for targets in these bundles');
  withReportOptions(command)
    .addHelpText('after', helpText(HELP))
    .action((paths: string[], options: Options) => {
      process.exitCode = runDiagnose(paths, options);
    });
}

function runDiagnose(paths: readonly string[], options: Options): number {
  const { report, bundles, strayTargets } = diagnoseFiles(paths, options.probe);
  for (const stray of strayTargets) printError(stray);
  printReport(report, {
    ...options,
    where: paths.length > 3 ? `${paths.length} files` : paths.join(', '),
    unread: unreadOf(bundles),
    named: false,
    detailsWith: null,
  });
  const code = exitCodeOf(report, options.minSeverity);
  const blind = report.skipped.length > 0 || (options.minSeverity !== undefined && !isCounted(bundles));
  return code === EXIT.nothingFound && blind ? EXIT.usage : code;
}

/** What the bundles of some files came to. */
export interface DiagnosedFiles {
  readonly report: DiagnosisReport;
  readonly bundles: readonly EvidenceBundle[];
  /** A sentence for each probed target that belongs to none of the bundles. */
  readonly strayTargets: readonly string[];
}

/**
 * Diagnoses the bundles of files and folders.
 *
 * @param probe - file with what `alb502 probe --json` printed of their targets
 * @throws InputError for a named file that is none of what it should be, and where a folder has no bundle
 */
export function diagnoseFiles(paths: readonly string[], probe: string | undefined): DiagnosedFiles {
  const { bundles, skipped } = readAll(paths);
  const enriched = withProbes(bundles, probe);
  return {
    report: { diagnoses: enriched.bundles.map((bundle) => diagnose(bundle)), skipped },
    ...enriched,
  };
}

/**
 * The bundles of files and folders. A file that was named must be one; what else lies in a folder is left out and said.
 *
 * @throws InputError for a named file that is no bundle, and where a folder has none
 */
function readAll(paths: readonly string[]): {
  bundles: readonly EvidenceBundle[];
  skipped: readonly Skipped[];
} {
  const bundles: EvidenceBundle[] = [];
  const skipped: Skipped[] = [];
  for (const file of bundleFiles(paths)) {
    try {
      bundles.push(readBundle(file.path));
    } catch (error) {
      if (!(error instanceof InputError) || !isInFolder(file)) throw error;
      skipped.push({ resource: file.path, reason: error.message.replace(`${file.path} `, '') });
    }
  }
  const [first] = skipped;
  if (bundles.length === 0 && first !== undefined) throw new InputError(`${first.resource} ${first.reason}`);
  return { bundles, skipped };
}

/** Adds the results of probes to the bundles of their targets, and names those that belong to none. */
function withProbes(
  bundles: readonly EvidenceBundle[],
  file: string | undefined,
): Pick<DiagnosedFiles, 'bundles' | 'strayTargets'> {
  if (file === undefined) return { bundles, strayTargets: [] };
  const results = readProbeResults(file);
  const enriched = bundles.map((bundle) => withProbeResults(bundle, results));
  const used = new Set(enriched.flatMap((one) => one.used));
  return {
    bundles: enriched.map(({ bundle }) => bundle),
    strayTargets: results
      .filter((result) => !used.has(result))
      .map(({ target }) => `${file}: ${target} is no registered target of these bundles`),
  };
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
