import type { Node } from '@babel/types';
import {
  APPLICATIONS,
  BY_PACKAGE,
  FASTIFY,
  HAPI,
  HAVE_THEIR_OWN,
  NODE_SERVERS,
  type ServerKind,
} from './node-frameworks.ts';
import type { Names } from './node-names.ts';
import { bare, callOf, memberOf, nameOfReference, nodesOf } from './node-syntax.ts';
import type { PackageJson } from './package-version.ts';

/** A place in a source file that makes a server. */
export interface Creation {
  /** The call. */
  readonly node: Node;
  readonly kind: ServerKind;
  /** The arguments among which options can stand, with the path to them: `serve` of Elysia. */
  readonly options: readonly { readonly node: Node; readonly under: string | null }[];
}

const APPLICATION_NAME = /(?:^|\.)(?:app|application|api|server|expressApp|koaApp)$/i;

/** Finds the servers of a file. */
export class Servers {
  private readonly names: Names;
  private readonly dependencies: Readonly<Record<string, string>>;
  private readonly known = new Map<Node, Creation | null>();
  /** What was found before; what is being looked for gives none, so that names that go in circles end. */
  private readonly found = new Map<Node, readonly Creation[]>();
  private readonly applications = new Map<Node, ServerKind | null>();

  /** Those of other files, by their names. */
  private readonly others: Map<Names, Servers>;

  constructor(names: Names, program: PackageJson | null, others: Map<Names, Servers> = new Map()) {
    this.names = names;
    this.others = others;
    this.dependencies = program?.dependencies ?? {};
  }

  /** The server that a call makes; null where it makes none. */
  madeBy(node: Node): Creation | null {
    const known = this.known.get(node);
    if (known !== undefined) return known;
    // A call within itself, by a name that is given to itself, makes none.
    this.known.set(node, null);
    const made = this.read(node);
    this.known.set(node, made);
    return made;
  }

  /** The servers that an expression can be: a name, what a framework wraps, what `listen` returns. */
  of(node: Node): readonly Creation[] {
    const inner = bare(node);
    const known = this.found.get(inner);
    if (known !== undefined) return known;
    this.found.set(inner, []);
    const found = this.search(inner);
    this.found.set(inner, found);
    return found;
  }

  private search(inner: Node): readonly Creation[] {
    const call = callOf(inner);
    if (call) {
      const made = this.madeBy(inner);
      if (made) return [made];
      const member = memberOf(call.callee);
      // `listen` of a server gives the server, as do the others that are chained.
      return member &&
        ['listen', 'getHttpServer', 'on', 'once', 'setTimeout', 'listenAsync'].includes(member.name)
        ? this.of(member.object)
        : [];
    }
    if (inner.type === 'AssignmentExpression') return this.of(inner.right);
    if (inner.type === 'ConditionalExpression')
      return [...this.of(inner.consequent), ...this.of(inner.alternate)];
    if (inner.type === 'LogicalExpression') return [...this.of(inner.left), ...this.of(inner.right)];
    const name = nameOfReference(inner);
    const given = name === null ? [] : this.names.valuesOf(name);
    if (given.length > 0) return [...new Set(given.flatMap((value) => this.of(value)))];
    const elsewhere = this.names.elsewhere(inner);
    if (elsewhere !== null) return this.in(elsewhere.names).of(elsewhere.node);
    const member = memberOf(inner);
    return member && ['server', 'listener', 'raw'].includes(member.name) ? this.of(member.object) : [];
  }

  private read(node: Node): Creation | null {
    const call = callOf(node);
    if (call === null) return null;
    const { callee, arguments: given } = call;
    const origin = this.names.originOf(callee);
    const all = (kind: ServerKind, options: readonly Node[], under: string | null = null): Creation => ({
      node,
      kind,
      options: options.map((one) => ({ node: one, under })),
    });
    if (origin !== null && NODE_SERVERS.has(origin))
      return all(this.kindOfHandler(given), this.optionsAmong(given));
    if (origin !== null && FASTIFY.has(origin)) return all('fastify', given);
    if (origin !== null && HAPI.has(origin)) return all('hapi', []);
    if (origin === '@hono/node-server.serve') return all('hono', given.slice(0, 1), 'serverOptions');
    if (origin === 'elysia.Elysia' || (origin === 'elysia' && call.isNew))
      return all('elysia', given, 'serve');
    if (origin === '@nestjs/core.NestFactory.create') return this.nest(node, given);
    const name = nameOfReference(callee);
    if (name === 'Bun.serve') return all('bun', given.slice(0, 1));
    if (name === 'Deno.serve') return all('deno', []);
    return this.listening(node, callee);
  }

  private nest(node: Node, given: readonly Node[]): Creation {
    const adapter = given.map(bare).find((one) => {
      const call = callOf(one);
      return call !== null && this.names.originOf(call.callee) === '@nestjs/platform-fastify.FastifyAdapter';
    });
    const options = adapter ? (callOf(adapter)?.arguments ?? []) : given.slice(1);
    return {
      node,
      kind: adapter ? 'fastify' : 'nestjs',
      options: adapter ? options.map((one) => ({ node: one, under: null })) : [],
    };
  }

