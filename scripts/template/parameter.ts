import type { JsonObject } from './intrinsic.ts';

/** A parameter of a template, with what the console of CloudFormation shows beside it. */
export interface Parameter {
  readonly name: string;
  readonly label: string;
  readonly description: string;
  /** undefined: whoever deploys has to give one. */
  readonly default?: string;
  /** Of the whole value. */
  readonly pattern?: string;
  readonly allowed?: readonly string[];
  /** What a value must be; CloudFormation answers with it. */
  readonly expected?: string;
  readonly maxLength?: number;
}

/** Parameters that belong together. */
export interface ParameterGroup {
  readonly label: string;
  readonly parameters: readonly Parameter[];
}

/** The section `Parameters`. All are strings: they are put into JSON as they were given, and a pattern says what fits. */
export const parameterSection = (groups: readonly ParameterGroup[]): JsonObject =>
  Object.fromEntries(
    groups.flatMap(({ parameters }) => parameters.map((one) => [one.name, definitionOf(one)])),
  );

function definitionOf({ description, pattern, allowed, expected, maxLength, ...one }: Parameter): JsonObject {
  return {
    Type: 'String',
    Description: description,
    ...(one.default === undefined ? {} : { Default: one.default }),
    ...(pattern === undefined ? {} : { AllowedPattern: pattern }),
    ...(allowed === undefined ? {} : { AllowedValues: allowed }),
    ...(maxLength === undefined ? {} : { MaxLength: maxLength }),
    ...(expected === undefined ? {} : { ConstraintDescription: expected }),
  };
}

/** How the console groups and names them. */
export const interfaceMetadata = (groups: readonly ParameterGroup[]): JsonObject => ({
  'AWS::CloudFormation::Interface': {
    ParameterGroups: groups.map(({ label, parameters }) => ({
      Label: { default: label },
      Parameters: parameters.map(({ name }) => name),
    })),
    ParameterLabels: Object.fromEntries(
      groups.flatMap(({ parameters }) => parameters.map(({ name, label }) => [name, { default: label }])),
    ),
  },
});

/** One value or none. */
export const optional = (value: string): string => `^(${value})?$`;
/** Values with commas between them, or none. */
export const listOf = (value: string): string => `^((${value})(,(${value}))*)?$`;
