import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  alternativesTo,
  billOf,
  type CostInput,
  cheaperThanAlarmFrom,
  metricsAnalyzed,
} from '../../lambda/cost/bill.ts';
import { PRICES, PRICES_AS_OF } from '../../lambda/cost/prices.ts';
import { settingsSchema } from '../../lambda/model/settings.ts';
import { renderCostDocument } from '../../lib/documents/cost-document.ts';

const { backstopMinutes, postureHours, activeMinutes, activeLaterMinutes } = settingsSchema.parse({});
const inputFor = (loadBalancers: number): CostInput => ({
  ...{ loadBalancers, regions: 1, backstopMinutes, postureHours, activeMinutes, activeLaterMinutes },
  ...{ incidentShare: 0.02, incidentHours: 2 },
});

const inputs = fc.record({
  loadBalancers: fc.integer({ min: 1, max: 20_000 }),
  regions: fc.integer({ min: 1, max: 30 }),
  backstopMinutes: fc.integer({ min: 1, max: 1440 }),
  postureHours: fc.integer({ min: 1, max: 168 }),
  activeMinutes: fc.integer({ min: 1, max: 60 }),
  activeLaterMinutes: fc.integer({ min: 1, max: 60 }),
  incidentShare: fc.double({ min: 0, max: 1, noNaN: true }),
  incidentHours: fc.double({ min: 0, max: 720, noNaN: true }),
});

describe('the bill', () => {
  test('of one load balancer is below a standard alarm from some hundred on where 502s are rare, and not where all fail', () => {
    const { loadBalancers: _, ...rare } = inputFor(1);
    const from = cheaperThanAlarmFrom(rare) ?? Number.POSITIVE_INFINITY;
    expect(from).toBeGreaterThan(50);
    expect(from).toBeLessThan(250);
    expect(billOf(inputFor(from)).usdPerLoadBalancer).toBeLessThan(0.1);
    expect(billOf(inputFor(from - 1)).usdPerLoadBalancer).toBeGreaterThanOrEqual(0.1);
    expect(cheaperThanAlarmFrom({ ...rare, incidentShare: 4, incidentHours: 0 })).toBeNull();
  });

  test('of a small fleet is its fixed part: three load balancers cost more than two dollars each', () => {
    expect(billOf(inputFor(3)).usdPerLoadBalancer).toBeGreaterThan(2);
  });

  test('is below four cents for each of 1,000', () => {
    expect(billOf(inputFor(1_000)).usdPerLoadBalancer).toBeLessThan(0.04);
  });

  test('counts what is read beside the metrics: logs, other regions, the dashboard, the key that rotates', () => {
    const of = (input: CostInput, item: string) => billOf(input).lines.find((line) => line.item === item);
    const input = inputFor(1_000);
    for (const item of ['access logs read', 'access logs listed', "the dashboard's table", 'its rotations'])
      expect(of(input, item)?.usd, item).toBeGreaterThan(0);
    expect(of(input, 'access logs of other regions')?.usd).toBe(0);
    expect(of({ ...input, regions: 3 }, 'access logs of other regions')?.usd).toBeGreaterThan(0);
  });

  test('is the sum of its lines, none below zero', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const { lines, usd } = billOf(input);
        expect(lines.every((line) => line.usd >= 0)).toBe(true);
        expect(usd).toBeCloseTo(
          lines.reduce((sum, line) => sum + line.usd, 0),
          6,
        );
      }),
    );
  });

  test('grows with the fleet, the regions and the trouble, and shrinks with slower beats', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const { usd } = billOf(input);
        const above = (more: Partial<CostInput>) =>
          expect(billOf({ ...input, ...more }).usd).toBeGreaterThanOrEqual(usd);
        above({ loadBalancers: input.loadBalancers + 1 });
        above({ regions: input.regions + 1 });
        above({ incidentShare: Math.min(1, input.incidentShare * 2) });
        above({ incidentHours: input.incidentHours + 1 });
        above({ backstopMinutes: Math.max(1, input.backstopMinutes - 1) });
        above({ postureHours: Math.max(1, input.postureHours - 1) });
        above({ activeMinutes: Math.max(1, input.activeMinutes - 1) });
        above({ activeLaterMinutes: Math.max(1, input.activeLaterMinutes - 1) });
      }),
    );
  });

  test('counts the query at the most that CloudWatch may bill, and knows the least', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const { least, most } = metricsAnalyzed(input);
        expect(least).toBeLessThanOrEqual(most);
        expect(least).toBeGreaterThanOrEqual(input.regions * 43_200);
        const billed = billOf(input).lines.find(({ price }) => price === 'metricAnalyzed');
        expect(billed?.quantity).toBe(most);
      }),
    );
    // 20 of 1,000 fail for two hours a month, and are listed for two weeks more.
    const { least, most } = metricsAnalyzed(inputFor(1_000));
    expect(least).toBe(43_200);
    expect(most / 43_200).toBeCloseTo((20 * (2 + 336)) / 720, 6);
  });

  test('stands beside what the usual ways cost', () => {
    expect(alternativesTo({ loadBalancers: 1_000 }).map(({ name, usd }) => [name, Math.round(usd)])).toEqual([
      ['one alarm', 100],
      ['four alarms', 400],
      ['five alarms', 500],
      ['GetMetricData', 432],
      ['YACE-style scrape', 2074],
    ]);
  });

  test('names a source for every price, and the month they are from', () => {
    expect(PRICES_AS_OF).toMatch(/^20\d\d-\d\d$/);
    for (const { source } of Object.values(PRICES)) expect(source).toMatch(/^https:\/\/aws\.amazon\.com\//);
  });
});

test('docs/cost.md is what the model says; npm run docs writes it', () => {
  expect(readFileSync('docs/cost.md', 'utf8')).toBe(renderCostDocument());
});
