import type { Notification } from '../../model/alert.ts';
import { CAUSES, type Cause } from '../../model/cause.ts';

/** Text from AWS (names, tags, log lines) on one line and without control characters. */
export function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed here
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g, ' ').trim();
}

/** Cuts at a length, with an ellipsis where something was left out. */
export function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, Math.max(0, length - 1)).trimEnd()}…`;
}

/** `14:02` on the day of `day`, else `21 Nov 14:02`; always UTC. */
export function clock(time: string, day: string): string {
  const hours = time.slice(11, 16);
  return time.slice(0, 10) === day.slice(0, 10) ? hours : `${time.slice(0, 10)} ${hours}`;
}

/** `94 %`, never `100 %` for what is not certain. */
export function percent(probability: number): string {
  return `${Math.min(99, Math.round(probability * 100))} %`;
}

/** A share of requests in few digits: `0.29 %`, `12 %`. */
export function share(ratio: number): string {
  const value = ratio * 100;
  return `${value >= 10 ? Math.round(value) : Number(value.toPrecision(2))} %`;
}

export const thousands = (count: number): string => count.toLocaleString('en-US');

export const sentenceOf = (cause: Cause): string => CAUSES[cause];

/** What the first line calls the event. */
export function headword({ alert }: Notification): string {
  const words: Readonly<Record<typeof alert.event, string>> = {
    firing: `FIRING ${alert.severity}`,
    updated: `UPDATED ${alert.severity}`,
    resolved: 'RESOLVED',
    drift: 'DRIFT',
    posture: 'WARNING before the first 502',
    'heartbeat-lost': 'MONITOR SILENT',
  };
  return words[alert.event];
}
