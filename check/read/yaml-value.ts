import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseAllDocuments } from 'yaml';
import type { Place } from '../model.ts';
import type { ParseFailure } from './json-value.ts';
import { type MapValue, quoted, type ScalarValue, unknownValue, type Value } from './value.ts';

/** Deeper nesting than any template has; what lies deeper is unknown. */
const DEEPEST = 120;
/** Entries that merge keys (`<<`) may add in a file: more is an attack. */
const MOST_MERGED = 100_000;
/** Longer files are no manifests or templates (CloudFormation takes 1 MB at most), and parsing them takes long. */
export const LONGEST_YAML = 4_000_000;

/** A document of a YAML file; `value` is null where it is empty. */
export interface YamlDocument {
  readonly value: Value | null;
  readonly failure: ParseFailure | null;
}

/** `!Ref X` is `{ Ref: X }`, `!GetAtt A.B` is `{ Fn::GetAtt: A.B }`: one form for what reads them. */
function untagged(tag: string | undefined, value: Value): Value {
  if (tag === undefined || !/^![A-Z]\w*$/.test(tag)) return value;
  const name = tag.slice(1);
  const key = name === 'Ref' || name === 'Condition' ? name : `Fn::${name}`;
  return { kind: 'map', place: value.place, written: value.written, entries: new Map([[key, value]]) };
}

class DocumentReader {
  private readonly anchors = new Map<string, Value>();
  private merged = 0;
  private readonly file: string;
  private readonly text: string;
  private readonly lines: LineCounter;

  constructor(file: string, text: string, lines: LineCounter) {
    this.file = file;
    this.text = text;
    this.lines = lines;
  }

  valueOf(node: Node, depth: number, from: number | null): Value {
    const [start = 0, end = start] = node.range ?? [];
    const place: Place = { file: this.file, line: this.lines.linePos(start).line };
    const begin = from ?? start;
    const written = end - begin > 400 ? '' : quoted(this.text.slice(begin, end));
    if (depth > DEEPEST) return unknownValue(place, 'it is nested too deeply to be read');
    // An alias is the value itself, not a copy: a bomb of aliases stays as small as its text.
    if (isAlias(node))
      return this.anchors.get(node.source) ?? unknownValue(place, `*${node.source} is not defined`);
    const value = untagged(node.tag, this.plain(node, depth, place, written));
    const anchor = isScalar(node) || isMap(node) || isSeq(node) ? node.anchor : undefined;
    if (anchor !== undefined) this.anchors.set(anchor, value);
    return value;
  }

  private plain(node: Node, depth: number, place: Place, written: string): Value {
    if (isSeq<Node>(node)) {
      const items = node.items.map((item) => this.valueOf(item, depth + 1, null));
      return { kind: 'list', place, written, items };
    }
    if (isMap<Node, Node | null>(node)) {
      const entries = new Map<string, Value>();
      const shared: Value[] = [];
      for (const { key, value } of node.items) {
        const name = isScalar(key) ? String(key.value) : null;
        if (name === null) continue;
        const [keyStart = 0] = key.range ?? [];
        const read: Value =
          value === null
            ? { kind: 'scalar', place: this.placeAt(keyStart), written: '', value: null }
            : this.valueOf(value, depth + 1, keyStart);
        if (name === '<<') shared.push(...(read.kind === 'list' ? read.items : [read]));
        else entries.set(name, this.atKey(read, keyStart));
      }
      for (const from of shared) this.merge(entries, from);
      return { kind: 'map', place, written, entries };
    }
    const value: unknown = isScalar(node) ? node.value : null;
    return { kind: 'scalar', place, written, value: scalarOf(value) };
  }

  private placeAt(offset: number): Place {
    return { file: this.file, line: this.lines.linePos(offset).line };
  }

  /** What has a key stands where its key does: a person looks for the key. */
  private atKey(value: Value, keyStart: number): Value {
    return { ...value, place: this.placeAt(keyStart) };
  }

  private merge(entries: Map<string, Value>, from: Value): void {
    if (from.kind !== 'map') return;
    this.merged += from.entries.size;
    if (this.merged > MOST_MERGED) throw new RangeError('merge keys add too much');
    for (const [name, value] of from.entries) if (!entries.has(name)) entries.set(name, value);
  }
}

const scalarOf = (value: unknown): ScalarValue =>
  value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? value
    : value === undefined
      ? null
      : String(value);

/** Reads all documents of a YAML file with the line of every value; never throws, however broken the text is. */
export function yamlDocuments(file: string, text: string): readonly YamlDocument[] {
  if (text.length > LONGEST_YAML)
    return [{ value: null, failure: { line: 1, why: `it is longer than ${LONGEST_YAML / 1_000_000} MB` } }];
  const lines = new LineCounter();
  try {
    const documents = parseAllDocuments(text, { lineCounter: lines, logLevel: 'silent', uniqueKeys: false });
    if (!Array.isArray(documents)) return [];
    return documents.map((document) => {
      const [error] = document.errors;
      if (error) {
        const line = error.linePos?.[0].line ?? lines.linePos(error.pos[0]).line;
        const words = error.message.split('\n')[0]?.replace(/ at line \d+, column \d+:?$/, '') ?? '';
        return { value: null, failure: { line, why: `it is no YAML: ${words}` } };
      }
      const { contents } = document;
      return {
        value: contents === null ? null : new DocumentReader(file, text, lines).valueOf(contents, 0, null),
        failure: null,
      };
    });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return [{ value: null, failure: { line: 1, why: 'it is nested too deeply to be read' } }];
  }
}

/** Whether a value is a map, for what only maps can be. */
export const isMapValue = (value: Value | null | undefined): value is MapValue => value?.kind === 'map';
