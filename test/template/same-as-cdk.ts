import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, type Stack } from 'aws-cdk-lib';
import * as z from 'zod';
import type { Configuration } from '../../lib/configuration.ts';
import { INTEGRATION_SLOTS, SUBSCRIPTION_SLOTS } from '../../lib/release/parameter-name.ts';
import { Alb502Stack } from '../../lib/stack.ts';
import { sendToHub } from '../../lib/to-hub.ts';
import { evaluated, type Parameterized, parameterizedSchema } from './evaluate-template.ts';

const json = z.json();
type Json = z.infer<typeof json>;

/** The template that the CDK writes for a stack. */
export function synthesized(make: (app: App) => Stack): Parameterized {
  const outdir = mkdtempSync(join(tmpdir(), 'alb502-same-'));
  try {
    const app = new App({ outdir, builtinCloudFormationValidation: false });
    const { stackName } = make(app);
    app.synth();
    const template = parameterizedSchema.parse(
      JSON.parse(readFileSync(join(outdir, `${stackName}.template.json`), 'utf8')),
    );
    // What asks for a bootstrap.
    return { ...template, Parameters: {}, Rules: {} };
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

/** The template of the CDK app for a configuration. */
export const monitorOf = (configuration: Configuration, hubBusArn?: string): Parameterized =>
  synthesized((app) => {
    const stack = new Alb502Stack(app, 'Alb502', { configuration });
    if (hubBusArn !== undefined) sendToHub(stack, hubBusArn);
    return stack;
  });

/** Where the receivers of a configuration stand in a template with slots, by their number in the configuration. */
export function slotNumbers(subscriptions: Configuration['subscriptions']): {
  readonly topic: readonly number[];
  readonly integrations: readonly number[];
} {
  const place = (slots: readonly { readonly protocol: string }[]): readonly number[] => {
    const taken = new Set<number>();
    return subscriptions.flatMap(({ protocol }) => {
      const index = slots.findIndex((slot, number) => slot.protocol === protocol && !taken.has(number));
      if (index >= 0) taken.add(index);
      return index < 0 ? [] : [index];
    });
  };
  return { topic: place(SUBSCRIPTION_SLOTS), integrations: place(INTEGRATION_SLOTS) };
}

type Numbers = ReturnType<typeof slotNumbers>;

/**
 * What is deployed, in a form in which two templates can be compared: ids without their hashes and with the numbers of
 * the slots, code by the name of its function, JSON in texts as what it says.
 */
export function deployed(
  template: Parameterized,
  parameters: Readonly<Record<string, string>> = {},
  numbers: Numbers | null = null,
): Json {
  const whole = json.parse(evaluated(template, parameters));
  const ids = Object.keys(template.Resources).concat(Object.keys(template.Conditions));
  let text = JSON.stringify(whole);
  for (const id of ids.toSorted((one, other) => other.length - one.length))
    text = text.replaceAll(new RegExp(`\\b${id}\\b`, 'g'), named(id, numbers));
  return canonical(json.parse(JSON.parse(text)));
}

function named(id: string, numbers: Numbers | null): string {
  const plain = id.replace(/[0-9A-F]{8}$/, '');
  if (numbers === null) return plain;
  return plain
    .replace(/(?<=Alerts(?:Subscription|Permission))\d+/, (index) => String(numbers.topic[Number(index)]))
    .replace(/(?<=IntegrationsIntegration)\d+/, (index) => String(numbers.integrations[Number(index)]));
}

const isRecord = (value: Json): value is Record<string, Json> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function canonical(value: Json, key = ''): Json {
  if (key === 'Resource' && Array.isArray(value) && value.length === 1)
    return canonical(value[0] ?? null, key);
  if (key === 'DashboardBody' || key === 'ALB502_SETTINGS') return canonical(read(value));
  // A number that is given as a parameter is text, which CloudFormation takes for a number.
  if (key === 'RetentionInDays') return String(value);
  if (key === 'Code') return 'the code of the function';
  // Statements and lists of ARNs have no order.
  if (Array.isArray(value)) return value.map((item) => canonical(item)).toSorted(byText(key));
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, canonical(inner, name)]));
}

const byText = (key: string) => (one: Json, other: Json) =>
  key === 'Statement' ? JSON.stringify(one).localeCompare(JSON.stringify(other)) : 0;

/** JSON that is text, or a join of text and what only an account knows. */
function read(value: Json): Json {
  const parts = isRecord(value) ? value['Fn::Join'] : undefined;
  const pieces = Array.isArray(parts) && Array.isArray(parts[1]) ? parts[1] : [value];
  const text = pieces.map((piece) =>
    typeof piece === 'string' ? piece : `<${JSON.stringify(piece).replaceAll('"', "'")}>`,
  );
  return withoutLabels(json.parse(JSON.parse(text.join(''))));
}

/** A line for a region is labelled by CloudWatch in the template with parameters, and by its name in the CDK app. */
function withoutLabels(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutLabels);
  if (!isRecord(value)) return value;
  const { label, ...rest } = value;
  const isSearch = typeof rest['expression'] === 'string' && rest['expression'].startsWith('SEARCH(');
  return Object.fromEntries(
    Object.entries(isSearch || label === undefined ? rest : value).map(([key, inner]) => [
      key,
      withoutLabels(inner),
    ]),
  );
}
