import * as z from 'zod';
import type { Moto } from '../moto-server.ts';

const commandSchema = z.object({
  service: z.string(),
  operation: z.string(),
  parameters: z.record(z.string(), z.unknown()),
  query: z.string().nullable(),
  /** What the AWS CLI or AWS would refuse. */
  problems: z.array(z.string()),
});
const ranSchema = commandSchema.extend({ stdout: z.string(), stderr: z.string(), status: z.number() });

/** A command line of the AWS CLI as AWS's own models read it. */
export type AwsCommand = z.infer<typeof commandSchema>;
export type RanCommand = z.infer<typeof ranSchema>;

async function ask(moto: Moto, body: unknown): Promise<unknown> {
  const answer = await fetch(`${moto.endpoint}/moto-api/command-lines`, {
    method: 'POST',
    body: JSON.stringify(body),
  });
  return answer.json();
}

/**
 * Holds command lines against the models of AWS that moto's botocore has.
 *
 * @param lines - the words of each after `aws`
 * @param folder - where the files that they name are
 */
export async function readAws(
  moto: Moto,
  lines: readonly (readonly string[])[],
  folder: string,
): Promise<readonly AwsCommand[]> {
  return z.array(commandSchema).parse(await ask(moto, { lines, folder }));
}

/** Runs one against moto, as the AWS CLI would. */
export async function runAws(moto: Moto, words: readonly string[], folder: string): Promise<RanCommand> {
  const [ran] = z
    .array(ranSchema)
    .parse(await ask(moto, { lines: [words], folder, endpoint: moto.endpoint }));
  if (ran === undefined) throw new Error('no answer');
  return ran;
}
