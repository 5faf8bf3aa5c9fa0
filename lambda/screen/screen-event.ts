import * as z from 'zod';
import { regionOfArn } from '../model/arn.ts';
import type { Change } from '../model/evidence.ts';
import { InputError } from '../model/failure.ts';
import { changesFromTrailEvent } from '../observe/trail-event.ts';

/** What woke the screen function. */
export type ScreenTrigger =
  | { readonly kind: 'schedule' }
  | { readonly kind: 'change'; readonly region: string; readonly changes: readonly Change[] }
  | { readonly kind: 'ignored'; readonly because: string };

const eventSchema = z.object({
  source: z.string().optional(),
  'detail-type': z.string().optional(),
  region: z.string().optional(),
  detail: z.unknown().optional(),
});

/** Registrations come with every deployment and every scaling; they are evidence, but no reason to look. */
const NO_REASON_TO_LOOK = new Set(['RegisterTargets', 'DeregisterTargets']);

/**
 * Tells the schedule from a change that CloudTrail reported. Anything that is no event of the bus, an empty object
 * included, counts as a call by hand: it screens.
 *
 * @throws InputError where the event is no object
 */
export function parseScreenEvent(event: unknown): ScreenTrigger {
  const parsed = eventSchema.safeParse(event ?? {});
  if (!parsed.success) {
    throw new InputError(
      'the event is not one of EventBridge: expected a scheduled event or an ELB call via CloudTrail',
    );
  }
  const { source, region, detail } = parsed.data;
  if (source !== 'aws.elasticloadbalancing') return { kind: 'schedule' };
  const changes = changesFromTrailEvent(detail);
  const [first] = changes;
  if (first === undefined)
    return { kind: 'ignored', because: 'not a successful change of an ELBv2 resource' };
  if (NO_REASON_TO_LOOK.has(first.eventName))
    return { kind: 'ignored', because: `${first.eventName} needs no look` };
  return { kind: 'change', region: region ?? regionOfArn(first.resourceArn), changes };
}
