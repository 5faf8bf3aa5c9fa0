// Says the error classes of an AWS client in a line each; they are all of one form and a twelfth of the largest bundle.
import { readFile } from 'node:fs/promises';

/** A class as the client writes it: shape identifier, name, fault, how to retry, and what it takes of the answer. */
const ERROR_CLASS = new RegExp(
  [
    'export class (?<name>\\w+) extends __BaseException \\{',
    '(?: {4}static shapeId = (?<shapeId>"[^"]+");\n)? {4}name = "\\k<name>";',
    ' {4}\\$fault = (?<fault>"\\w+");',
    '(?: {4}\\$retryable = (?<retryable>\\{[^}]*\\});\n)?(?<fields>(?: {4}\\w+;\n)*) {4}constructor\\(opts\\) \\{',
    ' {8}super\\(\\{',
    ' {12}name: "\\k<name>",',
    ' {12}\\$fault: \\k<fault>,',
    ' {12}\\.\\.\\.opts,?',
    ' {8}\\}\\);',
    ' {8}Object\\.setPrototypeOf\\(this, \\k<name>\\.prototype\\);',
    '(?<assigned>(?: {8}this\\.(?<member>\\w+) = opts\\.\\k<member>;\n)*) {4}\\}',
    '\\}',
  ].join('\n'),
  'g',
);

const MAKE_ERROR = `function makeError(name, $fault, members = [], shapeId, $retryable) {
  const made = class extends __BaseException {
    constructor(opts) {
      super({ name, $fault, ...opts });
      Object.setPrototypeOf(this, made.prototype);
      Object.assign(this, { name, $fault }, $retryable && { $retryable });
      for (const member of members) this[member] = opts[member];
    }
  };
  if (shapeId) made.shapeId = shapeId;
  return made;
}`;

/**
 * A class of another form stays as it is.
 *
 * @param {string} text - of a client's `models/errors.js`
 */
function shorten(text) {
  const short = text.replace(ERROR_CLASS, (whole, ...rest) => {
    const { name, shapeId = 'undefined', fault, retryable = 'undefined', fields, assigned } = rest.at(-1);
    const members = [...assigned.matchAll(/this\.(\w+)/g)].map(([, member]) => member);
    if (fields.match(/\w+/g)?.some((field) => !members.includes(field))) return whole;
    const args = [`"${name}"`, fault, JSON.stringify(members), shapeId, retryable];
    const needed = args.findLastIndex((value) => value !== 'undefined' && value !== '[]') + 1;
    return `export const ${name} = /* @__PURE__ */ makeError(${args.slice(0, needed).join(', ')});`;
  });
  return `${short}\n${MAKE_ERROR}`;
}

/** @type {import('esbuild').Plugin} */
export const shortErrors = {
  name: 'short-errors',
  setup({ onLoad }) {
    onLoad({ filter: /@aws-sdk\/client-[^/]+\/dist-es\/models\/errors\.js$/ }, async ({ path }) => ({
      contents: shorten(await readFile(path, 'utf8')),
    }));
  },
};
