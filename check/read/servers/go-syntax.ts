/** Comments and texts of Go as spaces, so that what is left is code; lines and offsets stay. */
export function codeOnly(text: string): string {
  return text.replaceAll(
    /\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|"(?:[^"\\\n]|\\.)*"|`[^`]*(?:`|$)|'(?:[^'\\\n]|\\.)+'/g,
    (found) => found.replaceAll(/[^\n]/g, ' '),
  );
}

/** A field of a literal, or an assignment to one. */
export interface GoField {
  readonly name: string;
  /** The expression, as it is written. */
  readonly value: string;
  readonly offset: number;
}

/** Where the brackets that open at an offset close; -1 where they do not. */
function closing(code: string, open: number): number {
  let depth = 0;
  for (let at = open; at < code.length; at += 1) {
    const character = code[at] ?? '';
    if ('{(['.includes(character)) depth += 1;
    else if ('})]'.includes(character)) {
      depth -= 1;
      if (depth === 0) return at;
    }
  }
  return -1;
}

/** The fields of a literal whose bracket opens at an offset: `{ Addr: addr, IdleTimeout: 60 * time.Second }`. */
export function fieldsOf(code: string, text: string, open: number): readonly GoField[] | null {
  const end = closing(code, open);
  if (end < 0) return null;
  const fields: GoField[] = [];
  let from = open + 1;
  let depth = 0;
  for (let at = open + 1; at <= end; at += 1) {
    const character = code[at] ?? '';
    if (at < end && '{(['.includes(character)) depth += 1;
    else if (at < end && '})]'.includes(character)) depth -= 1;
    else if (depth === 0 && (character === ',' || at === end)) {
      const match = /^(\s*)(\w+)\s*:/.exec(code.slice(from, at));
      if (match)
        fields.push({
          name: match[2] ?? '',
          value: text.slice(from + match[0].length, at).trim(),
          offset: from + (match[1] ?? '').length,
        });
      from = at + 1;
    }
  }
  return fields;
}

const UNITS: Readonly<Record<string, number>> = {
  Nanosecond: 1e-9,
  Microsecond: 1e-6,
  Millisecond: 1e-3,
  Second: 1,
  Minute: 60,
  Hour: 3600,
};

/** Names that stand for names that stand for names. */
const DEEPEST = 8;

/** Durations of constant expressions, in seconds; null where something must run first. */
class Durations {
  private tokens: readonly string[] = [];
  private at = 0;
  private readonly given: (name: string) => string | null;
  private readonly depth: number;

  constructor(given: (name: string) => string | null, depth: number) {
    this.given = given;
    this.depth = depth;
  }

  read(expression: string): number | null {
    if (expression.length > 300) return null;
    this.tokens = expression.match(/\d[\d_]*(?:\.\d+)?(?:e\d+)?|[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*|\S/g) ?? [];
    this.at = 0;
    const value = this.sum();
    return this.at === this.tokens.length ? value : null;
  }

  private next(): string {
    this.at += 1;
    return this.tokens[this.at - 1] ?? '';
  }

  private sum(): number | null {
    let value = this.product();
    while (this.tokens[this.at] === '+' || this.tokens[this.at] === '-') {
      const sign = this.next() === '+' ? 1 : -1;
      const other = this.product();
      value = value === null || other === null ? null : value + sign * other;
    }
    return value;
  }

  private product(): number | null {
    let value = this.factor();
    while (this.tokens[this.at] === '*' || this.tokens[this.at] === '/') {
      const operator = this.next();
      const other = this.factor();
      value = value === null || other === null ? null : operator === '*' ? value * other : value / other;
    }
    return value;
  }

  private factor(): number | null {
    const token = this.next();
    if (token === '-') {
      const value = this.factor();
      return value === null ? null : -value;
    }
    if (token === '(' || token === 'time.Duration') {
      if (token !== '(' && this.next() !== '(') return null;
      const value = this.sum();
      return this.next() === ')' ? value : null;
    }
    if (/^\d/.test(token)) return Number(token.replaceAll('_', ''));
    const unit = /^time\.(\w+)$/.exec(token)?.[1];
    if (unit !== undefined) return UNITS[unit] ?? null;
    const named = /^\w+$/.test(token) && this.depth < DEEPEST ? this.given(token) : null;
    return named === null ? null : new Durations(this.given, this.depth + 1).read(named);
  }
}

/**
 * The seconds of a duration: `90 * time.Second`, `time.Duration(idle) * time.Second`.
 *
 * @param given - the expression that a name is given, null where it is given none or several
 */
export function durationSeconds(expression: string, given: (name: string) => string | null): number | null {
  const trimmed = expression.trim();
  const value = new Durations(given, 0).read(trimmed);
  // A bare number is nanoseconds; nobody means that, but it is what it says.
  return value !== null && /^-?[\d_]+$/.test(trimmed) ? value * 1e-9 : value;
}
