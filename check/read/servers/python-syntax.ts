import type { SyntaxNode } from '@lezer/common';
import { parser } from '@lezer/python';
import { operate } from './arithmetic.ts';
import type { PythonAssignment, PythonCall, PythonNumber } from './python-model.ts';

/** Longer files are generated. */
export const LONGEST_PYTHON = 300_000;
/** Deeper trees are nobody's program; what stands deeper is not looked at. */
const DEEPEST_TREE = 400;

const childrenOf = (node: SyntaxNode): readonly SyntaxNode[] => {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) children.push(child);
  return children;
};

/** What reads a variable of the environment: Python itself, django-environ and environs, python-decouple and Starlette. */
const FROM_ENVIRONMENT =
  /^os\.(?:environ\.get|getenv)$|(?:^|\.)env(?:iron)?(?:\.(?:int|float|str))?$|^(?:decouple\.config|starlette\.config\.Config|config)$/i;

const BRANCHES = new Set(['IfStatement', 'ForStatement', 'WhileStatement', 'TryStatement', 'MatchStatement']);
const DEEPEST = 50;

type Value =
  | { readonly kind: 'number'; readonly value: number; readonly variable: string | null }
  | { readonly kind: 'text'; readonly value: string; readonly variable: string | null }
  | { readonly kind: 'variable'; readonly name: string };

/** A Python file: what it assigns, imports and calls, by its syntax tree. */
export class PythonFile {
  readonly assignments: readonly PythonAssignment[];
  readonly calls: readonly PythonCall[];
  /** Names by what they were imported from: `run` is `uvicorn.run`. */
  private readonly imports = new Map<string, string>();
  private readonly text: string;
  private readonly starts: readonly number[];
  private steps = 0;

  constructor(text: string) {
    this.text = text;
    this.starts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
    const assignments: PythonAssignment[] = [];
    const calls: PythonCall[] = [];
    const branches: SyntaxNode[] = [];
    let functions = 0;
    let depth = 0;
    parser.parse(text).iterate({
      enter: ({ node, name }) => {
        if (depth >= DEEPEST_TREE) return false;
        depth += 1;
        if (name === 'ImportStatement') this.import(node);
        if (BRANCHES.has(name)) branches.push(node);
        if (name === 'FunctionDefinition' || name === 'LambdaExpression') functions += 1;
        if (name === 'AssignStatement') {
          const one = this.assignment(node, branches.length > 0);
          // What a function assigns is its own, unless it is an attribute.
          if (one && (functions === 0 || one.name.includes('.'))) assignments.push(one);
        }
        if (name === 'CallExpression') calls.push(...this.call(node, branches));
        return true;
      },
      leave: ({ name }) => {
        depth -= 1;
        if (BRANCHES.has(name)) branches.pop();
        if (name === 'FunctionDefinition' || name === 'LambdaExpression') functions -= 1;
      },
    });
    this.assignments = assignments;
    this.calls = calls;
  }

