import { itemsOf, mentionsIn, textOf, unknownValue, type Value } from '../value.ts';
import { fileText, jsonOfText } from './json-text.ts';
import type { Evaluation, Scope } from './scope.ts';
import type { Expression } from './syntax.ts';

type Call = Extract<Expression, { kind: 'call' }>;

/** Functions that give their argument, for what is read here. */
const SAME = new Set([
  'jsonencode',
  'nonsensitive',
  'sensitive',
  'tolist',
  'tomap',
  'tonumber',
  'toset',
  'tostring',
  'trimspace',
]);

const isNull = (value: Value): boolean => value.kind === 'scalar' && value.value === null;

/** Calls of functions whose result can be told offline; of any other it is known which resources it mentions. */
export function call(evaluator: Evaluation, expression: Call, scope: Scope): Value {
  const { name, place, written } = expression;
  const unknown = (values: readonly Value[]): Value =>
    unknownValue(
      place,
      `is made by ${name}()`,
      values.flatMap((value) => mentionsIn(value)),
      written,
    );
  if (name === 'file' || name === 'templatefile') {
    const text = fileText(evaluator, expression, scope);
    return text === null ? unknown([]) : { kind: 'scalar', place, written, value: text.text };
  }
  const values = expression.arguments.map((argument) => evaluator.value(argument, scope));
  const [first, second, third] = values;
  if (first === undefined) return unknown(values);
  if (SAME.has(name))
    return first.kind === 'scalar' || first.kind === 'unknown' ? first : { ...first, place };
  switch (name) {
    case 'jsondecode': {
      const text = textOf(first);
      return (text === null ? null : jsonOfText({ text, place, holes: [] })) ?? unknown(values);
    }
    case 'try':
      return first.kind === 'unknown' && first.mentions.length === 0 && values.length > 1
        ? unknown(values)
        : first;
    case 'coalesce':
      return values.find((value) => !isNull(value)) ?? first;
    case 'one':
    case 'element':
      return first.kind === 'list' ? (first.items[Number(textOf(second) ?? 0)] ?? unknown(values)) : first;
    case 'concat':
    case 'flatten':
      return {
        kind: 'list',
        place,
        written,
        items: values.flatMap((value) => itemsOf(value).flatMap((item) => itemsOf(item))),
      };
    case 'merge': {
      if (!values.every((value) => value.kind === 'map')) return unknown(values);
      return { kind: 'map', place, written, entries: new Map(values.flatMap((value) => [...value.entries])) };
    }
    case 'lookup': {
      const key = textOf(second);
      if (first.kind !== 'map' || key === null) return unknown(values);
      return first.entries.get(key) ?? third ?? unknown(values);
    }
    default:
      return unknown(values);
  }
}
