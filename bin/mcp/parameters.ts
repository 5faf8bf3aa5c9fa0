import * as z from 'zod';
import { InputError } from '../../lambda/model/failure.ts';
import type { ToolContext } from './tool.ts';

export const profile = z
  .string()
  .min(1)
  .optional()
  .describe('credentials profile of the machine (default: the environment)');
export const region = z
  .string()
  .min(1)
  .optional()
  .describe('AWS region, such as eu-central-1 (default: of the credentials)');
export const paths = (what: string) => z.array(z.string().min(1)).min(1).max(100).describe(what);

export const objects = z.array(z.looseObject({}));
export const version = z.literal(1);

/** For the description of a tool that takes files. */
export const FILES = 'Reads files of the machine that the server runs on.';

/** For the description of a tool that gives diagnoses. */
export const DIAGNOSIS =
  'Each diagnosis has its severity, the count of 502s, the causes with probability and evidence, mismatches of timeouts, changes of configuration, what evidence is missing, and actions with commands and their way back. Commands of actions change infrastructure: show them to whoever is in charge; do not run them unasked.';

/**
 * The profile of a call, if any.
 *
 * @throws InputError where the server was started with another one
 */
export function ofProfile(
  asked: { readonly profile?: string | undefined },
  context: ToolContext,
): { readonly profile?: string } {
  if (context.profile !== undefined && asked.profile !== undefined && asked.profile !== context.profile)
    throw new InputError(
      `this server was started with --profile ${context.profile} and uses no other; leave the profile out`,
    );
  const named = context.profile ?? asked.profile;
  return named === undefined ? {} : { profile: named };
}
