import { type ParserPlugin, parse } from '@babel/parser';
import type { Expression, Node } from '@babel/types';

/** Longer files are bundles, which nobody wrote. */
export const LONGEST_SOURCE = 1_000_000;

const pluginsFor = (path: string): ParserPlugin[] => {
  const language: ParserPlugin[] = /\.[cm]?ts$/.test(path)
    ? ['typescript']
    : path.endsWith('.tsx')
      ? ['typescript', 'jsx']
      : ['jsx'];
  return [...language, 'decorators', 'explicitResourceManagement'];
};

/** Why a text is no JavaScript or TypeScript, and where. */
export class SourceSyntaxError extends Error {
  readonly line: number;

  constructor(message: string, line: number) {
    super(message);
    this.line = line;
  }
}

const lineIn = (error: unknown): number =>
  error instanceof SyntaxError &&
  'loc' in error &&
  isRecord(error.loc) &&
  typeof error.loc['line'] === 'number'
    ? error.loc['line']
    : 1;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const isNode = (value: unknown): value is Node =>
  isRecord(value) && typeof value['type'] === 'string' && typeof value['start'] === 'number';

/**
 * The syntax tree of a source file, and what it holds.
 *
 * @throws {SourceSyntaxError} where the text cannot be parsed
 */
export function sourceTree(path: string, text: string): Node {
  try {
    return parse(text, {
      sourceType: 'unambiguous',
      errorRecovery: true,
      attachComment: false,
      allowReturnOutsideFunction: true,
      allowAwaitOutsideFunction: true,
      allowImportExportEverywhere: true,
      allowSuperOutsideMethod: true,
      allowUndeclaredExports: true,
      plugins: pluginsFor(path),
    }).program;
  } catch (error) {
    // A RangeError is a tree so deep that the parser's stack has no room for it.
    if (error instanceof SyntaxError)
      throw new SourceSyntaxError(error.message.replace(/ \(\d+:\d+\)$/, ''), lineIn(error));
    if (error instanceof RangeError) throw new SourceSyntaxError('it is nested too deeply', 1);
    throw error;
  }
}

/** All nodes of a tree in the order of the text. */
export function nodesOf(tree: Node): readonly Node[] {
  const found: Node[] = [];
  const open: Node[] = [tree];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    found.push(node);
    const within = Object.values(node).flatMap((value: unknown) => (Array.isArray(value) ? value : [value]));
    open.push(...within.filter(isNode).reverse());
  }
  return found;
}

/** An expression without what only TypeScript sees, and without `await`. */
export function bare(node: Node): Node {
  let inner = node;
  for (;;) {
    if (
      inner.type === 'TSAsExpression' ||
      inner.type === 'TSSatisfiesExpression' ||
      inner.type === 'TSNonNullExpression' ||
      inner.type === 'TSTypeAssertion' ||
      inner.type === 'ParenthesizedExpression'
    )
      inner = inner.expression;
    else if (inner.type === 'AwaitExpression') inner = inner.argument;
    else return inner;
  }
}

/** A property that is read from an object: `server.keepAliveTimeout`, `process.env['PORT']`. */
export function memberOf(node: Node): { readonly object: Expression; readonly name: string } | null {
  if (node.type !== 'MemberExpression' && node.type !== 'OptionalMemberExpression') return null;
  const { object, property } = node;
  if (object.type === 'Super') return null;
  if (!node.computed) return property.type === 'Identifier' ? { object, name: property.name } : null;
  return property.type === 'StringLiteral' ? { object, name: property.value } : null;
}

/** What is called or constructed, with its arguments. */
export function callOf(
  node: Node,
): { readonly callee: Node; readonly arguments: readonly Node[]; readonly isNew: boolean } | null {
  if (
    node.type === 'CallExpression' ||
    node.type === 'OptionalCallExpression' ||
    node.type === 'NewExpression'
  )
    return { callee: node.callee, arguments: node.arguments, isNew: node.type === 'NewExpression' };
  return null;
}

/** `server`, `this.server`, `app.locals.server`: what is written, where it is only names; null for anything else. */
export function nameOfReference(node: Node): string | null {
  const inner = bare(node);
  if (inner.type === 'Identifier') return inner.name;
  if (inner.type === 'ThisExpression') return 'this';
  const member = memberOf(inner);
  const object = member && nameOfReference(member.object);
  return object === null || member === null ? null : `${object}.${member.name}`;
}

/** The line of a node, from 1. */
export const lineOf = (node: Node): number => node.loc?.start.line ?? 1;
