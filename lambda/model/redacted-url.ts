import { redacted, redactedLine } from './redacted-line.ts';

/** The segment as a server reads it; as it is where its escapes make no text. */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** Escapes hide nothing: `kim%40example.com` is a mail address. */
function redactedSegment(segment: string): string {
  const [name = '', ...parameters] = segment.split(/;|%3b/i);
  const read = decoded(name);
  const hidden = redacted(read);
  const kept = hidden === read ? redactedLine(name) : redactedLine(hidden).replaceAll(/\s+/g, '%20');
  return parameters.length === 0 ? kept : `${kept};***`;
}

/**
 * A URL or path without user, query, fragment and path parameters, and without the segments that are secret: their
 * neighbours stay, so that it still says which path it was.
 */
export function redactedUrl(text: string): string {
  const [url = ''] = text.split(/[?#]|%3f|%23/i, 1);
  const hook = /^(?:[a-z]+:\/\/[^/]*)?(?:\/[^/]*)*?\/(?:[\w-]*webhooks?|hooks)\//i.exec(url)?.[0];
  if (hook !== undefined) return `${redactedUrl(hook.slice(0, -1))}/***`;
  return url
    .replace(/^([a-z]+:\/\/)[^/]*@/i, '$1')
    .split('/')
    .map((part, index, parts) => (index === 2 && parts[1] === '' ? part : redactedSegment(part)))
    .join('/');
}
