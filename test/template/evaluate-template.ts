import * as z from 'zod';

type Json = z.infer<ReturnType<typeof z.json>>;
const json = z.json();
const record = z.record(z.string(), json);
const parameterSchema = z.looseObject({
  Default: z.string().optional(),
  AllowedPattern: z.string().optional(),
  AllowedValues: z.array(z.string()).optional(),
  MaxLength: z.number().optional(),
});

export const parameterizedSchema = z.looseObject({
  Parameters: z.record(z.string(), parameterSchema).default({}),
  Rules: z
    .record(
      z.string(),
      z.object({ Assertions: z.array(z.object({ Assert: json, AssertDescription: z.string() })) }),
    )
    .default({}),
  Conditions: record.default({}),
  Resources: z.record(z.string(), z.looseObject({ Type: z.string(), Condition: z.string().optional() })),
  Outputs: z.record(z.string(), z.looseObject({ Value: json, Condition: z.string().optional() })).default({}),
});
export type Parameterized = z.infer<typeof parameterizedSchema>;

/** The name that the stack has in the CDK app, which writes it into names. */
const STACK_NAME = 'Alb502';

/** What a property with the value `AWS::NoValue` is: not there. */
const NOTHING = Symbol('AWS::NoValue');
type Resolved = Json | typeof NOTHING;

const isList = (value: Json | undefined): value is Json[] => Array.isArray(value);
const isRecord = (value: Json): value is Record<string, Json> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The values of all parameters, held against what the template allows, as CloudFormation does before anything else. */
export function acceptedParameters(
  template: Parameterized,
  given: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const unknown = Object.keys(given).filter((name) => !(name in template.Parameters));
  if (unknown.length > 0) throw new Error(`Parameters: [${unknown.join(', ')}] do not exist in the template`);
  const values: Record<string, string> = {};
  for (const [name, { Default, AllowedPattern, AllowedValues, MaxLength }] of Object.entries(
    template.Parameters,
  )) {
    const value = given[name] ?? Default;
    if (value === undefined) throw new Error(`Parameters: [${name}] must have values`);
    if (AllowedPattern !== undefined && !new RegExp(`^(?:${AllowedPattern})$`).test(value))
      throw new Error(`Parameter '${name}' must match pattern ${AllowedPattern}: ${value}`);
    if (AllowedValues !== undefined && !AllowedValues.includes(value))
      throw new Error(`Parameter '${name}' must be one of AllowedValues: ${value}`);
    if (MaxLength !== undefined && value.length > MaxLength)
      throw new Error(`Parameter '${name}' is too long`);
    values[name] = value;
  }
  const evaluator = new Evaluator(template, values);
  for (const { Assertions } of Object.values(template.Rules))
    for (const { Assert, AssertDescription } of Assertions)
      if (evaluator.holds(Assert) !== true) throw new Error(AssertDescription);
  return values;
}

/**
 * A template as CloudFormation deploys it with these parameters: without parameters and conditions, but for what only an
 * account knows.
 *
 * @param known - what is known of the account: `AWS::Partition` and the like
 */
export function evaluated(
  template: Parameterized,
  given: Readonly<Record<string, string>> = {},
  known: Readonly<Record<string, string>> = {},
): { readonly Resources: Record<string, Json>; readonly Outputs: Record<string, Json> } {
  const evaluator = new Evaluator(template, {
    ...acceptedParameters(template, given),
    'AWS::StackName': STACK_NAME,
    ...known,
  });
  return { Resources: evaluator.section(template.Resources), Outputs: evaluator.section(template.Outputs) };
}

class Evaluator {
  private readonly template: Parameterized;
  private readonly values: Readonly<Record<string, string>>;

  constructor(template: Parameterized, values: Readonly<Record<string, string>>) {
    this.template = template;
    this.values = values;
  }

