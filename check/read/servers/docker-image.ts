import { DockerfileParser, Env, type Instruction, ModifiableInstruction } from 'dockerfile-ast';
import { isSecretPair } from '../../../lambda/model/secret-name.ts';
import type { CheckedImage, SourceFile } from '../../model.ts';
import { folderOf } from './program-folder.ts';

/** Dockerfiles are short; a longer file is something else. */
export const LONGEST_DOCKERFILE = 200_000;

type Words = readonly string[];

/** What a stage has gathered up to an instruction. */
interface Stage {
  readonly name: string | null;
  from: string;
  environment: Record<string, string>;
  entryPoint: Words | null;
  command: Words | null;
  /** Whether the command was written in this stage: an ENTRYPOINT takes away one that was inherited. */
  hasOwnCommand: boolean;
  shell: Words;
  ports: number[];
  copies: { from: string; to: string }[];
  /** Where it is written what it starts. */
  line: number;
}

/** Values grow with each variable that stands for itself twice. */
const LONGEST_VALUE = 2000;
/** Instructions of a file that somebody wrote. */
const MOST_INSTRUCTIONS = 2000;

const SHELL: Words = ['/bin/sh', '-c'];

/** `$NAME`, `${NAME}`, `${NAME:-value}`; what is not known stays as it is written. */
const expanded = (text: string, values: Readonly<Record<string, string>>): string =>
  text
    .slice(0, LONGEST_VALUE)
    .replaceAll(
      /\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?::?-([^${}]*))?\})/g,
      (written, plain?: string, braced?: string, fallback?: string) => {
        const value = values[plain ?? braced ?? ''];
        return value === undefined || value === '' ? (fallback ?? value ?? written) : value;
      },
    )
    .slice(0, LONGEST_VALUE);

/** Arguments on one line, without the comments that may stand between continued lines. */
const argumentsOf = (instruction: Instruction): string =>
  (instruction.getArgumentsContent() ?? '').replaceAll(/^[ \t]*#.*$|(?<=\s)#[^\n]*\n/gm, '').trim();

/** The words of the JSON form; null where it is no JSON, which makes it the form for a shell. */
function jsonWords(text: string): Words | null {
  if (!text.startsWith('[')) return null;
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) && parsed.every((word) => typeof word === 'string') ? parsed : null;
  } catch {
    return null;
  }
}

/** `A=1 B="two words"`, `A two words`. */
const assignmentsOf = (instruction: Instruction): readonly (readonly [string, string])[] =>
  instruction instanceof Env
    ? instruction.getProperties().map((one) => [one.getName(), one.getValue() ?? ''] as const)
    : [];

const portsIn = (text: string, values: Readonly<Record<string, string>>): readonly number[] =>
  expanded(text, values)
    .split(/\s+/)
    .map((word) => Number(/^(\d{1,5})(?:\/tcp)?$/i.exec(word)?.[1] ?? Number.NaN))
    .filter((port) => Number.isInteger(port) && port > 0 && port < 65_536);

function copiesOf(instruction: Instruction): readonly { from: string; to: string }[] {
  const raw = instruction.getRawArgumentsContent() ?? '';
  const flags = instruction instanceof ModifiableInstruction ? instruction.getFlags() : [];
  if (flags.some((flag) => flag.getName() === 'from') || raw.startsWith('<<')) return [];
  const words = jsonWords(argumentsOf(instruction)) ?? argumentsOf(instruction).split(/\s+/);
  const to = words.at(-1) ?? '';
  return words.slice(0, -1).map((from) => ({ from, to }));
}

/** Reads one file from its first FROM to its last. */
class StageReader {
  private readonly stages: Stage[] = [];
  /** Values of ARG before the first FROM, which FROM lines may use; then those of the stage. */
  private readonly globals: Record<string, string> = {};
  private args: Record<string, string> = {};

  read(instruction: Instruction, line: number): void {
    const keyword = instruction.getKeyword();
    const stage = this.stages.at(-1);
    if (keyword === 'FROM') this.begin(argumentsOf(instruction), line);
    else if (keyword === 'ARG') this.readArgs(instruction, stage !== undefined);
    else if (stage) this.inStage(keyword, instruction, stage, line);
  }

