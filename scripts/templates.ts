import { mkdirSync, writeFileSync } from 'node:fs';
import { TEMPLATE_NAMES, templateFile } from '../lib/release/template-name.ts';
import { releasedTemplate } from './template/catalogue.ts';

// Writes the templates that go with the package: made of the same constructs as the CDK app, with parameters. Whoever asks
// for them gets them with indentation.
const FOLDER = 'dist/template';
mkdirSync(FOLDER, { recursive: true });
for (const name of TEMPLATE_NAMES)
  writeFileSync(`${FOLDER}/${templateFile(name)}`, `${JSON.stringify(releasedTemplate(name))}\n`);
