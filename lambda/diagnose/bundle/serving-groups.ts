import type { EvidenceBundle, TargetGroup } from '../../model/evidence.ts';

/** Groups that get requests, or may: where rules could not be read, every group may. */
export function servingGroups(bundle: EvidenceBundle): readonly TargetGroup[] {
  return bundle.targetGroups.filter((group) => group.serving !== false);
}

/**
 * How far the groups that get requests are Lambda functions. `unknown` where there are none, or where traffic may
 * have been moved off a function within the window: only the absence of any is sure.
 */
export function lambdaShare(bundle: EvidenceBundle): 'never' | 'partly' | 'only' | 'unknown' {
  const groups = servingGroups(bundle);
  if (groups.length === 0) return 'unknown';
  const lambdas = groups.filter(({ targetType }) => targetType === 'lambda');
  if (lambdas.length > 0) return lambdas.length === groups.length ? 'only' : 'partly';
  return bundle.targetGroups.some(({ targetType }) => targetType === 'lambda') ? 'unknown' : 'never';
}
