import type { Node } from 'web-tree-sitter';
import type { Place } from '../../model.ts';
import type { ParseFailure } from '../json-value.ts';
import { quoted, type ScalarValue } from '../value.ts';

/** An expression of HCL, freed from the parser's memory. */
export type Expression = { readonly place: Place; readonly written: string } & (
  | { readonly kind: 'literal'; readonly value: ScalarValue }
  /** Texts and what is put between them: `"a-${var.b}"`, heredocs. `firstLine` is where the text begins. */
  | {
      readonly kind: 'template';
      readonly parts: readonly (string | Expression)[];
      readonly firstLine: number;
    }
  /** `aws_lb.shop.arn`, `var.x["y"][0]`, `a.*.b`; `*` stands for all of a list, null for a computed index. */
  | { readonly kind: 'traversal'; readonly path: readonly (string | null)[] }
  | { readonly kind: 'call'; readonly name: string; readonly arguments: readonly Expression[] }
  | { readonly kind: 'tuple'; readonly items: readonly Expression[] }
  | { readonly kind: 'object'; readonly entries: readonly (readonly [key: Expression, value: Expression])[] }
  | {
      readonly kind: 'conditional';
      readonly condition: Expression;
      readonly branches: readonly [Expression, Expression];
    }
  | { readonly kind: 'other'; readonly inner: readonly Expression[] }
);

/** `resource "aws_lb" "shop" { ... }`. */
export interface Block {
  readonly type: string;
  readonly labels: readonly string[];
  readonly place: Place;
  readonly attributes: ReadonlyMap<string, Expression>;
  readonly blocks: readonly Block[];
}

/** What a file holds. */
export interface HclFile {
  readonly body: Block;
  readonly failure: ParseFailure | null;
}

/** Deeper nesting than any configuration has. */
const DEEPEST = 100;

/** What stands under a node, without comments. */
export const children = (node: Node): readonly Node[] =>
  node.namedChildren.filter(({ type }) => type !== 'comment');

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\' };

