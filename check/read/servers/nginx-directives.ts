/** A directive of nginx, with the block it may have. */
export interface NginxDirective {
  readonly name: string;
  readonly arguments: readonly string[];
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** null where it ends with `;`. */
  readonly block: readonly NginxDirective[] | null;
}

/** Why a text is no configuration of nginx, and where. */
export class NginxSyntaxError extends Error {
  readonly line: number;

  constructor(message: string, line: number) {
    super(message);
    this.line = line;
  }
}

type Token =
  | { readonly kind: 'word'; readonly text: string; readonly line: number }
  | { readonly kind: '{' | '}' | ';'; readonly line: number };

/** Values that languages for templates put in: `{{ port }}`, `<%= port %>`. */
const INSERTED = /\{\{[^}]{0,400}\}\}|<%=[^%]{0,400}%>/y;
/** Their control words: `{% if %}`, `{# remark #}`. */
const CONTROL = /\{%[^%]{0,400}%\}|\{#[^#]{0,400}#\}|<%[^=%][^%]{0,400}%>/y;
/** A word runs to a blank or a sign; `${NAME}` is part of it. */
const WORD = /(?:\$\{[^}\s]{0,100}\}|\\[\s\S]|[^\s;{}\\])+/y;
const BLANK = /\s+/y;
const COMMENT = /#[^\n]*/y;
const QUOTED = /"[^"\\]*(?:\\[\s\S][^"\\]*)*"|'[^'\\]*(?:\\[\s\S][^'\\]*)*'/y;
const LUA = /_by_lua_block$|^init_worker_by_lua_block$|^js_content_block$/;

/** Cuts a configuration into words and signs, as nginx's own reader does (ngx_conf_read_token). */
class Tokens {
  private at = 0;
  private line = 1;
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  next(): Token | null {
    while (this.take(BLANK) !== null || this.take(COMMENT) !== null || this.take(CONTROL) !== null);
    const { line } = this;
    const character = this.text[this.at];
    if (character === undefined) return null;
    const inserted = this.take(INSERTED);
    if (inserted !== null) return { kind: 'word', text: inserted, line };
    if (character === '{' || character === '}' || character === ';') {
      this.at += 1;
      return { kind: character, line };
    }
    if (character === '"' || character === "'") {
      const quoted = this.take(QUOTED);
      if (quoted === null) throw new NginxSyntaxError('a quote is not closed', line);
      return { kind: 'word', text: quoted.slice(1, -1), line };
    }
    return { kind: 'word', text: this.take(WORD) ?? this.one(), line };
  }

  /** A block in another language: to the brace that closes it. */
  skipForeignBlock(): void {
    let depth = 1;
    while (depth > 0) {
      const character = this.one();
      if (character === '') throw new NginxSyntaxError('a block is not closed', this.line);
      if (character === '{') depth += 1;
      else if (character === '}') depth -= 1;
    }
  }

  private one(): string {
    const character = this.text[this.at] ?? '';
    this.at += 1;
    if (character === '\n') this.line += 1;
    return character;
  }

  private take(pattern: RegExp): string | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found === undefined) return null;
    this.at += found.length;
    for (let from = found.indexOf('\n'); from >= 0; from = found.indexOf('\n', from + 1)) this.line += 1;
    return found;
  }
}

/** Blocks within blocks: nobody's configuration goes deeper. */
const DEEPEST = 40;

interface Open {
  readonly directives: NginxDirective[];
  readonly name: string;
  readonly arguments: readonly string[];
  readonly line: number;
}

/**
 * Reads a configuration file of nginx, or a part of one.
 *
 * @throws {NginxSyntaxError} where quotes or braces do not close
 */
export function nginxDirectives(file: string, text: string): readonly NginxDirective[] {
  const tokens = new Tokens(text);
  const open: Open[] = [{ directives: [], name: '', arguments: [], line: 1 }];
  let words: { text: string; line: number }[] = [];
  const finish = (block: readonly NginxDirective[] | null): void => {
    const [name, ...rest] = words;
    if (name)
      open.at(-1)?.directives.push({
        name: name.text,
        arguments: rest.map((word) => word.text),
        file,
        line: name.line,
        block,
      });
    words = [];
  };
  for (let token = tokens.next(); token !== null; token = tokens.next()) {
    if (token.kind === 'word') words.push(token);
    else if (token.kind === ';') finish(null);
    else if (token.kind === '{') {
      const [name, ...rest] = words;
      if (open.length > DEEPEST) throw new NginxSyntaxError('blocks are nested too deeply', token.line);
      if (name && LUA.test(name.text)) {
        tokens.skipForeignBlock();
        finish([]);
        continue;
      }
      open.push({
        directives: [],
        name: name?.text ?? '',
        arguments: rest.map((word) => word.text),
        line: name?.line ?? token.line,
      });
      words = [];
    } else {
      const block = open.pop();
      const outer = open.at(-1);
      if (!block || !outer) throw new NginxSyntaxError('a } closes no block', token.line);
      if (words.length > 0) throw new NginxSyntaxError(`no ; behind ${words[0]?.text ?? ''}`, token.line);
      outer.directives.push({
        name: block.name,
        arguments: block.arguments,
        file,
        line: block.line,
        block: block.directives,
      });
    }
  }
  const unclosed = open.length > 1 ? open.at(-1) : undefined;
  if (unclosed) throw new NginxSyntaxError(`the block ${unclosed.name} is not closed`, unclosed.line);
  return open[0]?.directives ?? [];
}
