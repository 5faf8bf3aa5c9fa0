import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Baseline, baselineOf, baselineSchema } from '../check/baseline.ts';
import { type CheckResult, checkRepository, comparedPaths } from '../check/check-repository.ts';
import { isAtLeastAsBad } from '../check/compare/finding.ts';
import type { SourceFile } from '../check/model.ts';
import { READERS } from '../check/read/readers.ts';
import { serverOfContainer } from '../check/read/servers/server-of-container.ts';
import { annotations } from '../check/report/annotations.ts';
import { checkJson, type SkippedFile } from '../check/report/json.ts';
import { checkSarif } from '../check/report/sarif.ts';
import { InputError } from '../lambda/model/failure.ts';
import { packageVersion } from '../lib/version.ts';
import { readByHand } from './check/by-hand-file.ts';
import { writeDocument } from './check/document-file.ts';
import { renderCheck } from './check/report.ts';
import { type FileText, readText, type Walk, walk } from './check/walk.ts';
import type { CheckOptions } from './check.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { fileProblem } from './file-problem.ts';
import { readJsonDocument } from './json-document.ts';
import { printError, printJson, printNote, printText, proseColumns } from './terminal.ts';

/** Markdown files are looked at for documented tables only. */
const isMarkdown = (path: string): boolean => /\.(?:md|markdown)$/i.test(path);

/** The files of a walk, each read once, when it is first asked for. */
class Files {
  readonly skipped: SkippedFile[] = [];
  readonly #texts = new Map<string, FileText>();
  readonly #known: ReadonlySet<string>;
  readonly paths: readonly string[];
  readonly #root: string;

  constructor({ root, paths, skipped }: Walk) {
    this.#root = root;
    this.paths = paths;
    this.#known = new Set(paths);
    this.skipped.push(...skipped);
  }

  text(path: string): string | null {
    if (!this.#known.has(path)) return null;
    let found = this.#texts.get(path);
    if (found === undefined) {
      found = readText(this.#root, path);
      this.#texts.set(path, found);
      if ('why' in found) this.skipped.push({ file: path, why: found.why });
    }
    return 'text' in found ? found.text : null;
  }

  sources(isWanted: (path: string) => boolean): readonly SourceFile[] {
    return this.paths.filter(isWanted).flatMap((path) => {
      const text = this.text(path);
      return text === null ? [] : [{ path, text }];
    });
  }
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

/** Why nothing was compared, and what to do. */
function nothingCompared({ facts, paths }: CheckResult, given: readonly string[]): string {
  const where = given.join(', ');
  if (facts.files.length === 0)
    return `nothing was compared: no file in ${where} is of a kind that check reads; docs/check.md lists them`;
  if (facts.servers.length === 0 && paths.length === 0)
    return `nothing was compared: no server is set up in ${where}; give the folder of the application too, or say its keep-alive by hand`;
  return `nothing was compared: no path has both timeouts; see what is listed as not joined and not compared`;
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
  const found = walk(given);
  const files = new Files(found);
  const byHand = readByHand(found.root, options.join);
  const beside = { paths: files.paths, text: (path: string) => files.text(path) };
  const taken = READERS.filter((reader) => files.paths.some(reader.takes));
  for (const reader of taken) await reader.prepare?.();
  const result = checkRepository({
    files: files.sources((path) => taken.some((reader) => reader.takes(path))),
    documents: options.document === undefined ? files.sources(isMarkdown) : [],
    beside,
    readers: taken,
    serverOf: (container, image) => serverOfContainer(container, image, () => null, beside),
    idleTimeoutSeconds: options.idleTimeout ?? null,
    byHand,
    baseline: options.writeBaseline === true ? null : baseline,
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
      markdown: files.sources(isMarkdown).map(({ path, text }) => ({ path: join(found.root, path), text })),
    });
    printNote(
      `The timeouts of ${result.paths.length === 1 ? 'the path' : `${result.paths.length} paths`} are documented in ${file}.\n`,
    );
  }
  return exitCodeOf(result, options, given);
}
