import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { onTestFinished } from 'vitest';
import * as z from 'zod';
import { type ConfigurationInput, parseConfiguration } from '../../lib/configuration.ts';
import { Alb502Stack } from '../../lib/stack.ts';

const resourceSchema = z.looseObject({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).optional(),
  DeletionPolicy: z.string().optional(),
});

/** As far as the tests look into a template. */
export const templateSchema = z.looseObject({
  Resources: z.record(z.string(), resourceSchema),
  Outputs: z.record(z.string(), z.unknown()),
  Parameters: z.record(z.string(), z.unknown()).optional(),
  Rules: z.record(z.string(), z.unknown()).optional(),
});

const assetsSchema = z.object({
  files: z.record(
    z.string(),
    z.object({
      source: z.object({ path: z.string() }),
      destinations: z.record(z.string(), z.object({ bucketName: z.string(), objectKey: z.string() })),
    }),
  ),
});

export type TemplateJson = z.infer<typeof templateSchema>;

/** A file or folder that the template refers to by its key in the bootstrap bucket. */
export interface Asset {
  readonly path: string;
  readonly bucketName: string;
  readonly objectKey: string;
}

export interface Synthesized {
  readonly stack: Alb502Stack;
  readonly template: TemplateJson;
  readonly assets: readonly Asset[];
}

/**
 * Synthesizes the stack into a folder.
 *
 * @param folder - stays behind; the assets lie in it
 */
export function synthesizeInto(folder: string, configuration: ConfigurationInput = {}): Synthesized {
  const app = new App({ outdir: folder });
  const stack = new Alb502Stack(app, 'Alb502', { configuration: parseConfiguration(configuration, 'test') });
  app.synth();
  const template = templateSchema.parse(
    JSON.parse(readFileSync(join(folder, 'Alb502.template.json'), 'utf8')),
  );
  const { files } = assetsSchema.parse(JSON.parse(readFileSync(join(folder, 'Alb502.assets.json'), 'utf8')));
  const assets = Object.values(files).flatMap(({ source, destinations }) =>
    Object.values(destinations).map((at) => ({ ...at, path: join(folder, source.path) })),
  );
  return { stack, template, assets };
}

/** Synthesizes into a folder that goes with the current test. */
export function synthesizeForTest(configuration?: ConfigurationInput): Synthesized {
  const folder = mkdtempSync(join(tmpdir(), 'alb502-synth-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return synthesizeInto(folder, configuration);
}
