import { CONDITIONS, conditionsOf, withImplied } from './condition.ts';
import { ConditionBook } from './condition-book.ts';
import { dashboardBody } from './dashboard-body.ts';
import {
  type Conditions,
  intrinsicOf,
  isList,
  isObject,
  type Json,
  type JsonObject,
  mapped,
  ref,
  referredTo,
} from './intrinsic.ts';
import { interfaceMetadata, type ParameterGroup, parameterSection } from './parameter.ts';
import { editedProperties } from './resource.ts';
import { samplesIn, withParameters } from './sample.ts';
import type { Synthesis, SynthesizedResource } from './synthesis.ts';

/** What a template has beside what was synthesized. */
export interface TemplateFrame {
  readonly groups: readonly ParameterGroup[];
  readonly rules: Readonly<Record<string, Json>>;
  /** Conditions that always hold here, for there is no parameter to say otherwise. */
  readonly always: Conditions;
}

/**
 * The template of a stack that was synthesized with sample values, with parameters in their place, and with each
 * resource, permission and entry under the condition that it is there for.
 *
 * @throws Error where a sample value is left over
 */
export function parameterizedTemplate({ template, pathOf }: Synthesis, frame: TemplateFrame): JsonObject {
  const book = new ConditionBook({ ...CONDITIONS, ...template.Conditions });
  for (const name of Object.keys(template.Conditions)) book.nameOf([name]);
  const conditionsOfId = (id: string): Conditions =>
    id in template.Resources ? conditionsOf(pathOf(id)).filter((one) => !frame.always.includes(one)) : [];
  // The key of the topic, where one of the user's can take its place.
  const keyId = Object.keys(template.Resources).find((id) => conditionsOfId(id).includes('CreatesKey'));
  const maker = new ResourceMaker(book, (id) => (id === keyId ? [] : conditionsOfId(id)), keyId);

  const resources = Object.entries(template.Resources).map(([id, resource]) => {
    const conditions = conditionsOfId(id);
    const made = maker.make(resource, pathOf(id), conditions);
    return [id, conditions.length === 0 ? made : { ...made, Condition: book.nameOf(conditions) }] as const;
  });
  const outputs = Object.entries(template.Outputs).map(([name, { Description, Value }]) => {
    const conditions = conditionsOfId(referredTo(Value) ?? '');
    const output = { Description, Value: withParameters(Value) };
    return [
      name,
      conditions.length === 0 ? output : { ...output, Condition: book.nameOf(conditions) },
    ] as const;
  });
  const whole: JsonObject = {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: template.Description,
    Metadata: interfaceMetadata(frame.groups),
    Parameters: parameterSection(frame.groups),
    // CloudFormation refuses sections that are empty.
    ...(Object.keys(frame.rules).length === 0 ? {} : { Rules: frame.rules }),
    Conditions: book.section(),
    Resources: Object.fromEntries(resources),
    ...(outputs.length === 0 ? {} : { Outputs: Object.fromEntries(outputs) }),
  };
  const left = samplesIn(whole);
  if (left.length > 0) throw new Error(`no parameter stands for ${left.join(', ')}`);
  return whole;
}

class ResourceMaker {
  private readonly book: ConditionBook;
  private readonly conditionsOfId: (id: string) => Conditions;
  private readonly keyId: string | undefined;

  constructor(book: ConditionBook, conditionsOfId: (id: string) => Conditions, keyId: string | undefined) {
    this.book = book;
    this.conditionsOfId = conditionsOfId;
    this.keyId = keyId;
  }

  make({ Type, Properties, ...rest }: SynthesizedResource, path: string, given: Conditions): JsonObject {
    const edited =
      Type === 'AWS::CloudWatch::Dashboard'
        ? {
            ...Properties,
            DashboardBody: dashboardBody(Properties['DashboardBody'] ?? null, this.conditionsOfId, this.book),
          }
        : editedProperties(Type, {
            path,
            properties: Object.fromEntries(
              Object.entries(Properties).map(([key, value]) => [
                key,
                this.withConditions(value, withImplied(given)),
              ]),
            ),
            book: this.book,
          });
    const whole: Record<string, Json> = { Type };
    for (const [key, value] of Object.entries({ Properties: edited, ...rest }))
      if (value !== undefined) whole[key] = withParameters(this.withKey(value));
    return whole;
  }

  /** An entry of a list that names a resource which may not be there stands under that one's conditions. */
  private withConditions(value: Json, given: Conditions): Json {
    if (intrinsicOf(value) !== null) return value;
    if (isList(value))
      return value.map((entry) => {
        const needed = this.neededBy(entry).filter((one) => !given.includes(one));
        return this.book.when(needed, this.withConditions(entry, withImplied([...given, ...needed])));
      });
    if (!isObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [key, this.withConditions(inner, given)]),
    );
  }

  /** What an entry names by itself: lists inside it are seen to on their own. */
  private neededBy(entry: Json): Conditions {
    const logicalId = referredTo(entry);
    if (logicalId !== null) return this.conditionsOfId(logicalId);
    return isObject(entry) ? Object.values(entry).flatMap((inner) => this.neededBy(inner)) : [];
  }

  private withKey(value: Json): Json {
    if (this.keyId === undefined) return value;
    const arn = JSON.stringify({ 'Fn::GetAtt': [this.keyId, 'Arn'] });
    return mapped(value, (inner) =>
      JSON.stringify(inner) === arn
        ? this.book.when(['CreatesKey'], inner, ref('AlertTopicKmsKeyArn'))
        : inner,
    );
  }
}
