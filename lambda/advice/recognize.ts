import type { ServerRow } from './server.ts';
import { SERVERS } from './table.ts';

/** A server that the text names, and the version if the text gives one that belongs to it. */
export interface RecognizedServer {
  readonly row: ServerRow;
  /**
   * Digits and dots only, such as `1.22.1`: of the server, or of the product that its row's `versionOf` names. null
   * where it is not given or is that of another product.
   */
  readonly version: string | null;
}

interface Word {
  readonly name: string;
  readonly version: string | null;
}

/** A name of the table within a text. */
interface Found {
  readonly row: ServerRow;
  /** Whether the name is the server's; else it is that of a product that runs on it and has versions of its own. */
  readonly isItsOwn: boolean;
  /** A version that stands beside the name and is the server's. */
  readonly version: string | null;
}

type Name = Omit<Found, 'version'>;

const BY_NAME: ReadonlyMap<string, Name> = new Map(
  SERVERS.flatMap((row) =>
    [row.id, ...row.aliases, ...row.products].map((name): [string, Name] => [
      name,
      { row, isItsOwn: !row.products.includes(name) },
    ]),
  ),
);

const LONGEST_NAME_IN_WORDS = 3;
const LONGEST_TEXT = 300;

/** Words that stand between the names of a server and its worker. */
const FILLERS = new Set(
  'with worker workers class on and the server version embedded inside using runs'.split(' '),
);

/** `1.1` in `Apache-Coyote/1.1` is a version of the connector's protocol, not of Tomcat. */
const VERSION_IS_NOT_THE_SERVERS = new Set(['apache-coyote', 'net-http']);

const VERSION = /^v?(\d+(?:\.\d+)*)(?:-([a-z].*))?/;

/**
 * Splits a header, tag or image into names with versions; a version belongs to the name before it. What follows a
 * version behind a dash is a name again: `php:8.2-apache`.
 */
function toWords(text: string): readonly Word[] {
  const words: Word[] = [];
  for (const part of text.split(/[\s(),;+/:@=]+/)) {
    const [, version, rest] = VERSION.exec(part) ?? [];
    const name = (version === undefined ? part : (rest ?? '')).replace(/^[^a-z]+/, '').replaceAll('_', '-');
    const before = words.at(-1);
    if (version !== undefined && before && before.version === null)
      words.splice(-1, 1, { ...before, version });
    if (name !== '' && !FILLERS.has(name)) words.push({ name, version: null });
  }
  return words;
}

/** `node20` and `puma-6` for people who write the version without a separator. */
function withoutTrailingVersion({ name, version }: Word): Word {
  const match = /^([a-z][a-z.-]*?)-?v?(\d+(?:\.\d+)*)$/.exec(name);
  return match ? { name: match[1] ?? name, version: version ?? match[2] ?? null } : { name, version };
}

/** The longest name of the table that begins at a word, and how many words it takes. */
function nameAt(words: readonly Word[], start: number): { found: Found; length: number } | null {
  for (let length = Math.min(LONGEST_NAME_IN_WORDS, words.length - start); length > 0; length -= 1) {
    const chosen = words.slice(start, start + length);
    const name = chosen.map((word) => word.name).join('-');
    const known = BY_NAME.get(name);
    if (!known) continue;
    const written = chosen.find((word) => word.version !== null)?.version ?? null;
    const counts =
      known.isItsOwn && known.row.versionOf === 'itself' && !VERSION_IS_NOT_THE_SERVERS.has(name);
    return { found: { ...known, version: counts ? written : null }, length };
  }
  return null;
}

function allNamed(words: readonly Word[]): readonly Found[] {
  const all: Found[] = [];
  for (let start = 0; start < words.length; start += 1) {
    const named = nameAt(words, start);
    if (!named) continue;
    all.push(named.found);
    start += named.length - 1;
  }
  return all;
}

/**
 * Which of several names holds the load balancer's connections: a web server or proxy stands in front of the rest; a
 * server that is named says more than a product that usually runs on another; a runtime that is named says more than a
 * framework of Node.js.
 */
function nearestToTheLoadBalancer(all: readonly Found[]): Found | null {
  const front = all.find(({ row }) => row.layer === 'web server' || row.layer === 'proxy');
  if (front) return front;
  const first = all.find(({ isItsOwn }) => isItsOwn) ?? all[0] ?? null;
  const runtime = all.find(({ row }) => row.layer === 'runtime' && row.id !== 'node');
  return first?.row.versionOf === 'Node.js' && runtime ? runtime : first;
}

function recognizePart(text: string): RecognizedServer | null {
  const written = toWords(text);
  for (const words of [written, written.map(withoutTrailingVersion)]) {
    const all = allNamed(words);
    const nearest = nearestToTheLoadBalancer(all);
    if (!nearest) continue;
    const { row } = nearest;
    const speaks = row.versionOf === 'Node.js' ? 'node' : row.id;
    return { row, version: all.find((found) => found.row.id === speaks && found.version)?.version ?? null };
  }
  return null;
}

/**
 * Finds the server that a `Server:` header, the tag `alb502:server` or the name of an image names: of several, the one
 * that holds the load balancer's connections, so `puma behind nginx` and `Rails/nginx` are nginx. null for products that
 * are not in the table, the load balancer's own `awselb/2.0` and frameworks that run on many servers among them.
 */
export function recognizeServer(text: string): RecognizedServer | null {
  const parts = text
    .slice(0, LONGEST_TEXT)
    .trim()
    .toLowerCase()
    .split(/\bbehind\b/);
  for (const part of parts.toReversed()) {
    const found = recognizePart(part);
    if (found) return found;
  }
  return null;
}
