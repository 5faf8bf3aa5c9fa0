import * as z from 'zod';

/** JSON as a template has it. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** JSON, as it is read. */
export const json: z.ZodType<Json> = z.json();

/** Names of conditions that must all hold; none: always. */
export type Conditions = readonly string[];

export const NO_VALUE: Json = { Ref: 'AWS::NoValue' };

export const ref = (name: string): JsonObject => ({ Ref: name });
export const join = (delimiter: string, parts: readonly Json[] | Json): JsonObject => ({
  'Fn::Join': [delimiter, parts],
});
export const split = (delimiter: string, text: Json): JsonObject => ({ 'Fn::Split': [delimiter, text] });
export const equals = (one: Json, other: Json): JsonObject => ({ 'Fn::Equals': [one, other] });
export const not = (condition: Json): JsonObject => ({ 'Fn::Not': [condition] });
export const or = (names: readonly string[]): JsonObject => ({
  'Fn::Or': names.map((Condition) => ({ Condition })),
});
/** Whether a parameter is not left empty. */
export const isGiven = (parameter: string): JsonObject => not(equals(ref(parameter), ''));

export const isObject = (value: Json): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

export { isList };

/** The one key of an intrinsic function, such as `Fn::Join` or `Ref`; null for anything else. */
export function intrinsicOf(value: Json): string | null {
  if (!isObject(value)) return null;
  const [key, ...others] = Object.keys(value);
  return key !== undefined && others.length === 0 && /^(Ref|Condition|Fn::\w+)$/.test(key) ? key : null;
}

/** The logical id that `Ref` or `Fn::GetAtt` names; null for anything else. */
export function referredTo(value: Json): string | null {
  if (!isObject(value)) return null;
  const { Ref: reference, 'Fn::GetAtt': attribute } = value;
  if (typeof reference === 'string') return reference;
  if (attribute === undefined || !isList(attribute)) return null;
  const [logicalId] = attribute;
  return typeof logicalId === 'string' ? logicalId : null;
}

/** Rebuilds a value from the innermost part to the outermost. */
export function mapped(value: Json, change: (inner: Json) => Json): Json {
  if (isList(value)) return change(value.map((item) => mapped(item, change)));
  if (!isObject(value)) return change(value);
  return change(
    Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, mapped(inner, change)])),
  );
}
