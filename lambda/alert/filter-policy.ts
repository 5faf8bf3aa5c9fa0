import * as z from 'zod';

/** Whether a subscription gets a message; `unknown` where its policy says what is not understood here. */
export type Match = 'yes' | 'no' | 'unknown';

const matcherSchema = z.union([
  z.string(),
  z.strictObject({ prefix: z.string() }),
  z.strictObject({ suffix: z.string() }),
  z.strictObject({ 'equals-ignore-case': z.string() }),
  z.strictObject({ exists: z.boolean() }),
  z.strictObject({ wildcard: z.string() }),
  z.strictObject({
    'anything-but': z.union([
      z.string().transform((one) => [one]),
      z.array(z.string()),
      z.strictObject({ prefix: z.string() }),
      z.strictObject({ suffix: z.string() }),
    ]),
  }),
]);
type Matcher = z.infer<typeof matcherSchema>;

const policySchema = z.record(z.string(), z.unknown());
const alternativesSchema = z.array(policySchema);

/** Message attributes by name; a list for one of the type `String.Array`. */
type Attributes = Readonly<Record<string, string | readonly string[]>>;

/**
 * Evaluates the filter policy of an SNS subscription against the attributes of a message, as far as they are texts:
 * https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html
 *
 * @param policy - its JSON; null lets everything pass
 */
export function filterMatch(policy: string | null, attributes: Attributes): Match {
  if (policy === null) return 'yes';
  const parsed = parsedPolicy(policy);
  return parsed === null ? 'unknown' : allOf(parsed, attributes);
}

function parsedPolicy(text: string): z.infer<typeof policySchema> | null {
  try {
    return policySchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

function allOf(policy: z.infer<typeof policySchema>, attributes: Attributes): Match {
  return every(
    Object.entries(policy).map(([name, value]) => {
      if (name === '$or') {
        const alternatives = alternativesSchema.safeParse(value).data;
        return alternatives ? some(alternatives.map((one) => allOf(one, attributes))) : 'unknown';
      }
      if (!Array.isArray(value)) return 'unknown';
      return some(
        value.map((one: unknown) => {
          const matcher = matcherSchema.safeParse(one);
          return matcher.success ? matches(matcher.data, attributes[name]) : 'unknown';
        }),
      );
    }),
  );
}

function matches(matcher: Matcher, value: string | readonly string[] | undefined): Match {
  if (typeof matcher === 'object' && 'exists' in matcher)
    return matcher.exists === (value !== undefined) ? 'yes' : 'no';
  if (value === undefined) return 'no';
  // Of an attribute that is a list, one value is enough (SNS, "Message filtering": String.Array).
  const values = typeof value === 'string' ? [value] : value;
  return values.some((one) => fits(matcher, one)) ? 'yes' : 'no';
}

function fits(matcher: Exclude<Matcher, { exists: boolean }>, value: string): boolean {
  if (typeof matcher === 'string') return matcher === value;
  if ('prefix' in matcher) return value.startsWith(matcher.prefix);
  if ('suffix' in matcher) return value.endsWith(matcher.suffix);
  if ('equals-ignore-case' in matcher)
    return value.toLowerCase() === matcher['equals-ignore-case'].toLowerCase();
  if ('wildcard' in matcher) return wildcardFits(matcher.wildcard, value);
  const but = matcher['anything-but'];
  if (Array.isArray(but)) return !but.includes(value);
  return 'prefix' in but ? !value.startsWith(but.prefix) : !value.endsWith(but.suffix);
}

function wildcardFits(wildcard: string, value: string): boolean {
  const parts = wildcard.split('*').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's').test(value);
}

/** As logic with three values: one no is enough for no. */
const every = (all: readonly Match[]): Match =>
  all.includes('no') ? 'no' : all.includes('unknown') ? 'unknown' : 'yes';
const some = (all: readonly Match[]): Match =>
  all.includes('yes') ? 'yes' : all.includes('unknown') ? 'unknown' : 'no';
