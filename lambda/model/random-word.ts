/** What hides what is surely secret. */
export const MASK = '***';

/** Shown of what may be secret: enough to find it again in a log, too little to use it. */
const SHOWN_CHARACTERS = 4;

/** As long as this and of letters and digits, it is a key, a hash or a token. */
const SURE_LENGTH = 20;
/** Shorter ones are ids as often as not. */
const LEAST_LENGTH = 12;
const LEAST_HEX_DIGITS = 16;

/**
 * Changes between capitals, small letters and digits for each character: about 0.44 in random letters and digits, below
 * 0.2 in names such as `OrderItem2024Export`, whose capitals begin words.
 */
const RANDOM_CHANGES = 0.25;

const WORD = /[\w+/=~.-]{12,}/g;
const UUID = /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i;

const shortened = (word: string): string => `${word.slice(0, SHOWN_CHARACTERS)}…`;

const hasBoth = (text: string): boolean => /\d/.test(text) && /[A-Za-z]/.test(text);

/** How often the kind of character changes; a capital before a small letter begins a word and is no change. */
function changesOf(text: string): number {
  const changes = text.match(/[a-z](?=[A-Z\d])|[A-Z](?=\d)|\d(?=[A-Za-z])|[A-Z](?=[A-Z][a-z])/g) ?? [];
  return changes.length;
}

/** Whether a text of letters, digits and signs looks drawn rather than written. */
function looksRandom(text: string): boolean {
  const letters = text.replaceAll(/[^A-Za-z\d]/g, '');
  if (letters.length < LEAST_LENGTH) return false;
  const ratio = changesOf(text) / letters.length;
  return hasBoth(letters)
    ? ratio >= RANDOM_CHANGES
    : letters.length >= LEAST_HEX_DIGITS && ratio >= 0.8 * RANDOM_CHANGES;
}

const isHex = (text: string): boolean => text.length >= LEAST_HEX_DIGITS && /^(?:0x)?[\da-f]+$/i.test(text);

/** One stretch of letters, digits, `_` and `-`. */
function hiddenStretch(stretch: string): string {
  if (UUID.test(stretch)) return shortened(stretch);
  const parts = stretch.split('-').map((part) => {
    if (part.length >= SURE_LENGTH && hasBoth(part)) return MASK;
    return isHex(part) && (hasBoth(part) || part.length >= LEAST_HEX_DIGITS) ? shortened(part) : part;
  });
  if (looksRandom(stretch)) return stretch.length >= SURE_LENGTH ? MASK : shortened(stretch);
  // A `-` is a sign of some alphabets: what stands beside a token and has capitals or digits belongs to it.
  const belongs = parts.includes(MASK) && parts.some((part) => part !== MASK && /[A-Z\d]/.test(part));
  return belongs ? MASK : parts.join('-');
}

/** Base64 has signs of its own between its letters, among which no stretch need be long; an AWS secret key has 40 characters. */
function isBase64(word: string): boolean {
  const isSecretKey = /^[A-Za-z\d+/]{40}$/.test(word);
  if (!isSecretKey && !(/^[A-Za-z\d+_-][A-Za-z\d+/_-]{23,}={0,2}$/.test(word) && hasBoth(word))) return false;
  const changes = word.length >= 40 ? 0.7 * RANDOM_CHANGES : RANDOM_CHANGES;
  return /[A-Z]/.test(word) && /[a-z]/.test(word) && changesOf(word) / word.length >= changes;
}

function hiddenWord(word: string): string {
  const named = /^([\w.-]{1,60}=)([^=].*)$/.exec(word);
  if (named) return `${named[1]}${hiddenWord(named[2] ?? '')}`;
  if (isBase64(word)) return MASK;
  return word
    .split(/([/.=~+])/)
    .map(hiddenStretch)
    .join('');
}

/** Text without keys, hashes and tokens: what surely is one is masked, what may be one is shortened. */
export const withoutRandomWords = (text: string): string => text.replace(WORD, hiddenWord);
