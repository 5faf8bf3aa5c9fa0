import type { Baseline, EvidenceBundle } from '../../model/evidence.ts';
import type { Settings } from '../../model/settings.ts';
import { configurationOf } from './drift.ts';

const nameOf = (arn: string): string => arn.split(':').at(-1)?.split('/').at(-2) ?? arn;

/**
 * The bundle with a baseline in which what the team declared replaces what was learned. Where nothing was learned yet,
 * everything that is not declared counts as it should be.
 */
export function withDeclaredAttributes(
  bundle: EvidenceBundle,
  declared: Settings['declaredAttributes'],
): EvidenceBundle {
  const current = configurationOf(bundle);
  const known: Baseline = bundle.baseline ?? {
    acceptedAt: bundle.window.end,
    origin: 'declared',
    resources: {},
  };
  const overlays = Object.entries(current).flatMap(([arn, now]) => {
    // A name or `*` means the resources that have such an attribute; an ARN means that one.
    const own = declared.filter(
      ({ resource, key }) =>
        resource === arn || ((resource === '*' || resource === nameOf(arn)) && Object.hasOwn(now, key)),
    );
    if (own.length === 0) return [];
    const base = Object.hasOwn(known.resources, arn) ? known.resources[arn] : now;
    return [[arn, { ...base, ...Object.fromEntries(own.map(({ key, value }) => [key, value])) }] as const];
  });
  if (overlays.length === 0) return bundle;
  return {
    ...bundle,
    baseline: { ...known, resources: { ...known.resources, ...Object.fromEntries(overlays) } },
  };
}
