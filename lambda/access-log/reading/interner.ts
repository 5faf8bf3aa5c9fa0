import type { Fields } from './field-split.ts';

interface Entry {
  readonly bytes: number;
  readonly words: DataView;
  readonly text: string;
  readonly id: number;
}

const WORD_BYTES = 4;

function isSame(entry: Entry, words: DataView, start: number, end: number): boolean {
  const known = entry.words;
  const length = end - start;
  if (entry.bytes !== length) return false;
  // From the end, where names of one kind differ. The last word to be compared may overlap the one before.
  let at = length;
  while (at >= WORD_BYTES) {
    at -= WORD_BYTES;
    if (known.getInt32(at, true) !== words.getInt32(start + at, true)) return false;
  }
  while (at > 0) {
    at--;
    if (known.getUint8(at) !== words.getUint8(start + at)) return false;
  }
  return true;
}

/** Numbers the distinct texts that occur in bytes, without making a string of each occurrence. */
export interface Interner {
  /** The number of this text, from 0 in order of first sight; -1 for those beyond the most that are numbered. */
  idOf(words: DataView, start: number, end: number): number;
  textOf(id: number): string;
}

/** Texts seen lately, by a hash of their length and last bytes: names of one kind differ there. */
const RECENT = 1024;
const HASHED_BYTES = 12;
const LONGEST_TEXT = 4096;

function recentSlot(words: DataView, start: number, end: number): number {
  const length = end - start;
  let hash = length;
  if (length >= HASHED_BYTES)
    for (let at = end - HASHED_BYTES; at < end; at += WORD_BYTES)
      hash = Math.imul(hash ^ words.getInt32(at, true), 0x9e3779b1);
  else for (let at = start; at < end; at++) hash = Math.imul(hash ^ words.getUint8(at), 0x9e3779b1);
  return (hash ^ (hash >>> 16)) & (RECENT - 1);
}

function hashOf(words: DataView, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ words.getUint8(at), 0x01000193);
  return hash;
}

function entryOf(words: DataView, start: number, end: number, id: number): Entry {
  const own = new Uint8Array(end - start);
  for (let at = 0; at < own.length; at++) own[at] = words.getUint8(start + at);
  return {
    bytes: own.length,
    words: new DataView(own.buffer),
    text: String.fromCharCode(...own.subarray(0, LONGEST_TEXT)),
    id,
  };
}

/**
 * An empty interner.
 *
 * @param most - how many texts it numbers, so that memory stays bounded whatever a log names
 */
export function interner(most: number): Interner {
  const buckets = new Map<number, Entry[]>();
  const entries: Entry[] = [];
  const recent = new Array<Entry | undefined>(RECENT).fill(undefined);

  function find(words: DataView, start: number, end: number): Entry | null {
    const hash = hashOf(words, start, end);
    const bucket = buckets.get(hash) ?? [];
    for (const entry of bucket) if (isSame(entry, words, start, end)) return entry;
    if (entries.length >= most) return null;
    const entry = entryOf(words, start, end, entries.length);
    entries.push(entry);
    bucket.push(entry);
    buckets.set(hash, bucket);
    return entry;
  }

  return {
    idOf(words, start, end) {
      const slot = recentSlot(words, start, end);
      const guess = recent[slot];
      if (guess !== undefined && isSame(guess, words, start, end)) return guess.id;
      const entry = find(words, start, end);
      if (entry === null) return -1;
      recent[slot] = entry;
      return entry.id;
    },
    textOf: (id) => entries[id]?.text ?? '',
  };
}

/** The number of an ASCII text that is not in a line. */
export function idOfText(names: Interner, text: string): number {
  const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
  return names.idOf(new DataView(bytes.buffer), 0, bytes.length);
}

/** The number of a field's text. */
export const idOfField = (
  names: Interner,
  { words, starts, ends }: Pick<Fields, 'words' | 'starts' | 'ends'>,
  field: number,
): number => names.idOf(words, starts[field] ?? 0, ends[field] ?? 0);
