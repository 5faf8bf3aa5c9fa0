import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { alb502 } from './cli.ts';

const LIMIT_MS = 120_000;
const reportSchema = z.object({
  version: z.literal(1),
  pricesAsOf: z.string(),
  bill: z.object({ usd: z.number(), lines: z.array(z.object({ service: z.string(), usd: z.number() })) }),
  alternatives: z.array(z.object({ name: z.string(), usd: z.number() })),
  assumptions: z.array(z.string()),
});

describe('alb502 cost', { timeout: LIMIT_MS }, () => {
  test('prints the bill, the other ways, the date of the prices and what is assumed', async () => {
    const { code, stdout, stderr } = await alb502(['cost', '--load-balancers', '100', '--regions', '2']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const part of [
      '100 load balancers in 2 regions',
      'CloudWatch',
      'KMS',
      'one alarm',
      'YACE',
      'Assumed:',
    ])
      expect(stdout).toContain(part);
    expect(stdout).toMatch(/as of 20\d\d-\d\d/);
    expect(stdout).not.toContain('\u001b');
  });

  test('prints one JSON document', async () => {
    const { code, stdout } = await alb502(['cost', '--load-balancers', '1000', '--json']);
    const { bill, alternatives, assumptions } = reportSchema.parse(JSON.parse(stdout));
    expect(code).toBe(0);
    expect(bill.usd).toBeLessThan(30);
    expect(alternatives).toHaveLength(5);
    expect(assumptions.length).toBeGreaterThan(10);
  });

  test.each([
    [[], /--load-balancers/],
    [['--load-balancers', '0'], /whole number from 1 to 100000/],
    [['--load-balancers', 'ten'], /whole number from 1 to 100000/],
    [['--load-balancers', '10', '--regions', '1.5'], /whole number from 1 to 50/],
    [['--load-balancers', '10', '--incident-share', '2'], /number from 0 to 1/],
  ])('refuses %j with what it expects', async (args, expected) => {
    const { code, stdout, stderr } = await alb502(['cost', ...args]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(expected);
  });
});
