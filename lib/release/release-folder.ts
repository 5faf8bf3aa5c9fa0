import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { InputError, passedSettings, settingsSchema } from '../../lambda/env.ts';
import { builtFile, bundleFolder } from '../built-file.ts';
import type { Configuration } from '../configuration.ts';
import { FUNCTION_NAMES, type FunctionName } from '../permission.ts';
import { SETTINGS_FILE } from '../settings-file-name.ts';
import { filledTemplate } from './filled-template.ts';
import { sha256, zipOf } from './function-zip.ts';
import { TEMPLATE_NAMES, templateFile } from './template-name.ts';

/** Lists every file with its checksum, as `sha256sum --check` reads it; also the mark of a folder that is ours. */
const SUMS_FILE = 'SHA256SUMS';
/** Digits of the hash in the name of a zip: 64 bits. */
const HASH_DIGITS = 16;

/** What is to be written. */
export interface ReleaseRequest {
  readonly folder: string;
  /** null: whoever deploys names it. */
  readonly bucket: string | null;
  /** Empty, or with a `/` at its end. */
  readonly prefix: string;
  readonly configuration: Configuration;
}

/** A file that was written. */
export interface ReleaseFile {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

interface NamedContent {
  readonly name: string;
  readonly content: Uint8Array;
}

/**
 * Writes templates, zipped bundles and checksums into a folder: the same bytes for the same version and configuration.
 * What it wrote there before goes.
 *
 * @throws InputError where the folder has something else in it, or the configuration more than a template has room for
 */
export function writeRelease(request: ReleaseRequest): readonly ReleaseFile[] {
  const contents = releaseContents(request);
  clear(request.folder);
  mkdirSync(request.folder, { recursive: true });
  const files = contents.map(({ name, content }) => {
    writeFileSync(join(request.folder, name), content);
    return { name, bytes: content.length, sha256: sha256(content) };
  });
  const sums = files.map((file) => `${file.sha256}  ${file.name}\n`).join('');
  writeFileSync(join(request.folder, SUMS_FILE), sums);
  return files;
}

function releaseContents({ bucket, prefix, configuration }: ReleaseRequest): readonly NamedContent[] {
  // What the environment of a function has no room for lies beside its code, as in the CDK app.
  const settingsFile = passedSettings(settingsSchema.strip().parse(configuration)).file;
  const zips = FUNCTION_NAMES.map((name) => zipped(name, name === 'investigate' ? settingsFile : null));
  const templates = TEMPLATE_NAMES.map((name) => {
    const packed = readFileSync(builtFile(`template/${templateFile(name)}`), 'utf8');
    const text = zips.reduce(
      (before, zip) => before.replaceAll(`"${zip.function}.zip"`, `"${zip.name}"`),
      packed,
    );
    const filled = filledTemplate(name, text, {
      bucket,
      prefix,
      configuration,
      hasSettingsFile: settingsFile !== null,
    });
    return { name: templateFile(name), content: Buffer.from(filled) };
  });
  return [...templates, ...zips].toSorted((one, other) => (one.name < other.name ? -1 : 1));
}

/** A zip whose name has the hash of its content, so that an update of the stack takes the new code. */
function zipped(
  name: FunctionName,
  settingsFile: string | null,
): NamedContent & { readonly function: FunctionName } {
  const content = zipOf(bundleFolder(name), settingsFile === null ? {} : { [SETTINGS_FILE]: settingsFile });
  return { function: name, name: `${name}-${sha256(content).slice(0, HASH_DIGITS)}.zip`, content };
}

const sumLine = z.string().regex(/^[0-9a-f]{64} {2}[\w.-]+$/);

/** Takes away what was written before, and nothing else. */
function clear(folder: string): void {
  if (!existsSync(folder)) return;
  const present = readdirSync(folder);
  if (present.length === 0) return;
  const otherwise = `${folder} has other files in it, which would be uploaded too; give --out another folder`;
  if (!present.includes(SUMS_FILE)) throw new InputError(otherwise);
  const lines = readFileSync(join(folder, SUMS_FILE), 'utf8').trimEnd().split('\n');
  const known = new Set([SUMS_FILE, ...lines.map((line) => sumLine.safeParse(line).data?.slice(66) ?? '')]);
  if (present.some((name) => !known.has(name))) throw new InputError(otherwise);
  for (const name of present) rmSync(join(folder, name));
}
