import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, expectTypeOf, test } from 'vitest';
import type * as z from 'zod';
import { settingsSchema } from '../../lambda/model/settings.ts';
import { type ConfigurationInput, configurationSchema } from '../../lib/configuration.ts';
import { renderConfigurationTypes, renderSettingTypes } from '../../lib/documents/setting-types.ts';
import type { MonitorSettings } from '../../lib/index.ts';

const LIB = fileURLToPath(new URL('../../lib', import.meta.url));
const read = (file: string): string => readFileSync(`${LIB}/${file}`, 'utf8');

interface Member {
  readonly name: string;
  readonly optional: boolean;
  /** What an editor shows. */
  readonly comment: string;
}

/** The members of an interface with what stands before each. */
function membersOf(source: string, name: string): readonly Member[] {
  const [, body = ''] =
    new RegExp(`^export interface ${name}\\b[^{]*\\{\\n([\\s\\S]*?)^\\}`, 'm').exec(source) ?? [];
  const pattern = /(\/\*\*(?:(?!\*\/)[\s\S])*\*\/)?\s*\n {2}readonly (\w+)(\??):/g;
  return [...`\n${body}`.matchAll(pattern)].map(([, comment = '', member = '', optional]) => ({
    name: member,
    optional: optional === '?',
    comment,
  }));
}

/** Every exported interface of `lib/index.ts` that a user fills in, with the file that has it. */
const INTERFACES = [
  ...read('index.ts').matchAll(/export (?:type )?\{([^}]*)\} from '\.\/([\w-]+\.ts)'/g),
].flatMap(([, names = '', file = '']) =>
  [...names.matchAll(/\b(\w+)\b/g)]
    .map(([, name = '']) => ({ file, name }))
    .filter(({ name }) => new RegExp(`^export interface ${name}\\b`, 'm').test(read(file))),
);

describe('what an editor shows', () => {
  test('covers every interface that is exported', () => {
    const names = INTERFACES.map(({ name }) => name);
    for (const expected of [
      'Alb502MonitorProps',
      'MonitorSettings',
      'AlertSubscription',
      'OrganisationPlan',
      'ProbeNetwork',
    ])
      expect(names).toContain(expected);
    expect(membersOf(read('monitor-props.ts'), 'Alb502MonitorProps').length).toBeGreaterThan(8);
    expect(membersOf(read('setting-types.ts'), 'MonitorSettings').map(({ name }) => name)).toEqual(
      Object.keys(settingsSchema.shape),
    );
  });

  test.each(INTERFACES)('of $name is a sentence for each property, with its default', ({ file, name }) => {
    const members = membersOf(read(file), name);
    expect(members.length).toBeGreaterThan(0);
    for (const { name: member, comment, optional } of members) {
      expect(comment, `${name}.${member}`).toMatch(/\/\*\*\s*(?:\* )?\S.{8,}/s);
      if (optional) expect(comment, `${name}.${member}`).toMatch(/@default \S/);
    }
  });

  test('of a setting that is a time has its unit', () => {
    for (const { name, comment } of membersOf(read('setting-types.ts'), 'MonitorSettings')) {
      const [, unit] = /(Minutes|Hours|Seconds|Days)$/.exec(name) ?? [];
      if (unit !== undefined)
        expect(comment.replaceAll(/\s+\* /g, ' '), name).toContain(`number of ${unit.toLowerCase()}`);
    }
  });

  test('is what the schema says; npm run docs writes it', () => {
    expect(read('setting-types.ts')).toBe(renderSettingTypes());
    expect(read('configuration-types.ts')).toBe(renderConfigurationTypes());
  });

  test('takes what the schema takes', () => {
    expectTypeOf<z.input<typeof settingsSchema>>().toExtend<MonitorSettings>();
    expectTypeOf<z.input<typeof configurationSchema>>().toExtend<ConfigurationInput>();
    expect(configurationSchema.shape).toHaveProperty('subscriptions');
  });
});
