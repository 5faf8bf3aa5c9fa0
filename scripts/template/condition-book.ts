import { type Conditions, type Json, type JsonObject, NO_VALUE } from './intrinsic.ts';

/** The conditions of a template: those that were asked for, and those that they are made of. */
export class ConditionBook {
  private readonly known: Readonly<Record<string, JsonObject>>;
  private readonly used = new Map<string, JsonObject>();

  constructor(known: Readonly<Record<string, JsonObject>>) {
    this.known = known;
  }

  /** One name for several conditions that must all hold. */
  nameOf(conditions: Conditions): string {
    const names = [...new Set(conditions)].sort();
    for (const name of names) this.use(name);
    const [only = '', ...others] = names;
    if (others.length === 0) return only;
    const name = names.join('And');
    this.used.set(name, { 'Fn::And': names.map((Condition) => ({ Condition })) });
    return name;
  }

  /** `then` where all hold; as it is where there are none. */
  when(conditions: Conditions, then: Json, otherwise: Json = NO_VALUE): Json {
    return conditions.length === 0 ? then : { 'Fn::If': [this.nameOf(conditions), then, otherwise] };
  }

  /** The section `Conditions`, in the order of their names. */
  section(): JsonObject {
    return Object.fromEntries([...this.used].sort(([one], [other]) => (one < other ? -1 : 1)));
  }

  private use(name: string): void {
    if (this.used.has(name)) return;
    const condition = this.known[name];
    if (condition === undefined) throw new Error(`the template has no condition ${name}`);
    this.used.set(name, condition);
    for (const [, inner = ''] of JSON.stringify(condition).matchAll(/"Condition":"(\w+)"/g)) this.use(inner);
  }
}
