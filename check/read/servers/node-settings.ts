import type { Node } from '@babel/types';
import type { Names } from './node-names.ts';
import type { Creation, Servers } from './node-servers.ts';
import { callOf, memberOf, nameOfReference } from './node-syntax.ts';
import { numberOf, propertyOf } from './node-values.ts';

/** Properties of a server that end connections. */
const SETTINGS = ['keepAliveTimeout', 'headersTimeout', 'maxRequestsPerSocket'] as const;
export type SettingName = (typeof SETTINGS)[number];

const isSetting = (name: string): name is SettingName => SETTINGS.some((one) => one === name);

/** A property that the code sets on a server. */
export interface SetProperty {
  readonly name: SettingName;
  readonly value: Node;
  /** What stands on the left, or the key in an object. */
  readonly at: Node;
  /** The name of the server there: `server`, `app.server`. */
  readonly target: string;
}

/** What the code does with servers. */
export interface Uses {
  readonly creations: readonly Creation[];
  /** The first name that a server is given. */
  readonly names: ReadonlyMap<Creation, string>;
  readonly settings: ReadonlyMap<Creation, readonly SetProperty[]>;
  /** Set on what is made in another file. */
  readonly unattached: readonly SetProperty[];
  readonly ports: ReadonlyMap<Creation, readonly number[]>;
  /** Those that listen on this machine alone: `server.listen(3000, 'localhost')`. */
  readonly local: ReadonlySet<Creation>;
  /** Methods that are called on it: `close`, `closeIdleConnections`. */
  readonly calls: ReadonlyMap<Creation, ReadonlySet<string>>;
}

/** Pools of connections of clients have a keepAliveTimeout too. */
const CLIENT = /agent|client|pool|dispatcher|undici|axios/i;

function append<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const before = map.get(key);
  if (before) before.push(value);
  else map.set(key, [value]);
}

/** Goes once through the nodes of a file. */
class UseReader {
  private readonly names: Names;
  private readonly servers: Servers;
  readonly creations = new Set<Creation>();
  readonly nameOf = new Map<Creation, string>();
  readonly settings = new Map<Creation, SetProperty[]>();
  readonly unattached: SetProperty[] = [];
  readonly ports = new Map<Creation, number[]>();
  readonly calls = new Map<Creation, Set<string>>();
  readonly local = new Set<Creation>();

  constructor(names: Names, servers: Servers) {
    this.names = names;
    this.servers = servers;
  }

  take(node: Node): void {
    if (node.type === 'VariableDeclarator' && node.init && node.id.type === 'Identifier')
      this.name(node.id.name, node.init);
    else if (node.type === 'AssignmentExpression') this.assignment(node.left, node.right);
    else if (callOf(node)) this.call(node);
  }

  private name(name: string, value: Node): void {
    for (const creation of this.servers.of(value))
      if (!this.nameOf.has(creation)) this.nameOf.set(creation, name);
  }

  private assignment(left: Node, right: Node): void {
    const member = memberOf(left);
    const name = nameOfReference(left);
    if (member && isSetting(member.name))
      this.set(member.object, { name: member.name, value: right, at: left });
    else if (name !== null) this.name(name, right);
  }

  private set(object: Node, property: Omit<SetProperty, 'target'>): void {
    const target = nameOfReference(object) ?? '';
    const found = this.servers.of(object);
    const one = { ...property, target };
    for (const creation of found) append(this.settings, creation, one);
    if (found.length === 0 && !CLIENT.test(target)) this.unattached.push(one);
  }

  private call(node: Node): void {
    const call = callOf(node);
    if (call === null) return;
    const made = this.servers.madeBy(node);
    if (made) this.creations.add(made);
    const member = memberOf(call.callee);
    if (member === null) return;
    const [first, second] = call.arguments;
    if (member.name === 'listen') {
      const listening = made ? [made] : this.servers.of(member.object);
      this.listen(listening, first);
      const host = first && (propertyOf(first, 'host') ?? propertyOf(first, 'hostname'));
      const isLocal = [second, host].some(
        (one) => one?.type === 'StringLiteral' && /^(?:localhost|127\.0\.0\.1|::1)$/.test(one.value),
      );
      if (isLocal) for (const creation of listening) this.local.add(creation);
    }
    if (nameOfReference(call.callee) === 'Object.assign' && first && second) this.assigned(first, second);
    if (/^(?:close|stop|closeIdleConnections|closeAllConnections|enableShutdownHooks)$/.test(member.name))
      for (const creation of this.servers.of(member.object)) {
        const before = this.calls.get(creation);
        if (before) before.add(member.name);
        else this.calls.set(creation, new Set([member.name]));
      }
  }

  private assigned(target: Node, from: Node): void {
    for (const name of SETTINGS) {
      const value = propertyOf(from, name);
      if (value) this.set(target, { name, value, at: value });
    }
  }

  private listen(creations: readonly Creation[], first: Node | undefined): void {
    const value = first && (propertyOf(first, 'port') ?? first);
    const port = value ? numberOf(value, this.names)?.value : undefined;
    if (port === undefined || !Number.isInteger(port) || port <= 0 || port > 65_535) return;
    for (const creation of creations) append(this.ports, creation, port);
  }
}

/** What the code of a file does with the servers it makes. */
export function usesOf(nodes: readonly Node[], names: Names, servers: Servers): Uses {
  const reader = new UseReader(names, servers);
  for (const node of nodes) reader.take(node);
  const creations = [...reader.creations];
  const [only] = creations;
  // `this.keepAliveTimeout` in a callback, or a parameter: of the one server that the file makes.
  if (only && creations.length === 1)
    for (const property of reader.unattached.splice(0)) append(reader.settings, only, property);
  return {
    creations,
    names: reader.nameOf,
    settings: reader.settings,
    unattached: reader.unattached,
    ports: reader.ports,
    local: reader.local,
    calls: reader.calls,
  };
}
