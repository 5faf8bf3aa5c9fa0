import { at, itemsOf, textOf, unknownValue, type Value } from '../value.ts';

/** A resource of `planned_values`, with the module that it stands in. */
export interface PlannedResource {
  readonly address: string;
  /** `module.service["a"]`; empty for the root module. */
  readonly module: string;
  readonly type: string;
  readonly value: Value;
}

/** Chains of variables and outputs longer than anybody has. */
const DEEPEST = 30;

/** `a` of `a.b`: the module around a module; empty for the root. */
function moduleAround(module: string): string {
  const match = /^(.*?)\.?module\.[^.[]+(?:\[(?:"(?:[^"\\]|\\.)*"|\d+)\])?$/.exec(module);
  return match?.[1] ?? '';
}

const lastName = (module: string): string => /module\.([^.[]+)(?:\[[^\]]*\])?$/.exec(module)?.[1] ?? '';
const names = (module: string): readonly string[] =>
  [...module.matchAll(/(?:^|\.)module\.([^.[]+)/g)].map(([, name = '']) => name);

const inModule = (module: string, address: string): string =>
  module === '' ? address : `${module}.${address}`;

/** Resolves what a plan's configuration refers to: resources of a module, variables it is given, outputs of its modules. */
export class PlanReferences {
  private readonly root: Value | undefined;
  private readonly planned: readonly PlannedResource[];
  private readonly idOf: (address: string) => string;

  constructor(
    root: Value | undefined,
    planned: readonly PlannedResource[],
    idOf: (address: string) => string,
  ) {
    this.root = root;
    this.planned = planned;
    this.idOf = idOf;
  }

  private configurationOf(module: string): Value | undefined {
    let found = this.root;
    for (const name of names(module)) found = at(found, 'module_calls', name, 'module');
    return found;
  }

  private resourceOf(module: string, address: string): Value | undefined {
    return itemsOf(at(this.configurationOf(module), 'resources')).find(
      (one) => textOf(at(one, 'address')) === address,
    );
  }

  /** A resource's arguments as the configuration has them. */
  expressionsOf(module: string, address: string): Value | undefined {
    return at(this.resourceOf(module, address), 'expressions');
  }

  /** What an expression with references points to. */
  value(expression: Value, module: string): Value {
    const { place } = expression;
    const written = itemsOf(at(expression, 'references')).flatMap((one) => textOf(one) ?? []);
    const to = [...new Set(written.flatMap((reference) => this.resolve(reference, module, 0)))];
    if (to.length > 0) return { kind: 'reference', place, written: '', to };
    return unknownValue(place, `is known after apply only: ${written[0]?.slice(0, 120) ?? 'an expression'}`);
  }

  private all(expression: Value | undefined, module: string, depth: number): readonly string[] {
    return itemsOf(at(expression, 'references')).flatMap((one) =>
      this.resolve(textOf(one) ?? '', module, depth + 1),
    );
  }

  private resolve(reference: string, module: string, depth: number): readonly string[] {
    if (depth > DEEPEST) return [];
    const [root = '', name = '', output = ''] = reference.replaceAll(/\[[^\]]*\]/g, '').split('.');
    if (root === 'var') {
      const call = at(this.configurationOf(moduleAround(module)), 'module_calls', lastName(module));
      return module === '' ? [] : this.all(at(call, 'expressions', name), moduleAround(module), depth);
    }
    if (root === 'module') {
      if (output === '') return [];
      const inner = at(this.configurationOf(module), 'module_calls', name, 'module');
      const expression = at(inner, 'outputs', output, 'expression');
      return this.instancesOf(inModule(module, `module.${name}`)).flatMap((instance) =>
        this.all(expression, instance, depth),
      );
    }
    if (root === '' || name === '' || root === 'data' || root === 'local') return [];
    const address = inModule(module, `${root}.${name}`);
    return this.planned
      .filter((one) => one.address === address || one.address.startsWith(`${address}[`))
      .map((one) => this.idOf(one.address));
  }

  /** The instances of a module that have resources, or an instance of theirs. */
  private instancesOf(module: string): readonly string[] {
    const isOne = (one: string): boolean =>
      one === module || (one.startsWith(`${module}[`) && !/\]\./.test(one.slice(module.length)));
    const found = this.planned.flatMap((one) => {
      const around: string[] = [];
      for (let at = one.module; at !== ''; at = moduleAround(at)) around.push(at);
      return around.filter(isOne);
    });
    return [...new Set(found)];
  }
}
