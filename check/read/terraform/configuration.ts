import {
  type FileFacts,
  type FileReader,
  type FilesBeside,
  NO_FACTS,
  type SourceFile,
  type Unread,
} from '../../model.ts';
import type { MapValue, Value } from '../value.ts';
import { Evaluator, idOf, nameOf } from './evaluate.ts';
import { containerDefinitions } from './json-text.ts';
import { isOfInterest, moduleResources } from './known-modules.ts';
import { prepareHcl } from './parser.ts';
import { calledFolder, type Folder, type Project, projectOf, sourceOf } from './project.ts';
import { type AwsResource, factsOf, RESOURCE_TYPE } from './resources.ts';
import type { Scope } from './scope.ts';
import type { Block } from './syntax.ts';

/** A block as a map: attributes, and nested blocks as lists; dynamic blocks as if they stood there once. */
function blockValue(evaluator: Evaluator, block: Block, scope: Scope): MapValue {
  const entries = new Map<string, Value>();
  for (const [name, expression] of block.attributes)
    entries.set(
      name,
      name === 'container_definitions' && block.type === 'resource'
        ? containerDefinitions(evaluator, expression, scope)
        : evaluator.value(expression, scope),
    );
  const nested = new Map<string, Value[]>();
  for (const inner of block.blocks) {
    const content = inner.type === 'dynamic' ? inner.blocks.find(({ type }) => type === 'content') : inner;
    const name = inner.type === 'dynamic' ? inner.labels[0] : inner.type;
    if (content === undefined || name === undefined) continue;
    const over = inner.attributes.get('for_each');
    const iterators = new Map(scope.iterators);
    if (inner.type === 'dynamic' && over) iterators.set(name, over);
    const values = nested.get(name) ?? [];
    values.push(blockValue(evaluator, content, { ...scope, iterators }));
    nested.set(name, values);
  }
  for (const [name, items] of nested)
    entries.set(name, { kind: 'list', place: block.place, written: '', items });
  return { kind: 'map', place: block.place, written: '', entries };
}

interface FolderResources {
  readonly resources: readonly AwsResource[];
  readonly unread: readonly Unread[];
}

/** More calls of one folder are not told apart. */
const MOST_CALLS = 60;

/** A folder as each of its calls has it; once by itself where nothing calls it. */
function scopesOf(folder: Folder, project: Project, inside: readonly string[] = []): readonly Scope[] {
  const alone: Scope = { folder, iterators: new Map(), call: null };
  const calls = project.callersOf(folder.path).filter((one) => !inside.includes(one.folder.path));
  const scopes = calls.flatMap((one) =>
    scopesOf(one.folder, project, [...inside, folder.path]).map(
      (scope): Scope => ({ folder, iterators: new Map(), call: { block: one.block, scope } }),
    ),
  );
  return scopes.length === 0 ? [alone] : scopes.slice(0, MOST_CALLS);
}

function resourcesOf(folder: Folder, project: Project): FolderResources {
  const unread: Unread[] = [];
  const scopes = scopesOf(folder, project);
  const own = [...folder.resources.values()]
    .filter(({ labels }) => RESOURCE_TYPE.test(labels[0] ?? ''))
    .flatMap((block) =>
      scopes.map((scope): AwsResource => {
        const evaluator = new Evaluator(project);
        return {
          id: idOf(block, scope),
          name: nameOf(block, scope),
          type: block.labels[0] ?? '',
          place: block.place,
          value: blockValue(evaluator, block, evaluator.scopeOf(block, scope)),
        };
      }),
    );
  const elsewhere = [...folder.modules.values()].filter(
    (module) => calledFolder(folder.path, module) === null,
  );
  const called = elsewhere.flatMap((module) => {
    const made = scopes.map((scope) => {
      const evaluator = new Evaluator(project);
      const inputs = blockValue(evaluator, module, evaluator.scopeOf(module, scope));
      return moduleResources(module, { id: idOf(module, scope), name: nameOf(module, scope) }, inputs);
    });
    if (made.includes(null) && isOfInterest(module))
      unread.push({
        place: module.place,
        what: `module ${module.labels[0]}`,
        why: `its source (${(sourceOf(module) ?? 'not written out').slice(0, 120)}) is not in the repository: check the plan as well, from terraform show -json`,
      });
    return made.flatMap((resources) => resources ?? []);
  });
  return { resources: [...own, ...called], unread };
}

const kept = new WeakMap<Project, Map<string, FolderResources>>();

function foldersResources(folder: Folder, project: Project): FolderResources {
  const known = kept.get(project) ?? new Map<string, FolderResources>();
  kept.set(project, known);
  const found = known.get(folder.path) ?? resourcesOf(folder, project);
  known.set(folder.path, found);
  return found;
}

const OF_INTEREST = /\baws_(?:a?lb|ecs_service|ecs_task_definition)\b|\baws_a?lb_|^\s*module\s+"/m;

/** Folders of which things may be joined: the file's own, those that call it, and those that any of them calls. */
function foldersAround(path: string, project: Project): readonly Folder[] {
  const found = new Map<string, Folder>();
  const callersOf = (folder: string): readonly string[] =>
    project.callersOf(folder).map((one) => one.folder.path);
  const up = [path];
  for (const one of up) for (const caller of callersOf(one)) if (!up.includes(caller)) up.push(caller);
  const all = [...up];
  for (const one of all) {
    const folder = project.folder(one);
    found.set(one, folder);
    for (const module of folder.modules.values()) {
      const target = calledFolder(one, module);
      if (target !== null && !all.includes(target) && all.length < 200) all.push(target);
    }
  }
  return [...found.values()];
}

function read({ path, text }: SourceFile, beside: FilesBeside): FileFacts | null {
  if (!OF_INTEREST.test(text)) return null;
  const project = projectOf(beside);
  const file = project.file(path);
  if (file === null) return null;
  if (file.failure !== null)
    return {
      ...NO_FACTS,
      unread: [
        {
          place: { file: path, line: file.failure.line },
          what: 'Terraform configuration',
          why: file.failure.why,
        },
      ],
    };
  const folders = foldersAround(path.slice(0, path.lastIndexOf('/') + 1), project);
  const read = folders.map((folder) => foldersResources(folder, project));
  const facts = factsOf(
    read.flatMap(({ resources }) => resources),
    'Terraform',
    ({ id }) => id.startsWith(`${path}#`),
  );
  const unread = read.flatMap((one) => one.unread).filter(({ place }) => place.file === path);
  const all = { ...facts, unread: [...facts.unread, ...unread] };
  return [all.loadBalancers, all.targetGroups, all.workloads, all.unread].some((found) => found.length > 0)
    ? all
    : null;
}

/** Terraform configuration as it is written, as far as it can be read without state and provider. */
export const CONFIGURATION_READER: FileReader = {
  reads: 'Terraform configuration (*.tf)',
  takes: (path) => path.endsWith('.tf') && !/(^|\/)\.terraform\//.test(path),
  read,
  prepare: prepareHcl,
};
