import { accessSync, constants, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { urlArgument } from '../lambda/diagnose/remedies/command.ts';
import { InputError } from '../lambda/model/failure.ts';
import { parseEndpoint } from '../lambda/probe/endpoint.ts';
import { verifyMarkdown, verifyText } from '../lambda/verify/markdown.ts';
import { defaultGaps, planOf, usualTries, type VerifyPlan } from '../lambda/verify/plan.ts';
import { type VerifyRecord, type VerifyReport, verifyRecordSchema } from '../lambda/verify/record.ts';
import { verify } from '../lambda/verify/verify.ts';
import { readBundle } from './diagnose.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { fileProblem } from './file-problem.ts';
import { helpText } from './help-text.ts';
import { readJsonDocument } from './json-document.ts';
import { numberWithin } from './number-within.ts';
import { progressOnStderr } from './progress.ts';
import { printJson, printText } from './terminal.ts';
import { type KnownConfiguration, knownConfiguration, type Setting } from './verify-configuration.ts';

interface Options {
  readonly idleGaps?: readonly number[];
  readonly keepAlive: number;
  readonly idleTimeout: number;
  readonly connections: number;
  readonly tries?: number;
  readonly maxRequests: number;
  readonly maxSeconds: number;
  readonly record?: string;
  readonly before?: string;
  readonly bundle?: string;
  readonly setting: readonly Setting[];
  readonly json?: true;
}

/** The JSON holds the measurement of this run; `--before` takes it back. */
const ENDINGS = /\.(md|json)$/;

const HELP = `
Sends a limited amount of fresh traffic through the load balancer, with pauses around the keep-alive that was too short
and around the idle timeout. All clients pause together, so that the load balancer's own connections to the targets are
idle, and come back within a few hundredths of a second. Other traffic keeps these connections busy: run it where and when
there is little, or it proves nothing. It sends only GET; choose a URL that is cheap and changes nothing.

Examples:
  alb502 verify https://shop.example.com/health --record before
  alb502 verify https://shop.example.com/health --record after --before before.json \\
    --setting 'nginx keepalive_timeout=75s'
  alb502 verify http://lb.example.com/ --idle-gaps 4.9,5,5.1,60 --json
  alb502 verify http://lb.example.com/ --keep-alive 2 --idle-timeout 120 --max-seconds 600

Exit: 0 no 502, 1 some, 2 usage, 3 no answer: the network or the load balancer failed.`;

const seconds = numberWithin(0.01, 4_000, false);

function parseGaps(text: string): readonly number[] {
  return [...new Set(text.split(',').map((part) => seconds(part)))];
}

function parseSetting(text: string, before: readonly Setting[]): readonly Setting[] {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined)
    throw new InvalidArgumentError("expected NAME=VALUE, such as 'nginx keepalive_timeout=75s'");
  return [...before, { name: name.trim(), value: value.trim() }];
}

/** Adds the command `verify`. */
export function registerVerify(program: Command): void {
  program
    .command('verify')
    .description('test after a fix: fresh traffic through the load balancer, with pauses around the timeouts')
    .argument('<url>', 'URL of the load balancer or of a name that points to it')
    .option(
      '--idle-gaps <seconds>',
      'pauses, separated by commas (default: from the two options below)',
      parseGaps,
    )
    .option('--keep-alive <seconds>', 'keep-alive of the targets before the fix', seconds, 5)
    .option(
      '--idle-timeout <seconds>',
      'idle timeout of the load balancer',
      numberWithin(1, 4_000, false),
      60,
    )
    .option(
      '--connections <n>',
      'connections left idle in a pause, in steps of 5',
      numberWithin(5, 500, true),
      20,
    )
    .option(
      '--tries <n>',
      'how often each pause is tried (default: up to 4, fewer if long)',
      numberWithin(1, 100, true),
    )
    .option('--max-requests <n>', 'the most requests to send', numberWithin(20, 100_000, true), 2_000)
    .option('--max-seconds <n>', 'longest time to spend', numberWithin(1, 86_400, false), 300)
    .option('--record <file>', 'write the record before and after to FILE.md and FILE.json')
    .option('--before <file>', 'the JSON record of a run before the fix')
    .option('--bundle <file>', 'evidence bundle from alb502 scan --save, for account, region and attributes')
    .addOption(
      new Option('--setting <name=value>', 'a target setting to note in the record; may be repeated')
        .argParser(parseSetting)
        .default([], 'none'),
    )
    .option('--json', 'print one JSON document')
    .addHelpText('after', helpText(HELP))
    .action(async (url: string, options: Options) => {
      process.exitCode = await runVerify(url, options);
    });
}

