import * as z from 'zod';
import { parameterOfSetting } from '../../lib/release/parameter-name.ts';
import type { ConditionBook } from './condition-book.ts';
import { equals, type Json, join, ref, split } from './intrinsic.ts';
import { SCALAR_SETTINGS } from './setting-parameters.ts';

const settings = z.record(z.string(), z.unknown());

/** A JSON list of the values of a parameter that has commas between them. */
const listText = (parameter: string): Json => join('', ['["', join('","', split(',', ref(parameter))), '"]']);

function textOf(key: string, book: ConditionBook): Json {
  if (key === 'regions')
    return book.when(['WatchesAllRegions'], '"all"', book.when(['NamesRegions'], listText('Regions'), '[]'));
  if (key === 'excludedRegions') return book.when(['ExcludesRegions'], listText('ExcludedRegions'), '[]');
  if (SCALAR_SETTINGS.includes(key)) return ref(parameterOfSetting(key));
  throw new Error(`the template has no parameter for the setting ${key}`);
}

/**
 * The settings of the functions as JSON that is put together when the stack is deployed.
 *
 * @param synthesized - the JSON that the CDK app would pass: it says which keys there are
 */
export function settingsText(synthesized: string, book: ConditionBook): Json {
  const keys = Object.keys(settings.parse(JSON.parse(synthesized)));
  const entries = keys.flatMap((key, index) => [
    `${index === 0 ? '{' : ','}${JSON.stringify(key)}:`,
    textOf(key, book),
  ]);
  const words = book.when(['SkipsNoWord'], '[]', listText('ProbeSkipWords'));
  return join('', [
    ...entries,
    book.when(['HasSkipWords'], join('', [',"probeSkipWords":', words]), ''),
    book.when(['ExpectsChangers'], join('', [',"expectedChangers":', listText('ExpectedChangers')]), ''),
    '}',
  ]);
}

/** Rules about parameters that only make sense together. */
const bothOrNeither = (one: string, other: string): Json => ({
  Assertions: [
    {
      Assert: {
        'Fn::Or': [
          { 'Fn::And': [equals(ref(one), ''), equals(ref(other), '')] },
          { 'Fn::Not': [{ 'Fn::Or': [equals(ref(one), ''), equals(ref(other), '')] }] },
        ],
      },
      AssertDescription: `${one} and ${other}: give both or neither`,
    },
  ],
});

export const RECEIVER_RULES: Readonly<Record<string, Json>> = {
  WebhookIsWhole: bothOrNeither('WebhookUrl', 'WebhookSecretArn'),
};
export const MONITOR_RULES: Readonly<Record<string, Json>> = {
  ...RECEIVER_RULES,
  ProbeIsWhole: bothOrNeither('ProbeSubnetIds', 'ProbeSecurityGroupIds'),
};
