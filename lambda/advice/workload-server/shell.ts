import { SERVER_VARIABLES } from '../../model/server-variables.ts';

/** One simple command of a script: its words, and the variables that are set for it. */
export interface ShellCommand {
  readonly words: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

type Environment = Readonly<Record<string, string>>;

/** What a piece of a script stands for: a word, the end of a command, or a sign that drops the next word (`> file`). */
type Piece =
  | { readonly kind: 'word'; readonly texts: readonly string[] }
  | { readonly kind: 'end' }
  | { readonly kind: 'redirect' };

/** Scripts longer than this are not read: a container's command is a line or a few. */
const LONGEST_SCRIPT = 20_000;

const VARIABLE = /^\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?::?-([^${}]*))?\})/;
const ASSIGNMENT = /^([A-Za-z_]\w*)=(.*)$/s;
/** Words that begin a part of a compound command; what follows is a command like any other. */
const KEYWORDS = new Set(['if', 'then', 'elif', 'else', 'while', 'until', 'do', '!', '{', '(']);

/**
 * The value of a variable at the beginning of a text; null where it is not known: only variables of known names are
 * read, so that any other may have a value that nobody sees here.
 */
function expansionAt(
  text: string,
  environment: Environment,
): { length: number; value: string | null } | null {
  const match = VARIABLE.exec(text);
  if (!match) return null;
  const name = match[1] ?? match[2] ?? '';
  const isKnown = Object.hasOwn(environment, name) || SERVER_VARIABLES.has(name);
  const value = environment[name] || (match[3] ?? '');
  return { length: match[0].length, value: isKnown ? value : null };
}

/** Reads one script from left to right. */
class ScriptReader {
  private at = 0;
  private readonly script: string;
  /** Grows with what the script exports. */
  environment: Environment;

  constructor(script: string, environment: Environment) {
    this.script = script;
    this.environment = environment;
  }

  next(): Piece | null {
    this.skipBlanks();
    const character = this.script[this.at];
    if (character === undefined) return null;
    const operator = /^(?:&&|\|\||;;?|\||&(?!>)|\n|\(|\))/.exec(this.script.slice(this.at, this.at + 2));
    if (operator) {
      this.at += operator[0].length;
      return { kind: 'end' };
    }
    const redirect = /^(?:\d*|&)(?:>>?|<<?<?)(?:&-?\d*)?/.exec(this.script.slice(this.at, this.at + 8));
    // `2>&1` stands for itself, `> file` takes the next word with it.
    if (redirect) {
      this.at += redirect[0].length;
      return /&-?\d*$/.test(redirect[0]) ? { kind: 'word', texts: [] } : { kind: 'redirect' };
    }
    return this.word();
  }

  private skipBlanks(): void {
    const blank = /(?:[ \t\r]|\\\r?\n)*(?:#[^\n]*)?/y;
    blank.lastIndex = this.at;
    this.at += blank.exec(this.script)?.[0].length ?? 0;
  }

  private word(): Piece {
    const texts = [''];
    const append = (text: string): void => {
      texts[texts.length - 1] += text;
    };
    let quoted = false;
    while (this.at < this.script.length) {
      const character = this.script[this.at] ?? '';
      if (/[\s;&|()<>]/.test(character)) break;
      if (character === "'") {
        append(this.until("'"));
        quoted = true;
      } else if (character === '"') {
        append(this.doubleQuoted());
        quoted = true;
      } else if (character === '$' || character === '`') this.unquotedExpansion(texts, append);
      else {
        if (character === '\\') this.at += 1;
        append(this.script[this.at] ?? '');
        this.at += 1;
      }
    }
    return {
      kind: 'word',
      texts: quoted || texts.some((text) => text !== '') ? texts.filter((text) => quoted || text !== '') : [],
    };
  }

  /** A value outside of quotes is split at blanks: `java $JAVA_OPTS -jar app.jar`. */
  private unquotedExpansion(texts: string[], append: (text: string) => void): void {
    const value = this.expansion();
    const [first = '', ...more] =
      value.startsWith('$') || value.startsWith('`') ? [value] : value.split(/\s+/);
    append(first);
    texts.push(...more);
  }

  private doubleQuoted(): string {
    let text = '';
    this.at += 1;
    while (this.at < this.script.length && this.script[this.at] !== '"') {
      if (this.script[this.at] === '$' || this.script[this.at] === '`') {
        text += this.expansion();
        continue;
      }
      if (this.script[this.at] === '\\' && /["\\$`]/.test(this.script[this.at + 1] ?? '')) this.at += 1;
      text += this.script[this.at] ?? '';
      this.at += 1;
    }
    this.at += 1;
    return text;
  }

  /** What is not known stays as it is written, and is read as a value by nobody. */
  private expansion(): string {
    const rest = this.script.slice(this.at);
    const command = /^(?:\$\([^()]*(?:\([^()]*\)[^()]*)*\)|`[^`]*`)/.exec(rest)?.[0];
    const found = command === undefined ? expansionAt(rest, this.environment) : null;
    const written =
      command ?? (found ? rest.slice(0, found.length) : (/^\$\{[^}]*\}/.exec(rest)?.[0] ?? rest.slice(0, 1)));
    this.at += written.length;
    return found?.value ?? (written === '$' ? '$' : written.replaceAll(/\s+/g, ' '));
  }

  private until(end: string): string {
    const close = this.script.indexOf(end, this.at + 1);
    const stop = close < 0 ? this.script.length : close;
    const text = this.script.slice(this.at + 1, stop);
    this.at = stop + 1;
    return text;
  }
}

/** Takes `NAME=value` from the front of a command. */
export function withAssignments(words: readonly string[], environment: Environment): ShellCommand {
  const set: Record<string, string> = {};
  let from = 0;
  for (const word of words) {
    const assignment = ASSIGNMENT.exec(word);
    if (!assignment) break;
    set[assignment[1] ?? ''] = assignment[2] ?? '';
    from += 1;
  }
  return { words: words.slice(from), environment: from === 0 ? environment : { ...environment, ...set } };
}

/**
 * The commands of a script for `sh -c`, in its order, with what it exports. Of a compound command all parts are given,
 * whichever would run.
 */
export function commandsOf(script: string, environment: Environment): readonly ShellCommand[] {
  const commands: ShellCommand[] = [];
  let exported: Environment = environment;
  let words: string[] = [];
  const finish = (): void => {
    while (KEYWORDS.has(words[0] ?? '')) words.shift();
    const command = withAssignments(words, exported);
    words = [];
    if (command.words[0] === 'export')
      exported = withAssignments(command.words.slice(1), exported).environment;
    else if (command.words.length === 0) exported = command.environment;
    else commands.push(command);
  };
  const text = script.slice(0, LONGEST_SCRIPT);
  const reader = new ScriptReader(text, exported);
  let dropsNext = false;
  for (let piece = reader.next(); piece !== null; piece = reader.next()) {
    if (piece.kind === 'redirect') dropsNext = true;
    else if (piece.kind === 'word') {
      if (!dropsNext) words.push(...piece.texts);
      dropsNext = false;
    } else {
      finish();
      reader.environment = exported;
    }
  }
  finish();
  return commands;
}
