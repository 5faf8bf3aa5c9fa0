import { agreed, itemsOf, mentionsIn, textOf, unknownValue, type Value } from '../value.ts';
import { call } from './functions.ts';
import { descend, from, isEmpty } from './inside.ts';
import { moduleOutput } from './known-modules.ts';
import { calledFolder, type Project, sourceOf } from './project.ts';
import type { Evaluation, Scope } from './scope.ts';
import type { Block, Expression } from './syntax.ts';

/** Deeper chains of variables, locals and outputs than anybody writes. */
const DEEPEST = 40;
/** Evaluations for one file: more is an attack. */
const MOST_STEPS = 100_000;
/** Attributes that stand for the resource itself. */
const ITSELF = new Set(['arn', 'id', 'arn_suffix', 'arn_without_revision', 'family', 'revision', 'dns_name']);

/** `module.web.` for what one call of a module makes; empty outside of modules. */
const callsOf = ({ call }: Scope): string =>
  call === null ? '' : `${callsOf(call.scope)}module.${call.block.labels[0] ?? ''}.`;

const rootOf = (scope: Scope): string => (scope.call === null ? scope.folder.path : rootOf(scope.call.scope));

/** A resource or module as a person calls it: `module.web.aws_lb.shop`. */
export const nameOf = (block: Block, scope: Scope): string =>
  `${callsOf(scope)}${block.type === 'module' ? `module.${block.labels[0] ?? ''}` : block.labels.slice(0, 2).join('.')}`;

/** The id of a resource or module among all that was read; two folders may call a module by the same name. */
export const idOf = (block: Block, scope: Scope): string =>
  `${block.place.file}#${scope.call === null ? '' : rootOf(scope)}${nameOf(block, scope)}`;

/** An expression in words: its source without the attribute that it stands in. */
const sourceIn = (written: string): string => written.replace(/^[\w-]+\s*[=:](?!=)\s*/, '');

/** The scope outside of any block that is repeated. */
const outside = (scope: Scope): Scope => ({ ...scope, iterators: new Map() });

