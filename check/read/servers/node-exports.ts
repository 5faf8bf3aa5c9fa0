import type { Node } from '@babel/types';
import type { Names } from './node-names.ts';
import { bare, nameOfReference } from './node-syntax.ts';
import { propertyOf } from './node-values.ts';

/** Something that a module gives others: an expression of its own, or a name of another module. */
export type Exported =
  | { readonly kind: 'node'; readonly node: Node }
  | { readonly kind: 'module'; readonly module: string; readonly name: string };

const stringOf = (node: Node): string =>
  node.type === 'StringLiteral' ? node.value : (nameOfReference(node) ?? '');

function declared(declaration: Node, name: string): Exported | null {
  if (declaration.type === 'FunctionDeclaration' || declaration.type === 'ClassDeclaration')
    return declaration.id?.name === name ? { kind: 'node', node: declaration } : null;
  if (declaration.type !== 'VariableDeclaration') return null;
  const found = declaration.declarations.find(({ id }) => id.type === 'Identifier' && id.name === name);
  return found ? { kind: 'node', node: found.id } : null;
}

/** What the statements of a module export under a name; `default` for the default. */
function byStatement(name: string, nodes: readonly Node[]): Exported | null {
  const all: string[] = [];
  for (const node of nodes) {
    if (node.type === 'ExportDefaultDeclaration' && name === 'default')
      return { kind: 'node', node: node.declaration };
    if (node.type === 'ExportAllDeclaration') all.push(node.source.value);
    if (node.type !== 'ExportNamedDeclaration') continue;
    const own = node.declaration ? declared(node.declaration, name) : null;
    if (own) return own;
    const specifier = node.specifiers.find(
      (one) => one.type === 'ExportSpecifier' && stringOf(one.exported) === name,
    );
    if (specifier?.type !== 'ExportSpecifier') continue;
    return node.source
      ? { kind: 'module', module: node.source.value, name: stringOf(specifier.local) }
      : { kind: 'node', node: specifier.local };
  }
  const [only] = all;
  return only !== undefined && all.length === 1 ? { kind: 'module', module: only, name } : null;
}

/** All that `module.exports` is: what it is given, and the names that stand for it. */
const wholes = (names: Names): readonly Node[] => names.valuesOf('module.exports');

/** Names that are the exports: `const config = module.exports`, `module.exports = config`. */
function aliases(names: Names): readonly string[] {
  const given = wholes(names).flatMap((node) => nameOfReference(node) ?? []);
  return ['module.exports', 'exports', ...given, ...names.namesFor('module.exports')];
}

/** A property of an expression that is written out, or set on its name: `config.api.timeout = 5`. */
export function memberNode(node: Node, path: readonly string[], names: Names, depth = 0): Node | null {
  const [first, ...rest] = path;
  if (first === undefined) return node;
  if (depth > 12) return null;
  const inner = bare(node);
  if (inner.type === 'ObjectExpression') {
    const value = propertyOf(inner, first);
    return value && memberNode(value, rest, names, depth + 1);
  }
  const name = nameOfReference(inner);
  if (name === null) return null;
  // The longest name that is set by itself goes first.
  for (let length = path.length; length > 0; length -= 1) {
    const value = names.only([name, ...path.slice(0, length)].join('.'));
    if (value) return memberNode(value, path.slice(length), names, depth + 1);
  }
  const value = names.only(name);
  return value && memberNode(value, path, names, depth + 1);
}

/**
 * What another module gets under a name: `default`, a named export, or `*` for all of it, and a path of properties in that.
 */
export function exportedBy(
  name: string,
  path: readonly string[],
  nodes: readonly Node[],
  names: Names,
): { readonly found: Exported; readonly rest: readonly string[] } | null {
  const statement = name === '*' ? byStatement(path[0] ?? 'default', nodes) : byStatement(name, nodes);
  if (statement) return { found: statement, rest: name === '*' ? path.slice(1) : path };
  const full = name === '*' || name === 'default' ? path : [name, ...path];
  for (const alias of aliases(names)) {
    for (let length = full.length; length > 0; length -= 1) {
      const value = names.only([alias, ...full.slice(0, length)].join('.'));
      if (value) return { found: { kind: 'node', node: value }, rest: full.slice(length) };
    }
  }
  const [whole, ...others] = wholes(names);
  return whole && others.length === 0 ? { found: { kind: 'node', node: whole }, rest: full } : null;
}
