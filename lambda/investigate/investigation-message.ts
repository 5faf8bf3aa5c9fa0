import * as z from 'zod';
import { isLoadBalancerArn } from '../model/arn.ts';
import { changeSchema } from '../model/evidence.ts';
import { InputError } from '../model/failure.ts';

/** Why a load balancer is looked at. */
export const LOOK_REASONS = ['failing', 'active', 'posture', 'change'] as const;

/** Messages that version 0.1.0 put on the queue before an upgrade name this reason otherwise. */
const reasonSchema = z.preprocess(
  (reason) => (reason === 'trouble' ? 'failing' : reason),
  z.enum(LOOK_REASONS),
);

const messageSchema = z.strictObject({
  version: z.literal(1),
  loadBalancerArn: z.string().refine(isLoadBalancerArn, 'is not the ARN of an application load balancer'),
  region: z.string().min(1),
  reason: reasonSchema,
  requestedAt: z.iso.datetime(),
  /** The change that asked for the look; it reaches us long before the trail can be searched for it. */
  change: changeSchema.nullable(),
  /** How many load balancers of the region were asked for at once: many are read together. */
  concurrentLooks: z.number().int().positive().default(1),
});

/** What the screen function puts on the queue: one look at one load balancer. */
export type InvestigationMessage = z.infer<typeof messageSchema>;

/** Asks for a look at a load balancer, without a change that would explain it. */
export const requestFor = (
  loadBalancerArn: string,
  region: string,
  reason: InvestigationMessage['reason'],
  requestedAt: string,
): InvestigationMessage => ({
  version: 1,
  loadBalancerArn,
  region,
  reason,
  requestedAt,
  change: null,
  concurrentLooks: 1,
});

/**
 * Parses the body of a queue message.
 *
 * @throws InputError naming the part that is wrong; the message then goes to the dead-letter queue
 */
export function parseInvestigationMessage(body: string): InvestigationMessage {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (cause) {
    throw new InputError('the queue message is not JSON; only the screen function may write to the queue', {
      cause,
    });
  }
  const parsed = messageSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    ({ path, message }) => `${path.join('.') || 'the whole'}: ${message}`,
  );
  throw new InputError(`the queue message is not an investigation: ${problems.join('; ')}`);
}
