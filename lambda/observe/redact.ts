import { MASK } from '../model/random-word.ts';
import { redacted } from '../model/redacted-line.ts';
import { isSecretName, isSecretPair } from '../model/secret-name.ts';
import { withKnownWordsOnly } from './redacted-command.ts';

/** The tag whose query string is kept: it is the link that the alert gives to people. */
const LINK_TAG = 'alb502:runbook';

/** Tags that say what AWS, Kubernetes or this monitor are to do: their values are names and ids, and are read as they are. */
const READ_AS_THEY_ARE =
  /^(?:aws:|eks:|alb502:)|(?:^|\.)(?:k8s\.aws|kubernetes\.io|eks\.amazonaws\.com)(?:\.[an]lb)?\//;

/** Parameters whose names say that they are secret, and a user before the host. */
const redactedLink = (url: string): string =>
  url
    .replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@]*@/i, '$1')
    .replaceAll(/([?&;#])([^=&;#]+)=([^&;#]*)/g, (found, sign: string, name: string, value: string) =>
      isSecretPair(name, value) ? `${sign}${name}=${MASK}` : found,
    );

/** A tag's value as it may leave the account: masked by the tag's name or by its own form, query strings of URLs cut. */
export function redactedTag(key: string, value: string): string {
  if (isSecretName(key)) return MASK;
  if (key === LINK_TAG) return redactedLink(value);
  if (READ_AS_THEY_ARE.test(key)) return value;
  // The user, query and fragment of a URL are no part of what a tag tells.
  const url = /^([a-z][a-z0-9+.-]*:\/\/)(?:[^/@]*@)?([^?#]*)/i.exec(value);
  return redacted(url === null ? value : `${url[1]}${url[2]}`);
}

/** All tags of a resource, as they may leave the account. */
export const redactedTags = (tags: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(tags).map(([key, value]) => [key, redactedTag(key, value)]));

/**
 * The words of a command line as they may leave the account: those that servers, their guides and the shell give. Any
 * other is masked, and so is what follows a name that is secret; there are as many words as before.
 */
export const redactedWords = (words: readonly string[]): string[] =>
  words.map((word, index) => withKnownWordsOnly(word, words[index - 1] ?? ''));

/** Of variables only those with a known name, their values as they may leave the account. */
export const redactedVariables = (
  variables: readonly (readonly [name: string, value: string])[],
  known: ReadonlySet<string>,
): Record<string, string> =>
  Object.fromEntries(
    variables
      .filter(([name]) => known.has(name))
      .map(([name, value]) => [name, redactedWords(value.split(' ')).join(' ')]),
  );
