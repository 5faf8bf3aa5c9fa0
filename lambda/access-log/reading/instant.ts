const DIGIT_ZERO = 48;
const POINT = 46;
const COLON = 58;
const DASH = 45;
const CAPITAL_T = 84;
const CAPITAL_Z = 90;
/** Length of `YYYY-MM-DDTHH:MM:SS.ffffffZ`, as the load balancer writes it. */
const WITH_MICROSECONDS = 27;

/** The last minute that was converted, as the words of `YYYY-MM-DDTHH:MM`: consecutive lines share it. */
const minuteWords = new Int32Array(4);
let minuteSeconds = Number.NaN;

function digit(words: DataView, at: number): number {
  const value = words.getUint8(at) - DIGIT_ZERO;
  return value >= 0 && value <= 9 ? value : Number.NaN;
}

const twoDigits = (words: DataView, at: number): number => digit(words, at) * 10 + digit(words, at + 1);

function hourSeconds(year: number, month: number, day: number, hour: number): number {
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour <= 23)) return Number.NaN;
  return Date.UTC(year, month - 1, day, hour) / 1000;
}

/** Seconds of `YYYY-MM-DDTHH:MM`; NaN where it is no such time. */
function readMinute(words: DataView, start: number): number {
  if (
    words.getUint8(start + 10) !== CAPITAL_T ||
    words.getUint8(start + 4) !== DASH ||
    words.getUint8(start + 13) !== COLON
  )
    return Number.NaN;
  const year = twoDigits(words, start) * 100 + twoDigits(words, start + 2);
  const hour = twoDigits(words, start + 11);
  const begin = hourSeconds(year, twoDigits(words, start + 5), twoDigits(words, start + 8), hour);
  return begin + twoDigits(words, start + 14) * 60;
}

function isKnownMinute(words: DataView, start: number): boolean {
  return (
    words.getInt32(start + 12, true) === minuteWords[3] &&
    words.getInt32(start + 8, true) === minuteWords[2] &&
    words.getInt32(start + 4, true) === minuteWords[1] &&
    words.getInt32(start, true) === minuteWords[0]
  );
}

function rememberMinute(words: DataView, start: number, seconds: number): void {
  for (let word = 0; word < 4; word++) minuteWords[word] = words.getInt32(start + word * 4, true);
  minuteSeconds = seconds;
}

/** What follows the minute's 16 bytes, `:SS.ffffffZ`, in microseconds; negative where it is not that. */
function microsecondsOfMinute(words: DataView, start: number): number {
  if (words.getUint8(start + 16) !== COLON || words.getUint8(start + 19) !== POINT) return -1;
  let value = 0;
  for (let at = start + 17; at < start + 26; at++) {
    if (at === start + 19) continue;
    const byte = words.getUint8(at) - DIGIT_ZERO;
    if (byte < 0 || byte > 9) return -1;
    value = value * 10 + byte;
  }
  return value;
}

/**
 * Reads `YYYY-MM-DDTHH:MM:SS[.fraction]Z` out of bytes.
 *
 * @returns seconds since 1970 with the fraction (a double keeps a quarter of a microsecond), NaN where it is
 *   no such time
 */
export function instantSeconds(words: DataView, start: number, end: number): number {
  if (end - start < 20 || words.getUint8(end - 1) !== CAPITAL_Z) return Number.NaN;
  if (!isKnownMinute(words, start)) {
    const seconds = readMinute(words, start);
    if (Number.isNaN(seconds)) return Number.NaN;
    rememberMinute(words, start, seconds);
  }
  if (end - start === WITH_MICROSECONDS) {
    const microseconds = microsecondsOfMinute(words, start);
    const whole = Math.floor(microseconds / 1e6);
    if (microseconds >= 0) return minuteSeconds + whole + (microseconds - whole * 1e6) / 1e6;
  }
  if (words.getUint8(start + 16) !== COLON) return Number.NaN;
  const seconds = minuteSeconds + twoDigits(words, start + 17);
  if (end - start === 20) return seconds;
  if (words.getUint8(start + 19) !== POINT) return Number.NaN;
  let fraction = 0;
  let scale = 1;
  for (let at = start + 20; at < end - 1; at++) {
    fraction = fraction * 10 + digit(words, at);
    scale *= 10;
  }
  return seconds + fraction / scale;
}
