import type { Node } from '@babel/types';
import type { CheckedServer, FilesBeside, Place, Setting, SourceFile } from '../../model.ts';
import {
  asWritten,
  checkedServer,
  type KeepAlive,
  noIdleTimeout,
  rowOf,
  set,
  unknown,
  withUniqueIds,
} from './checked-server.ts';
import { conditionOf } from './node-condition.ts';
import { SERVER_OF } from './node-frameworks.ts';
import type { Names } from './node-names.ts';
import { optionsOf } from './node-options.ts';
import { nodeProgram } from './node-program.ts';
import { type Creation, Servers } from './node-servers.ts';
import { type SetProperty, type SettingName, type Uses, usesOf } from './node-settings.ts';
import { closesIdle, defaultExport, usesCloser } from './node-shutdown.ts';
import { lineOf, nodesOf, sourceTree } from './node-syntax.ts';
import { numberOf, propertyOf } from './node-values.ts';
import { nearestPackage, nodeVersion, packagedVersionOf } from './package-version.ts';
import { folderOf, programFolder } from './program-folder.ts';

/** Where a file says something about a setting. */
interface Said {
  readonly value: Node;
  readonly at: Node;
  /** How it is spelled there, with `%s` for the value. */
  readonly template: string;
}

/** One source file, as its parts are read. */
export class NodeSource {
  private readonly file: SourceFile;
  private readonly beside: FilesBeside;
  private readonly names: Names;
  private readonly uses: Uses;
  private readonly nodes: readonly Node[];
  private readonly folder: string;

  constructor(file: SourceFile, beside: FilesBeside) {
    this.file = file;
    this.beside = beside;
    this.nodes = nodesOf(sourceTree(file.path, file.text));
    this.names = nodeProgram(beside).namesOf(file.path, this.nodes);
    const servers = new Servers(this.names, nearestPackage(folderOf(file.path), beside));
    this.uses = usesOf(this.nodes, this.names, servers);
    this.folder = programFolder(file.path, beside);
  }

  servers(): readonly CheckedServer[] {
    const { creations, unattached } = this.uses;
    const targets = [...new Set(unattached.map(({ target }) => target))];
    return withUniqueIds([
      ...creations
        .filter((creation) => !this.uses.local.has(creation) && !this.isSetByAnother(creation))
        .map((creation) => this.made(creation)),
      ...targets.map((target) =>
        this.madeElsewhere(
          target,
          unattached.filter((one) => one.target === target),
        ),
      ),
      ...this.exported(),
    ]);
  }

  private isSetByAnother(creation: Creation): boolean {
    return (
      this.said(creation, 'keepAliveTimeout') === null &&
      creation.kind !== 'bun' &&
      nodeProgram(this.beside).isSetByAnother(this.file.path)
    );
  }

  private place(node: Node): Place {
    return { file: this.file.path, line: lineOf(node) };
  }

  private text(node: Node): string {
    return this.file.text.slice(node.start ?? 0, node.end ?? 0);
  }

  /** A setting in the unit of the file; what cannot be told says how it is written. */
  private setting(said: Said): Setting<number> {
    const written =
      said.at === said.value
        ? said.template.replace('%s', () => this.text(said.value))
        : `${this.text(said.at)} = ${this.text(said.value)}`;
    const found = numberOf(said.value, this.names);
    if (found === null || found.value < 0)
      return unknown(this.place(said.at), `${asWritten(written)}: its value cannot be read offline`);
    const setting = set(found.value, this.place(said.at), written, found.variable ?? undefined);
    const condition = conditionOf(said, this.nodes, (node) => this.text(node));
    return condition === null || setting.state === 'unknown' ? setting : { ...setting, assuming: condition };
  }

  private inSeconds(said: Said, perSecond: number): Setting<number> {
    const setting = this.setting(said);
    return setting.state === 'unknown' ? setting : { ...setting, value: setting.value / perSecond };
  }

  /** Zero switches the timeout off, in Node.js and in Bun alike. */
  private keepAlive(said: Said, perSecond: number): KeepAlive {
    const setting = this.inSeconds(said, perSecond);
    return setting.state === 'set' && setting.value === 0
      ? noIdleTimeout('never', this.place(said.at))
      : { keepAliveSeconds: setting };
  }

  private requests(said: Said): Setting<number | null> {
    const setting = this.setting(said);
    return setting.state === 'set' && setting.value === 0 ? { ...setting, value: null } : setting;
  }

  /** The last that is set on it, else what its options have. */
  private said(creation: Creation, name: SettingName | 'idleTimeout'): Said | null {
    const set = this.uses.settings.get(creation)?.findLast((one) => one.name === name);
    if (set) return this.assigned(set);
    const value = optionsOf(creation, this.names).property(name);
    return value && { value, at: value, template: `${name}: %s` };
  }

  private assigned({ value, at, name, target }: SetProperty): Said {
    return { value, at, template: target === '' ? `${name} = %s;` : `${target}.${name} = %s;` };
  }

