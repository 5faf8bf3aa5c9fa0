import type { Place } from '../../model.ts';
import {
  agreed,
  at,
  itemsOf,
  type MapValue,
  mentionsIn,
  textOf,
  unknownValue,
  type Value,
} from '../value.ts';

/** What intrinsic functions are evaluated against. */
export interface Template {
  readonly format: 'yaml' | 'json';
  readonly parameters: Value | undefined;
  readonly mappings: Value | undefined;
  readonly resources: ReadonlyMap<string, Value>;
  readonly idOf: (logicalId: string) => string;
  /** What another template of the same folder exports under a name; null where none does. */
  readonly exported: (name: string) => Value | null;
}

type Evaluate = (value: Value) => Value;

const absent = (place: Place): Value => ({ kind: 'scalar', place, written: '', value: null });

/** A parameter: its default, which a deployment may override, or unknown. */
function parameterValue(name: string, parameter: Value, use: Value, format: Template['format']): Value {
  const type = textOf(at(parameter, 'Type')) ?? '';
  const standard = at(parameter, 'Default');
  const of = `the parameter ${name}`;
  if (type.startsWith('AWS::SSM::Parameter'))
    return unknownValue(use.place, `is ${of}, which is read from Parameter Store`, [], use.written);
  if (standard === undefined)
    return unknownValue(use.place, `is ${of}, which has no default`, [], use.written);
  const spelling = format === 'json' ? '"Default": "%s"' : 'Default: %s';
  return { ...standard, origin: { assuming: `${of} keeps its default`, spelling } };
}

function reference(name: string, use: Value, template: Template): Value {
  if (name === 'AWS::NoValue') return absent(use.place);
  if (name.startsWith('AWS::')) return unknownValue(use.place, `is ${name}`);
  const parameter = at(template.parameters, name);
  if (parameter !== undefined) return parameterValue(name, parameter, use, template.format);
  if (template.resources.has(name))
    return { kind: 'reference', place: use.place, written: use.written, to: [template.idOf(name)] };
  return unknownValue(use.place, `is ${name}, which the template does not define`);
}

const PLACEHOLDER = /\$\{(!?)([^{}$]*)\}/g;

function substituted(argument: Value, use: Value, template: Template, evaluate: Evaluate): Value {
  const [first, second] = argument.kind === 'list' ? argument.items : [argument];
  const text = textOf(first);
  if (text === null) return unknownValue(use.place, 'is a Fn::Sub that cannot be read');
  const parts = [...text.matchAll(PLACEHOLDER)].filter(([, escaped]) => escaped === '');
  const values = parts.map(([, , name = '']) => {
    const own = at(second, name.trim());
    return own === undefined ? reference(name.trim().split('.')[0] ?? '', use, template) : evaluate(own);
  });
  const [only] = values;
  if (only && values.length === 1 && parts[0]?.[0] === text) return only;
  if (!values.every((value) => textOf(value) !== null)) {
    const mentions = values.flatMap((value) => mentionsIn(value));
    return unknownValue(use.place, `is put together: ${text.slice(0, 120)}`, mentions, use.written);
  }
  let index = 0;
  const value = text.replaceAll(PLACEHOLDER, (_found, escaped: string, name: string) => {
    if (escaped !== '') return `\${${name}}`;
    index += 1;
    return textOf(values[index - 1]) ?? '';
  });
  const origin = values.find((one) => one.origin)?.origin;
  return {
    kind: 'scalar',
    place: use.place,
    written: use.written,
    value,
    ...(origin ? { origin: { assuming: origin.assuming, spelling: '%s' } } : {}),
  };
}

function mapped(argument: Value, use: Value, template: Template, evaluate: Evaluate): Value {
  const keys = itemsOf(argument).map((item) => textOf(evaluate(item)));
  let choices: Value[] = template.mappings ? [template.mappings] : [];
  for (const key of keys.slice(0, 3))
    choices = choices.flatMap((choice) => {
      if (choice.kind !== 'map') return [];
      if (key === null) return [...choice.entries.values()];
      const found = choice.entries.get(key);
      return found ? [found] : [];
    });
  if (choices.length === 0) return unknownValue(use.place, 'is read from a mapping that has no such key');
  return agreed(choices, use.place, `is read from the mapping ${keys[0] ?? 'unknown'}`);
}

function joined(argument: Value, use: Value, evaluate: Evaluate): Value {
  const [separator, list] = itemsOf(argument);
  const parts = itemsOf(list ? evaluate(list) : undefined).map(evaluate);
  const texts = parts.map(textOf);
  if (textOf(separator) === null || !texts.every((text) => text !== null))
    return unknownValue(
      use.place,
      'is put together',
      parts.flatMap((part) => mentionsIn(part)),
      use.written,
    );
  return {
    kind: 'scalar',
    place: use.place,
    written: use.written,
    value: texts.join(textOf(separator) ?? ''),
  };
}

function functionValue(
  name: string,
  argument: Value,
  use: Value,
  template: Template,
  evaluate: Evaluate,
): Value {
  switch (name) {
    case 'Ref':
      return reference(textOf(argument) ?? '', use, template);
    case 'Fn::GetAtt':
      return reference(
        (argument.kind === 'list' ? textOf(argument.items[0]) : textOf(argument)?.split('.')[0]) ?? '',
        use,
        template,
      );
    case 'Fn::Sub':
      return substituted(argument, use, template, evaluate);
    case 'Fn::If': {
      const [condition, ...branches] = argument.kind === 'list' ? argument.items : [];
      const depends = `depends on the condition ${textOf(condition) ?? 'unknown'}`;
      return agreed(branches.map(evaluate), use.place, depends);
    }
    case 'Fn::FindInMap':
      return mapped(argument, use, template, evaluate);
    case 'Fn::Join':
      return joined(argument, use, evaluate);
    case 'Fn::ImportValue': {
      const exportName = textOf(evaluate(argument));
      const found = exportName === null ? null : template.exported(exportName);
      if (found !== null) return { ...found, place: use.place };
      const named = exportName === null ? '' : `: ${exportName.slice(0, 120)}`;
      return unknownValue(use.place, `is imported from another stack${named}`);
    }
    default:
      return unknownValue(use.place, `is made by ${name}`, mentionsIn(evaluate(argument)), use.written);
  }
}

const FUNCTION = /^(?:Ref|Fn::[A-Za-z0-9:]+)$/;

const callIn = ({ entries }: MapValue): readonly [string, Value] | null => {
  const [entry] = entries;
  return entries.size === 1 && entry !== undefined && FUNCTION.test(entry[0]) ? entry : null;
};

/** Evaluates what a template says; every value once, however often an alias names it. */
export function evaluator(template: Template): Evaluate {
  const done = new Map<Value, Value>();
  const evaluate: Evaluate = (value) => {
    const known = done.get(value);
    if (known !== undefined) return known;
    // Stands until the value is evaluated: a value that needs itself is unknown.
    done.set(value, unknownValue(value.place, 'refers to itself'));
    const result = evaluated(value);
    done.set(value, result);
    return result;
  };
  const evaluated = (value: Value): Value => {
    if (value.kind === 'list') return { ...value, items: value.items.map(evaluate) };
    if (value.kind !== 'map') return value;
    const call = callIn(value);
    if (call !== null) return functionValue(call[0], call[1], value, template, evaluate);
    return { ...value, entries: new Map([...value.entries].map(([key, one]) => [key, evaluate(one)])) };
  };
  return evaluate;
}
