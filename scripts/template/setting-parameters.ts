import toRegexRange from 'to-regex-range';
import * as z from 'zod';
import { settingsSchema } from '../../lambda/model/settings.ts';
import { type Setting, settingSchema, valueText } from '../../lib/documents/setting.ts';
import { parameterOfSetting } from '../../lib/release/parameter-name.ts';
import type { Parameter } from './parameter.ts';

/** JSON Schema has this where the code sets no limit; nobody counts more than this. */
const HIGHEST = 999_999;

const schema = settingSchema.parse(z.toJSONSchema(settingsSchema, { io: 'input' })).properties ?? {};

/** `repeatHours` → `Repeat hours`. */
const labelOf = (key: string): string => {
  const words = key.replaceAll(/([A-Z]+|\d+)/g, ' $1').toLowerCase();
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
};

/** Documents point at each other by name; the template stands alone. */
const plain = (text: string): string => {
  const said = text.replaceAll('`', '');
  return `${said.charAt(0).toUpperCase()}${said.slice(1)}`;
};

/** The parameter of a setting that is a number or yes or no; null for a list. */
export function parameterOf(key: string): Parameter | null {
  const setting = schema[key];
  if (setting?.default === undefined) return null;
  const base = {
    name: parameterOfSetting(key),
    label: labelOf(key),
    description: plain(setting.description ?? ''),
    default: String(setting.default),
  };
  if (setting.type === 'boolean') return { ...base, allowed: ['true', 'false'] };
  const pattern = numberPattern(setting);
  return pattern === null ? null : { ...base, pattern, expected: `must be a ${valueText(key, setting)}` };
}

/** A number is put into JSON as it was given, so that 030 and .5, which CloudFormation takes, are refused. */
function numberPattern({ type, minimum = 0, maximum = HIGHEST }: Setting): string | null {
  if (type === 'integer')
    return `^(${toRegexRange(minimum, Math.min(maximum, HIGHEST), { shorthand: false })})$`;
  // The one share: above 0, to 1, as JSON writes it.
  if (type === 'number') return '^(0\\.[0-9]*[1-9][0-9]*|[1-9](\\.[0-9]+)?e-[1-9][0-9]{0,2}|1(\\.0+)?)$';
  return null;
}

/** Settings that are numbers or yes or no, in their order. */
export const SCALAR_SETTINGS: readonly string[] = Object.keys(schema).filter(
  (key) => parameterOf(key) !== null,
);
