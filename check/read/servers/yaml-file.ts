import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseAllDocuments,
} from 'yaml';

/** Longer than any configuration that somebody wrote. */
export const LONGEST_YAML = 1_000_000;

/** A YAML file with its lines. */
export interface YamlFile {
  readonly documents: readonly Document.Parsed[];
  /** The line of a node, from 1. */
  readonly lineOf: (node: Node) => number;
  /** The first error, and its line; null where there is none. */
  readonly error: { readonly message: string; readonly line: number } | null;
}

/** Parses a YAML file with one or several documents; it throws nothing, errors are in the answer. */
export function yamlFile(text: string): YamlFile {
  const lines = new LineCounter();
  const parsed = parseAllDocuments(text, { lineCounter: lines, uniqueKeys: false, logLevel: 'silent' });
  const documents = Array.isArray(parsed) ? parsed : [];
  const [error] = documents.flatMap(({ errors }) => errors);
  return {
    documents,
    lineOf: (node) => lines.linePos(node.range?.[0] ?? 0).line,
    error: error
      ? {
          message: (error.message.split('\n')[0] ?? '').replace(/ at line.*$/, ''),
          line: error.linePos?.[0].line ?? 1,
        }
      : null,
  };
}

/** A node with its alias followed; null where it is nothing that was parsed. */
export function resolved(node: unknown, document: Document.Parsed): Node | null {
  if (isAlias(node)) return node.resolve(document) ?? null;
  return isMap(node) || isSeq(node) || isScalar(node) ? node : null;
}

/** A pair of a map: its key as text, the key's node and the value's. */
export interface YamlPair {
  readonly key: string;
  readonly keyNode: Node;
  readonly value: Node | null;
}

/** The pairs of a map; empty for anything else. Merges (`<<`) are followed, what the map itself has wins. */
export function pairsOf(node: Node | null, document: Document.Parsed, depth = 0): readonly YamlPair[] {
  if (!isMap(node) || depth > 10) return [];
  const merged: YamlPair[] = [];
  const own: YamlPair[] = [];
  for (const { key, value } of node.items) {
    if (!isScalar(key)) continue;
    const there = resolved(value, document);
    if (key.value === '<<') {
      const sources = isSeq(there) ? there.items.map((item) => resolved(item, document)) : [there];
      merged.push(...sources.flatMap((source) => pairsOf(source, document, depth + 1)));
    } else own.push({ key: String(key.value), keyNode: key, value: there });
  }
  const names = new Set(own.map(({ key }) => key));
  return [...merged.filter(({ key }) => !names.has(key)), ...own];
}

/** The value of a key of a map. */
export const valueAt = (node: Node | null, key: string, document: Document.Parsed): Node | null =>
  pairsOf(node, document).findLast((pair) => pair.key === key)?.value ?? null;

/** A scalar as text; null for anything else and for an empty value. */
export const textOf = (node: Node | null): string | null =>
  isScalar(node) && node.value !== null ? (node.source ?? String(node.value)) : null;

/** The items of a list; empty for anything else. */
export const itemsOf = (node: Node | null, document: Document.Parsed): readonly (Node | null)[] =>
  isSeq(node) ? node.items.map((item) => resolved(item, document)) : [];
