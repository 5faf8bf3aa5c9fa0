import type { Node } from '@babel/types';
import { asWritten } from './checked-server.ts';
import { lineOf } from './node-syntax.ts';

const isInside = (node: Node, outer: Node): boolean =>
  (node.start ?? 0) >= (outer.start ?? 0) && (node.end ?? 0) <= (outer.end ?? 0);

/** Names in an expression that say nothing of what it is about. */
const GENERAL = new Set(['process', 'env', 'this', 'config', 'options', 'settings', 'Number', 'parseInt']);

const namesIn = (text: string): readonly string[] => text.match(/[A-Za-z_$][\w$]*/g) ?? [];

/**
 * The condition under which something is set, in words; null where there is none, or it asks for the server or the value
 * itself: `if (server)`.
 *
 * @param text - what is written at a node
 */
export function conditionOf(
  { at, value }: { readonly at: Node; readonly value: Node },
  nodes: readonly Node[],
  text: (node: Node) => string,
): string | null {
  const inside = nodes.findLast(
    (node) =>
      node.type === 'IfStatement' &&
      [node.consequent, node.alternate].some((part) => part && isInside(at, part)),
  );
  if (inside?.type !== 'IfStatement') return null;
  const named = [at, value].flatMap((node) => namesIn(text(node)));
  const asks = namesIn(text(inside.test)).some(
    (word) => /timeout|server/i.test(word) || (named.includes(word) && !GENERAL.has(word)),
  );
  return asks ? null : `the condition ${asWritten(text(inside.test))} of line ${lineOf(inside)} holds`;
}
