// Writes docs/evidence-bundle.schema.json from the schema that the program itself reads bundles with.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { evidenceBundleSchema } from '../lambda/model/evidence.ts';

/** The JSON Schema (draft 2020-12) of an evidence bundle, as text. */
export function renderEvidenceSchema(): string {
  const schema = z.toJSONSchema(evidenceBundleSchema, { target: 'draft-2020-12' });
  const described = {
    title: 'alb502 evidence bundle, version 1',
    description:
      'Everything that is known of one Application Load Balancer in one window. Written by: alb502 scan --save DIR',
  };
  return `${JSON.stringify({ ...described, ...schema }, null, 2)}\n`;
}

const [, script] = process.argv;
if (script !== undefined && fileURLToPath(import.meta.url) === script) {
  writeFileSync(
    fileURLToPath(new URL('../docs/evidence-bundle.schema.json', import.meta.url)),
    renderEvidenceSchema(),
  );
}
