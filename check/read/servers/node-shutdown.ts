import type { Node } from '@babel/types';
import { isAtLeast } from '../../../lambda/advice/default-keep-alive.ts';
import type { Names } from './node-names.ts';
import { optionsOf } from './node-options.ts';
import type { Creation } from './node-servers.ts';
import { bare, callOf, nameOfReference } from './node-syntax.ts';
import { isNodeAtLeast, type NodeVersion } from './package-version.ts';

/** Packages that close idle connections when they stop a server. */
const CLOSERS = new Set([
  'stoppable',
  'http-terminator.createHttpTerminator',
  'http-graceful-shutdown',
  'http-shutdown',
  '@godaddy/terminus.createTerminus',
  'lightship.createLightship',
]);

/** `http.Server.close()` closes idle connections since Node.js 19 (its documentation, history of server.close()). */
const CLOSE_CLOSES_IDLE = '19';
/** `closeIdleConnections`, which Fastify 4 and later call where it is there (fastify, forceCloseConnections). */
const HAS_CLOSE_IDLE = '18.2';

/** Whether the file uses one of the packages that close idle connections. */
export const usesCloser = (nodes: readonly Node[], names: Names): boolean =>
  nodes.some((node) => {
    const call = callOf(node);
    const origin = call && names.originOf(call.callee);
    return origin !== null && CLOSERS.has(origin);
  });

function forced(creation: Creation, names: Names): boolean | null {
  const value = optionsOf(creation, names).property('forceCloseConnections');
  const inner = value && bare(value);
  if (inner?.type === 'BooleanLiteral') return inner.value;
  return inner?.type === 'StringLiteral' && inner.value === 'idle' ? true : null;
}

/**
 * Whether idle connections are closed when the program stops the server; null where the file does not stop it, or the
 * version of Node.js decides and is not known.
 */
export function closesIdle(
  creation: Creation,
  calls: ReadonlySet<string>,
  names: Names,
  node: NodeVersion,
  version: string | null,
): boolean | null {
  if (calls.has('closeIdleConnections') || calls.has('closeAllConnections')) return true;
  const stops = calls.has('close') || calls.has('stop') || calls.has('enableShutdownHooks');
  if (!stops) return null;
  // hapi's stop() ends the idle ones itself (@hapi/hapi, lib/core.js, _stop).
  if (creation.kind === 'hapi') return true;
  if (creation.kind === 'bun' || creation.kind === 'elysia' || creation.kind === 'deno') return null;
  if (creation.kind === 'fastify') {
    const choice = forced(creation, names);
    if (choice !== null) return choice;
    if (version !== null && isAtLeast(version, '4') && isNodeAtLeast(node, HAS_CLOSE_IDLE) === true)
      return true;
  }
  return isNodeAtLeast(node, CLOSE_CLOSES_IDLE);
}

/** The value of `export default`, where it is an object. */
export function defaultExport(nodes: readonly Node[], names: Names): Node | null {
  const exported = nodes.find((node) => node.type === 'ExportDefaultDeclaration');
  if (exported?.type !== 'ExportDefaultDeclaration') return null;
  const value = bare(exported.declaration);
  const name = nameOfReference(value);
  const object = name === null ? value : names.only(name);
  return object && bare(object).type === 'ObjectExpression' ? bare(object) : null;
}
