import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, CfnElement, type Stack } from 'aws-cdk-lib';
import * as z from 'zod';
import { type JsonObject, json } from './intrinsic.ts';

const resource = z.object({
  Type: z.string(),
  Properties: z.record(z.string(), json).default({}),
  DependsOn: json.optional(),
  DeletionPolicy: z.string().optional(),
  UpdateReplacePolicy: z.string().optional(),
});

const templateSchema = z.object({
  Description: z.string(),
  Conditions: z.record(z.string(), z.record(z.string(), json)).default({}),
  Resources: z.record(z.string(), resource),
  Outputs: z.record(z.string(), z.object({ Description: z.string(), Value: json })).default({}),
});

export type SynthesizedResource = z.infer<typeof resource>;

/** A template as the CDK writes it, and where each resource comes from. */
export interface Synthesis {
  readonly template: z.infer<typeof templateSchema>;
  /** The path of a resource in the stack, without the monitor's own name: `Screen/Role/Resource`. */
  pathOf(logicalId: string): string;
}

/** Synthesizes one stack; nothing of it stays on the disk. */
export function synthesis(make: (app: App) => Stack): Synthesis {
  const outdir = mkdtempSync(join(tmpdir(), 'alb502-template-'));
  try {
    // Tests hold what comes out of it against cfn-lint; the same here takes ten seconds of every build.
    const app = new App({ outdir, builtinCloudFormationValidation: false });
    const stack = make(app);
    const artifact = app.synth().getStackByName(stack.stackName);
    const content: JsonObject = artifact.template;
    const paths = new Map(
      stack.node
        .findAll()
        .filter((node) => node instanceof CfnElement)
        .map((element) => [
          String(stack.resolve(element.logicalId)),
          element.node.path
            .split('/')
            .slice(1)
            .join('/')
            .replace(/^Monitor\//, ''),
        ]),
    );
    return { template: templateSchema.parse(content), pathOf: (id) => paths.get(id) ?? '' };
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}
