import type { Node } from '@babel/types';
import type { Names } from './node-names.ts';
import type { Creation } from './node-servers.ts';
import { bare, callOf, nameOfReference } from './node-syntax.ts';
import { propertyOf } from './node-values.ts';

/** Objects that are spread into one. */
const MOST_OBJECTS = 100;

/** Options of a server, and what cannot be told of them. */
export interface Options {
  /** The value of a property; null where it is not there. */
  readonly property: (name: string) => Node | null;
  /** Whether there can be properties that are not seen: a spread of something else, a name from another file. */
  readonly isOpen: boolean;
}

/** The options that a server is made with. */
export function optionsOf({ options, kind }: Creation, names: Names): Options {
  const objects: Node[] = [];
  let isOpen = false;
  const take = (node: Node, depth: number): void => {
    const inner = bare(node);
    if (depth > 5 || objects.length > MOST_OBJECTS) return;
    if (inner.type === 'ObjectExpression') {
      for (const property of inner.properties)
        if (property.type === 'SpreadElement') take(property.argument, depth + 1);
      objects.push(inner);
      return;
    }
    const name = nameOfReference(inner);
    const given = name === null ? null : names.only(name);
    if (given !== null) take(given, depth + 1);
    // A handler is no object of options; a name that the file does not explain could be one.
    else if (kind === 'fastify' || depth > 0)
      isOpen ||= inner.type === 'Identifier' || callOf(inner) !== null;
  };
  for (const { node, under } of options) {
    if (under === null) take(node, 0);
    else {
      const outer = bare(node);
      const inner = propertyOf(outer, under);
      if (inner) take(inner, 0);
    }
  }
  return {
    isOpen,
    property: (name) =>
      objects.map((object) => propertyOf(object, name)).findLast((value) => value !== null) ?? null,
  };
}
