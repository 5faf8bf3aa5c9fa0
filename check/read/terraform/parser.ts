import { Language, type Node, Parser } from 'web-tree-sitter';
import { children, type HclFile, SyntaxReader } from './syntax.ts';

/** Longer files are written by no person, and parsing takes a second a megabyte. */
export const LONGEST_HCL = 1_500_000;
/** Where WebAssembly is: the build puts it beside this file, npm has it in its package. */
function webAssembly(from: string, name: string): string {
  const folder = import.meta.dirname;
  return import.meta.filename.endsWith('.ts')
    ? `${folder}/../../../node_modules/${from}/${name}`
    : `${folder}/${name}`;
}
const PARSER = webAssembly('web-tree-sitter', 'web-tree-sitter.wasm');
const GRAMMAR = webAssembly('@tree-sitter-grammars/tree-sitter-hcl', 'tree-sitter-terraform.wasm');

let loading: Promise<Parser> | null = null;
let ready: Parser | null = null;

async function load(): Promise<Parser> {
  await Parser.init({ locateFile: () => PARSER });
  const parser = new Parser();
  parser.setLanguage(await Language.load(GRAMMAR));
  return parser;
}

/** Loads the parser, once. */
export async function prepareHcl(): Promise<void> {
  loading ??= load();
  ready = await loading;
}

/** The first place that the parser could make nothing of. */
function firstError(root: Node): number {
  let node = root;
  for (let depth = 0; depth < 1000; depth += 1) {
    if (node.isMissing) break;
    const next = node.children.find((child) => child.hasError || child.isMissing || child.isError);
    if (next === undefined) break;
    node = next;
  }
  return node.startPosition.row + 1;
}

/**
 * Reads a file of HCL.
 *
 * @throws Error where the parser was not loaded: {@link prepareHcl} comes first
 */
export function readHcl(file: string, text: string): HclFile {
  const empty = { type: '', labels: [], place: { file, line: 1 }, attributes: new Map(), blocks: [] };
  if (text.length > LONGEST_HCL)
    return { body: empty, failure: { line: 1, why: `it is longer than ${LONGEST_HCL / 1_000_000} MB` } };
  if (ready === null) throw new Error('The parser of HCL is not loaded: call prepareHcl() first.');
  const tree = ready.parse(text);
  if (tree === null) return { body: empty, failure: { line: 1, why: 'it could not be parsed' } };
  try {
    const { rootNode } = tree;
    if (rootNode.hasError)
      return { body: empty, failure: { line: firstError(rootNode), why: 'it is no HCL from here on' } };
    const body = children(rootNode).find(({ type }) => type === 'body');
    return { body: { ...empty, ...new SyntaxReader(file).body(body, 0) }, failure: null };
  } finally {
    tree.delete();
  }
}
