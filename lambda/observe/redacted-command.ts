import { MASK, withoutRandomWords } from '../model/random-word.ts';
import { isSecretPair } from '../model/secret-name.ts';
import { SERVER_VARIABLES } from '../model/server-variables.ts';
import { isKnownWord } from './known-words.ts';

/** Numbers with a unit, times, versions, and addresses to listen on. */
const PLAIN =
  /^(?:\d{1,6}(?:\.\d{1,3})?(?:[a-z]{1,2})?|(?:\d+(?:\.\d+)?(?:ms|[smhd]))+|PT(?:\d+[HMS])+|(?:\d+\.)?\d{1,2}:\d{2}:\d{2}(?:\.\d+)?|(?:\[?::1?\]?|(?:0\.0\.0\.0|127\.0\.0\.1)|localhost|\*)?(?::\d{1,5})?|v?\d{1,4}(?:\.\d{1,4}){1,3})$/i;
const LOCAL_URL = /^https?:\/\/(?:localhost|127\.0\.0\.1|\[::1\]|0\.0\.0\.0)(?::\d{1,5})?(?:\/[\w./-]*)?$/i;
const SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i;
const FLAG =
  /^(?:--[A-Za-z][\w.:-]*|-[A-Za-z]\d{0,4}|-X(?:m[nsx]|ss)\d+[kmg]?|-XX:[+-]?[A-Za-z]+|-D[A-Za-z][\w-]*(?:\.[\w-]+)+|--?)$/;
/** `FOO=`, `foo=`, `server.port=`. */
const NAME = /^(?:[A-Z][A-Z\d_]*|[a-z_]+|[a-z][\w-]*(?:\.[\w-]+)+)$/;
const ABSOLUTE_PATH = /^(?:unix:)?(?:~|\.{1,2})?(?:\/[\w.+-]+)+\/?$|^\.{0,2}\/$/;
const FILE =
  /^[\w.+-]+(?:\/[\w.+-]+)*\.(?:c?js|mjs|jsx?|tsx?|py|ru|rb|php|jar|war|dll|sh|bash|ini|conf|cfg|ya?ml|toml|json|xml|vcl|sock|pid)$/;
/** `uvicorn.workers.UvicornWorker`, `shop.wsgi`: names of classes and modules, by how they end. */
const CLASS =
  /^[A-Za-z_]+(?:\.[A-Za-z_]+)*\.(?:\w*(?:Worker|Launcher|Application|Server|Main)|wsgi|asgi|main|app)$/;
const MODULE_AND_OBJECT = /^([A-Za-z_][\w.]*):([A-Za-z_]\w*)$/;
/** `$PORT`, `0.0.0.0:$PORT`, `$@`. */
const PARAMETER = /^(?:0\.0\.0\.0|127\.0\.0\.1|localhost|\[::\])?:?\$(?:[A-Z_][A-Z\d_]*|[@*#?!$\d-])?$/;

/** `/opt/app`, `bin/rails`, `config/puma.rb`. */
const isPath = (text: string): boolean =>
  ABSOLUTE_PATH.test(text) || FILE.test(text) || text.split('/').every(isKnownWord);

/** `shop:app`: the object has a name that guides give it. */
const isApplication = (text: string): boolean => isKnownWord(MODULE_AND_OBJECT.exec(text)?.[2] ?? '');

const looksDrawn = (text: string): boolean => withoutRandomWords(text) !== text;

const isKnown = (text: string): boolean =>
  [PLAIN, FLAG, LOCAL_URL, PARAMETER, CLASS].some((form) => form.test(text)) ||
  isKnownWord(text) ||
  isPath(text) ||
  isApplication(text);

/** `${KEEP_ALIVE:-75}`: the name, and what stands for it where that is plain. */
function keptExpansion(text: string): string {
  const [, name, sign, otherwise = ''] =
    /^\$\{([A-Z_][A-Z\d_]*|[@*#?!$\d-])(?:(:?-)(.*))?\}$/s.exec(text) ?? [];
  if (name === undefined) return `\${${MASK}}`;
  if (sign === undefined) return text;
  return PLAIN.test(otherwise) || isKnownWord(otherwise) ? text : `\${${name}${sign}${MASK}}`;
}

const isName = (text: string): boolean =>
  NAME.test(text) || FLAG.test(text) || SERVER_VARIABLES.has(text) || isKnownWord(text);

/** As it was left by an earlier look at it. */
const MASKED = /^(?:-[A-Za-z]|[a-z][a-z0-9+.-]*:\/\/)?\*\*\*$/i;

/** A flag has no value then: `--use-session --keep-alive 75`. */
const OTHER_FLAG = /^--?[A-Za-z][A-Za-z-]*$/;

interface Neighbours {
  /** The piece before, as it is written. */
  readonly before: string;
  /** Whether `=` follows: it is the name of something. */
  readonly isNamed: boolean;
}

function keptPiece(text: string, { before, isNamed }: Neighbours): string {
  if (MASKED.test(text)) return text;
  if (isSecretPair(before, text) && !OTHER_FLAG.test(text)) return MASK;
  if (text.startsWith('${')) return keptExpansion(text);
  if (!looksDrawn(text) && (isKnown(text) || (isNamed && isName(text)))) return text;
  const [, short, rest = ''] = /^(-[A-Za-z])([^-].*)$/.exec(text) ?? [];
  if (short !== undefined) return `${short}${isKnown(rest) ? rest : MASK}`;
  return `${SCHEME.exec(text)?.[0] ?? ''}${MASK}`;
}

/** What stands between blanks, quotes and the signs of a shell. */
const PIECE = /\$\{[^{}]*\}|(?:(?!\$\{)[^\s"'`;|&<>(){}=,\\])+/g;

/**
 * A word of a command with its signs and quotes as they stand, but of its words only those that servers, their guides and
 * the shell give: flags, numbers, files, names of programs. Any other could be a secret, and is masked, whatever it looks
 * like; so is a known word behind a name that is secret.
 *
 * @param before - the word before it
 */
export function withKnownWordsOnly(word: string, before: string): string {
  let name = before.match(PIECE)?.at(-1) ?? '';
  let end = 0;
  return word.replace(PIECE, (piece, at: number) => {
    if (/[;&|\n]/.test(word.slice(end, at))) name = '';
    end = at + piece.length;
    const after = word.slice(end, end + 2);
    const isValue = isSecretPair(name, piece);
    const kept = keptPiece(piece, { before: name, isNamed: after.startsWith('=') && after !== '==' });
    name = isValue || piece.startsWith('$') ? '' : piece;
    return kept;
  });
}
