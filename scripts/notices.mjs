// The licences of what a bundle has inside ask for their notice to go along with it.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const PACKAGE = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//;
const LICENCE_FILE = /^(licen[cs]e|notice|copying)(\.(md|txt))?$/i;

/**
 * The notices of all packages that are part of a bundle, in the order of their names.
 *
 * @param {{ inputs: Record<string, unknown> }} metafile - of esbuild
 * @returns {string}
 */
export function noticesOf(metafile) {
  const folders = new Set(Object.keys(metafile.inputs).flatMap((input) => PACKAGE.exec(input)?.[1] ?? []));
  const packages = [...folders].map((folder) => ({ title: titleOf(folder), text: textOf(folder) }));
  packages.sort((one, other) => (one.title < other.title ? -1 : 1));
  // Many share one text, to the letter.
  const byText = new Map();
  for (const { title, text } of packages) byText.set(text, new Set([...(byText.get(text) ?? []), title]));
  const parts = [...byText].map(
    ([text, titles]) => `${[...titles].join('\n')}\n\n${text}\n\n${'='.repeat(72)}`,
  );
  return `This bundle contains the following packages.\n\n${parts.join('\n\n')}\n`;
}

/**
 * The notice of one package, for a file of it that is passed on as it is.
 *
 * @param {string} folder - of the package
 * @returns {string}
 */
export const noticeOf = (folder) => `${titleOf(folder)}\n\n${textOf(folder)}\n`;

/** @param {string} folder */
function titleOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return `${name} ${version} (${license})`;
}

/** @param {string} folder */
function textOf(folder) {
  const files = existsSync(folder) ? readdirSync(folder).filter((file) => LICENCE_FILE.test(file)) : [];
  const texts = files.sort().map((file) => readFileSync(join(folder, file), 'utf8').trim());
  return texts.length > 0 ? texts.join('\n\n') : 'The package has no licence file of its own.';
}
