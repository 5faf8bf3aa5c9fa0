import * as z from 'zod';

/** What JSON Schema says of one setting, as far as the document shows it. */
export interface Setting {
  readonly type?: string | undefined;
  readonly description?: string | undefined;
  readonly default?: unknown;
  readonly minimum?: number | undefined;
  readonly exclusiveMinimum?: number | undefined;
  readonly maximum?: number | undefined;
  readonly enum?: readonly unknown[] | undefined;
  readonly const?: unknown;
  readonly anyOf?: readonly Setting[] | undefined;
  readonly required?: readonly string[] | undefined;
  readonly items?: Setting | undefined;
  readonly properties?: Readonly<Record<string, Setting>> | undefined;
}

export const settingSchema: z.ZodType<Setting> = z.lazy(() =>
  z.object({
    type: z.string().optional(),
    description: z.string().optional(),
    default: z.unknown().optional(),
    minimum: z.number().optional(),
    exclusiveMinimum: z.number().optional(),
    maximum: z.number().optional(),
    enum: z.array(z.unknown()).optional(),
    const: z.unknown().optional(),
    anyOf: z.array(settingSchema).optional(),
    required: z.array(z.string()).optional(),
    items: settingSchema.optional(),
    properties: z.record(z.string(), settingSchema).optional(),
  }),
);

/** What a number counts, as the name of its key says it; null where the name says none. */
function unitOf(key: string): string | null {
  const [, unit] = /(minutes|hours|days|seconds)$/i.exec(key) ?? [];
  if (unit !== undefined) return unit.toLowerCase();
  return /count$/i.test(key) ? '502s' : null;
}

/** What a setting may be, for a reader: `minutes, from 15 to 1440`. */
export function valueText(key: string, setting: Setting): string {
  if (setting.anyOf) return setting.anyOf.map((one) => valueText(key, one)).join(', or ');
  if (setting.const !== undefined) return `\`${JSON.stringify(setting.const)}\``;
  if (setting.enum) return setting.enum.map((value) => `\`${JSON.stringify(value)}\``).join(', ');
  if (setting.items)
    return `list of ${setting.items.properties ? 'entries, see below' : valueText('', setting.items)}`;
  const kind = setting.type === 'integer' ? 'whole number' : (setting.type ?? '');
  return `${unitOf(key) === null ? kind : `${kind} of ${unitOf(key)}`}${rangeText(setting)}`;
}

function rangeText({ minimum, exclusiveMinimum, maximum }: Setting): string {
  const low = minimum ?? exclusiveMinimum;
  if (low === undefined) return '';
  const above = exclusiveMinimum === undefined ? `from ${low}` : `above ${low}`;
  // JSON Schema writes the largest safe integer where the code sets no limit.
  return maximum === undefined || maximum === Number.MAX_SAFE_INTEGER
    ? `, ${above}`
    : `, ${above} to ${maximum}`;
}
