import type { Node } from '@babel/types';
import { parse as parseJsonc } from 'jsonc-parser';
import * as z from 'zod';
import type { FilesBeside } from '../../model.ts';
import { IMPORTED, importedFile } from './listening.ts';
import { exportedBy, memberNode } from './node-exports.ts';
import { type Elsewhere, type Linked, Names } from './node-names.ts';
import { LONGEST_SOURCE, nodesOf, SourceSyntaxError, sourceTree } from './node-syntax.ts';
import { folderOf, nearest, within } from './program-folder.ts';

/** A source file, parsed. */
interface NodeModule {
  readonly nodes: readonly Node[];
  readonly names: Names;
}

/** Modules that are parsed for others, of one check; more are a maze. */
const MOST_MODULES = 2000;
/** A name that comes from a module that has it from a module. */
const DEEPEST = 8;

const tsconfigSchema = z.object({
  compilerOptions: z
    .object({ baseUrl: z.string().optional(), paths: z.record(z.string(), z.array(z.string())).optional() })
    .optional(),
});

/** The sources of a repository, each parsed once, and the names that one has from another. */
export class NodeProgram {
  private readonly beside: FilesBeside;
  private readonly modules = new Map<string, NodeModule | null>();
  private setters: ReadonlySet<string> | null = null;

  constructor(beside: FilesBeside) {
    this.beside = beside;
  }

  /**
   * The names of a module that is parsed already.
   */
  namesOf(path: string, nodes: readonly Node[]): Names {
    return new Names(nodes, this.linksOf(path));
  }

  /** The file that an import of a file means; null where it is a package. */
  fileOf(module: string, from: string): string | null {
    if (module.startsWith('.')) return importedFile(module, folderOf(from), this.beside);
    return this.mapped(module, from);
  }

  /**
   * Whether a file that makes no server of its own sets the keep-alive of what it has from this one: then that one speaks
   * for it.
   */
  isSetByAnother(path: string): boolean {
    this.setters ??= settersIn(this.beside, (module, from) => this.fileOf(module, from));
    return this.setters.has(path);
  }

  private linksOf(path: string): Linked {
    return (module, name, members) => this.find(module, name, members, path, 0);
  }

  private find(
    module: string,
    name: string,
    members: readonly string[],
    from: string,
    depth: number,
  ): Elsewhere | null {
    const file = depth > DEEPEST ? null : this.fileOf(module, from);
    const target = file === null ? null : this.module(file);
    if (file === null || target === null) return null;
    const found = exportedBy(name, members, target.nodes, target.names);
    if (found === null) return null;
    if (found.found.kind === 'module')
      return this.find(found.found.module, found.found.name, found.rest, file, depth + 1);
    const node = memberNode(found.found.node, found.rest, target.names);
    return node && { node, names: target.names, file };
  }

  private module(path: string): NodeModule | null {
    const known = this.modules.get(path);
    if (known !== undefined) return known;
    // A module that needs itself gives nothing.
    this.modules.set(path, null);
    const text = this.modules.size > MOST_MODULES ? null : this.beside.text(path);
    const read = text === null || text.length > LONGEST_SOURCE ? null : this.parsed(path, text);
    this.modules.set(path, read);
    return read;
  }

  private parsed(path: string, text: string): NodeModule | null {
    try {
      const nodes = nodesOf(sourceTree(path, text));
      return { nodes, names: this.namesOf(path, nodes) };
    } catch (error) {
      if (error instanceof SourceSyntaxError || error instanceof RangeError) return null;
      throw error;
    }
  }

  /** `@/config`, `lib/config`: what `paths` and `baseUrl` of the nearest tsconfig.json make of it. */
  private mapped(module: string, from: string): string | null {
    const config = nearest(
      folderOf(from),
      ['tsconfig.json', 'jsconfig.json', 'tsconfig.base.json'],
      this.beside,
    );
    const read = config && tsconfigSchema.safeParse(parseJsonc(config.text));
    const options = read?.success ? read.data.compilerOptions : undefined;
    if (!config || options === undefined) return null;
    const base = within(folderOf(config.path), options.baseUrl ?? '.');
    if (base === null) return null;
    for (const [pattern, targets] of Object.entries(options.paths ?? {})) {
      const [start = '', end = ''] = pattern.split('*', 2);
      const isIt = pattern.includes('*')
        ? module.startsWith(start) && module.endsWith(end) && module.length >= start.length + end.length
        : module === pattern;
      if (!isIt) continue;
      const middle = module.slice(start.length, module.length - end.length);
      for (const target of targets) {
        const file = importedFile(`./${target.replace('*', () => middle)}`, base, this.beside);
        if (file !== null) return file;
      }
    }
    return options.baseUrl === undefined ? null : importedFile(`./${module}`, base, this.beside);
  }
}

const SETS = /\b(\w+)(?:\.\w+)*\.keepAliveTimeout\s*=(?!=)/;
const CLIENT = /agent|client|pool|dispatcher/i;
const MAKES = /createServer|\bexpress\s*\(|\bfastify\s*\(|\bnew\s+\w*(?:Koa|Hono|Server)\b|NestFactory/;

/** The files of which another one sets the keep-alive. */
function settersIn(
  beside: FilesBeside,
  fileOf: (module: string, from: string) => string | null,
): ReadonlySet<string> {
  const found = new Set<string>();
  for (const path of beside.paths.filter((one) => /\.[cm]?[jt]sx?$|(?:^|\/)bin\/www$/.test(one))) {
    const text = beside.text(path) ?? '';
    const target = SETS.exec(text)?.[1];
    if (target === undefined || CLIENT.test(target) || MAKES.test(text)) continue;
    for (const [, module = ''] of text.matchAll(IMPORTED)) {
      const file = fileOf(module, path);
      if (file !== null) found.add(file);
    }
  }
  return found;
}

const programs = new WeakMap<FilesBeside, NodeProgram>();

/** The sources of a repository, read once for all files of a check. */
export function nodeProgram(beside: FilesBeside): NodeProgram {
  const known = programs.get(beside) ?? new NodeProgram(beside);
  programs.set(beside, known);
  return known;
}
