import type { ServerRow } from './server.ts';
import { SERVERS } from './table.ts';

/** A server that the text names, and the version if the text gives one that belongs to it. */
export interface RecognizedServer {
  readonly row: ServerRow;
  /** Digits and dots only, such as `1.22.1`; null where it is not given or is that of another product. */
  readonly version: string | null;
}

interface Word {
  readonly name: string;
  readonly version: string | null;
}

const BY_NAME: ReadonlyMap<string, ServerRow> = new Map(
  SERVERS.flatMap((row) => [row.id, ...row.aliases].map((name) => [name, row] as const)),
);

const LONGEST_NAME_IN_WORDS = 3;
const LONGEST_TEXT = 300;

/** Words that stand between the names of a server and its worker. */
const FILLERS = new Set(['with', 'worker', 'workers', 'class', 'on', 'and', 'the', 'server', 'version']);

/** `1.1` in `Apache-Coyote/1.1` is a version of the connector's protocol, not of Tomcat. */
const VERSION_IS_NOT_THE_SERVERS = new Set(['apache-coyote', 'wsgiserver', 'net-http']);

function toWord(part: string): Word {
  const text = part.replace(/^[^a-z]+/, '');
  const versioned = /^([^/:@=]+)[/:@=]v?(\d+(?:\.\d+)*)/.exec(text);
  if (versioned) return { name: (versioned[1] ?? text).replaceAll('_', '-'), version: versioned[2] ?? null };
  return { name: text.replaceAll(/[/:@=_]/g, '-'), version: null };
}

/** Splits a header or tag into names with versions; a version that stands alone belongs to the name before it. */
function toWords(text: string): readonly Word[] {
  const words: Word[] = [];
  for (const part of text.split(/[\s(),;+]+/).filter((piece) => piece !== '' && !FILLERS.has(piece))) {
    if (!/[a-z0-9]/.test(part)) continue;
    const bareVersion = /^v?(\d+(?:\.\d+)*)/.exec(part)?.[1];
    const before = words.at(-1);
    if (bareVersion === undefined) words.push(toWord(part));
    else if (before && before.version === null) words.splice(-1, 1, { ...before, version: bareVersion });
  }
  return words;
}

/** `node20` and `puma-6` for people who write the version without a separator. */
function withoutTrailingVersion({ name, version }: Word): Word {
  const match = /^([a-z][a-z.-]*?)-?v?(\d+(?:\.\d+)*)$/.exec(name);
  return match ? { name: match[1] ?? name, version: version ?? match[2] ?? null } : { name, version };
}

function nameAt(words: readonly Word[], start: number): RecognizedServer | null {
  for (let length = Math.min(LONGEST_NAME_IN_WORDS, words.length - start); length > 0; length -= 1) {
    const chosen = words.slice(start, start + length);
    const name = chosen.map((word) => word.name).join('-');
    const row = BY_NAME.get(name);
    if (!row) continue;
    const version = chosen.find((word) => word.version !== null)?.version ?? null;
    const isItsOwn = row.versionOf !== 'another product' && !VERSION_IS_NOT_THE_SERVERS.has(name);
    // Express 4 says nothing about the Node.js below it.
    return { row, version: isItsOwn && row.versionOf === 'itself' ? version : null };
  }
  return null;
}

function firstNamed(text: string): RecognizedServer | null {
  const written = toWords(text);
  for (const words of [written, written.map(withoutTrailingVersion)]) {
    for (let start = 0; start < words.length; start += 1) {
      const found = nameAt(words, start);
      if (found) return found;
    }
  }
  return null;
}

/**
 * Finds the server that a `Server:` header or the tag `alb502:server` names.
 * The first product that the table knows counts, so `Python/3.11 aiohttp/3.9` is aiohttp; of `puma behind nginx`
 * it is nginx, which holds the load balancer's connections. null for products that are not in the table,
 * the load balancer's own `awselb/2.0` among them.
 */
export function recognizeServer(text: string): RecognizedServer | null {
  const parts = text
    .slice(0, LONGEST_TEXT)
    .trim()
    .toLowerCase()
    .split(/\bbehind\b/);
  for (const part of parts.toReversed()) {
    const found = firstNamed(part);
    if (found) return found;
  }
  return null;
}
