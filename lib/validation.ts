import * as z from 'zod';
import { InputError } from '../lambda/env.ts';
import { nearNames } from '../lambda/model/near-names.ts';

type Issue = z.core.$ZodIssue;

const shown = (value: unknown): string => JSON.stringify(value) ?? String(value);

/** What stands at a path of a value; undefined where nothing does. */
export function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : undefined),
    value,
  );
}

/** The keys that a schema knows at a path, for the one that was meant. */
function keysAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): readonly string[] {
  const node = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  const inner = path.reduce<unknown>(
    (at, key) => (typeof key === 'number' ? valueAt(at, ['items']) : valueAt(at, ['properties', key])),
    node,
  );
  return Object.keys(valueAt(inner, ['properties']) ?? {});
}

function unknownKeys(schema: z.core.$ZodType, path: readonly PropertyKey[], keys: readonly string[]): string {
  const known = keysAt(schema, path);
  return keys
    .map((key) => {
      const near = nearNames(key, known);
      const meant = near.length === 0 ? '' : `; did you mean ${near.join(' or ')}?`;
      return `${[...path, key].join('.')} is not a setting${meant}`;
    })
    .join('; ');
}

/** Of several forms that a value may have, the one that it comes nearest to: the one that fails deepest. */
function innermost(issue: Issue): Issue {
  if (issue.code !== 'invalid_union') return issue;
  const inner = issue.errors.flat().map((one) => ({ ...one, path: [...issue.path, ...one.path] }));
  const [deepest] = inner.toSorted((left, right) => right.path.length - left.path.length);
  return deepest !== undefined && deepest.path.length > issue.path.length ? deepest : issue;
}

function problem(schema: z.core.$ZodType, found: Issue, whole: unknown): string {
  const issue = innermost(found);
  if (issue.code === 'unrecognized_keys') return unknownKeys(schema, issue.path, issue.keys);
  const where = issue.path.join('.') || 'the whole';
  const value = valueAt(whole, issue.path);
  const expectation = issue.message.replace(/^Invalid (input|option): /, '');
  return value === undefined
    ? `${where} is missing: ${expectation.replace(', received undefined', '')}`
    : `${where} is ${shown(value)}: ${expectation}`;
}

/**
 * Says on one line what is wrong with a value: each key with its value and what was expected, and for an unknown key the
 * one that may have been meant.
 *
 * @param origin - begins the line, for instance the name of the file
 * @param isTaken - tells what is taken as it is, such as what CloudFormation fills in later
 * @throws InputError where anything is wrong
 */
export function validate(
  schema: z.core.$ZodType,
  value: unknown,
  origin: string,
  isTaken: (value: unknown, path: readonly PropertyKey[]) => boolean = () => false,
): void {
  const parsed = z.safeParse(schema, value);
  if (parsed.success) return;
  const issues = parsed.error.issues.filter(({ path }) => !isTaken(value, path));
  if (issues.length > 0)
    throw new InputError(`${origin}: ${issues.map((issue) => problem(schema, issue, value)).join('; ')}`);
}
