import type { Node } from '@babel/types';
import { bare, callOf, memberOf, nameOfReference } from './node-syntax.ts';

/** An expression of another file, with what the names there stand for. */
export interface Elsewhere {
  readonly node: Node;
  readonly names: Names;
  readonly file: string;
}

/**
 * Finds what a file has from another: the module as it is written, the export (`default`, a name, `*` for all of it) and
 * the properties of that. null where it is a package, or cannot be found.
 */
export type Linked = (module: string, name: string, members: readonly string[]) => Elsewhere | null;

/** What the names of a file stand for. Scopes are not told apart: a name that is given two things stands for both. */
export class Names {
  /** What each name was given, by declarations and assignments. */
  private readonly given = new Map<string, Node[]>();
  /** What was imported under a name: `http.createServer`, `express`. */
  private readonly imported = new Map<string, string>();
  private readonly functions = new Map<string, Node>();
  /** Where a name of another module comes from: its module, and the export. */
  private readonly from = new Map<string, { readonly module: string; readonly name: string }>();
  private readonly linked: Linked;

  constructor(nodes: readonly Node[], linked: Linked = () => null) {
    this.linked = linked;
    for (const node of nodes) this.take(node);
  }

  /** All that a name was given. */
  valuesOf(name: string): readonly Node[] {
    return this.given.get(name) ?? [];
  }

  /** What a name stands for where it was given one thing only; null else. */
  only(name: string): Node | null {
    const values = this.valuesOf(name);
    return values.length === 1 ? (values[0] ?? null) : null;
  }

  /** The function of a name: declared, or given to it. */
  functionOf(name: string): Node | null {
    return this.functions.get(name) ?? null;
  }

  /** The names that were given nothing but a reference: `const config = module.exports`. */
  namesFor(reference: string): readonly string[] {
    return [...this.given].flatMap(([name, values]) =>
      values.length === 1 && values[0] && nameOfReference(values[0]) === reference ? [name] : [],
    );
  }

  /** What a reference stands for that another file of the repository gives: `app`, `config.server.keepAlive`. */
  elsewhere(node: Node): Elsewhere | null {
    const [first = '', ...members] = nameOfReference(node)?.split('.') ?? [];
    const from = this.from.get(first) ?? this.whole(first);
    return from === null ? null : this.linked(from.module, from.name, members);
  }

  /** `const config = require('./config')`, `const app = require('./app').default`. */
  private whole(name: string): { readonly module: string; readonly name: string } | null {
    const value = this.only(name);
    if (value === null) return null;
    const inner = bare(value);
    const module = moduleRequired(inner);
    if (module !== null) return { module, name: '*' };
    const member = memberOf(inner);
    const outer = member && moduleRequired(bare(member.object));
    return member && outer !== null ? { module: outer, name: member.name } : null;
  }

  /**
   * The export of a package that an expression is, without `node:` and `default`: `http.createServer`, `fastify`,
   * `@nestjs/core.NestFactory.create`. null where it is anything else.
   */
  originOf(node: Node, depth = 0): string | null {
    const inner = bare(node);
    if (depth > 10) return null;
    if (inner.type === 'Identifier') {
      const known = this.imported.get(inner.name);
      if (known !== undefined) return known;
      const value = this.only(inner.name);
      return value === null ? null : this.originOf(value, depth + 1);
    }
    const module = moduleRequired(inner);
    if (module !== null) return module.startsWith('.') ? null : module;
    const member = memberOf(inner);
    const object = member && this.originOf(member.object, depth + 1);
    if (member === null || object === null) return null;
    return member.name === 'default' ? object : `${object}.${member.name}`;
  }

  private give(name: string, value: Node): void {
    const before = this.given.get(name);
    if (before) before.push(value);
    else this.given.set(name, [value]);
  }

  private import(local: string, module: string, name: string): void {
    this.from.set(local, { module, name });
    if (!module.startsWith('.'))
      this.imported.set(local, name === '*' || name === 'default' ? module : `${module}.${name}`);
  }

  private take(node: Node): void {
    if (node.type === 'ImportDeclaration') {
      const module = bareModule(node.source.value);
      for (const specifier of node.specifiers) {
        const { local } = specifier;
        if (specifier.type !== 'ImportSpecifier')
          this.import(local.name, module, specifier.type === 'ImportDefaultSpecifier' ? 'default' : '*');
        else {
          const { imported } = specifier;
          this.import(local.name, module, imported.type === 'Identifier' ? imported.name : imported.value);
        }
      }
    } else if (node.type === 'TSImportEqualsDeclaration') {
      const { moduleReference: reference } = node;
      if (reference.type === 'TSExternalModuleReference')
        this.import(node.id.name, bareModule(reference.expression.value), '*');
    } else if (node.type === 'VariableDeclarator' && node.init) this.declare(node.id, node.init);
    else if (node.type === 'AssignmentExpression' && node.operator === '=') {
      const name = nameOfReference(node.left);
      if (name !== null) this.give(name, node.right);
    } else if (node.type === 'ClassProperty' && node.value && node.key.type === 'Identifier')
      this.give(`this.${node.key.name}`, node.value);
    else if (node.type === 'FunctionDeclaration' && node.id) this.functions.set(node.id.name, node);
  }

  private declare(id: Node, init: Node): void {
    if (id.type === 'Identifier') this.give(id.name, init);
    if (id.type === 'Identifier' && /^(?:Arrow)?FunctionExpression$/.test(init.type))
      this.functions.set(id.name, init);
    if (id.type !== 'ObjectPattern') return;
    const module = moduleRequired(bare(init));
    for (const property of id.properties) {
      if (property.type !== 'ObjectProperty' || property.key.type !== 'Identifier') continue;
      const { value } = property;
      if (module !== null && value.type === 'Identifier') this.import(value.name, module, property.key.name);
    }
  }
}

const bareModule = (name: string): string => name.replace(/^node:/, '');

/** The package of `require('http')` and of `import('http')`; null for anything else. */
function moduleRequired(node: Node): string | null {
  const call = callOf(node);
  const [first] = call?.arguments ?? [];
  const isRequire =
    call?.callee.type === 'Import' || (call?.callee.type === 'Identifier' && call.callee.name === 'require');
  if (isRequire && first?.type === 'StringLiteral') return bareModule(first.value);
  return node.type === 'ImportExpression' && node.source.type === 'StringLiteral'
    ? bareModule(node.source.value)
    : null;
}
