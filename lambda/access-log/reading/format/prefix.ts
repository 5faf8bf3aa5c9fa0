/** How a line begins that a load balancer wrote. */
const HEAD = /(?:https?|h2c?|h3|grpcs?|wss?) \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z app\//;
const TIME = String.raw`\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?`;

/** What tools put before a line: the time of CloudWatch, with or without the stream, or the name of a file. */
const PREFIXES = [
  // A CloudWatch export to S3, and aws logs tail, which names the stream.
  new RegExp(`^${TIME}[ \\t](?:[^\\s"]+[ \\t])?$`),
  /^\d{13}[ \t]$/,
  // grep, zgrep and their numbers of lines; spaces are in names of files that look like logs.
  /^[^\s"]+[:-]$/,
  /^[^"\t]+\.(?:log|gz|txt)[:-](?:\d+[:-])?$/,
];
const LONGEST_PREFIX = 1024;
const OF_A_LINE = /Z app\/| \d{3} (?:\d{3}|-) /;

/** The first record of JSON in a line that begins with something else. */
const RECORD = /^[^"{]+(?=\{\s*")/;

/** How many characters a tool has put before a record of JSON; 0 where there is none behind a prefix. */
export function prefixOfRecord(text: string): number {
  const prefix = RECORD.exec(text.slice(0, LONGEST_PREFIX))?.[0] ?? '';
  return !holdsPartOfLine(prefix) && PREFIXES.some((form) => form.test(prefix)) ? prefix.length : 0;
}

/** Whether a text holds a part of a line, and so must not be passed over. */
export const holdsPartOfLine = (text: string): boolean => OF_A_LINE.test(text);

/**
 * How many characters a tool has put before a line; -1 where there is no line, or what is before it is no prefix.
 *
 * @param head - how the line begins
 */
export function prefixLength(text: string, head = HEAD): number {
  const at = text.slice(0, LONGEST_PREFIX).search(head);
  if (at <= 0) return at;
  const prefix = text.slice(0, at);
  return !holdsPartOfLine(prefix) && PREFIXES.some((form) => form.test(prefix)) ? at : -1;
}
