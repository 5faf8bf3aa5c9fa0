import { idleCloseOf, valueFor } from '../../../lambda/advice/default-keep-alive.ts';
import type { IdleClose, ServerRow } from '../../../lambda/advice/server.ts';
import { SERVERS } from '../../../lambda/advice/servers.ts';
import { redacted } from '../../../lambda/model/redacted-line.ts';
import type { CheckedServer, Place, Setting } from '../../model.ts';

const BY_ID: ReadonlyMap<string, ServerRow> = new Map(SERVERS.map((row) => [row.id, row]));

/** The row of the table of servers with an id. */
export function rowOf(id: string): ServerRow {
  const row = BY_ID.get(id);
  if (row === undefined) throw new Error(`the table of servers has no row ${id}`);
  return row;
}

const LONGEST_QUOTE = 120;

/** What is written in a file, on one line and without what could be a secret. */
export const asWritten = (text: string): string =>
  redacted(
    text
      .slice(0, 400)
      .replaceAll(/[\p{C}\s]+/gu, ' ')
      .trim(),
  ).slice(0, LONGEST_QUOTE);

/** A value that a file sets. */
export const set = <T>(value: T, place: Place, written: string, variable?: string): Setting<T> => ({
  state: 'set',
  value,
  place,
  written: asWritten(written),
  ...(variable === undefined ? {} : { variable }),
});

export const unknown = (place: Place, why: string): Extract<Setting<never>, { state: 'unknown' }> => ({
  state: 'unknown',
  place,
  why,
});

/** What a server does with idle connections where that is no number of seconds. */
export type NoIdleTimeout = NonNullable<CheckedServer['idleClose']>;

const WHY: Readonly<Record<NoIdleTimeout, string>> = {
  never: 'it never closes an idle connection by itself',
  'each-response': 'it closes the connection after each response and says so: there is nothing to outlast',
  'each-response-unannounced':
    'it closes the connection after each response without saying so, and the load balancer may send another request on it',
};

/** How long a server keeps an idle connection, or that it does something else. */
export interface KeepAlive {
  readonly keepAliveSeconds: Setting<number>;
  readonly idleClose?: NoIdleTimeout;
}

/** A server that does something else with idle connections than to close them after so many seconds. */
export const noIdleTimeout = (idleClose: NoIdleTimeout, place: Place): KeepAlive => ({
  keepAliveSeconds: unknown(place, WHY[idleClose]),
  idleClose,
});

const isNoTimeout = (close: IdleClose): close is NoIdleTimeout => typeof close === 'string' && close in WHY;

/** What a server does where nothing sets it, by the table of servers. */
export function defaultKeepAlive(row: ServerRow, version: string | null, place: Place): KeepAlive {
  const known = idleCloseOf(row, version);
  if (known.certainty === 'version-unknown') {
    const values = row.idleClose.map(({ since, value }) =>
      since === null
        ? `${typeof value === 'number' ? `${value} s` : value} before`
        : `${value} s since ${since}`,
    );
    return {
      keepAliveSeconds: unknown(
        place,
        `its default depends on the version, which was not found: ${values.join(', ')}`,
      ),
    };
  }
  if (known.seconds !== null)
    return { keepAliveSeconds: { state: 'default', value: known.seconds, place, written: '' } };
  if (isNoTimeout(known.idleClose)) return noIdleTimeout(known.idleClose, place);
  return {
    keepAliveSeconds: unknown(
      place,
      known.idleClose === 'front'
        ? 'the web server in front of it holds the connections'
        : `the default of ${row.name} is not known`,
    ),
  };
}

/** How many requests it takes on a connection where nothing sets it; null where it has no such setting. */
export function defaultRequests(
  row: ServerRow,
  version: string | null,
  place: Place,
): CheckedServer['requestsPerConnection'] {
  const { setting, defaults } = row.requestsPerConnection;
  if (setting === null) return null;
  const value = valueFor(defaults, version);
  if (value === undefined || (version === null && defaults.length > 1))
    return unknown(place, 'its default depends on the version, which was not found');
  return { state: 'default', value, place, written: '' };
}

/** A number that no line of advice has by itself. */
const MARK = 7321;

/** How the line of advice of a row is written, with `%s` for the value; empty where it cannot be set. */
function adviceTemplate(row: ServerRow): CheckedServer['keepAliveAs'] {
  const lines = row.change?.(MARK).join('\n') ?? '';
  const milliseconds = lines.includes(`${MARK}000`);
  return {
    template: lines.replace(milliseconds ? `${MARK}000` : `${MARK}`, '%s'),
    unit: milliseconds ? 'milliseconds' : 'seconds',
  };
}

/**
 * Servers that close idle connections by themselves when they are told to stop: nginx's workers close them on QUIT and
 * TERM (ngx_close_idle_connections), gunicorn's and uvicorn's with the process or in H11Protocol.shutdown, Puma's reactor
 * in Server#graceful_shutdown.
 */
const CLOSE_IDLE = new Set(['nginx', 'openresty', 'gunicorn', 'gunicorn-uvicorn', 'uvicorn', 'puma']);

/** What a reader found of a server; the rest is as the table of servers has it. */
export interface FoundServer {
  readonly row: ServerRow;
  readonly version?: string | null;
  readonly place: Place;
  readonly folder: string;
  /** Tells servers of one file apart; the row's id where nothing better is there. */
  readonly label?: string;
  readonly keepAlive?: KeepAlive | undefined;
  readonly keepAliveAs?: CheckedServer['keepAliveAs'] | undefined;
  readonly requests?: CheckedServer['requestsPerConnection'] | undefined;
  readonly headersTimeout?: Setting<number> | null;
  readonly closesIdleOnShutdown?: boolean | null;
  readonly ports?: readonly number[];
}

/** A server as every reader hands it over. */
export function checkedServer(found: FoundServer): CheckedServer {
  const { row, place, folder, version = null } = found;
  return {
    id: `${place.file}#${found.label ?? row.id}`,
    server: row.id,
    version,
    place,
    folder,
    ...(found.keepAlive ?? defaultKeepAlive(row, version, place)),
    keepAliveAs: found.keepAliveAs ?? adviceTemplate(row),
    requestsPerConnection: found.requests ?? defaultRequests(row, version, place),
    headersTimeoutSeconds: found.headersTimeout ?? null,
    closesIdleOnShutdown: found.closesIdleOnShutdown ?? (CLOSE_IDLE.has(row.id) ? true : null),
    ports: [...new Set(found.ports)],
  };
}

/** Servers of one file with ids that differ: `nginx.conf#nginx`, `nginx.conf#nginx-2`. */
export function withUniqueIds(servers: readonly CheckedServer[]): readonly CheckedServer[] {
  const seen = new Map<string, number>();
  return servers.map((server) => {
    const count = (seen.get(server.id) ?? 0) + 1;
    seen.set(server.id, count);
    return count === 1 ? server : { ...server, id: `${server.id}-${count}` };
  });
}
