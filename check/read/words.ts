import { redacted } from '../../lambda/model/redacted-line.ts';
import { isSecretPair } from '../../lambda/model/secret-name.ts';
import { itemsOf, textOf, textsOf, type Value } from './value.ts';

const FLAG_AND_VALUE = /^(-{0,2}[A-Za-z][\w.-]*)=([\s\S]*)$/;

const withoutSecret = (word: string): string => {
  const [, name, value] = FLAG_AND_VALUE.exec(word) ?? [];
  return name !== undefined && value !== undefined && isSecretPair(name, value)
    ? `${name}=…`
    : redacted(word);
};

/** Words longer than this are scripts, which are quoted nowhere and would be cut in the middle. */
const LONGEST_WORD = 250;

/** A command line, without what could be a secret; null where there is none or it cannot be read offline. */
export function wordsOf(value: Value | undefined): readonly string[] | null {
  const words =
    value?.kind === 'scalar' ? (textOf(value)?.split(/\s+/).filter(Boolean) ?? null) : textsOf(value);
  if (words === null || words.length === 0) return null;
  return words.map((word, index) => {
    const before = words[index - 1]?.replace(/^-+/, '') ?? '';
    if (words[index - 1]?.startsWith('-') && !word.startsWith('-') && isSecretPair(before, word)) return '…';
    return word.length > LONGEST_WORD ? word : withoutSecret(word);
  });
}

/** Variables by name, without those that are unknown or could be secret. */
export function variablesOf(
  pairs: readonly (readonly [name: string | null, value: Value | undefined])[],
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    pairs.flatMap(([name, value]) => {
      const text = textOf(value);
      if (name === null || text === null || isSecretPair(name, text)) return [];
      // A value that has the form of a secret is left out whole: half of one tells nothing.
      return text.length <= LONGEST_WORD && redacted(text) !== text ? [] : [[name, text] as const];
    }),
  );
}

/** `[{ name: A, value: B }]` as pairs, in either spelling of the keys. */
export const namedPairs = (
  list: Value | undefined,
  get: (item: Value, key: 'name' | 'value') => Value | undefined,
): readonly (readonly [string | null, Value | undefined])[] =>
  itemsOf(list).map((item) => [textOf(get(item, 'name')), get(item, 'value')] as const);
