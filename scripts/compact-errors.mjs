// The SDK's clients declare each error of their service as a class of ten lines that differs from the others in its name
// and fields: a fifteenth of a bundle. The same classes come from one function.

const CLASS = new RegExp(
  [
    String.raw`export class (?<name>\w+) extends __BaseException \{\n`,
    String.raw`(?: {4}static shapeId = "(?<service>[\w.]+)#(?<shape>\w+)";\n)?`,
    String.raw` {4}name = "(?<called>\w+)";\n {4}\$fault = "(?<fault>client|server)";\n`,
    String.raw`(?: {4}\$retryable = (?<retryable>\{[^}]*\});\n)?(?: {4}\w+;\n)*`,
    String.raw` {4}constructor\(opts\) \{\n {8}super\(\{\n {12}name: "\k<called>",\n`,
    String.raw` {12}\$fault: "\k<fault>",\n {12}\.\.\.opts,?\n {8}\}\);\n`,
    String.raw` {8}Object\.setPrototypeOf\(this, \k<name>\.prototype\);\n`,
    String.raw`(?<assigned>(?: {8}this\.\w+ = opts\.\w+;\n)*) {4}\}\n\}`,
  ].join(''),
  'g',
);

// A registry of the SDK gives a class its `shapeId` where the class has none of its own: not even an undefined one.
const MAKER = `const errorClass = (name, $fault, fields = [], shape = name, own = {}) => {
  const made = class extends __BaseException {
    constructor(opts) {
      super({ name, $fault, ...opts });
      Object.setPrototypeOf(this, made.prototype);
      Object.assign(this, { name, $fault }, own);
      for (const field of fields) this[field] = opts[field];
    }
  };
  if (service !== undefined) made.shapeId = service + "#" + shape;
  return made;
};
`;

/**
 * @param {string} text - `models/errors.js` of a client
 * @returns {string} the same exports; a class that is written otherwise stays as it is
 */
export function compactErrors(text) {
  let service;
  const compact = text.replace(CLASS, (...args) => {
    const { name, called, fault, retryable, assigned, ...rest } = args.at(-1);
    service = rest.service;
    const shape = rest.shape ?? called;
    const fields = [...assigned.matchAll(/this\.(\w+) = opts\.\1;/g)].map(([, field]) => field);
    const words = [JSON.stringify(called), JSON.stringify(fault)];
    if (fields.length > 0 || shape !== called || retryable !== undefined) words.push(JSON.stringify(fields));
    if (shape !== called || retryable !== undefined) words.push(JSON.stringify(shape));
    if (retryable !== undefined) words.push(`{ $retryable: ${retryable} }`);
    return `export const ${name} = /* @__PURE__ */ errorClass(${words.join(', ')});`;
  });
  if (compact === text) return text;
  return compact.replace(
    /^(?=export const)/m,
    `const service = ${JSON.stringify(service) ?? 'undefined'};\n${MAKER}`,
  );
}
