import type { Node } from '@babel/types';
import { inMilliseconds, orBare } from '../../../lambda/advice/workload-server/times.ts';
import { operate } from './arithmetic.ts';
import type { Names } from './node-names.ts';
import { bare, callOf, memberOf, nameOfReference } from './node-syntax.ts';

/** A number that a source file writes, perhaps by way of a variable of the environment that would take its place. */
export interface SourceNumber {
  readonly value: number;
  readonly variable: string | null;
}

/** A value as far as it can be told: a number, a text, or the variable of the environment that it is. */
type Value =
  | { readonly kind: 'number'; readonly value: number; readonly variable: string | null }
  | { readonly kind: 'text'; readonly value: string; readonly variable: string | null }
  | { readonly kind: 'variable'; readonly name: string };

/** Expressions within expressions; deeper ones are generated. */
const DEEPEST = 60;
/** Names that stand for sums of names can double with each step. */
const MOST_STEPS = 2000;

/** `process.env.NAME`, `process.env['NAME']`, `Bun.env.NAME`, `import.meta.env.NAME`. */
function variableOf(node: Node): string | null {
  const member = memberOf(node);
  if (member === null) return null;
  const object = nameOfReference(member.object);
  return object === 'process.env' || object === 'Bun.env' ? member.name : null;
}

const PARSERS = new Set([
  'Number',
  'parseInt',
  'parseFloat',
  'Number.parseInt',
  'Number.parseFloat',
  'BigInt',
]);

const numberFrom = (value: Value | null): Value | null => {
  if (value?.kind !== 'text') return value;
  const match = /^\s*[+-]?\d[\d_]*(?:\.\d+)?/.exec(value.value);
  return match
    ? { kind: 'number', value: Number(match[0].replaceAll('_', '')), variable: value.variable }
    : null;
};

const orVariable = (value: Value | null, variable: string): Value | null =>
  value === null || value.kind === 'variable' ? null : { ...value, variable: value.variable ?? variable };

/** Evaluates what is constant, by the names of the file, and of those that it has names from. */
class Evaluator {
  private names: Names;
  private steps = 0;

  constructor(names: Names) {
    this.names = names;
  }

  /** What another file gives, by the names of that file. */
  private elsewhere(node: Node, depth: number): Value | null {
    const found = this.names.elsewhere(node);
    if (found === null) return null;
    const here = this.names;
    this.names = found.names;
    const value = this.value(found.node, depth + 1);
    this.names = here;
    return value;
  }

  value(node: Node, depth = 0): Value | null {
    const inner = bare(node);
    this.steps += 1;
    if (depth > DEEPEST || this.steps > MOST_STEPS) return null;
    const next = (other: Node): Value | null => this.value(other, depth + 1);
    switch (inner.type) {
      case 'NumericLiteral':
        return { kind: 'number', value: inner.value, variable: null };
      case 'StringLiteral':
        return { kind: 'text', value: inner.value, variable: null };
      case 'TemplateLiteral':
        return inner.expressions.length === 0
          ? { kind: 'text', value: inner.quasis[0]?.value.cooked ?? '', variable: null }
          : null;
      case 'Identifier': {
        const value = this.names.only(inner.name);
        return value === null ? this.elsewhere(inner, depth) : (next(value) ?? this.elsewhere(inner, depth));
      }
      case 'UnaryExpression': {
        const value = numberFrom(next(inner.argument));
        if (inner.operator === '+') return value;
        return inner.operator === '-' && value?.kind === 'number' ? { ...value, value: -value.value } : null;
      }
      case 'BinaryExpression':
        return this.binary(inner.operator, next(inner.left), next(inner.right));
      case 'LogicalExpression':
        return this.logical(inner.operator, next(inner.left), () => next(inner.right));
      case 'ConditionalExpression': {
        const variable = this.variableIn(inner.test);
        return variable === null ? null : orVariable(next(inner.alternate), variable);
      }
      case 'CallExpression':
        return this.call(inner, depth);
      case 'MemberExpression':
      case 'OptionalMemberExpression':
        return this.member(inner, depth);
      default:
        return null;
    }
  }

  private binary(operator: string, left: Value | null, right: Value | null): Value | null {
    if (left?.kind !== 'number' || right?.kind !== 'number') return null;
    const value = operator === '**' ? left.value ** right.value : operate(operator, left.value, right.value);
    return value === null ? null : { kind: 'number', value, variable: left.variable ?? right.variable };
  }

  /** A variable of the environment is not set offline: what stands behind `||` and `??` counts. */
  private logical(operator: string, left: Value | null, right: () => Value | null): Value | null {
    if (operator !== '||' && operator !== '??') return null;
    if (left?.kind === 'variable') return orVariable(right(), left.name);
    if (left === null) return null;
    return operator === '||' && (left.value === 0 || left.value === '') ? right() : left;
  }

  private variableIn(test: Node): string | null {
    const inner = bare(test);
    if (inner.type === 'BinaryExpression')
      return ['!==', '!='].includes(inner.operator) ? variableOf(inner.left) : null;
    return variableOf(inner);
  }

  private call(node: Node, depth: number): Value | null {
    const call = callOf(node);
    const [first] = call?.arguments ?? [];
    if (call === null || first === undefined) return null;
    if (PARSERS.has(nameOfReference(call.callee) ?? '')) return numberFrom(this.value(first, depth + 1));
    if (this.names.originOf(call.callee) !== 'ms') return null;
    const value = this.value(first, depth + 1);
    if (value?.kind !== 'text') return null;
    const seconds = orBare(inMilliseconds)(value.value);
    return seconds === null ? null : { kind: 'number', value: seconds * 1000, variable: value.variable };
  }

  /** `process.env.NAME`, and a property of an object that stands in the file. */
  private member(node: Node, depth: number): Value | null {
    const variable = variableOf(node);
    if (variable !== null) return { kind: 'variable', name: variable };
    const member = memberOf(node);
    if (member === null) return null;
    const name = nameOfReference(node);
    const given = name === null ? null : this.names.only(name);
    if (given !== null) return this.value(given, depth + 1);
    const object = this.object(member.object, depth + 1);
    const value = object && propertyOf(object, member.name);
    return value ? this.value(value, depth + 1) : this.elsewhere(node, depth);
  }

  private object(node: Node, depth: number): Node | null {
    const inner = bare(node);
    if (inner.type === 'ObjectExpression') return inner;
    this.steps += 1;
    if (depth > DEEPEST || this.steps > MOST_STEPS) return null;
    const name = nameOfReference(inner);
    const given = name === null ? null : this.names.only(name);
    if (given !== null) return this.object(given, depth + 1);
    const member = memberOf(inner);
    const outer = member && this.object(member.object, depth + 1);
    const value = outer && propertyOf(outer, member.name);
    return value ? this.object(value, depth + 1) : null;
  }
}

/** The value of a property in an object that is written out; null where it has none. */
export function propertyOf(object: Node, name: string): Node | null {
  if (object.type !== 'ObjectExpression') return null;
  const found = object.properties.findLast((property) => {
    if (property.type !== 'ObjectProperty' || property.computed) return false;
    const { key } = property;
    return (
      (key.type === 'Identifier' && key.name === name) || (key.type === 'StringLiteral' && key.value === name)
    );
  });
  return found?.type === 'ObjectProperty' ? found.value : null;
}

/** The number that an expression is; null where it cannot be told without running it. */
export function numberOf(node: Node, names: Names): SourceNumber | null {
  const value = numberFrom(new Evaluator(names).value(node));
  return value?.kind === 'number' && Number.isFinite(value.value)
    ? { value: value.value, variable: value.variable }
    : null;
}
