import { readFileSync, writeFileSync } from 'node:fs';
import { renderConfigurationDocument } from './configuration-document.ts';
import { renderCostDocument } from './cost-document.ts';
import { renderDependenciesDocument } from './dependencies-document.ts';
import { renderIamDocument } from './iam-document.ts';
import { renderConfigurationTypes, renderSettingTypes } from './setting-types.ts';
import { thirdPartyNotices } from './third-party-notices.ts';

// npm run docs: writes the documents that come from code.
writeFileSync('docs/configuration.md', renderConfigurationDocument());
writeFileSync('lib/setting-types.ts', renderSettingTypes());
writeFileSync('lib/configuration-types.ts', renderConfigurationTypes());
writeFileSync('docs/iam.md', renderIamDocument());
writeFileSync('docs/cost.md', renderCostDocument());

const json = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));
writeFileSync(
  'docs/dependencies.md',
  renderDependenciesDocument(json('package.json'), json('package-lock.json'), thirdPartyNotices()),
);