const unescaped = (text: string): string =>
  text
    .replaceAll(/\\(?:([nrt"\\])|u([0-9a-fA-F]{4}))/g, (_found, sign: string | undefined, code: string) =>
      sign === undefined ? String.fromCharCode(Number.parseInt(code, 16)) : (ESCAPES[sign] ?? sign),
    )
    .replaceAll(/([$%])\1\{/g, '$1{');

/** Makes expressions and blocks of the parser's nodes. */
export class SyntaxReader {
  private readonly file: string;

  constructor(file: string) {
    this.file = file;
  }

  private at(node: Node): { readonly place: Place; readonly written: string } {
    const isLong = node.endIndex - node.startIndex > 400;
    return {
      place: { file: this.file, line: node.startPosition.row + 1 },
      written: isLong ? '' : quoted(node.text),
    };
  }

  body(node: Node | undefined, depth: number): Pick<Block, 'attributes' | 'blocks'> {
    const attributes = new Map<string, Expression>();
    const blocks: Block[] = [];
    for (const child of node ? children(node) : []) {
      if (child.type === 'attribute') {
        const [name, value] = children(child);
        // What is quoted is the whole attribute, as a person would look for it.
        if (name && value)
          attributes.set(name.text, { ...this.expression(value, depth + 1), ...this.at(child) });
      } else if (child.type === 'block' && depth < DEEPEST) blocks.push(this.block(child, depth + 1));
    }
    return { attributes, blocks };
  }

  private block(node: Node, depth: number): Block {
    const [type, ...rest] = children(node);
    const labels = rest
      .filter((child) => child.type === 'string_lit' || child.type === 'identifier')
      .map((child) => (child.type === 'identifier' ? child.text : this.literalText(child)));
    return {
      type: type?.text ?? '',
      labels,
      place: this.at(node).place,
      ...this.body(
        rest.find((child) => child.type === 'body'),
        depth,
      ),
    };
  }

  /** The text of a string without what is put into it; from the source, for the tree leaves blanks out. */
  private literalText(node: Node): string {
    const [first, last] = [children(node).at(0), children(node).at(-1)];
    if (first?.type !== 'quoted_template_start' || last?.type !== 'quoted_template_end') return '';
    return unescaped(node.text.slice(first.endIndex - node.startIndex, last.startIndex - node.startIndex));
  }

  expression(node: Node, depth: number): Expression {
    const where = this.at(node);
    if (depth > DEEPEST) return { ...where, kind: 'other', inner: [] };
    const parts = children(node);
    const [first, ...steps] = parts;
    switch (node.type) {
      case 'expression':
      case 'literal_value':
      case 'template_expr':
      case 'collection_value':
        if (first?.type === 'variable_expr')
          return { ...where, kind: 'traversal', path: pathOf(first, steps, this) };
        if (first && steps.length === 0) return { ...this.expression(first, depth + 1), ...where };
        break;
      case 'variable_expr':
        return { ...where, kind: 'traversal', path: [node.text] };
      case 'numeric_lit':
        return { ...where, kind: 'literal', value: Number(node.text) };
      case 'bool_lit':
        return { ...where, kind: 'literal', value: node.text === 'true' };
      case 'null_lit':
        return { ...where, kind: 'literal', value: null };
      case 'string_lit':
        return { ...where, kind: 'literal', value: this.literalText(node) };
      case 'quoted_template':
      case 'heredoc_template':
        return this.template(node, depth);
      case 'function_call':
        return {
          ...where,
          kind: 'call',
          name: first?.text ?? '',
          arguments: steps.flatMap(children).map((argument) => this.expression(argument, depth + 1)),
        };
      case 'tuple':
        return { ...where, kind: 'tuple', items: this.inner(node, 'expression', depth) };
      case 'object':
        return {
          ...where,
          kind: 'object',
          entries: parts
            .filter(({ type }) => type === 'object_elem')
            .flatMap((element) => {
              const [key, value] = children(element).map((part) => this.expression(part, depth + 1));
              if (!key || !value) return [];
              // A bare word is the key itself; in parentheses it would be a variable.
              const name = key.kind === 'traversal' && key.path.length === 1 ? key.path[0] : undefined;
              const isWord = name !== undefined && name !== null && !key.written.startsWith('(');
              const literal: Expression = isWord ? { ...key, kind: 'literal', value: name } : key;
              return [[literal, { ...value, ...this.at(element) }] as const];
            }),
        };
      case 'conditional': {
        const [condition, yes, no] = this.inner(node, 'expression', depth);
        if (condition && yes && no) return { ...where, kind: 'conditional', condition, branches: [yes, no] };
        break;
      }
      default:
        break;
    }
    return { ...where, kind: 'other', inner: parts.map((part) => this.expression(part, depth + 1)) };
  }

  private inner(node: Node, type: string, depth: number): readonly Expression[] {
    return children(node)
      .filter((child) => child.type === type)
      .map((child) => this.expression(child, depth + 1));
  }

  private template(node: Node, depth: number): Expression {
    const isHeredoc = node.type === 'heredoc_template';
    const inner = children(node);
    const opening = inner.find(
      ({ type }) => type === (isHeredoc ? 'heredoc_identifier' : 'quoted_template_start'),
    );
    const closing = inner.at(-1);
    const source = node.text;
    const textUntil = (from: number, until: number): string => {
      const text = source.slice(from - node.startIndex, until - node.startIndex);
      return isHeredoc ? text : unescaped(text);
    };
    const parts: (string | Expression)[] = [];
    // A heredoc begins on the line after its marker.
    const begin = opening?.endIndex ?? node.startIndex;
    let from = isHeredoc ? node.startIndex + source.indexOf('\n', begin - node.startIndex) + 1 : begin;
    const firstLine = (opening?.endPosition.row ?? 0) + (isHeredoc ? 2 : 1);
    for (const part of inner) {
      if (part.type !== 'template_interpolation' && part.type !== 'template_directive') continue;
      parts.push(textUntil(from, part.startIndex));
      const value = children(part).find(({ type }) => type === 'expression');
      parts.push(
        value && part.type === 'template_interpolation'
          ? this.expression(value, depth + 1)
          : { ...this.at(part), kind: 'other', inner: [] },
      );
      from = part.endIndex;
    }
    parts.push(textUntil(from, closing?.startIndex ?? node.endIndex));
    return { ...this.at(node), kind: 'template', parts: parts.filter((part) => part !== ''), firstLine };
  }
}

function pathOf(root: Node, steps: readonly Node[], reader: SyntaxReader): readonly (string | null)[] {
  const path: (string | null)[] = [root.text];
  const walk = (step: Node): void => {
    const [inner] = children(step);
    if (step.type === 'get_attr') path.push(inner?.text ?? null);
    else if (step.type === 'index' || step.type === 'new_index' || step.type === 'legacy_index') {
      if (inner && (inner.type === 'new_index' || inner.type === 'legacy_index')) walk(inner);
      else if (step.type === 'legacy_index') path.push(step.text.slice(1));
      else {
        const index = inner ? reader.expression(inner, 0) : null;
        path.push(index?.kind === 'literal' && index.value !== null ? String(index.value) : null);
      }
    } else if (step.type === 'splat' || step.type === 'full_splat' || step.type === 'attr_splat') {
      if (step.type === 'splat') path.push('*');
      for (const child of children(step)) walk(child);
    }
  };
  for (const step of steps) walk(step);
  return path;
}
