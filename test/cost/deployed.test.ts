import { expect, test } from 'vitest';
import * as z from 'zod';
import { ASSUMPTIONS } from '../../lambda/cost/bill.ts';
import { MEMORY_MB, OWN_METRICS } from '../../lambda/env.ts';
import { synthesizeForTest } from '../infra/synthesize.ts';

/** A bound, not an expectation: the machine may be busy. */
const LIMIT_MS = 120_000;

const alarmSchema = z.looseObject({
  Metrics: z.array(z.looseObject({ MetricStat: z.unknown().optional() })).optional(),
});
const functionSchema = z.looseObject({ Description: z.string(), MemorySize: z.number() });

test('the bill counts the alarms, dashboards, keys, metrics and memory that the default stack deploys', {
  timeout: LIMIT_MS,
}, () => {
  const { template } = synthesizeForTest();
  const of = (type: string) =>
    Object.values(template.Resources).flatMap(({ Type, Properties }) => (Type === type ? [Properties] : []));
  const alarmMetrics = of('AWS::CloudWatch::Alarm').map((alarm) => {
    const { Metrics } = alarmSchema.parse(alarm);
    return Metrics === undefined ? 1 : Metrics.filter(({ MetricStat }) => MetricStat !== undefined).length;
  });
  expect(alarmMetrics.reduce((sum, metrics) => sum + metrics, 0)).toBe(ASSUMPTIONS.alarmMetrics.value);
  expect(of('AWS::CloudWatch::Dashboard')).toHaveLength(1);
  expect(of('AWS::KMS::Key')).toHaveLength(1);
  const { namespace, dimension, ...names } = OWN_METRICS;
  expect(Object.keys(names)).toHaveLength(ASSUMPTIONS.ownMetrics.value);

  const memory = of('AWS::Lambda::Function').map((properties) => functionSchema.parse(properties));
  const megabytes = (what: RegExp) => memory.find(({ Description }) => what.test(Description))?.MemorySize;
  expect(megabytes(/deserve a look/)).toBe(MEMORY_MB.screen);
  expect(megabytes(/finds out why/)).toBe(MEMORY_MB.investigate);
});
