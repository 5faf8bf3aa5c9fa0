import type { Drift } from '../../model/diagnosis.ts';
import type { Baseline, Change, EvidenceBundle } from '../../model/evidence.ts';
import { inTextOrder } from '../../model/text-order.ts';
import { toolOf } from '../remedies/change-tool.ts';
import { onsetAt, onsetText } from './change-onset.ts';
import { isExpectedChanger } from './expected-changer.ts';

/**
 * The configuration that drift is measured on, by resource ARN: every attribute AWS lists, keys unknown today
 * included, and the settings that are not attributes but decide how targets are spoken to.
 */
export function configurationOf(bundle: EvidenceBundle): Record<string, Record<string, string>> {
  const resources: Record<string, Record<string, string>> = {
    [bundle.loadBalancer.arn]: { ...bundle.loadBalancer.attributes },
  };
  for (const group of bundle.targetGroups) {
    const { enabled, ...check } = group.healthCheck;
    const settings = {
      Protocol: group.protocol,
      ProtocolVersion: group.protocolVersion,
      Port: group.port,
      HealthCheckEnabled: enabled,
      HealthCheckProtocol: check.protocol,
      HealthCheckPort: check.port,
      HealthCheckPath: check.path,
      HealthCheckIntervalSeconds: check.intervalSeconds,
      HealthCheckTimeoutSeconds: check.timeoutSeconds,
      HealthyThresholdCount: check.healthyThresholdCount,
      UnhealthyThresholdCount: check.unhealthyThresholdCount,
      Matcher: check.matcher,
    };
    const known = Object.entries(settings).flatMap(([key, value]) =>
      value === null ? [] : [[key, String(value)]],
    );
    resources[group.arn] = { ...group.attributes, ...Object.fromEntries(known) };
  }
  return resources;
}

/**
 * The configuration of now as a baseline; null where part of it could not be read, so that a gap does not look like
 * drift.
 */
export function learnBaseline(bundle: EvidenceBundle): Baseline | null {
  if (bundle.gaps.some((gap) => gap.subject === 'attributes' || gap.subject === 'target-groups')) return null;
  return { acceptedAt: bundle.window.end, origin: 'learned', resources: configurationOf(bundle) };
}

/** A value by a key from outside, which may be called `constructor`. */
function own<T>(record: Readonly<Record<string, T>>, key: string): T | null {
  return Object.hasOwn(record, key) ? (record[key] ?? null) : null;
}

/** The value that a change gave a key; the trail begins names with a small letter, DescribeTargetGroups does not. */
function valueSet({ to }: Change, key: string): string | null {
  const name = Object.keys(to ?? {}).find((one) => one.toLowerCase() === key.toLowerCase());
  return to === null || name === undefined ? null : own(to, name);
}

/** The newest recorded change of a resource that set this key to this value. */
function culprit(changes: readonly Change[], resourceArn: string, key: string, current: string | null) {
  if (current === null) return undefined;
  return changes
    .filter((change) => change.resourceArn === resourceArn && valueSet(change, key) === current)
    .sort((left, right) => inTextOrder(right.at, left.at))[0];
}

/** Who, when, from where, with what, and whether 502s began with it; or why that is not known. */
function culpritFacts(
  bundle: EvidenceBundle,
  change: Change | undefined,
  expectedChangers: readonly string[],
) {
  if (change === undefined) {
    const gap = bundle.gaps.find(({ subject }) => subject === 'changes');
    const unknownBecause = gap
      ? `the trail of changes could not be read (${gap.reason})`
      : 'the trail of changes has no event of it in the hours that were read';
    return { changedAt: null, changedBy: null, unknownBecause };
  }
  const onset = onsetAt(bundle, change.at);
  return {
    changedAt: change.at,
    changedBy: change.principal,
    changedFrom: change.sourceIpAddress,
    changedWith: toolOf(change),
    expected: isExpectedChanger(change.principal, expectedChangers),
    onset: onset && onsetText(onset),
  };
}

function driftOf(
  bundle: EvidenceBundle,
  arn: string,
  before: Record<string, string>,
  now: Record<string, string>,
  expectedChangers: readonly string[],
) {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(now)])].sort();
  return keys.flatMap((key): Drift[] => {
    const baseline = own(before, key);
    const current = own(now, key);
    if (baseline === current) return [];
    const change = culprit(bundle.changes, arn, key, current);
    return [
      {
        resourceArn: arn,
        key,
        baseline,
        current,
        ...culpritFacts(bundle, change, expectedChangers),
      },
    ];
  });
}

/**
 * What differs from the baseline. Resources that the baseline does not know are new, not drifted; resources
 * that are gone or could not be read are left out.
 *
 * @param expectedChangers - ARNs with `*`, see the setting of that name
 */
export function driftAgainstBaseline(
  bundle: EvidenceBundle,
  expectedChangers: readonly string[] = [],
): readonly Drift[] {
  const { baseline } = bundle;
  if (baseline === null) return [];
  return Object.entries(configurationOf(bundle)).flatMap(([arn, now]) => {
    const before = own(baseline.resources, arn);
    const unread = bundle.gaps.some((gap) => gap.resource === arn && gap.subject === 'attributes');
    return before === null || unread ? [] : driftOf(bundle, arn, before, now, expectedChangers);
  });
}
