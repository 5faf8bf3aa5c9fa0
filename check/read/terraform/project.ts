import type { FilesBeside } from '../../model.ts';
import { readHcl } from './parser.ts';
import type { Block, Expression, HclFile } from './syntax.ts';

/** A folder of `.tf` files: one module. */
export interface Folder {
  /** With `/` at the end; empty for the folder that is checked. */
  readonly path: string;
  /** By address: `aws_lb.shop`. */
  readonly resources: ReadonlyMap<string, Block>;
  readonly data: ReadonlyMap<string, Block>;
  readonly variables: ReadonlyMap<string, Block>;
  readonly locals: ReadonlyMap<string, Expression>;
  readonly outputs: ReadonlyMap<string, Expression>;
  readonly modules: ReadonlyMap<string, Block>;
  /** What `terraform.tfvars` and `*.auto.tfvars` set. */
  readonly assigned: ReadonlyMap<string, Expression>;
}

/** A `module` block that calls a folder of the repository. */
export interface Call {
  readonly folder: Folder;
  readonly block: Block;
}

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1);

/** `infra/` and `../modules/alb` give `modules/alb/`; null where it leads out of what is checked. */
export function resolvedPath(folder: string, relative: string): string | null {
  const parts = folder.split('/').filter((part) => part !== '');
  for (const part of relative.split('/')) {
    if (part === '..') {
      if (parts.pop() === undefined) return null;
    } else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}

/** A module's source, where it is written out. */
export const sourceOf = (module: Block): string | null => {
  const source = module.attributes.get('source');
  return source?.kind === 'literal' && typeof source.value === 'string' ? source.value : null;
};

/** The folder that a module block calls; null where its source is elsewhere. */
export function calledFolder(caller: string, module: Block): string | null {
  const source = sourceOf(module);
  if (source === null || !/^\.\.?\//.test(`${source}/`)) return null;
  const path = resolvedPath(caller, source);
  return path === null ? null : path === '' ? '' : `${path}/`;
}

const isTerraform = (path: string): boolean => path.endsWith('.tf') && !/(^|\/)\.terraform\//.test(path);
const isAssigned = (path: string): boolean => /(^|\/)(terraform|[^/]*\.auto)\.tfvars$/.test(path);
const CALLS_FOLDER = /\bsource\s*=\s*"\.\.?[/"]/;

/** The Terraform files of a repository, each parsed once and only if something needs it. */
export class Project {
  readonly beside: FilesBeside;
  private readonly files = new Map<string, HclFile | null>();
  private readonly folders = new Map<string, Folder>();
  private calls: readonly Call[] | null = null;

  constructor(beside: FilesBeside) {
    this.beside = beside;
  }

  /** A file's syntax; null where there is none. */
  file(path: string): HclFile | null {
    const known = this.files.get(path);
    if (known !== undefined) return known;
    const text = this.beside.text(path);
    const file = text === null ? null : readHcl(path, text);
    this.files.set(path, file);
    return file;
  }

  /** A folder as one module; one without `.tf` files is empty. */
  folder(path: string): Folder {
    const known = this.folders.get(path);
    if (known !== undefined) return known;
    const own = this.beside.paths.filter((one) => folderOf(one) === path);
    const blocks = own.filter(isTerraform).flatMap((one) => this.file(one)?.body.blocks ?? []);
    const named = (type: string, name: (block: Block) => string): ReadonlyMap<string, Block> =>
      new Map(blocks.filter((block) => block.type === type).map((block) => [name(block), block]));
    const first = ({ labels }: Block): string => labels[0] ?? '';
    const address = ({ labels }: Block): string => labels.slice(0, 2).join('.');
    const outputs = [...named('output', first)].flatMap(([name, block]) => {
      const value = block.attributes.get('value');
      return value ? [[name, value] as const] : [];
    });
    const folder: Folder = {
      path,
      resources: named('resource', address),
      data: named('data', address),
      variables: named('variable', first),
      locals: new Map(
        blocks.filter(({ type }) => type === 'locals').flatMap(({ attributes }) => [...attributes]),
      ),
      outputs: new Map(outputs),
      modules: named('module', first),
      assigned: new Map(
        own.filter(isAssigned).flatMap((one) => [...(this.file(one)?.body.attributes ?? [])]),
      ),
    };
    this.folders.set(path, folder);
    return folder;
  }

  /** The module blocks of the repository that call a folder. */
  callersOf(path: string): readonly Call[] {
    this.calls ??= this.beside.paths
      .filter((one) => isTerraform(one) && CALLS_FOLDER.test(this.beside.text(one) ?? ''))
      .flatMap((one) => {
        const folder = this.folder(folderOf(one));
        return [...folder.modules.values()]
          .filter(({ place }) => place.file === one)
          .map((block) => ({ folder, block }));
      });
    return this.calls.filter(({ folder, block }) => calledFolder(folder.path, block) === path);
  }
}

const projects = new WeakMap<FilesBeside, Project>();

/** One project for all files of a check. */
export function projectOf(beside: FilesBeside): Project {
  const known = projects.get(beside) ?? new Project(beside);
  projects.set(beside, known);
  return known;
}
