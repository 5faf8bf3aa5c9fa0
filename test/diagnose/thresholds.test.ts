import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  anyTag,
  ignoredAt,
  parseIgnore,
  parseKeepAliveSeconds,
  parseLogGroup,
  parseProbeSkipPaths,
  parseRunbook,
  TAGS,
  tagOf,
  tagProblems,
} from '../../lambda/diagnose/bundle/tags.ts';
import {
  parseThreshold,
  THRESHOLD_TAGS,
  withThresholdTags,
} from '../../lambda/diagnose/bundle/thresholds.ts';
import { diagnose } from '../../lambda/diagnose/diagnose.ts';
import { settingsSchema } from '../../lambda/model/settings.ts';
import { hostileText } from './arbitrary.ts';
import {
  at,
  bundleWith,
  type Edit,
  edits,
  failures,
  group,
  groupArn,
  groupTag,
  LOAD_BALANCER_ARN,
  loadBalancerTag,
  steady,
  withoutGroup,
} from './bundle.ts';

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
    expect(tagProblems(bundle)).toEqual([]);
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
    const written = fc.oneof(
      fc.constantFrom('0', '1', '1.0', '60', '168', '169', '1440', '1441', '9007199254740992'),
      fc.nat({ max: 2000 }).map(String),
      fc.double({ min: 0, max: 2, noNaN: true }).map((value) => value.toFixed(4)),
    );
    fc.assert(
      fc.property(fc.constantFrom(...THRESHOLD_TAGS), written, ({ setting }, text) => {
        const { success } = settingsSchema.shape[setting].safeParse(Number(text));
        expect(parseThreshold(setting, text)).toBe(success ? Number(text) : null);
      }),
    );
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

