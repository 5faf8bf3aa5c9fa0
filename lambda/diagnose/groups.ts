import type { EvidenceBundle, TargetGroup } from '../model/evidence.ts';

/** Groups that get requests, or may: where rules could not be read, every group may. */
export function servingGroups(bundle: EvidenceBundle): readonly TargetGroup[] {
  return bundle.targetGroups.filter((group) => group.serving !== false);
}

/** Whether all groups are in the bundle, so that it can say "none of them". */
export function knowsGroups({ gaps, targetGroups }: EvidenceBundle): boolean {
  return targetGroups.length > 0 && !gaps.some(({ subject }) => subject === 'target-groups');
}

/** Whether the health of all serving targets was read, so that it can be said of all of them. */
export function knowsHealth(bundle: EvidenceBundle): boolean {
  return knowsGroups(bundle) && !bundle.gaps.some(({ subject }) => subject === 'target-health');
}
