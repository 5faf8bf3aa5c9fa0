import { oneLine } from '../lambda/alert/render/text-format.ts';
import type { Examined, Outcome } from '../lambda/doctor/check.ts';
import { allChecks, type Examination, examine, prepared } from '../lambda/doctor/examine.ts';
import { deployed } from './deployed.ts';
import type { DeployedOptions } from './deployed-options.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { progressOnStderr } from './progress.ts';
import { isWatched, printJson, printText, proseColumns } from './terminal.ts';
import { wrapped } from './wrapped.ts';

/** What the command line asks of the doctor. */
export interface DoctorOptions extends DeployedOptions {
  readonly send?: true;
}

const LABEL_COLUMNS = 8;
const CHECK_COLUMNS = 17;
const TEXT_COLUMN = LABEL_COLUMNS + CHECK_COLUMNS + 2;

/**
 * Examines a deployment and prints.
 *
 * @param by - who asks for a test notification; null: none is sent
 * @throws InputError for a region, endpoint or stack that cannot be used
 * @throws RemoteError where the stack cannot be read at all
 */
export async function runDoctor(options: DoctorOptions, by: string | null): Promise<ExitCode> {
  const examined = await prepared(await deployed(options));
  const progress = progressOnStderr(options.json);
  const checks = allChecks(by);
  const examinations: Examination[] = [];
  progress.start(checks.length, '');
  try {
    for (const check of checks) {
      progress.update(examinations.length, check.title);
      examinations.push(await examine(check, examined));
    }
  } finally {
    progress.stop();
  }
  if (options.json) printJson(documentOf(examined, examinations));
  else printText(textOf(examinations));
  return exitCodeOf(examinations);
}

function documentOf({ stack, region, account, version }: Examined, examinations: readonly Examination[]) {
  return {
    version: 1,
    stack: stack.name,
    region,
    account,
    commandVersion: version,
    checks: examinations.flatMap(({ check, findings }) => findings.map((finding) => ({ check, ...finding }))),
  };
}

function textOf(examinations: readonly Examination[]): string {
  const lines = examinations.flatMap(({ check, findings }) =>
    findings.flatMap(({ outcome, what, todo }) => [
      ...lineOf(`${outcome.padEnd(LABEL_COLUMNS)} ${check.padEnd(CHECK_COLUMNS)}`, oneLine(what)),
      ...(todo === null ? [] : lineOf('', `to do: ${oneLine(todo)}`)),
    ]),
  );
  return `${[...lines, '', summaryOf(examinations)].join('\n')}\n`;
}

/** A finding beside its check, or below it where there is no room. */
function lineOf(head: string, text: string): readonly string[] {
  // A pipe gets a line for each finding, for programs that look for one.
  const columns = isWatched() ? proseColumns() : Number.MAX_SAFE_INTEGER;
  const beside = columns >= 2 * TEXT_COLUMN;
  const indent = ' '.repeat(beside ? TEXT_COLUMN : 2);
  if (beside) return [wrapped(`${head.padEnd(TEXT_COLUMN)}${text}`, columns, indent)];
  return [...(head === '' ? [] : [head.trimEnd()]), wrapped(`${indent}${text}`, columns, indent)];
}

const countOf = (examinations: readonly Examination[], wanted: Outcome): number =>
  examinations.flatMap(({ findings }) => findings).filter(({ outcome }) => outcome === wanted).length;

function summaryOf(examinations: readonly Examination[]): string {
  const [problems, unknowns] = [countOf(examinations, 'problem'), countOf(examinations, 'unknown')];
  if (problems === 0 && unknowns === 0) return 'Nothing wrong was found.';
  return [
    ...(problems > 0 ? [`${problems} ${problems === 1 ? 'problem' : 'problems'}`] : []),
    ...(unknowns > 0 ? [`${unknowns} could not be seen`] : []),
  ]
    .join(', ')
    .concat('.');
}

/** What could not be seen is no all-clear. */
function exitCodeOf(examinations: readonly Examination[]): ExitCode {
  if (countOf(examinations, 'problem') > 0) return EXIT.found;
  return countOf(examinations, 'unknown') > 0 ? EXIT.remote : EXIT.nothingFound;
}
