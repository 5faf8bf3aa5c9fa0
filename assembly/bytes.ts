/** First place of a byte from `from` on, or `end`. Reads up to 15 bytes beyond the end. */
export function find(from: usize, end: usize, byte: u8): usize {
  const searched = i8x16.splat(byte);
  for (let at = from; at < end; at += 16) {
    const found = i8x16.bitmask(i8x16.eq(v128.load(at), searched));
    if (found !== 0) return min(at + <usize>ctz(found), end);
  }
  return end;
}

const LETTER_Z: u8 = 90;
const SPACE: u8 = 32;
/** `app/` */
const APP: u32 = 0x2f70_7061;

/** Whether a text holds what each line has once, near its begin: `Z app/`. Reads up to 17 bytes beyond the end. */
export function holdsHead(from: usize, end: usize): bool {
  const last = i8x16.splat(LETTER_Z);
  const space = i8x16.splat(SPACE);
  for (let at = from; at < end; at += 16) {
    let found = i8x16.bitmask(v128.and(i8x16.eq(v128.load(at), last), i8x16.eq(v128.load(at + 1), space)));
    for (; found !== 0; found &= found - 1) {
      const place = at + <usize>ctz(found);
      if (place < end && load<u32>(place + 2) === APP) return true;
    }
  }
  return false;
}
