// Writes release/: the templates, the zipped bundles and their checksums, for whoever deploys without the CDK. Any bucket
// will do: it is a parameter.
import { fileURLToPath } from 'node:url';
import { parseConfiguration } from '../lib/configuration.ts';
import { writeRelease } from '../lib/release/release-folder.ts';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const folder = 'release';
const files = writeRelease({
  folder,
  bucket: null,
  prefix: '',
  configuration: parseConfiguration({}, folder),
});
for (const { name, bytes, sha256 } of files)
  process.stdout.write(`${sha256.slice(0, 16)}  ${String(bytes).padStart(7)}  ${folder}/${name}\n`);