  /** `app.listen(3000)` makes a server where `app` is an application, and none where it is a server. */
  private listening(node: Node, callee: Node): Creation | null {
    const member = memberOf(callee);
    if (member?.name !== 'listen' || this.of(member.object).length > 0) return null;
    const kind = this.applicationOf(member.object) ?? this.unknownApplication(member.object);
    return kind && { node, kind, options: [] };
  }

  /** The kind of an application that the file makes. */
  private applicationOf(node: Node): ServerKind | null {
    const inner = bare(node);
    const known = this.applications.get(inner);
    if (known !== undefined) return known;
    this.applications.set(inner, null);
    const kind = this.searchApplication(inner);
    this.applications.set(inner, kind);
    return kind;
  }

  private searchApplication(inner: Node): ServerKind | null {
    const call = callOf(inner);
    if (call) {
      const origin = this.names.originOf(call.callee);
      if (origin !== null && Object.hasOwn(APPLICATIONS, origin)) return APPLICATIONS[origin] ?? null;
      const member = memberOf(call.callee);
      // `express().use(...)` is the application still, `app.callback()` is its handler.
      return member && ['use', 'set', 'get', 'callback', 'disable', 'enable'].includes(member.name)
        ? this.applicationOf(member.object)
        : this.returnedBy(call.callee);
    }
    const name = nameOfReference(inner);
    const kinds = (name === null ? [] : this.names.valuesOf(name)).map((value) => this.applicationOf(value));
    const own = kinds.find((kind) => kind !== null) ?? null;
    const elsewhere = own === null ? this.names.elsewhere(inner) : null;
    return elsewhere === null ? own : this.in(elsewhere.names).applicationOf(elsewhere.node);
  }

  /** What a function gives back, of this file or another: `createApp()`. */
  private returnedBy(callee: Node): ServerKind | null {
    const name = nameOfReference(callee);
    const own = name === null ? null : this.names.functionOf(name);
    if (own !== null) return this.kindOfReturned(own);
    const elsewhere = this.names.elsewhere(callee);
    if (elsewhere === null) return null;
    const named = nameOfReference(elsewhere.node);
    const body = named === null ? elsewhere.node : elsewhere.names.functionOf(named);
    return body && isFunction(body) ? this.in(elsewhere.names).kindOfReturned(body) : null;
  }

  private kindOfReturned(body: Node): ServerKind | null {
    const kinds = returnedFrom(body).map((value) => this.applicationOf(value));
    return kinds.find((kind) => kind !== null) ?? null;
  }

  /** The servers of another file. */
  private in(names: Names): Servers {
    const known = this.others.get(names) ?? new Servers(names, null, this.others);
    this.others.set(names, known);
    return known;
  }

  /** An application that is made in another file, by its name and what package.json depends on. */
  private unknownApplication(node: Node): ServerKind | null {
    const name = nameOfReference(node);
    if (name === null || !APPLICATION_NAME.test(name) || this.names.originOf(node) !== null) return null;
    // What the file gives the name is something else that was not recognized, unless a call of its own makes it.
    const values = this.names.valuesOf(name).map(bare);
    if (!values.every((value) => isOwnCall(value, this.names))) return null;
    return this.kindByPackage();
  }

  private kindByPackage(): ServerKind | null {
    if (HAVE_THEIR_OWN.some((name) => Object.hasOwn(this.dependencies, name))) return null;
    return BY_PACKAGE.find(([name]) => Object.hasOwn(this.dependencies, name))?.[1] ?? null;
  }

  /** `createServer(app)` has no options, `createServer(options)` no handler yet. */
  private optionsAmong(given: readonly Node[]): readonly Node[] {
    const [first] = given;
    if (first === undefined || given.length > 1) return given.slice(0, 1);
    const name = nameOfReference(first);
    const isHandler = this.applicationOf(first) !== null || (name !== null && APPLICATION_NAME.test(name));
    return isHandler ? [] : [first];
  }

  private kindOfHandler(given: readonly Node[]): ServerKind {
    const handler = given.at(-1);
    if (handler === undefined) return 'node';
    const application = this.applicationOf(handler);
    if (application !== null) return application;
    const name = nameOfReference(handler);
    return name !== null && APPLICATION_NAME.test(name) ? (this.kindByPackage() ?? 'node') : 'node';
  }
}

const isFunction = (node: Node): boolean =>
  node.type === 'FunctionDeclaration' ||
  node.type === 'FunctionExpression' ||
  node.type === 'ArrowFunctionExpression';

/** What a function gives back, as far as its own statements say. */
function returnedFrom(body: Node): readonly Node[] {
  if (body.type === 'ArrowFunctionExpression' && body.body.type !== 'BlockStatement') return [body.body];
  return nodesOf(body).flatMap((node) =>
    node.type === 'ReturnStatement' && node.argument ? [node.argument] : [],
  );
}

/** A call of a function of the program itself: `createApp()`. */
function isOwnCall(node: Node, names: Names): boolean {
  const call = callOf(node);
  if (call === null) return false;
  return names.originOf(call.callee) === null && nameOfReference(call.callee) !== null;
}
