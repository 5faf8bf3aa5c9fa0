import { recognizeServer } from './recognize.ts';
import type { Confidence, IdleClose, ServerRow, SinceVersion } from './server.ts';

/** How far a default can be trusted: as its row, or less where it depends on a version that is not known. */
export type Certainty = Confidence | 'version-unknown';

/** What a server does with an idle connection unless somebody configured it otherwise. */
export interface ServerDefault {
  readonly name: string;
  readonly version: string | null;
  readonly idleClose: IdleClose;
  /** Seconds until it closes; null where it never does, closes after each response, or is not known. */
  readonly seconds: number | null;
  readonly certainty: Certainty;
}

const partsOf = (version: string): readonly number[] => version.split('.').map(Number);

/** Whether a version is the same as another or newer. Missing parts are zeros. */
export function isAtLeast(version: string, since: string): boolean {
  const [left, right] = [partsOf(version), partsOf(since)];
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

/** The value of a version; without one, the oldest. */
export function valueFor<T>(values: readonly SinceVersion<T>[], version: string | null): T | undefined {
  const match = values.find(({ since }) => since === null || (version !== null && isAtLeast(version, since)));
  return match?.value;
}

/** What one row's server does by default in a version, or in the one that is assumed where none is given. */
export function idleCloseOf(row: ServerRow, version: string | null): ServerDefault {
  const idleClose = valueFor(row.idleClose, version ?? row.assumedVersion ?? null) ?? 'unknown';
  return {
    name: row.name,
    version,
    idleClose,
    seconds: typeof idleClose === 'number' ? idleClose : null,
    certainty: version === null && row.idleClose.length > 1 ? 'version-unknown' : row.confidence,
  };
}

/**
 * The default keep-alive of the server that a `Server:` header or the tag `alb502:server` names.
 * null where the text names no server of the table.
 */
export function defaultKeepAliveSeconds(serverText: string): ServerDefault | null {
  const found = recognizeServer(serverText);
  return found ? idleCloseOf(found.row, found.version) : null;
}
