import { MOST_TEXTS, TEXT_BYTES } from '../lambda/access-log/reading/line-record';

/** A text is kept behind its length, which takes two bytes. */
const LONGEST: usize = TEXT_BYTES - 2;
/** Of shorter ones there are few, and comparing eight bytes at once would reach before them. */
const SHORTEST: usize = 8;
const LANES: usize = 16;
/** A text whose place is taken by another may be at the next ones. */
const MOST_TRIED = 4;

let table: usize = 0;
let firstNumber = 0;

/**
 * Says where the texts are kept that have been seen, and from which number on they are numbered.
 *
 * @param at - {@link MOST_TEXTS} times {@link TEXT_BYTES}, which hold nothing or what was put there before
 */
export function keepTexts(at: usize, first: i32): void {
  table = at;
  firstNumber = first;
}

/** Of the last bytes: texts of one kind differ there. */
function placeOf(end: usize, length: usize): i32 {
  let hash = load<u64>(end - 8) ^ ((<u64>length) << 56);
  if (length >= 12) hash ^= (<u64>load<u32>(end - 12)) << 17;
  hash ^= hash >>> 32;
  hash *= 0x9e37_79b1;
  return <i32>(hash >>> 20) & (MOST_TEXTS - 1);
}

function isSame(kept: usize, from: usize, length: usize): bool {
  if (length < LANES)
    return (
      load<u64>(kept) === load<u64>(from) && load<u64>(kept + length - 8) === load<u64>(from + length - 8)
    );
  const last = length - LANES;
  for (let at: usize = 0; at < last; at += LANES)
    if (v128.any_true(v128.xor(v128.load(kept + at), v128.load(from + at)))) return false;
  return !v128.any_true(v128.xor(v128.load(kept + last), v128.load(from + last)));
}

/** The number of a text, which is the same each time; 0 where it has none. */
export function textNumber(from: usize, end: usize): i32 {
  const length = end - from;
  if (length < SHORTEST || length > LONGEST) return 0;
  const first = placeOf(end, length);
  for (let tried = 0; tried < MOST_TRIED; tried++) {
    const place = (first + tried) & (MOST_TEXTS - 1);
    const kept = table + <usize>place * <usize>TEXT_BYTES;
    const keptLength = <usize>load<u16>(kept);
    if (keptLength === 0) {
      memory.copy(kept + 2, from, length);
      store<u16>(kept, <u16>length);
      return firstNumber + place;
    }
    if (keptLength === length && isSame(kept + 2, from, length)) return firstNumber + place;
  }
  return 0;
}