/** Evaluates expressions as far as that goes without Terraform, its state and AWS. */
export class Evaluator implements Evaluation {
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
        const branches = [this.value(yes, scope), this.value(no, scope)];
        // `x != null ? x : []`: what there can be is read, whether it is there is for the run to decide.
        const filled = branches.filter((branch) => !isEmpty(branch));
        const [only] = filled;
        if (filled.length === 1 && only && (only.kind === 'list' || only.kind === 'map'))
          return { ...only, place };
        return { ...agreed(branches, place, depends), place, written };
      }
      case 'call':
        return call(this, expression, scope);
      case 'traversal':
        return this.traversal(expression.path, expression, scope);
      case 'other': {
        const mentions = expression.inner.flatMap((inner) => mentionsIn(this.value(inner, scope)));
        return unknownValue(place, `is computed: ${sourceIn(written) || 'an expression'}`, mentions, written);
      }
    }
  }

  private template(parts: readonly (string | Expression)[], use: Expression, scope: Scope): Value {
    const { place, written } = use;
    const values = parts.map((part) => (typeof part === 'string' ? part : this.value(part, scope)));
    const [only] = values;
    if (values.length === 1 && only !== undefined && typeof only !== 'string') return only;
    const texts = values.map((value) => (typeof value === 'string' ? value : textOf(value)));
    if (texts.every((text) => text !== null))
      return { kind: 'scalar', place, written, value: texts.join('') };
    const mentions = values.flatMap((value) => (typeof value === 'string' ? [] : mentionsIn(value)));
    return unknownValue(
      place,
      `is put together${written === '' ? '' : `: ${sourceIn(written)}`}`,
      mentions,
      written,
    );
  }

  private traversal(path: readonly (string | null)[], use: Expression, scope: Scope): Value {
    const { place, written } = use;
    const [root, name, ...rest] = path;
    if (root == null || name == null)
      return unknownValue(place, `is ${sourceIn(written) || 'a name'}`, [], written);
    if (scope.iterators.has(root)) return this.iterated(root, [name, ...rest], use, scope);
    switch (root) {
      case 'var':
        return descend(this.variable(name, use, scope), rest);
      case 'local': {
        const local = scope.folder.locals.get(name);
        if (!local) return unknownValue(place, `is local.${name}, which is not defined in this folder`);
        const value = this.value(local, outside(scope));
        return descend(from(value, { assuming: null, spelling: `${name} = %s` }), rest);
      }
      case 'module':
        return this.output(name, rest, use, scope);
      case 'data': {
        const [kind, title] = path.slice(1);
        const block = scope.folder.data.get(`${kind}.${title}`);
        const inner = [...(block?.attributes.values() ?? [])].map((one) => this.value(one, scope));
        const mentions = inner.flatMap((one) => mentionsIn(one));
        return unknownValue(place, `is read from AWS: data.${kind}.${title}`, mentions, written);
      }
      case 'path':
        return name === 'module' || name === 'root'
          ? { kind: 'scalar', place, written, value: `./${scope.folder.path}`.replace(/\/$/, '') }
          : unknownValue(place, `is path.${name}`);
      default:
        return this.resource(`${root}.${name}`, rest, use, scope);
    }
  }

  private resource(address: string, rest: readonly (string | null)[], use: Expression, scope: Scope): Value {
    const { place, written } = use;
    const block = scope.folder.resources.get(address);
    if (!block) return unknownValue(place, `is ${address}, which is not defined in this folder`, [], written);
    const attribute = rest.find((step) => step !== null && step !== '*' && !/^\d+$/.test(step));
    const own = attribute == null || ITSELF.has(attribute) ? undefined : block.attributes.get(attribute);
    if (own) return this.value(own, outside(scope));
    return { kind: 'reference', place, written, to: [idOf(block, scope)] };
  }

  /** A variable: what the call of the folder gives, what files of variables set, or its default. */
  private variable(name: string, use: Expression, scope: Scope): Value {
    const { folder, call: caller } = scope;
    const spelling = `${name} = %s`;
    const given = caller?.block.attributes.get(name);
    if (caller && given)
      return from(this.value(given, this.scopeOf(caller.block, caller.scope)), { assuming: null, spelling });
    const assigned = caller === null ? folder.assigned.get(name) : undefined;
    if (assigned) return from(this.value(assigned, outside(scope)), { assuming: null, spelling });
    const of = `the variable ${name}`;
    const standard = folder.variables.get(name)?.attributes.get('default');
    if (!standard) return unknownValue(use.place, `is ${of}, which has no default`, [], use.written);
    // A call that leaves it out has decided; in a folder that nothing calls a run may set it.
    const assuming = caller === null ? `${of} keeps its default` : null;
    return from(this.value(standard, outside(scope)), { assuming, spelling: 'default = %s' });
  }

  private output(name: string, rest: readonly (string | null)[], use: Expression, scope: Scope): Value {
    const { place, written } = use;
    const module = scope.folder.modules.get(name);
    if (!module) return unknownValue(place, `is module.${name}, which is not defined in this folder`);
    const isMany = module.attributes.has('count') || module.attributes.has('for_each');
    const [output, ...inner] = isMany || rest[0] === '*' ? rest.slice(1) : rest;
    const target = calledFolder(scope.folder.path, module);
    if (target === null) {
      const known = moduleOutput(module, idOf(module, scope), [output ?? null, ...inner], place);
      if (known !== null) return known;
      const source = sourceOf(module);
      const where = source === null ? '' : ` (${source}), which is not in the repository`;
      return unknownValue(place, `comes from the module ${name}${where}`, [], written);
    }
    const called = this.project.folder(target);
    const expression = output == null ? undefined : called.outputs.get(output);
    if (!expression)
      return unknownValue(place, `comes from the module ${name}, which has no output ${output}`);
    return descend(
      this.value(expression, { folder: called, iterators: new Map(), call: { block: module, scope } }),
      inner,
    );
  }

  /** The scope of a block: what its `for_each` goes over. */
  scopeOf(block: Block, scope: Scope): Scope {
    const over = block.attributes.get('for_each');
    return { ...scope, iterators: new Map(over ? [['each', over]] : []) };
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
        `differs by instance: ${sourceIn(use.written)}`,
        list ? mentionsIn(list) : [],
        use.written,
      );
    const keyed =
      list.kind === 'map' ? [...list.entries] : itemsOf(list).map((item) => [textOf(item), item] as const);
    const values = keyed.map(
      ([key, value]): Value =>
        part === 'key' ? { kind: 'scalar', place, written: use.written, value: key } : descend(value, rest),
    );
    return agreed(values, place, `differs by instance: ${sourceIn(use.written)}`);
  }
}
