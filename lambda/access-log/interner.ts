interface Entry {
  readonly hash: number;
  readonly bytes: Uint8Array;
  readonly text: string;
  readonly id: number;
}

function sameBytes(entry: Entry, bytes: Uint8Array, start: number, end: number): boolean {
  const known = entry.bytes;
  if (known.length !== end - start) return false;
  for (let at = 0; at < known.length; at++) if (known[at] !== bytes[start + at]) return false;
  return true;
}

/** Numbers the distinct texts that occur in bytes, without making a string of each occurrence. */
export interface Interner {
  /** The number of this text, from 0 in order of first sight. */
  idOf(bytes: Uint8Array, start: number, end: number): number;
  textOf(id: number): string;
}

/** Texts seen lately, by a hash of their length and last bytes: names of one kind differ there. */
const RECENT = 1024;
const HASHED_BYTES = 12;

function recentSlot(bytes: Uint8Array, start: number, end: number): number {
  let hash = end - start;
  for (let at = Math.max(start, end - HASHED_BYTES); at < end; at++)
    hash = (Math.imul(hash, 31) + (bytes[at] ?? 0)) | 0;
  return (hash ^ (hash >>> 10)) & (RECENT - 1);
}

/** An empty interner. */
export function interner(): Interner {
  const buckets = new Map<number, Entry[]>();
  const entries: Entry[] = [];
  const recent = new Array<Entry | undefined>(RECENT).fill(undefined);

  function find(bytes: Uint8Array, start: number, end: number): Entry {
    let hash = 0x811c9dc5;
    for (let at = start; at < end; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
    const bucket = buckets.get(hash) ?? [];
    for (const entry of bucket) if (sameBytes(entry, bytes, start, end)) return entry;
    const own = new Uint8Array(bytes.subarray(start, end));
    const text = String.fromCharCode(...own.subarray(0, 4096));
    const entry = { hash, bytes: own, text, id: entries.length };
    entries.push(entry);
    bucket.push(entry);
    buckets.set(hash, bucket);
    return entry;
  }

  return {
    idOf(bytes, start, end) {
      const slot = recentSlot(bytes, start, end);
      const guess = recent[slot];
      if (guess !== undefined && sameBytes(guess, bytes, start, end)) return guess.id;
      const entry = find(bytes, start, end);
      recent[slot] = entry;
      return entry.id;
    },
    textOf: (id) => entries[id]?.text ?? '',
  };
}
