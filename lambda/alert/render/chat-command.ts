import { leftOut } from '../../diagnose/remedies/command.ts';

/** A command as a chat client can show it. */
export interface ChatCommand {
  /** Without what chat clients would change; null where nothing can be shown. */
  readonly line: string | null;
  /** What was left out of it, as its placeholders name it. */
  readonly leftOut: readonly string[];
}

/**
 * What chat clients change inside code: a backtick ends it, three characters are entities, which not every client turns
 * back, and runs of blanks may become one.
 */
const CHANGED = /[`&<>]|\s{2}/;

/** A word in single quotes, with what stands before it on the line. */
const QUOTED_WORD = /(?<=^|\s)'(?:[^']|'\\'')*'(?=\s|$)/g;

/** What stands for a word: its address, or the option that it belongs to. */
function nameOf(word: string, before: string): string {
  if (/^'https?:/.test(word)) return 'URL';
  const option = /--([a-z][a-z-]*)\s$/.exec(before)?.[1];
  return option === undefined ? 'VALUE' : option.replaceAll('-', '_').toUpperCase();
}

/**
 * The command with each word that chat would change left out and named: altered, it would be another command, and the
 * quotes around it could end where nobody expects.
 */
export function chatCommand(command: string): ChatCommand {
  const names: string[] = [];
  const line = command.replace(QUOTED_WORD, (word: string, at: number) => {
    if (!CHANGED.test(word)) return word;
    const name = leftOut(nameOf(word, command.slice(0, at)));
    names.push(name);
    return name;
  });
  // What is left is ours: lines of configuration have blanks and brackets, which stay text wherever they are shown.
  return line.includes('`') ? { line: null, leftOut: [] } : { line, leftOut: names };
}
