import { type FileFacts, type FileReader, NO_FACTS, type SourceFile } from '../../model.ts';
import { jsonValue } from '../json-value.ts';
import { at, itemsOf, textOf, unknownValue, type Value } from '../value.ts';
import { jsonOfText } from './json-text.ts';
import { type PlannedResource, PlanReferences } from './plan-references.ts';
import { type AwsResource, factsOf, RESOURCE_TYPE } from './resources.ts';

/** Larger plans take too much memory. */
const LONGEST_PLAN = 128_000_000;

/** Modules nest no deeper than this. */
const DEEPEST = 30;

function plannedIn(module: Value | undefined, depth = 0): readonly PlannedResource[] {
  const own = itemsOf(at(module, 'resources')).flatMap((value): PlannedResource[] => {
    const type = textOf(at(value, 'type')) ?? '';
    const address = textOf(at(value, 'address'));
    if (address === null || textOf(at(value, 'mode')) === 'data' || !RESOURCE_TYPE.test(type)) return [];
    return [{ address, module: textOf(at(module, 'address')) ?? '', type, value }];
  });
  const inner = itemsOf(at(module, 'child_modules'));
  return depth > DEEPEST ? own : [...own, ...inner.flatMap((child) => plannedIn(child, depth + 1))];
}

/** An address without the indexes of its instances. */
const plainAddress = (address: string): string => address.replaceAll(/\[(?:"(?:[^"\\]|\\.)*"|\d+)\]/g, '');

/** `aws_lb.shop` of `module.a.module.b.aws_lb.shop`. */
const localAddress = (address: string): string => plainAddress(address).split('.').slice(-2).join('.');

/**
 * Planned values, completed by what the configuration refers to: an ARN that is known after apply only is left out of
 * the planned values, and which resource it is of stands in the configuration.
 */
function completed(
  values: Value | undefined,
  expressions: Value | undefined,
  refer: (from: Value) => Value,
): Value | undefined {
  if (expressions === undefined || expressions.kind === 'scalar') return values;
  if (expressions.kind === 'list') {
    const items = itemsOf(values);
    const blocks = itemsOf(expressions);
    if (items.length === 0 && values?.kind !== 'list') return values;
    return {
      kind: 'list',
      place: expressions.place,
      written: '',
      items: items.map((item, index) => completed(item, blocks[index] ?? blocks[0], refer) ?? item),
    };
  }
  if (expressions.kind !== 'map') return values;
  if (expressions.entries.has('references')) return values ?? refer(expressions);
  if (expressions.entries.has('constant_value')) return values ?? at(expressions, 'constant_value');
  if (values !== undefined && values.kind !== 'map') return values;
  const entries = new Map(values?.entries ?? []);
  for (const [key, expression] of expressions.entries) {
    const value = completed(at(values, key), expression, refer);
    if (value !== undefined) entries.set(key, value);
  }
  return { kind: 'map', place: (values ?? expressions).place, written: '', entries };
}

/** `container_definitions` is JSON in a string; where it is known after apply only, it refers to something. */
function withContainers(value: Value): Value {
  const definitions = at(value, 'container_definitions');
  if (value.kind !== 'map' || definitions === undefined) return value;
  const text = textOf(definitions);
  const { place } = definitions;
  const read =
    text === null
      ? unknownValue(place, 'they are known after apply only')
      : (jsonOfText({ text, place, holes: [] }) ?? unknownValue(place, 'they are no JSON'));
  return {
    ...value,
    entries: new Map([...value.entries, ['container_definitions', onLine(read, place.line)]]),
  };
}

/** The string stands on one line of the plan, whatever line breaks it has inside. */
function onLine(value: Value, line: number): Value {
  const place = { ...value.place, line };
  if (value.kind === 'list') return { ...value, place, items: value.items.map((item) => onLine(item, line)) };
  if (value.kind !== 'map') return { ...value, place };
  return {
    ...value,
    place,
    entries: new Map([...value.entries].map(([key, one]) => [key, onLine(one, line)])),
  };
}

function resourcesOf(plan: Value, file: string): readonly AwsResource[] {
  const planned = plannedIn(at(plan, 'planned_values', 'root_module'));
  const idOf = (address: string): string => `${file}#${address}`;
  const references = new PlanReferences(at(plan, 'configuration', 'root_module'), planned, idOf);
  return planned.map(({ address, module, type, value }) => {
    const expressions = references.expressionsOf(module, localAddress(address));
    const arguments_ = completed(at(value, 'values'), expressions, (expression) =>
      references.value(expression, module),
    );
    const filled = arguments_ ?? value;
    return {
      id: idOf(address),
      name: address,
      type,
      place: value.place,
      value: type === 'aws_ecs_task_definition' ? withContainers(filled) : filled,
    };
  });
}

const WANTED = new Set(['planned_values', 'configuration', 'format_version']);

function read({ path, text }: SourceFile): FileFacts | null {
  if (!text.includes('"planned_values"') || !/"aws_(?:a?lb|ecs)_?/.test(text)) return null;
  const unread = (line: number, why: string): FileFacts => ({
    ...NO_FACTS,
    unread: [{ place: { file: path, line }, what: 'Terraform plan', why }],
  });
  if (text.length > LONGEST_PLAN) return unread(1, `it is longer than ${LONGEST_PLAN / 1_000_000} MB`);
  const { value, failure } = jsonValue({ file: path, text, wants: (key) => WANTED.has(key) });
  if (failure !== null) return unread(failure.line, failure.why);
  if (value === null || at(value, 'planned_values', 'root_module') === undefined) return null;
  return factsOf(resourcesOf(value, path), 'Terraform plan', () => true);
}

/** Plans of Terraform and OpenTofu, as `terraform show -json PLAN` prints them. */
export const PLAN_READER: FileReader = {
  reads: 'Terraform plans (terraform show -json)',
  takes: (path) => path.endsWith('.json'),
  read,
};
