import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Stage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { bundleFolder } from './built-file.ts';
import type { FunctionName } from './permission.ts';

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
