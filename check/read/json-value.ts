import { type ParseErrorCode, printParseErrorCode, visit } from 'jsonc-parser';
import { quoted, type Value } from './value.ts';

/** Deeper nesting than any template has; what lies deeper is left out. */
const DEEPEST = 120;

/** What went wrong first, and where; the line counts from 1. */
export interface ParseFailure {
  readonly line: number;
  readonly why: string;
}

interface Open {
  readonly line: number;
  readonly keyOffset: number | null;
  readonly offset: number;
  readonly entries: Map<string, Value> | null;
  readonly items: Value[];
  key: string | null;
  keyAt: number | null;
}

/** JSON text that may stand inside another file. */
export interface JsonText {
  readonly file: string;
  readonly text: string;
  /** The line of the file on which the text begins, from 1. */
  readonly firstLine?: number;
  /** Whether what stands under a key of the outermost object is wanted; all of it where nothing is said. */
  readonly wants?: (key: string) => boolean;
}

/**
 * Reads JSON with the line of every value. Comments are allowed, as in what `cdk.json` and editors write.
 *
 * @returns the value, or null with what went wrong; never throws, however broken or deep the text is
 */
export function jsonValue({ file, text, firstLine = 1, wants }: JsonText): {
  readonly value: Value | null;
  readonly failure: ParseFailure | null;
} {
  let failure: ParseFailure | null = null;
  let root: Value | null = null;
  const open: Open[] = [];
  const lineOf = (line: number): number => line + firstLine;

  const add = (value: Value): void => {
    const parent = open.at(-1);
    if (parent === undefined) root = value;
    else if (parent.entries === null) parent.items.push(value);
    else if (parent.key !== null) parent.entries.set(parent.key, value);
  };
  const begin = (offset: number, line: number, isMap: boolean): boolean => {
    const parent = open.at(-1);
    if (open.length >= DEEPEST) return false;
    if (open.length === 1 && wants && parent?.key != null && !wants(parent.key)) return false;
    open.push({
      line,
      offset,
      keyOffset: parent?.entries ? parent.keyAt : null,
      entries: isMap ? new Map() : null,
      items: [],
      key: null,
      keyAt: null,
    });
    return true;
  };
  const end = (offset: number, length: number): void => {
    const done = open.pop();
    if (done === undefined) return;
    const place = { file, line: lineOf(done.line) };
    const from = done.keyOffset ?? done.offset;
    const until = offset + length;
    const written = until - from > 400 ? '' : quoted(text.slice(from, until));
    add(
      done.entries === null
        ? { kind: 'list', place, written, items: done.items }
        : { kind: 'map', place, written, entries: done.entries },
    );
  };

  try {
    visit(
      text,
      {
        onObjectBegin: (offset, _length, line) => begin(offset, line, true),
        onArrayBegin: (offset, _length, line) => begin(offset, line, false),
        onObjectEnd: end,
        onArrayEnd: end,
        onObjectProperty: (name, offset) => {
          const parent = open.at(-1);
          if (parent) {
            parent.key = name;
            parent.keyAt = offset;
          }
        },
        onLiteralValue: (value: string | number | boolean | null, offset, length, line) => {
          const parent = open.at(-1);
          const from = parent?.entries ? (parent.keyAt ?? offset) : offset;
          const written = offset + length - from > 400 ? '' : quoted(text.slice(from, offset + length));
          add({ kind: 'scalar', place: { file, line: lineOf(line) }, written, value });
        },
        onError: (code: ParseErrorCode, _offset, _length, line) => {
          failure ??= { line: lineOf(line), why: `it is no JSON: ${printParseErrorCode(code)}` };
        },
      },
      { allowTrailingComma: true },
    );
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    failure = { line: firstLine, why: 'it is nested too deeply to be read' };
  }
  return { value: failure === null ? root : null, failure };
}
