import { MASK } from '../model/random-word.ts';
import { redacted } from '../model/redacted-line.ts';
import { isSecretName, isSecretPair } from '../model/secret-name.ts';

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

/** `--password`, `-p`, `DB_PASSWORD`: what names the word after it. */
const NAME = /^-{0,2}([A-Za-z][\w.-]*)$/;
const NAME_AND_VALUE = /^(-{0,2}[A-Za-z][\w.-]*)=([\s\S]*)$/;

/** A word by itself: of a pair with a secret name the whole value goes, spaces and all. */
function redactedWord(word: string): string {
  const [, name, value] = NAME_AND_VALUE.exec(word) ?? [];
  return name !== undefined && value !== undefined && isSecretPair(name, value)
    ? `${name}=${MASK}`
    : redacted(word);
}

/** A word after another: what follows a secret name, `-u` or `Bearer` is read together with that. */
function redactedAfter(before: string, word: string): string {
  const name = NAME.exec(before)?.[1];
  if (name !== undefined && !word.startsWith('-') && isSecretPair(name, word)) return MASK;
  const alone = redactedWord(word);
  // A space first, for some masks want to see where a flag begins.
  const together = redacted(` ${before} ${word}`);
  return together.endsWith(` ${word}`) || together.endsWith(` ${alone}`) ? alone : MASK;
}

/**
 * The words of a command line as they may leave the account. A secret is masked by the name that it follows, by the
 * flag before it or by its own form; there are as many words as before.
 */
export const redactedWords = (words: readonly string[]): string[] =>
  words.map((word, index) => {
    const before = words[index - 1];
    return before === undefined ? redactedWord(word) : redactedAfter(before, word);
  });

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
