import type { Place } from '../../model.ts';
import { jsonValue } from '../json-value.ts';
import { at, textOf, unknownValue, type Value } from '../value.ts';
import { resolvedPath } from './project.ts';
import type { Evaluation, Scope } from './scope.ts';
import type { Expression } from './syntax.ts';

/** JSON with places whose value is known only as far as expressions can be read. */
export interface JsonWithHoles {
  readonly text: string;
  /** Where the text begins. */
  readonly place: Place;
  /** What `\uE000N\uE000` stands for, by number. */
  readonly holes: readonly Value[];
}

const MARK = '\uE000';
const HOLE = /\uE000(\d+)\uE000/;

/** Puts texts and values together; a value that is no part of a text becomes a hole, in quotes where there are none. */
class Joiner {
  text = '';
  readonly holes: Value[] = [];

  add(part: string | Value): void {
    if (typeof part === 'string') {
      this.text += part;
      return;
    }
    const line = this.text.slice(this.text.lastIndexOf('\n') + 1);
    const isQuoted = (line.replaceAll(/\\./g, '').split('"').length - 1) % 2 === 1;
    const text = textOf(part);
    if (text !== null && isQuoted) {
      this.text += text;
      return;
    }
    const mark = `${MARK}${this.holes.length}${MARK}`;
    this.text += isQuoted ? mark : `"${mark}"`;
    this.holes.push(part);
  }
}

/** Holes filled: alone in a text the value itself, else unknown. */
function filled(value: Value, holes: readonly Value[]): Value {
  if (value.kind === 'list') return { ...value, items: value.items.map((item) => filled(item, holes)) };
  if (value.kind === 'map')
    return { ...value, entries: new Map([...value.entries].map(([key, one]) => [key, filled(one, holes)])) };
  const match = value.kind === 'scalar' && typeof value.value === 'string' ? HOLE.exec(value.value) : null;
  const hole = match === null ? undefined : holes[Number(match[1])];
  if (match === null || hole === undefined || value.kind !== 'scalar') return value;
  // What comes from a variable keeps its place: there it is changed.
  if (match[0] === value.value) return hole.origin ? hole : { ...hole, place: value.place };
  const why = hole.kind === 'unknown' ? hole.why : 'is put together';
  return unknownValue(value.place, why);
}

/** The value of JSON with holes; null where it is no JSON. */
export function jsonOfText({ text, place, holes }: JsonWithHoles): Value | null {
  const { value } = jsonValue({ file: place.file, text, firstLine: place.line });
  return value === null ? null : filled(value, holes);
}

/** `${name}` of a template file with what it is given; anything else between braces is unknown. */
function fromTemplateFile(text: string, place: Place, variables: Value | undefined): JsonWithHoles | null {
  if (/(?<!%)%\{/.test(text)) return null;
  const joiner = new Joiner();
  let from = 0;
  for (const { 0: found, 1: inner = '', index } of text.matchAll(/(?<!\$)\$\{([^{}]*)\}/g)) {
    joiner.add(text.slice(from, index));
    const name = inner.trim();
    joiner.add(
      at(variables, name) ??
        unknownValue(place, `is \${${name.slice(0, 60)}} of a template that is not given`),
    );
    from = index + found.length;
  }
  joiner.add(text.slice(from));
  return { text: joiner.text, place, holes: joiner.holes };
}

/** What `file()` and `templatefile()` read from the repository; null where that is not there or not known. */
export function fileText(
  evaluator: Evaluation,
  { name, arguments: [path, variables] }: Extract<Expression, { kind: 'call' }>,
  scope: Scope,
): JsonWithHoles | null {
  const written = path ? textOf(evaluator.value(path, scope)) : null;
  if (written === null) return null;
  // `path.module` is written `./FOLDER`; anything else is seen from the folder itself.
  const own = `./${scope.folder.path}`.replace(/\/$/, '');
  const base = written.startsWith(`${own}/`) && own !== '.' ? '' : scope.folder.path;
  const file = resolvedPath(base, written);
  const text = file === null ? null : evaluator.project.beside.text(file);
  if (file === null || text === null) return null;
  const place = { file, line: 1 };
  if (name === 'file') return { text, place, holes: [] };
  return fromTemplateFile(text, place, variables ? evaluator.value(variables, scope) : undefined);
}

/** The old form of `templatefile()`: `data "template_file"` with `template` and `vars`. */
function ofTemplateData(
  evaluator: Evaluation,
  path: readonly (string | null)[],
  scope: Scope,
): JsonWithHoles | null {
  const block = scope.folder.data.get(`template_file.${path[2] ?? ''}`);
  const template = block?.attributes.get('template');
  if (!block || !template) return null;
  const variables = block.attributes.get('vars');
  const given = variables ? evaluator.value(variables, scope) : undefined;
  const source = template.kind === 'call' ? fileText(evaluator, template, scope) : null;
  const text = source?.text ?? textOf(evaluator.value(template, scope));
  return text === null ? null : fromTemplateFile(text, source?.place ?? template.place, given);
}

/** Text that is meant as JSON, with what is known of it: `container_definitions` in all the ways people write it. */
function textWithHoles(evaluator: Evaluation, expression: Expression, scope: Scope): JsonWithHoles | null {
  if (expression.kind === 'template') {
    const joiner = new Joiner();
    for (const part of expression.parts)
      joiner.add(typeof part === 'string' ? part : evaluator.value(part, scope));
    const place = { ...expression.place, line: expression.firstLine };
    return { text: joiner.text, place, holes: joiner.holes };
  }
  if (expression.kind === 'call' && (expression.name === 'file' || expression.name === 'templatefile'))
    return fileText(evaluator, expression, scope);
  if (expression.kind === 'traversal') {
    const [root, kind] = expression.path;
    if (root === 'data' && kind === 'template_file') return ofTemplateData(evaluator, expression.path, scope);
    const local = root === 'local' && kind != null ? scope.folder.locals.get(kind) : undefined;
    if (local && local.kind !== 'traversal') return textWithHoles(evaluator, local, scope);
  }
  return null;
}

/** Container definitions: a list where they are made by `jsonencode`, else read from JSON as far as it is known. */
export function containerDefinitions(evaluator: Evaluation, expression: Expression, scope: Scope): Value {
  const text = textWithHoles(evaluator, expression, scope);
  const value = text === null ? evaluator.value(expression, scope) : jsonOfText(text);
  if (value === null) return unknownValue(expression.place, 'is no JSON');
  const scalar = textOf(value);
  if (scalar === null) return value;
  return (
    jsonOfText({ text: scalar, place: value.place, holes: [] }) ?? unknownValue(value.place, 'is no JSON')
  );
}
