/**
 * A second reader of access-log lines, written with regular expressions and nothing of the reader under test: slow, but
 * short enough to be believed.
 */

const INSTANT = String.raw`\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):\d\d:\d\d\.\d+Z`;
const SECONDS = String.raw`-?\d+(?:\.\d+)?`;
const ESCAPED = String.raw`"(?:[^"\\]|\\.)*"`;
const PLAIN = '"[^"]*"';
const ARN = String.raw`arn:aws:elasticloadbalancing:[a-z0-9-]+:\d{12}:targetgroup/[\w-]+/[0-9a-f]{16}`;

const lineOf = (quoted: string): RegExp =>
  new RegExp(
    `^(?:https?|h2|grpcs|wss?) ${INSTANT} app/[\\w-]+/[0-9a-f]{16} \\S+:\\d+ (?:\\S+:\\d+|-) ` +
      `${SECONDS} ${SECONDS} ${SECONDS} \\d{3} (?:\\d{3}|-) \\d+ \\d+ ${quoted} ${quoted} [\\w-]+ [\\w.-]+ (?:${ARN}|-) ` +
      `${quoted} ${quoted} ${quoted} (?:-?\\d+|-) ${INSTANT} ${quoted} ${quoted}(?: ${quoted}){0,5}` +
      `(?:(?<=(?: ${quoted}){7}) (?:TID_[0-9a-f]+|-)(?: ${quoted}){0,3}(?: [0-9a-f.:]+(?: ${quoted})*)?)?$`,
  );

const WHOLE = [lineOf(ESCAPED), lineOf(PLAIN)];

/** The times and the status of a request, as nothing else in a line looks: 502 or another. */
const OUTCOME = new RegExp(`(?<= )${SECONDS} ${SECONDS} ${SECONDS} (\\d{3}) (?:-|\\d{3}) \\S+ \\S+ "`, 'g');

/** Whether each field has the form that the load balancer gives it. */
export const isWhole = (line: string): boolean => WHOLE.some((form) => form.test(line));

const HEAD = new RegExp(`(?<!\\s)(?:https?|h2|grpcs|wss?) ${INSTANT} app/`, 'g');

/** The whole lines that a text is made of, where nothing stands between them; the text itself where it is not. */
export function linesIn(text: string): string[] {
  const places = [...text.matchAll(HEAD)].map(({ index }) => index);
  const lines = places.map((place, at) => text.slice(place, places[at + 1]));
  return places[0] === 0 && lines.every(isWhole) ? lines : [text];
}

/** Status codes of all requests that a line tells of; a whole one tells of one. */
export const statusesIn = (line: string): string[] =>
  [...line.matchAll(OUTCOME)].map(([, status = '']) => status);

export const isGroupArn = (text: string): boolean =>
  /^arn:aws[a-z-]*:elasticloadbalancing:[a-z0-9-]+:\d{12}:targetgroup\/[\w-]+\/[0-9a-f]+$/.test(text);

export const isLoadBalancer = (text: string): boolean => /^app\/[^/\s]+\/[0-9a-f]+$/.test(text);