  section(
    entries: Readonly<Record<string, { readonly Condition?: string | undefined }>>,
  ): Record<string, Json> {
    return Object.fromEntries(
      Object.entries(entries).flatMap(([name, { Condition, ...entry }]) => {
        if (Condition !== undefined && this.condition(Condition) !== true) return [];
        const resolved = this.resolve(json.parse(entry));
        return resolved === NOTHING ? [] : [[name, resolved]];
      }),
    );
  }

  /** null: only an account knows. */
  holds(condition: Json): boolean | null {
    if (!isRecord(condition)) throw new Error(`no condition: ${JSON.stringify(condition)}`);
    const { Condition, 'Fn::Equals': equals, 'Fn::Not': not, 'Fn::And': and, 'Fn::Or': or } = condition;
    if (typeof Condition === 'string') return this.condition(Condition);
    if (isList(equals)) {
      const [one, other] = equals.map((side) => this.resolve(side));
      return typeof one === 'string' && typeof other === 'string' ? one === other : null;
    }
    if (isList(not)) {
      const inner = this.holds(not[0] ?? null);
      return inner === null ? null : !inner;
    }
    if (isList(and)) return and.map((one) => this.holds(one)).every((one) => one === true);
    if (isList(or)) return or.map((one) => this.holds(one)).some((one) => one === true);
    throw new Error(`no condition: ${JSON.stringify(condition)}`);
  }

  private condition(name: string): boolean | null {
    const condition = this.template.Conditions[name];
    if (condition === undefined) throw new Error(`there is no condition ${name}`);
    return this.holds(condition);
  }

  private resolve(value: Json): Resolved {
    if (isList(value)) return value.map((item) => this.resolve(item)).filter((item) => item !== NOTHING);
    if (!isRecord(value)) return value;
    const { Ref, 'Fn::If': conditional, 'Fn::Join': join, 'Fn::Split': split } = value;
    if (Ref === 'AWS::NoValue') return NOTHING;
    if (typeof Ref === 'string') return this.values[Ref] ?? value;
    if (isList(conditional)) return this.conditional(conditional);
    if (isList(join)) return this.joined(join);
    if (isList(split)) {
      const [delimiter, text] = split.map((part) => this.resolve(part));
      if (typeof delimiter !== 'string' || typeof text !== 'string')
        throw new Error('only known text can be split');
      return text.split(delimiter);
    }
    const entries = Object.entries(value).map(([key, inner]) => [key, this.resolve(inner)] as const);
    return Object.fromEntries(entries.flatMap(([key, inner]) => (inner === NOTHING ? [] : [[key, inner]])));
  }

  private conditional([name, then = null, otherwise = null]: readonly Json[]): Resolved {
    const holds = this.condition(String(name));
    if (holds !== null) return this.resolve(holds ? then : otherwise);
    const branches = [then, otherwise].map((branch) => this.resolve(branch));
    return { 'Fn::If': [String(name), ...branches.filter((branch) => branch !== NOTHING)] };
  }

  /** Joined as far as it is known: inner joins are dissolved, and text that follows text is one. */
  private joined([delimiter, parts = null]: readonly Json[]): Json {
    const resolved = this.resolve(parts);
    if (typeof delimiter !== 'string' || resolved === NOTHING || !isList(resolved))
      throw new Error('no join');
    const pieces = resolved
      .flatMap((part, index) => (index === 0 ? [part] : [delimiter, part]))
      .flatMap(innerJoin);
    const glued: Json[] = [];
    for (const piece of pieces) {
      const last = glued.at(-1);
      if (typeof piece === 'string' && typeof last === 'string') glued[glued.length - 1] = last + piece;
      else if (piece !== '') glued.push(piece);
    }
    const [only = '', ...others] = glued;
    return others.length === 0 ? only : { 'Fn::Join': ['', glued] };
  }
}

function innerJoin(part: Json): Json[] {
  const join = isRecord(part) ? part['Fn::Join'] : undefined;
  const [delimiter, parts] = isList(join) ? join : [];
  return delimiter === '' && isList(parts) ? parts : [part];
}
