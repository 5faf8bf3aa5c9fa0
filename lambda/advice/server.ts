/** Where a server stands between the load balancer and the code that answers. */
export type Layer = 'web server' | 'proxy' | 'application server' | 'framework' | 'runtime';

/** The unit in which a server takes its keep-alive. */
export type Unit = 'seconds' | 'milliseconds' | 'hh:mm:ss';

/**
 * What a server does with an idle connection if nobody configured it:
 * closes it after so many seconds, never closes it, closes after each response and says so (nothing to race with),
 * closes after each response without saying so, leaves it to the server in front, or is not known.
 */
export type IdleClose =
  | number
  | 'never'
  | 'each-response'
  | 'each-response-unannounced'
  | 'front'
  | 'unknown';

/** A default and the first version that has it; `since: null` is the oldest. Lists are newest first. */
export interface SinceVersion<T> {
  readonly since: string | null;
  readonly value: T;
}

/** How many requests a server takes on one connection before it closes it. */
export interface RequestsPerConnection {
  /** null where the server has no such limit. */
  readonly setting: string | null;
  /** null: unlimited. */
  readonly defaults: readonly SinceVersion<number | null>[];
  /** Whether the last response carries `Connection: close`; null where that is not known. */
  readonly announced: boolean | null;
}

/** How old a server lets a connection become, however busy it is. */
export interface ConnectionAge {
  readonly setting: string;
  /** What it is where nobody set it, and whether the close is announced. */
  readonly byDefault: string;
  /** The lines that lift it. */
  readonly lift: readonly string[];
}

/**
 * How the figures of a row are known: measured by this project against the server itself, read in its source, or in its
 * manual; `unverified` where none of them could be had. Where and when, for each value: scripts/server-sources.
 */
export type Confidence = 'measured' | 'source' | 'documented' | 'unverified';

/** How a server ends an HTTP/2 connection, which carries many requests, by itself. */
export interface Http2Settings {
  /** The lines that keep an idle connection for so many seconds, or forever. */
  readonly change: (seconds: number) => readonly string[];
  /** What else ends a connection or a stream there, by the settings' own names and with their defaults. */
  readonly notes: readonly string[];
}

/** How a remark is written where the lines go. */
export type CommentStyle = '#' | '//' | ';' | '<!--' | 'rem';

/** One server: what it does by default and how to change it. */
export interface ServerRow {
  /** What one writes in the tag `alb502:server`. */
  readonly id: string;
  /** Other spellings, lower case, words joined by `-`; also what its `Server:` header says. */
  readonly aliases: readonly string[];
  /** Products that run on it and count versions of their own: `rails 7.1` says nothing of Puma's version. */
  readonly products: readonly string[];
  readonly name: string;
  readonly layer: Layer;
  /** The setting that ends an idle connection, by its own name. */
  readonly setting: string;
  readonly unit: Unit;
  /** The file, flag or place in code that takes the setting. */
  readonly where: string;
  readonly idleClose: readonly SinceVersion<IdleClose>[];
  /** Whose versions `since` speaks of; a version written beside the server counts only if it is its own. */
  readonly versionOf: 'itself' | 'Node.js' | 'another product';
  /** The version that is assumed where none is given; without it, the oldest. */
  readonly assumedVersion?: string;
  /** The lines to write for a keep-alive of so many seconds; null where it cannot be set. */
  readonly change: ((seconds: number) => readonly string[]) | null;
  /** Lines to write beside it, so that nothing else closes the connection first. */
  readonly alsoWrite: (seconds: number) => readonly string[];
  /** How a remark is written there. */
  readonly comment: CommentStyle;
  /** The longest keep-alive that it accepts; null where there is no limit in practice. */
  readonly longestSeconds: number | null;
  /** Other settings that can close the connection earlier. */
  readonly companions: readonly string[];
  readonly sideEffects: readonly string[];
  readonly requestsPerConnection: RequestsPerConnection;
  /** null where no such setting is known. */
  readonly connectionAge: ConnectionAge | null;
  /** The usual command that makes the change take effect; null where the process is redeployed. */
  readonly reload: string | null;
  readonly confidence: Confidence;
  /**
   * When an idle connection takes a worker away from everybody else, in words that follow "where". A long keep-alive
   * then exhausts the workers; null where idle connections are cheap.
   */
  readonly holdsWorker: string | null;
  /** What HTTP/2 and gRPC target groups need; null where nothing but its keep-alive is known. */
  readonly http2: Http2Settings | null;
  /** Whether it speaks nothing but HTTP/2. */
  readonly http2Only: boolean;
}

/** A remark on servers whose default is 60 s. */
export const AS_LOAD_BALANCER =
  'The default is that of the load balancer, 60 s: both close at the same moment, which races too';

/** A side effect where a change takes a restart of the process. */
export const ENDS_WHAT_IS_IN_FLIGHT = 'The restart ends what is in flight: deregister the target first';

/** No limit of requests on a connection. */
const NO_REQUEST_LIMIT: RequestsPerConnection = {
  setting: null,
  defaults: [{ since: null, value: null }],
  announced: null,
};

const USUAL = {
  aliases: [],
  products: [],
  layer: 'application server',
  unit: 'seconds',
  versionOf: 'itself',
  alsoWrite: (): readonly string[] => [],
  comment: '#',
  longestSeconds: null,
  companions: [],
  sideEffects: [],
  requestsPerConnection: NO_REQUEST_LIMIT,
  connectionAge: null,
  reload: null,
  confidence: 'source',
  holdsWorker: null,
  http2: null,
  http2Only: false,
} as const satisfies Partial<ServerRow>;

/** A row of the table; what is not said is as most servers have it. */
export function serverRow(row: Omit<ServerRow, keyof typeof USUAL> & Partial<ServerRow>): ServerRow {
  return { ...USUAL, ...row };
}

/** Whole seconds, rounded up, so that the value never falls below what was asked for. */
export function wholeSeconds(seconds: number): number {
  return Math.ceil(Number(seconds.toFixed(6)));
}

/** Whole milliseconds, rounded up. */
export function wholeMilliseconds(seconds: number): number {
  return Math.ceil(Number((seconds * 1000).toFixed(3)));
}

/** A time span as IIS writes it: `00:01:15`. */
export function timeSpan(seconds: number): string {
  const whole = wholeSeconds(seconds);
  return [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
}

/** The keep-alive as the server's own unit writes it. */
export function valueInUnit(unit: Unit, seconds: number): string {
  switch (unit) {
    case 'seconds':
      return String(wholeSeconds(seconds));
    case 'milliseconds':
      return String(wholeMilliseconds(seconds));
    case 'hh:mm:ss':
      return timeSpan(seconds);
  }
}
