const DASH: u8 = 45;
const POINT: u8 = 46;
const COLON: u8 = 58;
const SPACE: u8 = 32;
const LETTER_T: u8 = 84;
const LETTER_Z: u8 = 90;

/** A number of so many characters is exact as a double. */
const MOST_CHARACTERS: usize = 15;

/** The digit at a place; above 9 where there is none. */
function digit(at: usize): u32 {
  return <u32>load<u8>(at) - 48;
}

/** The number that {@link readDecimal} or {@link readInstant} has read. */
export let value: f64 = 0;

/** Reads a plain decimal such as `0.013` or `-1` that a space follows. @returns where the space is, or 0 */
export function readDecimal(from: usize): usize {
  const negative = load<u8>(from) === DASH;
  const first = negative ? from + 1 : from;
  let digits: i64 = 0;
  let scale: i64 = 0;
  let at = first;
  for (; load<u8>(at) !== SPACE; at++) {
    const one = digit(at);
    if (one <= 9) {
      digits = digits * 10 + one;
      scale *= 10;
    } else if (load<u8>(at) === POINT && scale === 0) scale = 1;
    else return 0;
    if (at - first >= MOST_CHARACTERS) return 0;
  }
  if (at === first) return 0;
  const size = scale > 1 ? <f64>digits / <f64>scale : <f64>digits;
  value = negative ? -size : size;
  return at;
}

/** Reads a status code that a space follows, 0 for `-`; -1 where it is neither. */
export function statusAt(from: usize): i32 {
  if (load<u8>(from) === DASH) return load<u8>(from + 1) === SPACE ? 0 : -1;
  const hundreds = digit(from);
  const tens = digit(from + 1);
  const ones = digit(from + 2);
  if (hundreds > 9 || tens > 9 || ones > 9 || load<u8>(from + 3) !== SPACE) return -1;
  return hundreds * 100 + tens * 10 + ones;
}

/** How many bytes such a status code has. */
export function statusLength(from: usize): usize {
  return load<u8>(from) === DASH ? 1 : 3;
}

/** A whole number up to the end; -1 where it is none. */
export function wholeNumber(from: usize, end: usize): f64 {
  let number: f64 = 0;
  for (let at = from; at < end; at++) {
    const one = digit(at);
    if (one > 9) return -1;
    number = number * 10 + <f64>one;
  }
  return number;
}

function twoDigits(at: usize): i32 {
  const tens = digit(at);
  const ones = digit(at + 1);
  return tens > 9 || ones > 9 ? -1 : tens * 10 + ones;
}

/** The last minute that was read, as the bytes of `YYYY-MM-DDTHH:MM`: lines that follow each other share it. */
let knownDate: u64 = 0;
let knownTime: u64 = 0;
let minuteSeconds: f64 = 0;

/** Days from 1970 to the first day of a month, by the Gregorian calendar. */
function daysBeforeMonth(year: i32, month: i32): i32 {
  // Years from March on: the day that comes now and then is the last one.
  const marchYear = month <= 2 ? year - 1 : year;
  const era = marchYear / 400;
  const yearOfEra = marchYear - era * 400;
  const dayOfYear = (153 * (month <= 2 ? month + 9 : month - 3) + 2) / 5;
  return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468;
}

function readMinute(from: usize): bool {
  const century = twoDigits(from);
  const year = twoDigits(from + 2);
  const month = twoDigits(from + 5);
  const day = twoDigits(from + 8);
  const hour = twoDigits(from + 11);
  const minute = twoDigits(from + 14);
  if (century < 19 || year < 0 || month < 1 || month > 12 || day < 1 || day > 31) return false;
  if (hour < 0 || hour > 23 || minute < 0) return false;
  if (load<u8>(from + 4) !== DASH || load<u8>(from + 7) !== DASH) return false;
  if (load<u8>(from + 10) !== LETTER_T || load<u8>(from + 13) !== COLON) return false;
  const days = daysBeforeMonth(century * 100 + year, month) + day - 1;
  minuteSeconds = <f64>days * 86_400 + <f64>(hour * 3600 + minute * 60);
  return true;
}

function isKnownMinute(from: usize): bool {
  if (load<u64>(from) === knownDate && load<u64>(from + 8) === knownTime) return true;
  if (!readMinute(from)) return false;
  knownDate = load<u64>(from);
  knownTime = load<u64>(from + 8);
  return true;
}

/** Bytes of `YYYY-MM-DDTHH:MM:SS.ffffffZ`. */
export const INSTANT_BYTES: usize = 27;

/** Reads a time as the load balancer writes it, in seconds since 1970. @returns whether it is one that a space follows */
export function readInstant(from: usize): bool {
  if (load<u8>(from + 16) !== COLON || load<u8>(from + 19) !== POINT) return false;
  if (load<u8>(from + 26) !== LETTER_Z || load<u8>(from + 27) !== SPACE) return false;
  if (!isKnownMinute(from)) return false;
  const seconds = twoDigits(from + 17);
  const first = twoDigits(from + 20);
  const middle = twoDigits(from + 22);
  const last = twoDigits(from + 24);
  if ((seconds | first | middle | last) < 0) return false;
  value = minuteSeconds + <f64>seconds + <f64>(first * 10_000 + middle * 100 + last) / 1e6;
  return true;
}
