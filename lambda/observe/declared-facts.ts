import type { KeepAliveFact, TargetGroup } from '../model/evidence.ts';
import type { Settings } from '../model/settings.ts';

/** The keep-alives that the configuration declares, of the groups it names. */
export function declaredFacts(
  declared: Settings['declaredKeepAlives'],
  groups: readonly Pick<TargetGroup, 'arn' | 'name'>[],
): KeepAliveFact[] {
  return groups.flatMap((group) =>
    declared
      .filter(({ targetGroup }) => targetGroup === group.arn || targetGroup === group.name)
      .map(({ seconds }) => ({
        targetGroupArn: group.arn,
        target: null,
        seconds,
        lowSeconds: null,
        highSeconds: null,
        source: 'tag' as const,
        at: null,
        detail: 'declared in the configuration',
      })),
  );
}
