import { causeSentence } from '../../diagnose/explanation-text.ts';
import type { Notification } from '../../model/alert.ts';
import { CAUSES, type Cause } from '../../model/cause.ts';
import type { Diagnosis, Mismatch } from '../../model/diagnosis.ts';
import { secondsFigure } from '../../model/seconds-text.ts';
import { thousands } from '../../model/thousands.ts';
import { plainName } from '../fingerprint.ts';

// Control characters, line and paragraph separators, marks that turn the direction of writing, and invisible tags.
const UNPRINTABLE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed here
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]+/gu;

/** Text from AWS (names, tags, log lines) on one line and without control characters. */
export function oneLine(text: string): string {
  return wellFormed(text).replace(UNPRINTABLE, ' ').trim();
}

/** The same for a line of a text: its indentation stays. */
export const oneLineKeepingIndent = (line: string): string =>
  line.replace(/[^ ].*/s, (text) => oneLine(text));

/** Text that shows each character which would act on a terminal instead: `\\x1b[2J`, `\\u202e`. */
export function visible(text: string): string {
  return text
    .replace(UNPRINTABLE, (run) => [...run].map(escapeOf).join(''))
    .replace(/\p{Surrogate}/gu, escapeOf);
}

function escapeOf(character: string): string {
  const hex = (character.codePointAt(0) ?? 0).toString(16);
  if (hex.length <= 2) return `\\x${hex.padStart(2, '0')}`;
  return hex.length <= 4 ? `\\u${hex.padStart(4, '0')}` : `\\u{${hex}}`;
}

/** Text without halves of characters, which neither a URL nor UTF-8 can carry. */
export const wellFormed = (text: string): string => text.replace(/\p{Surrogate}/gu, '\ufffd');

/** Cuts at a length, with an ellipsis where something was left out; never within a character of two units. */
export function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  const kept = text.slice(0, Math.max(0, length - 1)).replace(/[\ud800-\udbff]$/, '');
  return `${kept.trimEnd()}…`;
}

/** `14:02` on the day of `day`, else `2026-11-21 14:02`; always UTC. */
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
  return `${value >= 10 ? Math.round(value) : value.toLocaleString('en-US', { maximumSignificantDigits: 2 })} %`;
}

/** The cause as a sentence. */
export const sentenceOf = (cause: Cause): string => CAUSES[cause];

/** `1 h 10 min`, `3 min`, `2 days 4 h`: how long something lasted, in two units. */
export function durationText(milliseconds: number): string {
  const minutes = Math.max(1, Math.round(milliseconds / 60_000));
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60), minutes % 60];
  if (days > 0) return `${days} ${days === 1 ? 'day' : 'days'}${hours === 0 ? '' : ` ${hours} h`}`;
  return hours === 0 ? `${rest} min` : `${hours} h${rest === 0 ? '' : ` ${rest} min`}`;
}

/** Where it happens: the name of the load balancer, or how many there are. */
export function placeOf({ alert, group }: Notification): string {
  return group === null
    ? plainName(alert.diagnosis.loadBalancerArn)
    : `${thousands(group.count)} load balancers`;
}

/** Where nobody said it for this monitor, the words that it was read from. */
function sourceText({ detail, source, assumed }: Mismatch): string {
  const isRead = source === 'configuration' || assumed === true;
  return isRead && detail !== undefined ? ` [${cut(detail, 200)}]` : '';
}

/** What the cause means here, in one sentence with its figures: for someone who never saw this failure. */
export function explained(cause: Cause, diagnosis: Diagnosis): string {
  const [worst] = diagnosis.mismatches;
  if (cause !== 'keepalive-mismatch' || worst === undefined) return causeSentence(cause, diagnosis);
  const { targetGroupArn, keepAliveSeconds, idleTimeoutSeconds, marginSeconds, assumed } = worst;
  const group = cut(plainName(targetGroupArn), 60);
  const close = `targets of ${group} close idle connections after ${secondsFigure(keepAliveSeconds)} s`;
  const reuse =
    marginSeconds <= 0
      ? `but the load balancer reuses them for up to ${idleTimeoutSeconds} s`
      : `too soon after the load balancer's ${idleTimeoutSeconds} s`;
  const source = sourceText(worst);
  return `${close}${assumed ? ' unless their configuration says otherwise' : ''}, ${reuse}: a request sent on one that just closed gets 502${source}`;
}
