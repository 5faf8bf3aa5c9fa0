import { parse } from '@babel/parser';
import { randomFrom } from '../../lab/random.ts';
import type { Mutant } from './mutant.ts';
import { chosenFrom } from './seeded.ts';

interface Literal {
  readonly file: string;
  readonly line: number;
  readonly start: number;
  readonly end: number;
  readonly value: number;
}

/** Numbers that decide little: 0 and 1 are mostly the start of a sum, a first element, a step. */
const decides = (value: number): boolean => value !== 0 && value !== 1;

export function numberMutants(
  texts: readonly (readonly [file: string, text: string])[],
  count: number,
  seed: number,
): readonly Mutant[] {
  const random = randomFrom(seed);
  const literals = texts.flatMap(([file, text]) => literalsIn(file, text));
  const chosen = chosenFrom(
    literals.filter(({ value }) => decides(value)),
    count,
    seed,
  );
  return chosen.map((literal, id) => ({
    ...literal,
    ...{
      id,
      kind: 'Number',
      number: id,
      original: String(literal.value),
      replacement: String(altered(literal.value, random)),
    },
  }));
}

/** By a quarter to a half, up or down; whole numbers stay whole, and change by one at least. */
function altered(value: number, random: () => number): number {
  const by = value * (0.25 + random() / 4) * (random() < 0.5 ? -1 : 1);
  if (!Number.isInteger(value)) return Number((value + by).toPrecision(6));
  return value + (Math.round(by) || Math.sign(by));
}

function literalsIn(file: string, text: string): readonly Literal[] {
  const found: Literal[] = [];
  const visit = (node: unknown, isOperand: boolean): void => {
    if (Array.isArray(node)) for (const one of node) visit(one, isOperand);
    if (!isNode(node) || node.type.startsWith('TS')) return;
    if (node.type === 'NumericLiteral' && isOperand && typeof node.value === 'number')
      found.push({ file, line: node.loc.start.line, start: node.start, end: node.end, value: node.value });
    for (const [key, child] of Object.entries(node))
      if (key !== 'loc' && typeof child === 'object') visit(child, key !== 'key');
  };
  visit(parse(text, { sourceType: 'module', plugins: ['typescript'] }).program, true);
  return found;
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly loc: { readonly start: { readonly line: number } };
  readonly value?: unknown;
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
