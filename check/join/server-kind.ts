import { isAtLeast, valueFor } from '../../lambda/advice/default-keep-alive.ts';
import type { ServerRow } from '../../lambda/advice/server.ts';
import { GUNICORN_SERVERS } from '../../lambda/advice/servers/gunicorn.ts';
import { JAVA_SERVERS } from '../../lambda/advice/servers/java.ts';
import { JVM_SERVERS } from '../../lambda/advice/servers/jvm.ts';
import { NODE_SERVERS } from '../../lambda/advice/servers/node.ts';
import { SPRING_SERVERS } from '../../lambda/advice/servers/spring.ts';
import { lookUpServer } from '../../lambda/advice/servers.ts';
import type { CheckedServer } from '../model.ts';

/** The row of the table of servers; of `node-express` that of Express. null where the table has none. */
export const rowOf = ({ server }: Pick<CheckedServer, 'server'>): ServerRow | null =>
  lookUpServer(server) ?? lookUpServer(server.replaceAll('-', ' '));

/** What people call the server. */
export const serverName = (server: CheckedServer): string => rowOf(server)?.name ?? server.server;

/** Whether it stands in front of applications, with connections of its own to them. */
export function isFront(server: CheckedServer): boolean {
  const layer = rowOf(server)?.layer;
  return layer === 'web server' || layer === 'proxy';
}

const FAMILIES: Readonly<Record<string, readonly ServerRow[]>> = {
  node: NODE_SERVERS,
  gunicorn: GUNICORN_SERVERS,
  java: [...JAVA_SERVERS, ...SPRING_SERVERS, ...JVM_SERVERS],
};

/** Servers of one family in one program are one server, of which two files speak. */
export function familyOf(server: CheckedServer): string {
  const row = rowOf(server);
  if (row === null) return server.server;
  return Object.entries(FAMILIES).find(([, rows]) => rows.includes(row))?.[0] ?? row.id;
}

/** Whether it runs on the HTTP server of Node.js. */
export const isOnNode = (server: CheckedServer): boolean => familyOf(server) === 'node';

/** The version of Node.js, where the server's version is that. */
function nodeVersion(server: CheckedServer): string | null {
  const row = rowOf(server);
  return row?.id === 'node' || row?.versionOf === 'Node.js' ? server.version : null;
}

/**
 * Whether `headersTimeout` ends idle connections: before Node.js 18.2 it does; null where the version is not known.
 */
export function headersTimeoutEndsIdle(server: CheckedServer): boolean | null {
  if (!isOnNode(server)) return false;
  const version = nodeVersion(server);
  if (version === null) return null;
  // `node:18` is the newest 18 that there is.
  return !isAtLeast(/^\d+$/.test(version) ? `${version}.999` : version, '18.2');
}

/** How many requests a connection takes where nothing is set; null for no limit, undefined where it is not known. */
export const usualRequestLimit = (row: ServerRow, version: string | null): number | null | undefined =>
  valueFor(row.requestsPerConnection.defaults, version);

/** Whether a server is only said, in the file of joins by hand. */
export const isByHand = ({ id }: CheckedServer): boolean => id.startsWith('by hand ');
