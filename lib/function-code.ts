import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Stage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { FunctionName } from './permission.ts';

/** Where the build put the bundle: beside the compiled construct, or in dist/ when this file runs from source. */
function bundleFolder(name: FunctionName): string {
  const candidates = [`../functions/${name}`, `../dist/functions/${name}`].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  );
  const found = candidates.find((path) => existsSync(`${path}/index.mjs`));
  if (!found) throw new Error(`the bundle of the ${name} function is missing; build it with: npm run build`);
  return found;
}

/**
 * The code of a function: its bundle, and files that go beside it.
 *
 * @param files - content by name; none leaves the bundle as it was built
 */
export function functionCode(
  scope: Construct,
  name: FunctionName,
  files: Readonly<Record<string, string>>,
): Code {
  const bundle = bundleFolder(name);
  const entries = Object.entries(files);
  if (entries.length === 0) return Code.fromAsset(bundle);
  const hash = createHash('sha256').update(JSON.stringify(entries)).digest('hex').slice(0, 16);
  // Within the output of the synthesis: it is cleaned up with that, and outlives this process as the CDK may want.
  const folder = join(Stage.of(scope)?.outdir ?? '.', `alb502-${name}-${hash}`);
  mkdirSync(folder, { recursive: true });
  cpSync(bundle, folder, { recursive: true });
  for (const [file, content] of entries) writeFileSync(join(folder, file), content);
  return Code.fromAsset(folder);
}
