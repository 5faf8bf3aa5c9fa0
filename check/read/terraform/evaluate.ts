import { agreed, itemsOf, textOf, unknownValue, type Value } from '../value.ts';
import { call } from './functions.ts';
import { descend, from } from './inside.ts';
import { moduleOutput } from './known-modules.ts';
import { calledFolder, type Folder, type Project, sourceOf } from './project.ts';
import type { Block, Expression } from './syntax.ts';

/** Where an expression stands. */
export interface Scope {
  readonly folder: Folder;
  /** What `each` and the iterators of dynamic blocks go over. */
  readonly iterators: ReadonlyMap<string, Expression>;
}

/** Deeper chains of variables, locals and outputs than anybody writes. */
const DEEPEST = 40;
/** Evaluations for one file: more is an attack. */
const MOST_STEPS = 100_000;
/** Attributes that stand for the resource itself. */
const ITSELF = new Set(['arn', 'id', 'arn_suffix', 'arn_without_revision', 'family', 'revision', 'dns_name']);

/** The id of a resource or module among all that was read. */
export const idOf = (block: Block): string =>
  block.type === 'module'
    ? `${block.place.file}#module.${block.labels[0] ?? ''}`
    : `${block.place.file}#${block.labels.slice(0, 2).join('.')}`;

const scoped = (folder: Folder): Scope => ({ folder, iterators: new Map() });

/** Evaluates expressions as far as that goes without Terraform, its state and AWS. */
export class Evaluator {
  readonly project: Project;
  private steps = 0;
  private depth = 0;

  constructor(project: Project) {
    this.project = project;
  }

  value(expression: Expression, scope: Scope): Value {
    this.steps += 1;
    if (this.depth > DEEPEST || this.steps > MOST_STEPS)
      return unknownValue(expression.place, 'goes through too many variables and outputs');
    this.depth += 1;
    try {
      return this.evaluated(expression, scope);
    } finally {
      this.depth -= 1;
    }
  }

  private evaluated(expression: Expression, scope: Scope): Value {
    const { place, written } = expression;
    switch (expression.kind) {
      case 'literal':
        return { kind: 'scalar', place, written, value: expression.value };
      case 'template':
        return this.template(expression.parts, expression, scope);
      case 'tuple':
        return {
          kind: 'list',
          place,
          written,
          items: expression.items.map((item) => this.value(item, scope)),
        };
      case 'object': {
        const entries = expression.entries.flatMap(([key, value]) => {
          const name = textOf(this.value(key, scope));
          return name === null ? [] : [[name, this.value(value, scope)] as const];
        });
        return { kind: 'map', place, written, entries: new Map(entries) };
      }
      case 'conditional': {
        const condition = this.value(expression.condition, scope);
        const [yes, no] = expression.branches;
        if (
          condition.kind === 'scalar' &&
          typeof condition.value === 'boolean' &&
          !condition.origin?.assuming
        )
          return { ...this.value(condition.value ? yes : no, scope), place };
        const depends = `depends on ${expression.condition.written || 'a condition'}`;
        return { ...agreed([this.value(yes, scope), this.value(no, scope)], place, depends), place, written };
      }
      case 'call':
        return call(this, expression, scope);
      case 'traversal':
        return this.traversal(expression.path, expression, scope);
      case 'other': {
        const mentions = expression.inner.flatMap((inner) => this.mentions(this.value(inner, scope)));
        return unknownValue(place, `is computed: ${written || 'an expression'}`, mentions, written);
      }
    }
  }

  /** References in a value. */
  mentions(value: Value): readonly string[] {
    if (value.kind === 'reference') return value.to;
    if (value.kind === 'unknown') return value.mentions;
    return [];
  }

  private template(parts: readonly (string | Expression)[], use: Expression, scope: Scope): Value {
    const { place, written } = use;
    const values = parts.map((part) => (typeof part === 'string' ? part : this.value(part, scope)));
    const [only] = values;
    if (values.length === 1 && only !== undefined && typeof only !== 'string') return only;
    const texts = values.map((value) => (typeof value === 'string' ? value : textOf(value)));
    if (texts.every((text) => text !== null))
      return { kind: 'scalar', place, written, value: texts.join('') };
    const mentions = values.flatMap((value) => (typeof value === 'string' ? [] : this.mentions(value)));
    return unknownValue(place, `is put together${written === '' ? '' : `: ${written}`}`, mentions, written);
  }

