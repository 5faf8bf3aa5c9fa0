const SECRET_NAME =
  /token|secret|passw(or)?d|passphrase|credential|api[-_.]?key|private[-_.]?key|access[-_.]?key/i;

/** The tag whose query string is kept: it is the link that the alert gives to people. */
const LINK_TAG = 'alb502:runbook';

/** Cuts a query string and fragment off a path or URL, and a user and password out of a URL. */
export const withoutQuery = (text: string): string =>
  text.replace(/[?#].*$/s, '').replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@]*@/i, '$1');

/** A tag's value as it may leave the account: secrets masked by the tag's name, query strings of URLs cut. */
export function redactedTag(key: string, value: string): string {
  if (SECRET_NAME.test(key)) return '***';
  if (key === LINK_TAG || !/^[a-z][a-z0-9+.-]*:\/\//i.test(value)) return value;
  return withoutQuery(value);
}

/** All tags of a resource, as they may leave the account. */
export const redactedTags = (tags: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(tags).map(([key, value]) => [key, redactedTag(key, value)]));
