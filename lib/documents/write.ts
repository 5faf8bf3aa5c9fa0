import { writeFileSync } from 'node:fs';
import { renderConfigurationDocument } from './configuration-document.ts';
import { renderCostDocument } from './cost-document.ts';
import { renderIamDocument } from './iam-document.ts';

// npm run docs: writes the documents that come from code.
writeFileSync('docs/configuration.md', renderConfigurationDocument());
writeFileSync('docs/iam.md', renderIamDocument());
writeFileSync('docs/cost.md', renderCostDocument());