  private traversal(path: readonly (string | null)[], use: Expression, scope: Scope): Value {
    const { place, written } = use;
    const [root, name, ...rest] = path;
    if (root == null || name == null) return unknownValue(place, `is ${written || 'a name'}`, [], written);
    if (scope.iterators.has(root)) return this.iterated(root, [name, ...rest], use, scope);
    switch (root) {
      case 'var':
        return descend(this.variable(name, use, scope.folder), rest);
      case 'local': {
        const local = scope.folder.locals.get(name);
        if (!local) return unknownValue(place, `is local.${name}, which is not defined in this folder`);
        const value = this.value(local, scoped(scope.folder));
        return descend(from(value, { assuming: null, spelling: `${name} = %s` }), rest);
      }
      case 'module':
        return this.output(name, rest, use, scope.folder);
      case 'data': {
        const [kind, title] = path.slice(1);
        const block = scope.folder.data.get(`${kind}.${title}`);
        const inner = [...(block?.attributes.values() ?? [])].map((one) => this.value(one, scope));
        const mentions = inner.flatMap((one) => this.mentions(one));
        return unknownValue(place, `is read from AWS: data.${kind}.${title}`, mentions, written);
      }
      case 'path':
        return name === 'module' || name === 'root'
          ? { kind: 'scalar', place, written, value: `./${scope.folder.path}`.replace(/\/$/, '') }
          : unknownValue(place, `is path.${name}`);
      default:
        return this.resource(`${root}.${name}`, rest, use, scope.folder);
    }
  }

  private resource(
    address: string,
    rest: readonly (string | null)[],
    use: Expression,
    folder: Folder,
  ): Value {
    const { place, written } = use;
    const block = folder.resources.get(address);
    if (!block) return unknownValue(place, `is ${address}, which is not defined in this folder`, [], written);
    const attribute = rest.find((step) => step !== null && step !== '*' && !/^\d+$/.test(step));
    const own = attribute == null || ITSELF.has(attribute) ? undefined : block.attributes.get(attribute);
    if (own) return this.value(own, scoped(folder));
    return { kind: 'reference', place, written, to: [idOf(block)] };
  }

  /** A variable: what all calls of the folder give, what files of variables set, or its default. */
  private variable(name: string, use: Expression, folder: Folder): Value {
    const variable = folder.variables.get(name);
    const of = `the variable ${name}`;
    const standard = variable?.attributes.get('default');
    const byDefault = standard
      ? from(this.value(standard, scoped(folder)), {
          assuming: `${of} keeps its default`,
          spelling: 'default = %s',
        })
      : unknownValue(use.place, `is ${of}, which has no default`, [], use.written);
    const calls = this.project.callersOf(folder.path);
    if (calls.length > 0) {
      const given = calls.map((one) => {
        const argument = one.block.attributes.get(name);
        if (!argument) return byDefault;
        const value = this.value(argument, this.scopeOf(one.block, one.folder));
        return from(value, { assuming: null, spelling: `${name} = %s` });
      });
      return agreed(given, use.place, `is ${of}, which differs by module call`);
    }
    const assigned = folder.assigned.get(name);
    if (assigned)
      return from(this.value(assigned, scoped(folder)), { assuming: null, spelling: `${name} = %s` });
    return byDefault;
  }

  private output(name: string, rest: readonly (string | null)[], use: Expression, folder: Folder): Value {
    const { place, written } = use;
    const module = folder.modules.get(name);
    if (!module) return unknownValue(place, `is module.${name}, which is not defined in this folder`);
    const isMany = module.attributes.has('count') || module.attributes.has('for_each');
    const [output, ...inner] = isMany || rest[0] === '*' ? rest.slice(1) : rest;
    const target = calledFolder(folder.path, module);
    if (target === null) {
      const known = moduleOutput(module, [output ?? null, ...inner], place);
      if (known !== null) return known;
      const source = sourceOf(module);
      const where = source === null ? '' : ` (${source}), which is not in the repository`;
      return unknownValue(place, `comes from the module ${name}${where}`, [], written);
    }
    const called = this.project.folder(target);
    const expression = output == null ? undefined : called.outputs.get(output);
    if (!expression)
      return unknownValue(place, `comes from the module ${name}, which has no output ${output}`);
    return descend(this.value(expression, scoped(called)), inner);
  }

  /** The scope of a block: what its `for_each` goes over. */
  scopeOf(block: Block, folder: Folder): Scope {
    const over = block.attributes.get('for_each');
    return { folder, iterators: new Map(over ? [['each', over]] : []) };
  }

  private iterated(name: string, path: readonly (string | null)[], use: Expression, scope: Scope): Value {
    const over = scope.iterators.get(name);
    const outer = new Map([...scope.iterators].filter(([one]) => one !== name));
    const list = over ? this.value(over, { ...scope, iterators: outer }) : undefined;
    const [part, ...rest] = path;
    const { place } = use;
    if (list === undefined || list.kind === 'unknown' || list.kind === 'reference')
      return unknownValue(
        place,
        `differs by instance: ${use.written}`,
        list ? this.mentions(list) : [],
        use.written,
      );
    const keyed =
      list.kind === 'map' ? [...list.entries] : itemsOf(list).map((item) => [textOf(item), item] as const);
    const values = keyed.map(
      ([key, value]): Value =>
        part === 'key' ? { kind: 'scalar', place, written: use.written, value: key } : descend(value, rest),
    );
    return agreed(values, place, `differs by instance of ${use.written}`);
  }
}
