import { runSimulation } from '@cloud-copilot/iam-simulate';
import * as z from 'zod';
import type { Authorization } from './authorization.ts';

const oneOrMore = z.union([z.string().transform((one) => [one]), z.array(z.string())]);

/** An identity policy as far as ours go: what is allowed, on what, no conditions. */
export const policySchema = z.strictObject({
  Version: z.literal('2012-10-17'),
  Statement: z.array(
    z.strictObject({
      Sid: z.string().optional(),
      Effect: z.literal('Allow'),
      Action: oneOrMore,
      Resource: oneOrMore,
    }),
  ),
});
export type Policy = z.infer<typeof policySchema>;

/** Every action of the policies with every resource it stands on. */
export const grantsOf = (policies: readonly Policy[]): Authorization[] =>
  policies.flatMap(({ Statement }) =>
    Statement.flatMap(({ Action, Resource }) =>
      Action.flatMap((action) => Resource.map((resource) => ({ action, resource }))),
    ),
  );

/**
 * Whether IAM would let the call through, as a simulator evaluates it.
 *
 * @throws Error where the simulator finds the request or the policy malformed: an action or resource that is not AWS's
 */
export async function isAllowed(
  policies: readonly Policy[],
  { action, resource }: Authorization,
): Promise<boolean> {
  const result = await runSimulation(
    {
      request: {
        principal: 'arn:aws:iam::123456789012:role/function',
        action,
        resource: { resource, accountId: '123456789012' },
        contextVariables: {},
      },
      identityPolicies: policies.map((policy, index) => ({ name: `policy ${index}`, policy })),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    },
    {},
  );
  if (result.resultType === 'error')
    throw new Error(`${action} on ${resource}: ${JSON.stringify(result.errors)}`);
  return result.overallResult === 'Allowed';
}

/** A policy of one grant alone. */
export const only = ({ action, resource }: Authorization): Policy => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: [action], Resource: [resource] }],
});
