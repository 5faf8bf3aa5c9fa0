import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Baseline, baselineOf, baselineSchema } from '../check/baseline.ts';
import { type CheckResult, comparedPaths } from '../check/check-repository.ts';
import { isAtLeastAsBad } from '../check/compare/finding.ts';
import type { CheckSeverity } from '../check/compare/rules.ts';
import { annotations } from '../check/report/annotations.ts';
import { checkJson, type SkippedFile } from '../check/report/json.ts';
import { checkSarif } from '../check/report/sarif.ts';
import { InputError } from '../lambda/model/failure.ts';
import { packageVersion } from '../lib/version.ts';
import { checkFiles, isMarkdown, nothingCompared } from './check/check-files.ts';
import { writeDocument } from './check/document-file.ts';
import { renderCheck } from './check/report.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { fileProblem } from './file-problem.ts';
import { readJsonDocument } from './json-document.ts';
import { printError, printJson, printNote, printText, proseColumns } from './terminal.ts';

/** What the command line asks of `check`. */
export interface CheckOptions {
  readonly idleTimeout?: number;
  readonly join?: string;
  readonly baseline?: string;
  readonly writeBaseline?: true;
  readonly failOn: CheckSeverity;
  readonly document?: string | true;
  readonly json?: true;
  readonly sarif?: true;
  readonly output?: string;
  readonly annotations?: true;
}

function readBaseline({ baseline, writeBaseline }: CheckOptions): Baseline | null {
  if (baseline === undefined) return null;
  try {
    return readJsonDocument(baseline, baselineSchema, {
      name: 'a baseline of alb502 check',
      from: 'alb502 check --baseline FILE --write-baseline',
    });
  } catch (error) {
    const isMissing = error instanceof InputError && /there is no such file/.test(error.message);
    if (writeBaseline === true && isMissing) return null;
    throw error;
  }
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw fileProblem(file, error, 'write');
  }
}

const fingerprint = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

/** What was asked for on stdout, or in the file of `--output` with the text on stdout beside it. */
function print(result: CheckResult, skipped: readonly SkippedFile[], options: CheckOptions): void {
  const document = options.sarif
    ? checkSarif(result, { version: packageVersion(), fingerprint })
    : options.json
      ? checkJson(result, skipped)
      : null;
  const { output } = options;
  if (document !== null && output === undefined) {
    printJson(document);
    return;
  }
  if (document !== null && output !== undefined) write(output, `${JSON.stringify(document, null, 2)}\n`);
  printText(renderCheck(result, skipped, proseColumns()));
  if (options.annotations) for (const line of annotations(result)) printText(`${line}\n`);
}

function exitCodeOf(
  result: CheckResult,
  { failOn, writeBaseline }: CheckOptions,
  given: readonly string[],
): ExitCode {
  if (comparedPaths(result) === 0) {
    printError(nothingCompared(result, given));
    return EXIT.usage;
  }
  if (writeBaseline === true) return EXIT.nothingFound;
  return result.findings.some(({ severity }) => isAtLeastAsBad(severity, failOn))
    ? EXIT.found
    : EXIT.nothingFound;
}

/** Checks, prints and writes what was asked for; gives the exit code. */
export async function runCheck(given: readonly string[], options: CheckOptions): Promise<ExitCode> {
  if (options.writeBaseline === true && options.baseline === undefined)
    throw new InputError('--write-baseline needs the file: --baseline FILE');
  if (options.output !== undefined && !options.json && !options.sarif)
    throw new InputError('--output needs --json or --sarif: it is the file for that document');
  const baseline = readBaseline(options);
  const { root, files, result } = await checkFiles(given, {
    join: options.join,
    idleTimeoutSeconds: options.idleTimeout ?? null,
    baseline: options.writeBaseline === true ? null : baseline,
    documents: options.document === undefined,
  });
  print(result, files.skipped, options);
  if (options.writeBaseline === true && options.baseline !== undefined) {
    const accepted = baselineOf(result.findings, baseline);
    write(options.baseline, `${JSON.stringify(accepted, null, 2)}\n`);
    printNote(`${options.baseline} accepts ${accepted.accepted.length} of these from now on.\n`);
  }
  if (options.document !== undefined && comparedPaths(result) > 0) {
    const file = writeDocument(options.document === true ? null : options.document, {
      result,
      idleTimeoutSeconds: options.idleTimeout ?? null,
      markdown: files.sources(isMarkdown).map(({ path, text }) => ({ path: join(root, path), text })),
    });
    printNote(
      `The timeouts of ${result.paths.length === 1 ? 'the path' : `${result.paths.length} paths`} are documented in ${file}.\n`,
    );
  }
  return exitCodeOf(result, options, given);
}