  /** From 1. */
  lineOf(node: SyntaxNode): number {
    let [low, high] = [0, this.starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.starts[middle] ?? 0) <= node.from) low = middle;
      else high = middle;
    }
    return low + 1;
  }

  written(node: SyntaxNode): string {
    return this.text.slice(node.from, node.to);
  }

  /** Whether the file imports a package. */
  hasImported(name: string): boolean {
    return [...this.imports.values()].some((from) => from === name || from.startsWith(`${name}.`));
  }

  /** The number that an expression is; null where it cannot be told without running it. */
  number(node: SyntaxNode): PythonNumber | null {
    this.steps = 0;
    const value = this.asNumber(this.value(node, 0));
    return value?.kind === 'number' && Number.isFinite(value.value) ? value : null;
  }

  /** The text that an expression is; null as for numbers. */
  string(node: SyntaxNode): string | null {
    this.steps = 0;
    const value = this.value(node, 0);
    return value?.kind === 'text' ? value.value : null;
  }

  private import(node: SyntaxNode): void {
    const words = this.written(node)
      .replaceAll(/[()\\\s]+/g, ' ')
      .trim()
      .slice(0, 4000);
    const from = /^from ([\w.]+) import (.*)$/.exec(words);
    const list = (from?.[2] ?? words.replace(/^import /, '')).split(',');
    for (const item of list) {
      const [name = '', , local] = item.trim().split(' ');
      if (name !== '') this.imports.set(local ?? name, from ? `${from[1]}.${name}` : name);
    }
  }

  /** `uvicorn.run` of a name or of members, by what was imported. */
  private nameOf(node: SyntaxNode): string | null {
    if (node.name !== 'VariableName' && node.name !== 'MemberExpression') return null;
    // Calls of calls of calls are no name, and reading each of them again would take its time.
    if (node.to - node.from > 300) return null;
    const written = this.written(node).replaceAll(/\s+/g, '');
    if (!/^[\w.]{1,200}$/.test(written)) return null;
    const [first = '', ...rest] = written.split('.');
    return [this.imports.get(first) ?? first, ...rest].join('.');
  }

  private assignment(node: SyntaxNode, isConditional: boolean): PythonAssignment | null {
    const [target] = childrenOf(node);
    const value = node.lastChild;
    const signs = node.getChildren('AssignOp');
    if (!target || !value || signs.length !== 1 || value.name === 'AssignOp') return null;
    const name = this.written(target);
    return /^[A-Za-z_][\w.]{0,200}$/.test(name) ? { name, value, at: node, isConditional } : null;
  }

  private call(node: SyntaxNode, branches: readonly SyntaxNode[]): readonly PythonCall[] {
    const [callee] = childrenOf(node);
    const name = callee ? this.nameOf(callee) : null;
    const list = node.getChild('ArgList');
    if (name === null || list === null) return [];
    const keywords = new Map<string, SyntaxNode>();
    for (const sign of list.getChildren('AssignOp'))
      if (sign.prevSibling && sign.nextSibling)
        keywords.set(this.written(sign.prevSibling), sign.nextSibling);
    const isMain = branches.some((branch) => /^if\s+__name__\s*==/.test(this.written(branch).slice(0, 60)));
    return [{ name, keywords, isOpen: list.getChildren('**').length > 0, at: node, isMain }];
  }

  private asNumber(value: Value | null): Value | null {
    if (value?.kind !== 'text') return value;
    return /^\s*[+-]?\d[\d_]*(?:\.\d+)?\s*$/.test(value.value)
      ? { kind: 'number', value: Number(value.value.replaceAll('_', '')), variable: value.variable }
      : null;
  }

  private value(node: SyntaxNode, depth: number): Value | null {
    this.steps += 1;
    if (depth > DEEPEST || this.steps > 1000) return null;
    const next = (other: SyntaxNode | null | undefined): Value | null =>
      other ? this.value(other, depth + 1) : null;
    const children = childrenOf(node);
    switch (node.name) {
      case 'Number': {
        const value = Number(this.written(node).replaceAll('_', ''));
        return Number.isNaN(value) ? null : { kind: 'number', value, variable: null };
      }
      case 'String': {
        const text = /^[rRbBuU]?(?:"""|'''|"|')(.*?)(?:"""|'''|"|')$/s.exec(this.written(node))?.[1];
        return text === undefined || text.includes('\\')
          ? null
          : { kind: 'text', value: text, variable: null };
      }
      case 'None':
        return null;
      case 'ParenthesizedExpression':
        return children.length === 3 ? next(children[1]) : null;
      case 'UnaryExpression': {
        const value = next(children[1]);
        return children[0] && this.written(children[0]) === '-' && value?.kind === 'number'
          ? { ...value, value: -value.value }
          : null;
      }
      case 'VariableName': {
        const given = this.assignments.filter(({ name }) => name === this.written(node));
        return given.length === 1 && !given[0]?.isConditional ? next(given[0]?.value) : null;
      }
      case 'BinaryExpression':
        return this.binary(children, next);
      case 'CallExpression':
        return this.called(node, children, next);
      case 'MemberExpression': {
        // os.environ["X"]
        const object = children[0] ? this.nameOf(children[0]) : null;
        const key = next(children.find(({ name }) => name === 'String'));
        return object === 'os.environ' && key?.kind === 'text' ? { kind: 'variable', name: key.value } : null;
      }
      default:
        return null;
    }
  }

  private binary(
    [first, sign, second]: readonly SyntaxNode[],
    next: (node: SyntaxNode | undefined) => Value | null,
  ): Value | null {
    if (!sign) return null;
    const left = next(first);
    if (sign.name === 'or') {
      const right = next(second);
      return left?.kind === 'variable' && right !== null && right.kind !== 'variable'
        ? { ...right, variable: right.variable ?? left.name }
        : null;
    }
    const right = next(second);
    if (left?.kind !== 'number' || right?.kind !== 'number') return null;
    const value = operate(this.written(sign), left.value, right.value);
    return value === null ? null : { kind: 'number', value, variable: left.variable ?? right.variable };
  }

  private called(
    node: SyntaxNode,
    [callee]: readonly SyntaxNode[],
    next: (node: SyntaxNode | undefined) => Value | null,
  ): Value | null {
    const name = callee ? this.nameOf(callee) : null;
    const given = childrenOf(node.getChild('ArgList') ?? node).filter((one) => !/^[(),]$/.test(one.name));
    const [first, second] = given;
    if ((name === 'int' || name === 'float') && first) return this.asNumber(next(first));
    if (name === null || !FROM_ENVIRONMENT.test(name)) return null;
    const key = next(first);
    if (key?.kind !== 'text') return null;
    const keyword = given.findIndex(
      (one, at) => this.written(one) === 'default' && given[at + 1]?.name === 'AssignOp',
    );
    // `env.int("X", default=75)`, `config("X", cast=int, default=75)`, `os.getenv("X", "75")`.
    const fallback = keyword >= 0 ? given[keyword + 2] : given[2]?.name === 'AssignOp' ? undefined : second;
    const value = next(fallback);
    if (fallback === undefined) return { kind: 'variable', name: key.value };
    return value === null || value.kind === 'variable'
      ? null
      : { ...value, variable: value.variable ?? key.value };
  }
}
