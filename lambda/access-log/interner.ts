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

/** An empty interner. */
export function interner(): Interner {
  const buckets = new Map<number, Entry[]>();
  const entries: Entry[] = [];
  let last: Entry | undefined;

  function add(hash: number, bytes: Uint8Array): Entry {
    const entry = { hash, bytes, text: String.fromCharCode(...bytes.subarray(0, 4096)), id: entries.length };
    entries.push(entry);
    const bucket = buckets.get(hash);
    if (bucket) bucket.push(entry);
    else buckets.set(hash, [entry]);
    return entry;
  }

  return {
    idOf(bytes, start, end) {
      if (last && sameBytes(last, bytes, start, end)) return last.id;
      let hash = 0x811c9dc5;
      for (let at = start; at < end; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
      for (const entry of buckets.get(hash) ?? [])
        if (sameBytes(entry, bytes, start, end)) {
          last = entry;
          return entry.id;
        }
      last = add(hash, bytes.slice(start, end));
      return last.id;
    },
    textOf: (id) => entries[id]?.text ?? '',
  };
}
