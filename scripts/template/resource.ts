import * as z from 'zod';
import { FUNCTION_NAMES, type FunctionName } from '../../lib/permission.ts';
import { PERMISSIONS } from '../../lib/permissions.ts';
import { INTEGRATION_SLOTS, SUBSCRIPTION_SLOTS, severitiesOf } from '../../lib/release/parameter-name.ts';
import { alarmOfChat } from './chat-alarm.ts';
import { filtersSlot, PERMISSION_CONDITIONS } from './condition.ts';
import type { ConditionBook } from './condition-book.ts';
import { type Json, type JsonObject, join, json, ref, split } from './intrinsic.ts';
import { settingsText } from './settings-text.ts';
import type { SynthesizedResource } from './synthesis.ts';

type Properties = SynthesizedResource['Properties'];

/** What is edited in a resource: by its type, and by its path in the construct. */
export interface Edit {
  readonly path: string;
  readonly properties: Properties;
  readonly book: ConditionBook;
}

const object = z.record(z.string(), json);
const functionSchema = z.looseObject({
  Environment: z.object({
    Variables: z.looseObject({ POWERTOOLS_SERVICE_NAME: z.string(), ALB502_SETTINGS: z.string().optional() }),
  }),
});
const ruleSchema = z.looseObject({ EventPattern: z.looseObject({ detail: object }) });
const policySchema = z.looseObject({
  PolicyDocument: z.looseObject({ Statement: z.array(z.looseObject({ Action: json })) }),
});

/** The zip of a function, below the prefix; its name gets the hash of its content when it is made. */
export const placeOfZip = (name: string): Json => join('', [ref('ArtifactPrefix'), `${name}.zip`]);

function editFunction({ properties, book }: Edit): Properties {
  const { Variables } = functionSchema.parse(properties).Environment;
  const name = Variables.POWERTOOLS_SERVICE_NAME.replace(/^alb502-/, '');
  const settings = Variables.ALB502_SETTINGS;
  const variables: JsonObject = {
    ...object.parse(Variables),
    ...(settings === undefined ? {} : { ALB502_SETTINGS: settingsText(settings, book) }),
    // The metrics that the functions write themselves cost money.
    ...(['screen', 'investigate'].includes(name)
      ? { POWERTOOLS_METRICS_DISABLED: book.when(['MonitorsItself'], { Ref: 'AWS::NoValue' }, 'true') }
      : {}),
  };
  return {
    ...properties,
    Code: { S3Bucket: ref('ArtifactBucket'), S3Key: placeOfZip(name) },
    Environment: { Variables: variables },
  };
}

function editSubscription({ path, properties, book }: Edit): Properties {
  const slot = SUBSCRIPTION_SLOTS[Number(/\d+$/.exec(path)?.[0])];
  if (slot === undefined) throw new Error(`${path} is in no slot`);
  const filter = { severity: split(',', ref(severitiesOf(slot.parameter))) };
  return {
    ...properties,
    Endpoint: ref(slot.parameter),
    FilterPolicy: book.when([filtersSlot(slot.parameter)], filter),
  };
}

function editIntegrationRule({ path, properties, book }: Edit): Properties {
  const [, index] = /^Integrations\/Integration(\d+)\/(?:Alerts|Ends)\//.exec(path) ?? [];
  const slot = INTEGRATION_SLOTS[Number(index)];
  if (slot === undefined) return properties;
  const { EventPattern } = ruleSchema.parse(properties);
  const severity = book.when([filtersSlot(slot.name)], split(',', ref(severitiesOf(slot.name))));
  const pattern = object.parse(EventPattern);
  return { ...properties, EventPattern: { ...pattern, detail: { ...EventPattern.detail, severity } } };
}

const functionOf = (path: string): FunctionName | undefined => {
  const [, folder = ''] = /^(?:KeepAlive)?(\w+)\/(?:Probe\/)?Role\/DefaultPolicy\//.exec(path) ?? [];
  return FUNCTION_NAMES.find((name) => name === folder.toLowerCase());
};

/** A statement for each permission of `permissions.ts`, in its order, after the one about the log of the function. */
function editPolicy({ path, properties, book }: Edit): Properties {
  const name = functionOf(path);
  if (name === undefined || name === 'hub') return properties;
  const { PolicyDocument } = policySchema.parse(properties);
  const permissions = PERMISSIONS[name];
  const statements = PolicyDocument.Statement.map((statement, index): Json => {
    const permission = permissions[index - 1];
    const said = JSON.stringify([statement.Action].flat());
    if (index > 0 && said !== JSON.stringify(permission?.actions))
      throw new Error(
        `statement ${index} of ${path} allows ${said}, which is not what permissions.ts has there`,
      );
    return book.when(
      permission === undefined ? [] : PERMISSION_CONDITIONS[permission.resource],
      object.parse(statement),
    );
  });
  if (statements.length !== permissions.length + 1)
    throw new Error(`${path} lacks permissions of permissions.ts`);
  return { ...properties, PolicyDocument: { ...object.parse(PolicyDocument), Statement: statements } };
}

const EDITS: Readonly<Record<string, (edit: Edit) => Properties>> = {
  'AWS::Lambda::Function': editFunction,
  'AWS::SNS::Subscription': editSubscription,
  'AWS::Events::Rule': editIntegrationRule,
  'AWS::IAM::Policy': editPolicy,
  'AWS::CloudWatch::Alarm': ({ path, properties, book }) =>
    path.startsWith('ChatUndelivered/') ? alarmOfChat(properties, book) : properties,
  'AWS::Logs::LogGroup': ({ path, properties }) =>
    path.startsWith('Hub/') ? properties : { ...properties, RetentionInDays: ref('LogRetentionDays') },
  'AWS::Lambda::Permission': ({ path, properties }) =>
    path.startsWith('Alerts/') ? { ...properties, FunctionName: ref('AlertFunctionArn') } : properties,
};

/** Puts parameters and conditions where the type of a resource has room for them. */
export const editedProperties = (type: string, edit: Edit): Properties =>
  EDITS[type]?.(edit) ?? edit.properties;
