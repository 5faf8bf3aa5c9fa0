import * as z from 'zod';

const forwardSchema = z.object({
  type: z.literal('forward'),
  targetGroupArn: z.string().optional(),
  forwardConfig: z
    .object({
      targetGroups: z
        .array(z.object({ targetGroupArn: z.string(), weight: z.coerce.number().optional() }))
        .optional(),
    })
    .optional(),
});

/**
 * Where the actions of a listener or rule, as a trail event has them, send requests: `ARN=WEIGHT ARN=WEIGHT`. A missing
 * weight is 1.
 *
 * @returns null where they forward nowhere: they redirect, or answer themselves
 */
export function forwardOf(actions: unknown): string | null {
  if (!Array.isArray(actions)) return null;
  const groups = actions.flatMap((action) => {
    const { data } = forwardSchema.safeParse(action);
    if (data === undefined) return [];
    const weighted = data.forwardConfig?.targetGroups ?? [];
    if (weighted.length > 0)
      return weighted.map(({ targetGroupArn, weight }) => `${targetGroupArn}=${weight ?? 1}`);
    return data.targetGroupArn === undefined ? [] : [`${data.targetGroupArn}=1`];
  });
  return groups.length === 0 ? null : groups.join(' ');
}
