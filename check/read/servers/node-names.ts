import type { Node } from '@babel/types';
import { bare, callOf, memberOf, nameOfReference } from './node-syntax.ts';

/** What the names of a file stand for. Scopes are not told apart: a name that is given two things stands for both. */
export class Names {
  /** What each name was given, by declarations and assignments. */
  private readonly given = new Map<string, Node[]>();
  /** What was imported under a name: `http.createServer`, `express`. */
  private readonly imported = new Map<string, string>();
  private readonly files = new Map<string, string>();

  constructor(nodes: readonly Node[]) {
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

  /** The file that a name was imported from, relative as it is written: `./config`; null where it is no file. */
  fileOf(name: string): string | null {
    return this.files.get(name) ?? null;
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
    if (module !== null) return module;
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

  private import(local: string, module: string, name: string | null): void {
    if (module.startsWith('.')) this.files.set(local, module);
    else this.imported.set(local, name === null || name === 'default' ? module : `${module}.${name}`);
  }

  private take(node: Node): void {
    if (node.type === 'ImportDeclaration') {
      const module = bareModule(node.source.value);
      for (const specifier of node.specifiers) {
        const { local } = specifier;
        if (specifier.type !== 'ImportSpecifier') this.import(local.name, module, null);
        else {
          const { imported } = specifier;
          this.import(local.name, module, imported.type === 'Identifier' ? imported.name : imported.value);
        }
      }
    } else if (node.type === 'TSImportEqualsDeclaration') {
      const { moduleReference: reference } = node;
      if (reference.type === 'TSExternalModuleReference')
        this.import(node.id.name, bareModule(reference.expression.value), null);
    } else if (node.type === 'VariableDeclarator' && node.init) this.declare(node.id, node.init);
    else if (node.type === 'AssignmentExpression' && node.operator === '=') {
      const name = nameOfReference(node.left);
      if (name !== null) this.give(name, node.right);
    } else if (node.type === 'ClassProperty' && node.value && node.key.type === 'Identifier')
      this.give(`this.${node.key.name}`, node.value);
  }

  private declare(id: Node, init: Node): void {
    if (id.type === 'Identifier') this.give(id.name, init);
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