async function runVerify(url: string, options: Options): Promise<ExitCode> {
  const endpoint = parseEndpoint(url);
  if (options.record !== undefined) checkFolderOf(options.record);
  const before = options.before === undefined ? null : readRecord(options.before);
  const bundle = options.bundle === undefined ? null : readBundle(options.bundle);
  const known = knownConfiguration(endpoint.host, bundle, options.setting);
  const firstStep = Math.max(1, Math.round(options.connections / 5));
  const plan = planFor(options, firstStep);
  const { maxSeconds } = options;
  const bar = progressOnStderr(false, '{label} {bar} {value}/{total} s');
  bar.start(Math.ceil(plan.seconds), 'verifying, no 502 so far');
  let record: VerifyRecord;
  try {
    const onProgress = (done: number, failures: number) =>
      bar.update(Math.round(done), `verifying, ${failures === 0 ? 'no' : failures} 502 so far`);
    const measurement = await verify({ endpoint, plan, firstStep, maxSeconds, onProgress });
    record = { version: 1, ...aboutRun(url, options, known), measurement };
  } finally {
    bar.stop();
  }
  const report: VerifyReport = { ...record, before };
  if (options.record !== undefined) writeRecord(options.record, report);
  if (options.json) printJson(report);
  else printText(before ? verifyMarkdown(report) : verifyText(record));
  return exitCodeOf(record);
}

function planFor(options: Options, firstStep: number): VerifyPlan {
  const { idleGaps, keepAlive, idleTimeout, tries, maxRequests, maxSeconds } = options;
  const gaps = idleGaps ?? defaultGaps(keepAlive, idleTimeout);
  const plan = planOf(
    gaps,
    firstStep,
    { maxRequests, maxSeconds },
    tries === undefined ? usualTries : () => tries,
  );
  if (plan.gaps.length > 0) return plan;
  throw new InputError(
    `no pause fits: the shortest is ${Math.min(...gaps)} s, and --max-seconds ${maxSeconds} and --max-requests ${maxRequests} leave no room for it; raise them or lower --connections`,
  );
}

/** The query may hold what is nobody's business. */
const withoutQuery = (url: string): string => url.split(/[?#]/, 1)[0] ?? url;

function aboutRun(
  url: string,
  options: Options,
  known: KnownConfiguration,
): Pick<VerifyRecord, 'url' | 'command' | 'account' | 'region' | 'configuration'> {
  const { idleGaps, keepAlive, idleTimeout, connections, tries } = options;
  const shown = withoutQuery(url);
  const pauses = idleGaps
    ? ` --idle-gaps ${idleGaps.join(',')}`
    : ` --keep-alive ${keepAlive} --idle-timeout ${idleTimeout}`;
  const command = `alb502 verify ${urlArgument(shown)}${pauses} --connections ${connections}${tries === undefined ? '' : ` --tries ${tries}`}`;
  return { url: shown, command, ...known };
}

/** A record that was compared itself is read for its own run. */
function readRecord(file: string): VerifyRecord {
  const expected = { name: 'a record of alb502 verify', from: 'alb502 verify --record' };
  const schema = verifyRecordSchema.extend({ before: verifyRecordSchema.nullish() });
  const { before: _, ...record } = readJsonDocument(file, schema, expected);
  return record;
}

/** Before the minutes are spent, not after. */
function checkFolderOf(file: string): void {
  try {
    accessSync(dirname(file), constants.W_OK);
  } catch (cause) {
    throw fileProblem(file, cause, 'write', 'give --record a file in another folder');
  }
}

function writeRecord(file: string, report: VerifyReport): void {
  const base = file.replace(ENDINGS, '');
  try {
    writeFileSync(`${base}.json`, `${JSON.stringify(report, null, 2)}\n`);
    writeFileSync(`${base}.md`, verifyMarkdown(report));
  } catch (cause) {
    throw fileProblem(`${base}.json`, cause, 'write', 'give --record another file name');
  }
}

function exitCodeOf({ measurement }: VerifyRecord): ExitCode {
  if (measurement.failed502 > 0) return EXIT.found;
  return measurement.unanswered > 0 ? EXIT.remote : EXIT.nothingFound;
}
