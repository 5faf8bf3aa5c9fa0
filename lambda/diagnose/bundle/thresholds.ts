import type { EvidenceBundle } from '../../model/evidence.ts';
import type { Settings } from '../../model/settings.ts';
import { isInRange, THRESHOLD_RANGES } from '../../model/threshold-range.ts';

/** The settings that tags of a load balancer override for it alone. */
export type Thresholds = Pick<Settings, keyof typeof THRESHOLD_RANGES>;

/** One tag of a load balancer (contract), the setting it overrides, and what it may say, in words. */
export interface ThresholdTag {
  readonly tag: string;
  readonly setting: keyof Thresholds;
  readonly expected: string;
}

/** Read on load balancers only: an alert is about a whole one. The range of each is that of its setting. */
export const THRESHOLD_TAGS: readonly ThresholdTag[] = [
  {
    tag: 'alb502:critical-502-ratio',
    setting: 'critical502Ratio',
    expected: 'a share above 0 and at most 1, for instance 0.05',
  },
  {
    tag: 'alb502:minimum-502-count',
    setting: 'minimum502Count',
    expected: 'a whole number from 1, for instance 10',
  },
  {
    tag: 'alb502:pending-minutes',
    setting: 'pendingMinutes',
    expected: 'a whole number of minutes from 0 to 60',
  },
  {
    tag: 'alb502:resolve-after-minutes',
    setting: 'resolveAfterMinutes',
    expected: 'a whole number of minutes from 1 to 1440',
  },
  {
    tag: 'alb502:repeat-hours',
    setting: 'repeatHours',
    expected: 'a whole number of hours from 1 to 168',
  },
];

/** The value of a threshold tag; null where it is no number in the range of the setting. */
export function parseThreshold(setting: keyof Thresholds, value: string): number | null {
  const text = value.trim();
  if (!/^\d+(\.\d+)?$/.test(text)) return null;
  const threshold = Number(text);
  return isInRange(threshold, THRESHOLD_RANGES[setting]) ? threshold : null;
}

/**
 * A policy with what the tags of the load balancer override. A tag that cannot be used leaves the setting as it is;
 * the advice names it, as it names tags that could not be read.
 */
export function withThresholdTags<Policy extends Partial<Thresholds>>(
  policy: Policy,
  { loadBalancer }: EvidenceBundle,
): Policy & Partial<Thresholds> {
  const overrides: { -readonly [Setting in keyof Thresholds]?: number } = {};
  for (const { tag, setting } of THRESHOLD_TAGS) {
    const value = loadBalancer.tags[tag];
    const threshold = value === undefined ? null : parseThreshold(setting, value);
    if (threshold !== null) overrides[setting] = threshold;
  }
  return { ...policy, ...overrides };
}
