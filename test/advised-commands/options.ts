/** The options of a program that advice may use. Anything else is a fault of the line. */
export interface Options {
  /** Where they are documented. */
  readonly source: string;
  /** First words: `reload`, `s_client`; absent where the program has none. */
  readonly verbs?: readonly string[];
  /** Letters that may stand together after one hyphen. */
  readonly letters?: string;
  /** Letters that take a value: the rest of the word, or the next one. */
  readonly lettersWithValue?: string;
  /** Options written out, with their hyphens. */
  readonly words?: readonly string[];
  readonly wordsWithValue?: readonly string[];
  /** How many words that are no options; both inclusive. */
  readonly operands?: readonly [least: number, most: number];
}

/** How many words an option at this place takes; null where the program has no such option. */
function optionLength(word: string, options: Options): number | null {
  const [name = ''] = word.split('=');
  if (options.words?.includes(word)) return 1;
  if (options.wordsWithValue?.includes(name)) return word.includes('=') ? 1 : 2;
  if (!/^-[A-Za-z]/.test(word)) return null;
  for (const [place, letter] of [...word.slice(1)].entries()) {
    if (options.lettersWithValue?.includes(letter)) return place === word.length - 2 ? 2 : 1;
    if (!options.letters?.includes(letter)) return null;
  }
  return 1;
}

/** What is wrong with the words after a program's name; null where nothing is. */
export function faultOfOptions(words: readonly string[], options: Options): string | null {
  const { verbs, operands: [least, most] = [0, 0] } = options;
  const [verb, ...rest] = words;
  if (verbs !== undefined && !verbs.includes(verb ?? '')) return `has no ${verb ?? 'first word'}`;
  const all = verbs === undefined ? words : rest;
  let operands = 0;
  for (let place = 0; place < all.length; ) {
    const word = all[place] ?? '';
    const length = word.startsWith('-') && word !== '-' ? optionLength(word, options) : undefined;
    if (length === null) return `has no ${word}`;
    if (length !== undefined && place + length > all.length) return `${word} wants a value`;
    if (length === undefined) operands += 1;
    place += length ?? 1;
  }
  return operands < least || operands > most
    ? `takes ${least} to ${most} words beside its options, not ${operands}`
    : null;
}