describe('what other tags say', () => {
  const LOG_GROUP = '/my/service';
  const inArn = (partition: string, rest = '') =>
    `arn:${partition}:logs:eu-central-1:123456789012:log-group:${LOG_GROUP}${rest}`;
  const until = (date: string) => ({ until: date, active: true });
  const agent = group('web', { targetControlPort: 3000 });

  test.each<readonly [tag: string, parse: (value: string) => unknown, value: string, expected: unknown]>([
    ...['75', ' 75 ', '75s', '75 sec', '75 Seconds'].map(
      (text) => [TAGS.keepAliveSeconds, parseKeepAliveSeconds, text, 75] as const,
    ),
    [TAGS.keepAliveSeconds, parseKeepAliveSeconds, '7.25', 7.25],
    [TAGS.keepAliveSeconds, parseKeepAliveSeconds, '86400', 86_400],
    ...['86401', '0', '-5', '5.', '75s5', 'x75', '+75', '1e3', '0x10', '75 m', 's', ''].map(
      (text) => [TAGS.keepAliveSeconds, parseKeepAliveSeconds, text, null] as const,
    ),
    [TAGS.ignore, parseIgnore, ' True ', { until: null, active: true }],
    [TAGS.ignore, parseIgnore, 'FALSE', { until: null, active: false }],
    [TAGS.ignore, parseIgnore, '2030-01-31', until('2030-01-31T00:00:00.000Z')],
    [TAGS.ignore, parseIgnore, '2030-01-31T12:30:00Z', until('2030-01-31T12:30:00.000Z')],
    [TAGS.ignore, parseIgnore, '2030-01-31t12:30:00z', until('2030-01-31T12:30:00.000Z')],
    ...['yes', '2030-13-31', '2030-01-31 12:30', 'x2030-01-31', '12030-01-31', '2030-01-31z'].map(
      (text) => [TAGS.ignore, parseIgnore, text, null] as const,
    ),
    ...['https://wiki/502', 'http://wiki', ' HTTPS://wiki/502 '].map(
      (text) => [TAGS.runbook, parseRunbook, text, text.trim()] as const,
    ),
    ...['wiki/502', 'ftp://wiki', 'https://', 'see https://wiki', 'https://wiki/a b', 'https://wiki/"'].map(
      (text) => [TAGS.runbook, parseRunbook, text, null] as const,
    ),
    ...[LOG_GROUP, ` ${LOG_GROUP} `, inArn('aws'), inArn('aws-us-gov', ':*')].map(
      (text) => [TAGS.logGroup, parseLogGroup, text, LOG_GROUP] as const,
    ),
    [TAGS.logGroup, parseLogGroup, 'x'.repeat(512), 'x'.repeat(512)],
    ...[
      '',
      'my service',
      'x'.repeat(513),
      inArn('aws', ':stream'),
      `see ${inArn('aws')}`,
      `x${inArn('aws')}`,
      inArn('aws', ':*x'),
      'a*',
    ].map((text) => [TAGS.logGroup, parseLogGroup, text, null] as const),
    [TAGS.probeSkipPaths, parseProbeSkipPaths, ' /admin  /jobs/start ', ['/admin', '/jobs/start']],
    ...['', 'admin', '/admin jobs', '/a?b', '/a#b', '/a*', '/a,b', '/\u00e9', 'x/a'].map(
      (text) => [TAGS.probeSkipPaths, parseProbeSkipPaths, text, null] as const,
    ),
  ])('%s %o %j', (tag, parse, value, expected) => {
    expect(parse(value)).toEqual(expected);
    const problems = tagProblems(bundleWith(loadBalancerTag(tag, value), groupTag('web', tag, value)));
    const resources = problems.map((problem) => [problem.tag, problem.value, problem.resourceArn]);
    const reported = [LOAD_BALANCER_ARN, groupArn('web')].map((arn) => [tag, value, arn]);
    expect(resources).toEqual(expected === null ? reported : []);
  });

  test.each([
    ['true', at(1), { until: null }],
    ['false', at(1), null],
    ['soon', at(1), null],
    [at(2), at(1), { until: at(2) }],
    [at(2), at(2), null],
  ])('alb502:ignore %s at %s', (value, time, expected) => {
    expect(ignoredAt({ [TAGS.ignore]: value }, time)).toEqual(expected);
    expect(ignoredAt({}, time)).toBeNull();
  });

  test.each([
    ['the load balancer first', 'one', 'two', 'one'],
    ['a group where the load balancer has none', undefined, 'two', 'two'],
    ['a group where that of the load balancer is blank', ' ', 'two', 'two'],
    ['nobody where all are blank', ' ', '', null],
  ])('the owner is %s', (_, own, ofGroup, expected) => {
    const tag = TAGS.owner;
    const edit =
      own === undefined
        ? groupTag('web', tag, ofGroup)
        : edits(loadBalancerTag(tag, own), groupTag('web', tag, ofGroup));
    expect(anyTag(bundleWith(edit), tag)).toBe(expected);
  });

  test.each<readonly [who: string, tag: string, expected: string | null, list: readonly Edit[]]>([
    ['a group', TAGS.server, 'nginx', [groupTag('web', TAGS.server, 'nginx')]],
    ['a group behind an agent', TAGS.server, null, [agent, groupTag('web', TAGS.server, 'nginx')]],
    ['a load balancer', TAGS.server, 'nginx', [loadBalancerTag(TAGS.server, 'nginx')]],
    [
      'a load balancer, all behind an agent',
      TAGS.server,
      null,
      [agent, loadBalancerTag(TAGS.server, 'nginx')],
    ],
    [
      'a load balancer, some behind an agent',
      TAGS.server,
      'nginx',
      [agent, group('api'), loadBalancerTag(TAGS.server, 'nginx')],
    ],
    [
      'a load balancer without groups',
      TAGS.server,
      'nginx',
      [withoutGroup('web'), loadBalancerTag(TAGS.server, 'nginx')],
    ],
    ['a group behind an agent', TAGS.owner, 'shop', [agent, groupTag('web', TAGS.owner, 'shop')]],
    [
      'a load balancer, all behind an agent',
      TAGS.owner,
      'shop',
      [agent, loadBalancerTag(TAGS.owner, 'shop')],
    ],
  ])('%s says in its tag %s: %s', (_, tag, expected, list) => {
    const bundle = bundleWith(...list);
    expect(anyTag(bundle, tag)).toBe(expected);
    const webs = bundle.targetGroups.filter(({ name }) => name === 'web');
    const isOfServerBehindAgent = tag === TAGS.server && list.includes(agent);
    for (const web of webs) expect(tagOf(bundle, web, tag)).toBe(isOfServerBehindAgent ? null : expected);
  });
});
