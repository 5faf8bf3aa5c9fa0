/** No keep-alive is longer than a day; a longer one is a number of something else. */
const LONGEST_SECONDS = 86_400;

const bounded = (seconds: number): number | null =>
  Number.isFinite(seconds) && seconds <= LONGEST_SECONDS ? seconds : null;

const isNumber = (text: string): boolean => /^\d+(?:\.\d+)?$/.test(text);

/** `75` of a server that counts in seconds; null where it is no number. */
export const inSeconds = (text: string): number | null => (isNumber(text) ? bounded(Number(text)) : null);

/** `75000` of a server that counts in milliseconds, in seconds. */
export const inMilliseconds = (text: string): number | null =>
  isNumber(text) ? bounded(Number(text) / 1000) : null;

const UNIT_SECONDS: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 };

/** `75s`, `1m30s`, `1.5m`, `75000ms`, also with words as Play and Akka write them: `75 seconds`. In seconds. */
function withUnits(text: string): number | null {
  const short = text
    .trim()
    .toLowerCase()
    .replaceAll(/milli(?:second)?s?/g, 'ms')
    .replaceAll(/\s*sec(?:ond)?s?/g, 's')
    .replaceAll(/\s*min(?:ute)?s?/g, 'm')
    .replaceAll(/\s*hours?/g, 'h');
  if (!/^(?:\d+(?:\.\d+)?\s*(?:ms|[smhd])\s*)+$/.test(short)) return null;
  const parts = [...short.matchAll(/(\d+(?:\.\d+)?)\s*(ms|[smhd])/g)];
  return bounded(
    parts.reduce((sum, [, count, unit]) => sum + Number(count) * (UNIT_SECONDS[unit ?? ''] ?? 0), 0),
  );
}

/** ISO 8601 as Java takes it: `PT75S`, `PT1M15S`. */
function isoDuration(text: string): number | null {
  const match = /^PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?$/i.exec(text.trim());
  if (!match || text.length < 4) return null;
  return bounded(Number(match[1] ?? 0) * 3600 + Number(match[2] ?? 0) * 60 + Number(match[3] ?? 0));
}

/** A time with its unit, or a bare number in the unit that the server gives it. */
export const orBare =
  (bare: (text: string) => number | null) =>
  (text: string): number | null =>
    bare(text) ?? withUnits(text) ?? isoDuration(text);

/** `00:01:15` of .NET, `1.00:00:00` with days; a bare number is days there, and no keep-alive. In seconds. */
export function timeSpanSeconds(text: string): number | null {
  const match = /^(?:(\d+)\.)?(\d{1,2}):(\d{1,2}):(\d{1,2}(?:\.\d+)?)$/.exec(text.trim());
  if (!match) return null;
  const [days, hours, minutes, seconds] = match.slice(1).map((part) => Number(part ?? 0));
  return bounded((days ?? 0) * 86_400 + (hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (seconds ?? 0));
}
