const DIGIT_ZERO = 48;

/** The last date and hour that was converted: consecutive lines share it. */
let cachedHour = Number.NaN;
let cachedSeconds = Number.NaN;

function digit(bytes: Uint8Array, at: number): number {
  const value = (bytes[at] ?? 0) - DIGIT_ZERO;
  return value >= 0 && value <= 9 ? value : Number.NaN;
}

const twoDigits = (bytes: Uint8Array, at: number): number => digit(bytes, at) * 10 + digit(bytes, at + 1);

function hourSeconds(year: number, monthAndDay: number, hour: number): number {
  const key = (year * 10_000 + monthAndDay) * 100 + hour;
  if (key === cachedHour) return cachedSeconds;
  const month = Math.floor(monthAndDay / 100);
  const day = monthAndDay % 100;
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour <= 23)) return Number.NaN;
  cachedHour = key;
  cachedSeconds = Date.UTC(year, month - 1, day, hour) / 1000;
  return cachedSeconds;
}

/**
 * Reads `YYYY-MM-DDTHH:MM:SS[.fraction]Z` out of bytes.
 *
 * @returns seconds since 1970 with the fraction (a double keeps a quarter of a microsecond), NaN where it is
 *   no such time
 */
export function instantSeconds(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < 20 || bytes[start + 10] !== 84 || bytes[end - 1] !== 90) return Number.NaN;
  if (bytes[start + 4] !== 45 || bytes[start + 13] !== 58 || bytes[start + 16] !== 58) return Number.NaN;
  const year = twoDigits(bytes, start) * 100 + twoDigits(bytes, start + 2);
  const monthAndDay = twoDigits(bytes, start + 5) * 100 + twoDigits(bytes, start + 8);
  const base = hourSeconds(year, monthAndDay, twoDigits(bytes, start + 11));
  const seconds = base + twoDigits(bytes, start + 14) * 60 + twoDigits(bytes, start + 17);
  if (end - start === 20) return seconds;
  if (bytes[start + 19] !== 46) return Number.NaN;
  let fraction = 0;
  let scale = 1;
  for (let at = start + 20; at < end - 1; at++) {
    fraction = fraction * 10 + digit(bytes, at);
    scale *= 10;
  }
  return seconds + fraction / scale;
}