  last(): Stage | null {
    return this.stages.at(-1) ?? null;
  }

  private begin(text: string, line: number): void {
    const [image = '', , name = null] = text.split(/\s+/).filter((word) => !word.startsWith('--'));
    const from = expanded(image, this.globals);
    const base = this.stages.findLast(
      ({ name: other }, index) =>
        other?.toLowerCase() === from.toLowerCase() || (/^\d+$/.test(from) && index === Number(from)),
    );
    this.args = {};
    this.stages.push({
      name,
      from: base?.from ?? from,
      environment: { ...base?.environment },
      entryPoint: base?.entryPoint ?? null,
      command: base?.command ?? null,
      hasOwnCommand: false,
      shell: base?.shell ?? SHELL,
      ports: [...(base?.ports ?? [])],
      copies: [...(base?.copies ?? [])],
      line: base?.entryPoint || base?.command ? base.line : line,
    });
  }

  private readArgs(instruction: Instruction, inStage: boolean): void {
    for (const word of argumentsOf(instruction).split(/\s+/)) {
      const [name = '', value] = word.split(/=(.*)/s);
      const given = value === undefined ? this.globals[name] : expanded(unquoted(value), this.globals);
      if (given !== undefined) (inStage ? this.args : this.globals)[name] = given;
    }
  }

  private inStage(keyword: string, instruction: Instruction, stage: Stage, line: number): void {
    const values = { ...this.args, ...stage.environment };
    switch (keyword) {
      case 'ENV':
        for (const [name, value] of assignmentsOf(instruction))
          if (!isSecretPair(name, value)) stage.environment[name] = expanded(value, values);
        return;
      case 'SHELL':
        stage.shell = jsonWords(argumentsOf(instruction)) ?? stage.shell;
        return;
      case 'EXPOSE':
        stage.ports.push(...portsIn(argumentsOf(instruction), values));
        return;
      case 'COPY':
      case 'ADD':
        stage.copies.push(
          ...this.copiesOfStage(instruction),
          ...copiesOf(instruction).map(({ from, to }) => ({
            from: expanded(from, values),
            to: expanded(to, values),
          })),
        );
        return;
      case 'CMD':
        stage.command = this.words(instruction, stage);
        stage.hasOwnCommand = true;
        stage.line = line;
        return;
      case 'ENTRYPOINT':
        stage.entryPoint = this.words(instruction, stage);
        if (!stage.hasOwnCommand) {
          stage.command = null;
          stage.line = line;
        }
        return;
    }
  }

  /** What `COPY --from=build` takes can be anything that the stage has taken in. */
  private copiesOfStage(instruction: Instruction): readonly { from: string; to: string }[] {
    const flags = instruction instanceof ModifiableInstruction ? instruction.getFlags() : [];
    const from = flags.find((flag) => flag.getName() === 'from')?.getValue() ?? null;
    if (from === null) return [];
    const stages = this.stages.slice(0, -1);
    const found = stages.findLast(
      ({ name }, index) => name?.toLowerCase() === from.toLowerCase() || from === String(index),
    );
    return found?.copies ?? [];
  }

  private words(instruction: Instruction, { shell }: Stage): Words {
    const text = argumentsOf(instruction);
    return jsonWords(text) ?? [...shell, text];
  }
}

const unquoted = (text: string): string => text.replace(/^(["'])(.*)\1$/s, '$2');

/** The last stage of a Dockerfile; null where the text has no FROM. */
export function imageOf(file: SourceFile): CheckedImage | null {
  if (file.text.length > LONGEST_DOCKERFILE || !/^[ \t]*FROM[ \t]/im.test(file.text)) return null;
  const reader = new StageReader();
  for (const instruction of DockerfileParser.parse(file.text).getInstructions().slice(0, MOST_INSTRUCTIONS))
    reader.read(instruction, instruction.getRange().start.line + 1);
  const stage = reader.last();
  if (stage === null) return null;
  const { from, entryPoint, command, environment, ports, copies } = stage;
  return {
    id: file.path,
    place: { file: file.path, line: stage.line },
    folder: folderOf(file.path),
    from,
    entryPoint,
    command,
    environment,
    ports: [...new Set(ports)],
    copies,
  };
}
