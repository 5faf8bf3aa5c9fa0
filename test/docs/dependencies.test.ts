import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  PERMISSIVE,
  renderDependenciesDocument,
  shippedPackages,
} from '../../lib/documents/dependencies-document.ts';
import { thirdPartyNotices } from '../../lib/documents/third-party-notices.ts';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const NOTICES = thirdPartyNotices();
const json = (path: string): unknown => JSON.parse(read(path));

test('the document of dependencies is what package.json and its lock file say, with a reason for each', () => {
  expect(read('docs/dependencies.md')).toBe(
    renderDependenciesDocument(json('package.json'), json('package-lock.json'), NOTICES),
  );
});

test('nothing that comes with alb502 has a licence that asks for more than a notice', () => {
  const shipped = shippedPackages(json('package-lock.json'), NOTICES);
  expect(shipped.length).toBeGreaterThan(30);
  expect(shipped.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['zod', 'commander', '@smithy/core', '@tree-sitter-grammars/tree-sitter-hcl']),
  );
  // `(MIT OR CC0-1.0)` leaves the choice to whoever takes it.
  const fine = (license: string) =>
    license
      .replace(/[()]/g, '')
      .split(' OR ')
      .some((one) => PERMISSIVE.includes(one));
  expect(shipped.filter(({ license }) => !fine(license))).toEqual([]);
});

test('a package without a reason is noticed', () => {
  const extended = { ...Object(json('package.json')), dependencies: { 'left-pad': '1.0.0' } };
  expect(() => renderDependenciesDocument(extended, json('package-lock.json'), NOTICES)).toThrow(
    'left-pad has no reason',
  );
});
