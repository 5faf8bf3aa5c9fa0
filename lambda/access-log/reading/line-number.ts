const DASH = 45;
const POINT = 46;
const DIGIT_ZERO = 48;

/** A plain decimal such as `0.013`, `12` or `-1`; NaN where it is none. */
export function decimal(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  const negative = bytes[at] === DASH;
  if (negative) at++;
  if (at >= end) return Number.NaN;
  let value = 0;
  let scale = 0;
  for (; at < end; at++) {
    const byte = (bytes[at] ?? 0) - DIGIT_ZERO;
    if (byte >= 0 && byte <= 9) {
      value = value * 10 + byte;
      scale *= 10;
    } else if (byte === POINT - DIGIT_ZERO && scale === 0) scale = 1;
    else return Number.NaN;
  }
  const result = scale > 1 ? value / scale : value;
  return negative ? -result : result;
}

/** A status code; 0 for `-`, NaN where it is neither. */
export function status(bytes: Uint8Array, start: number, end: number): number {
  if (end - start === 1 && bytes[start] === DASH) return 0;
  return end - start === 3 && bytes[start] !== DASH ? decimal(bytes, start, end) : Number.NaN;
}