  /** How it would be written where nothing sets it; undefined for the advice of the table of servers. */
  private wouldBe(creation: Creation): CheckedServer['keepAliveAs'] | undefined {
    if (creation.kind === 'fastify') return { template: 'keepAliveTimeout: %s', unit: 'milliseconds' };
    const name = this.uses.names.get(creation);
    const path = SERVER_OF[creation.kind];
    return name === undefined || path === null
      ? undefined
      : { template: `${name}${path}.keepAliveTimeout = %s;`, unit: 'milliseconds' };
  }

  private version(kind: string): string | null {
    const row = rowOf(kind);
    const folder = folderOf(this.file.path);
    return row.id === 'node' || row.versionOf === 'Node.js'
      ? nodeVersion(folder, this.beside).version
      : packagedVersionOf(row.id, folder, this.beside);
  }

  private made(creation: Creation): CheckedServer {
    const { kind } = creation;
    const isBun = kind === 'bun' || kind === 'elysia';
    const said = this.said(creation, isBun ? 'idleTimeout' : 'keepAliveTimeout');
    const [headers, requests] = [
      this.said(creation, 'headersTimeout'),
      this.said(creation, 'maxRequestsPerSocket'),
    ];
    const place = this.place(creation.node);
    const isOpen = said === null && optionsOf(creation, this.names).isOpen;
    const version = this.version(kind);
    const node = nodeVersion(folderOf(this.file.path), this.beside);
    const label = this.uses.names.get(creation);
    return checkedServer({
      row: rowOf(kind),
      version,
      place: said ? this.place(said.at) : place,
      folder: this.folder,
      ...(label === undefined ? {} : { label }),
      keepAlive: said
        ? this.keepAlive(said, isBun ? 1 : 1000)
        : isOpen
          ? {
              keepAliveSeconds: unknown(
                place,
                'its options come from elsewhere in the code, which was not followed',
              ),
            }
          : undefined,
      keepAliveAs: said
        ? { template: said.template, unit: isBun ? 'seconds' : 'milliseconds' }
        : this.wouldBe(creation),
      requests: requests ? this.requests(requests) : undefined,
      headersTimeout: isBun || kind === 'deno' ? null : this.headersTimeout(headers, place),
      closesIdleOnShutdown: usesCloser(this.nodes, this.names)
        ? true
        : closesIdle(creation, this.uses.calls.get(creation) ?? new Set(), this.names, node, version),
      ports: [...(this.uses.ports.get(creation) ?? []), ...this.portsInOptions(creation)],
    });
  }

  /** 60 s where it is not set (Node.js documentation, server.headersTimeout). */
  private headersTimeout(said: Said | null, place: Place): Setting<number> {
    return said ? this.inSeconds(said, 1000) : { state: 'default', value: 60, place, written: '' };
  }

  private portsInOptions({ options }: Creation): readonly number[] {
    return options.flatMap(({ node }) => {
      const value = propertyOf(node, 'port');
      const port = value ? numberOf(value, this.names)?.value : undefined;
      return port !== undefined && Number.isInteger(port) && port > 0 ? [port] : [];
    });
  }

  /** A server that another file makes, and this one sets. */
  private madeElsewhere(target: string, properties: readonly SetProperty[]): CheckedServer {
    const last = (name: SettingName): Said | null => {
      const found = properties.findLast((one) => one.name === name);
      return found ? this.assigned(found) : null;
    };
    const said = last('keepAliveTimeout');
    const first = properties[0]?.at;
    const place: Place = first ? this.place(first) : { file: this.file.path, line: 1 };
    const dependencies = nearestPackage(folderOf(this.file.path), this.beside)?.dependencies ?? {};
    const kind =
      (['fastify', 'express', 'koa'] as const).find((name) => Object.hasOwn(dependencies, name)) ?? 'node';
    const requests = last('maxRequestsPerSocket');
    return checkedServer({
      row: rowOf(kind),
      version: this.version(kind),
      place: said ? this.place(said.at) : place,
      folder: this.folder,
      label: target === '' ? kind : target,
      keepAlive: said
        ? this.keepAlive(said, 1000)
        : {
            keepAliveSeconds: unknown(
              place,
              'it is made in another file, and this one does not set its keep-alive',
            ),
          },
      keepAliveAs: said
        ? { template: said.template, unit: 'milliseconds' }
        : { template: `${target}.keepAliveTimeout = %s;`, unit: 'milliseconds' },
      requests: requests ? this.requests(requests) : undefined,
      headersTimeout: this.headersTimeout(last('headersTimeout'), place),
    });
  }

  /** `export default { port, fetch, idleTimeout }` is served by Bun; without a port it is for Workers just as well. */
  private exported(): readonly CheckedServer[] {
    const object = defaultExport(this.nodes, this.names);
    const idle = object && propertyOf(object, 'idleTimeout');
    const port = object && propertyOf(object, 'port');
    if (!object || !propertyOf(object, 'fetch') || !(idle ?? port)) return [];
    const creation: Creation = { node: object, kind: 'bun', options: [{ node: object, under: null }] };
    return [this.made(creation)];
  }
}
