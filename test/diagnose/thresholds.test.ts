import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  parseThreshold,
  THRESHOLD_TAGS,
  withThresholdTags,
} from '../../lambda/diagnose/bundle/thresholds.ts';
import { diagnose } from '../../lambda/diagnose/diagnose.ts';
import { settingsSchema } from '../../lambda/model/settings.ts';
import { hostileText } from './arbitrary.ts';
import { bundleWith, failures, loadBalancerTag, steady } from './bundle.ts';

const settings = settingsSchema.parse({});
const tagged = (tags: Readonly<Record<string, string>>) =>
  bundleWith(...Object.entries(tags).map(([tag, value]) => loadBalancerTag(tag, value)));

describe('thresholds by tag', () => {
  test('override the settings of this load balancer, each by its tag', () => {
    const bundle = tagged({
      'alb502:critical-502-ratio': '0.05',
      'alb502:minimum-502-count': '10',
      'alb502:pending-minutes': '5',
      'alb502:resolve-after-minutes': '60',
      'alb502:repeat-hours': ' 12 ',
    });
    expect(withThresholdTags(settings, bundle)).toEqual({
      ...settings,
      ...{ critical502Ratio: 0.05, minimum502Count: 10, pendingMinutes: 5 },
      ...{ resolveAfterMinutes: 60, repeatHours: 12 },
    });
    expect(withThresholdTags(settings, bundleWith())).toEqual(settings);
  });

  test.each(THRESHOLD_TAGS)('a bad $tag leaves the setting as it is, and the advice says so', ({ tag }) => {
    for (const bad of ['', 'often', '-1', '1e3', '99999999999999999999', '0x10', '5 min', 'NaN']) {
      const bundle = tagged({ [tag]: bad });
      expect(withThresholdTags(settings, bundle), bad).toEqual(settings);
      const titles = diagnose(bundle).actions.map(({ title }) => title);
      expect(
        titles.filter((title) => title.startsWith(`Correct the tag ${tag}: "${bad}" is not `)),
      ).toHaveLength(1);
    }
  });

  test('whatever stands in a tag, the policy stays one that the settings allow', () => {
    const value = fc.oneof(hostileText, fc.double().map(String), fc.integer().map(String));
    fc.assert(
      fc.property(fc.constantFrom(...THRESHOLD_TAGS), value, ({ tag, setting }, text) => {
        const policy = withThresholdTags(settings, tagged({ [tag]: text }));
        expect(settingsSchema.safeParse(policy).success).toBe(true);
        const others = THRESHOLD_TAGS.filter((other) => other.setting !== setting);
        for (const other of others) expect(policy[other.setting]).toBe(settings[other.setting]);
      }),
    );
  });

  test('the ranges are those of the settings', () => {
    expect(parseThreshold('pendingMinutes', '60')).toBe(60);
    expect(parseThreshold('pendingMinutes', '61')).toBeNull();
    expect(parseThreshold('pendingMinutes', '1.5')).toBeNull();
    expect(parseThreshold('critical502Ratio', '1')).toBe(1);
    expect(parseThreshold('critical502Ratio', '0')).toBeNull();
  });

  test('the severity follows the tag', () => {
    const some = failures(steady(6));
    expect(diagnose(bundleWith(some)).severity).toBe('critical');
    expect(diagnose(bundleWith(some, loadBalancerTag('alb502:critical-502-ratio', '0.05'))).severity).toBe(
      'warning',
    );
  });

  test('README.md and docs/configuration.md name each tag beside its setting', () => {
    const [readme, configuration] = ['README.md', 'docs/configuration.md'].map((file) =>
      readFileSync(file, 'utf8'),
    );
    for (const { tag, setting } of THRESHOLD_TAGS) {
      expect(readme).toContain(`\`${tag}\``);
      expect(configuration).toMatch(new RegExp(`\`${tag}\`.*\`${setting}\``));
    }
  });
});
