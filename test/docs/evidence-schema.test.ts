import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { renderEvidenceSchema } from '../../scripts/evidence-schema.ts';

test('the published schema of evidence bundles is the one the program reads them with', () => {
  const published = readFileSync(new URL('../../docs/evidence-bundle.schema.json', import.meta.url), 'utf8');
  expect(published, 'write it anew with: node --import tsx scripts/evidence-schema.ts').toBe(
    renderEvidenceSchema(),
  );
});
