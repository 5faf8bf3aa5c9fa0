import { readFileSync, statSync } from 'node:fs';
import * as z from 'zod';
import { urlArgument } from '../lambda/diagnose/remedies/command.ts';
import { InputError } from '../lambda/model/failure.ts';
import type { Attachment } from '../lambda/model/record.ts';
import { verifyText } from '../lambda/verify/markdown.ts';
import { type VerifyRecord, verifyRecordSchema } from '../lambda/verify/record.ts';
import { fileProblem } from './file-problem.ts';

/** One item of the table takes 400 KB, and nobody reads as much: the beginning and the end tell what happened. */
const MOST_CHARACTERS = 20_000;
const END_CHARACTERS = 5_000;
const MOST_FILE_BYTES = 10_000_000;
const LONGEST_COMMAND = 1_000;

/** Who attaches what, and when. */
export interface AttachmentInput {
  /** A file, or `-` for the standard input. */
  readonly file: string;
  /** The command that printed it; not needed for what alb502 itself wrote. */
  readonly command: string | undefined;
  readonly by: string | null;
  /** ISO time. */
  readonly now: string;
}

const reportSchema = verifyRecordSchema.extend({ before: verifyRecordSchema.nullish() });

/** As much of `probe --json` as tells it apart. */
const probesSchema = z
  .array(z.looseObject({ version: z.literal(1), target: z.string(), idleClose: z.unknown() }))
  .min(1);

/**
 * Reads the output of a command: a record of `verify` as its runs before and after, `probe --json`, or any text with
 * the command that printed it.
 *
 * @throws InputError where the file cannot be read, is empty, or it is not known what printed it
 */
export function readAttachments(input: AttachmentInput): readonly Attachment[] {
  const text = textOf(input.file);
  const own = ownOutput(text);
  if (own !== null) return own.map(({ at, command, output }) => attachment(input, { at, command, output }));
  if (input.command === undefined)
    throw new InputError(
      `${input.file} was not written by alb502 verify --record or alb502 probe --json; name what printed it with --command`,
    );
  return [attachment(input, { at: null, command: input.command, output: text })];
}

interface Output {
  /** null: now. */
  readonly at: string | null;
  readonly command: string;
  readonly output: string;
}

function attachment({ command, by, now }: AttachmentInput, { at, command: own, output }: Output): Attachment {
  const given = (command ?? own).trim();
  if (given === '' || given.length > LONGEST_COMMAND)
    throw new InputError(`--command takes 1 to ${LONGEST_COMMAND} characters`);
  return { at: at ?? now, by, command: given, output: bounded(output.trimEnd()) };
}

function ownOutput(text: string): readonly Output[] | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const report = reportSchema.safeParse(value);
  if (report.success) {
    const { before, ...run } = report.data;
    return [...(before ? [before] : []), run].map(outputOf);
  }
  const probes = probesSchema.safeParse(value);
  if (!probes.success) return null;
  const targets = probes.data.map(({ target }) => urlArgument(target)).join(' ');
  return [{ at: null, command: `alb502 probe ${targets} --json`, output: JSON.stringify(value, null, 2) }];
}

/** A run with what was in force when it was made, for that is what before and after are compared by. */
function outputOf(run: VerifyRecord): Output {
  const { account, region, configuration, measurement } = run;
  const settings = Object.entries(configuration).flatMap(([owner, values]) =>
    Object.entries(values).map(([name, value]) => `${owner}: ${name} = ${value}`),
  );
  const where = `${measurement.startedAt} to ${measurement.endedAt}, account ${account ?? 'not known'}, region ${region ?? 'not known'}`;
  return {
    at: measurement.endedAt,
    command: run.command,
    output: [where, ...settings, verifyText(run)].join('\n'),
  };
}

function bounded(text: string): string {
  if (text.length <= MOST_CHARACTERS) return text;
  const left = text.length - MOST_CHARACTERS;
  const beginning = text.slice(0, MOST_CHARACTERS - END_CHARACTERS);
  return `${beginning}\n... ${left} characters left out ...\n${text.slice(-END_CHARACTERS)}`;
}

function textOf(file: string): string {
  const name = file === '-' ? 0 : file;
  let text: string;
  try {
    if (name !== 0 && statSync(name).size > MOST_FILE_BYTES)
      throw new InputError(`${file} is larger than 10 MB; attach the part that matters`);
    text = readFileSync(name, 'utf8');
  } catch (cause) {
    if (cause instanceof InputError) throw cause;
    throw fileProblem(file, cause, 'read');
  }
  if (text.trim() === '') throw new InputError(`${file} is empty; there is nothing to attach`);
  return text;
}
