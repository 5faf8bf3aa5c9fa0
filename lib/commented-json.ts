import { getNodeValue, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import { InputError } from '../lambda/model/failure.ts';

/**
 * Parses JSON that may have comments, and a comma after the last entry of a list or an object, so that a line can be
 * switched on or off by its comment signs alone.
 *
 * @param origin - begins the error, for instance the name of the file
 * @throws InputError on one line, with line and column of the first thing that is wrong
 */
export function parseCommentedJson(text: string, origin: string): unknown {
  const errors: ParseError[] = [];
  // The tree rather than the value: its objects have no prototype that a key could replace.
  const tree = parseTree(text, errors, { allowTrailingComma: true });
  const [first] = errors;
  if (first !== undefined)
    throw new InputError(`${origin} is not JSON (${placeOf(text, first.offset)}: ${problemOf(first)})`);
  if (tree === undefined) throw new InputError(`${origin} is not JSON (it is empty)`);
  return getNodeValue(tree);
}

function placeOf(text: string, offset: number): string {
  const lines = text.slice(0, offset).split('\n');
  return `line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1}`;
}

/** `comma expected` of `CommaExpected`. */
const problemOf = ({ error }: ParseError): string =>
  printParseErrorCode(error)
    .replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ')
    .toLowerCase();
