import * as z from 'zod';
import { ENV, InputError } from '../../lambda/env.ts';
import type { Configuration } from '../configuration.ts';
import { SETTINGS_FILE } from '../settings-file-name.ts';
import { parameterValues } from './parameter-values.ts';
import type { TemplateName } from './template-name.ts';

const parameter = z.looseObject({ Default: z.string().optional() });
const resource = z.looseObject({ Type: z.string() });
const templateSchema = z.looseObject({
  Parameters: z.record(z.string(), parameter),
  Resources: z.record(z.string(), resource),
});
type Template = z.infer<typeof templateSchema>;

const functionSchema = z.looseObject({
  Properties: z.looseObject({
    Environment: z.looseObject({ Variables: z.looseObject({ POWERTOOLS_SERVICE_NAME: z.string() }) }),
  }),
});

/** What is known before a template is deployed. */
export interface TemplateValues {
  /** null: whoever deploys names it. */
  readonly bucket: string | null;
  readonly prefix: string;
  readonly configuration: Configuration;
  /** Whether settings lie beside the code of the investigate function. */
  readonly hasSettingsFile: boolean;
}

/**
 * A packed template with the values of a configuration as the defaults of its parameters, so that it deploys as it is
 * and each can still be given otherwise.
 *
 * @param text - the template as the package has it
 * @throws InputError where the configuration has more than the template has room for
 */
export function filledTemplate(name: TemplateName, text: string, values: TemplateValues): string {
  const template = templateSchema.parse(JSON.parse(text));
  const { bucket, prefix } = values;
  const code = bucket === null ? {} : { ArtifactBucket: bucket, ArtifactPrefix: prefix };
  setDefaults(template, { ...code, ...defaultsOf(name, values.configuration) });
  if (name === 'alb502') {
    if (values.hasSettingsFile) nameSettingsFile(template);
    if (!values.configuration.keepStateOnDelete) deleteState(template);
  }
  return `${JSON.stringify(template, null, 1)}\n`;
}

function defaultsOf(name: TemplateName, configuration: Configuration): Readonly<Record<string, string>> {
  if (name === 'alb502-chat')
    return Object.fromEntries(
      configuration.chatConfigurations.map((channel, index) => [`ChatConfiguration${index + 1}`, channel]),
    );
  if (name !== 'alb502') return {};
  const { values, noRoom } = parameterValues(configuration);
  if (noRoom.length > 0)
    throw new InputError(
      `${noRoom.join('; ')}; subscribe it to the topic in the stack output AlertTopicArn once the stack is deployed, or deploy with the CDK`,
    );
  return values;
}

/** A parameter that a template does not have is none of its business. */
function setDefaults(template: Template, values: Readonly<Record<string, string>>): void {
  for (const [name, definition] of Object.entries(template.Parameters)) {
    const value = values[name];
    if (value !== undefined) definition.Default = value;
  }
}

/** Says to the investigate function where the settings lie that its environment has no room for. */
function nameSettingsFile(template: Template): void {
  for (const [id, one] of Object.entries(template.Resources)) {
    const parsed = functionSchema.safeParse(one);
    const variables = parsed.data?.Properties.Environment.Variables;
    if (variables?.POWERTOOLS_SERVICE_NAME !== 'alb502-investigate') continue;
    variables[ENV.settingsFile] = SETTINGS_FILE;
    template.Resources[id] = { ...one, ...parsed.data };
  }
}

/** `DeletionPolicy` takes no parameter. */
function deleteState(template: Template): void {
  for (const one of Object.values(template.Resources))
    if (one.Type === 'AWS::DynamoDB::Table') {
      one['DeletionPolicy'] = 'Delete';
      one['UpdateReplacePolicy'] = 'Delete';
    }
}
