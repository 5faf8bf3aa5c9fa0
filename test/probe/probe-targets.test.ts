import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type KeepAliveFact, keepAliveFactSchema } from '../../lambda/model/evidence.ts';
import type { Endpoint } from '../../lambda/probe/endpoint.ts';
import type { IdleClose } from '../../lambda/probe/idle-summary.ts';
import { keepAliveFactsOf } from '../../lambda/probe/keep-alive-facts.ts';
import { judge, type Measurement } from '../../lambda/probe/probe-result.ts';
import { probeTargets } from '../../lambda/probe/probe-targets.ts';
import { type RegisteredTarget, sampleTargets } from '../../lambda/probe/registered-target.ts';
import { OK, rawTarget } from './raw-target.ts';

const AT = '2026-11-23T10:00:00.000Z';

const registered = (endpoint: Partial<Endpoint>, targetGroupArn = 'group'): RegisteredTarget => ({
  loadBalancerArn: 'load-balancer',
  targetGroupArn,
  endpoint: { host: '10.0.0.7', port: 8080, tls: false, path: '/', ...endpoint },
  idleTimeoutSeconds: 60,
  skipPaths: [],
});

describe('the probe function', () => {
  test('saves what it measured and what the target declares, each with its source', async () => {
    const respond = () => OK.replace('\r\n', '\r\nServer: demo/1\r\nKeep-Alive: timeout=75\r\n');
    await using target = await rawTarget({ idleSeconds: () => 1, respond });
    const saved: [string, KeepAliveFact][] = [];
    const report = await probeTargets(
      [registered(target.endpoint), registered({ host: '127.0.0.1', port: 1 })],
      {
        saveKeepAliveFact: async (arn, fact) => void saved.push([arn, keepAliveFactSchema.parse(fact)]),
        now: () => AT,
        remainingMs: () => 60_000,
      },
    );
    const about = { targetGroupArn: 'group', target: `127.0.0.1:${target.endpoint.port}`, at: AT };
    expect(saved.map(([, fact]) => fact)).toEqual([
      expect.objectContaining({
        ...about,
        source: 'probe',
        seconds: expect.any(Number),
        detail: expect.stringContaining('FIN'),
      }),
      expect.objectContaining({ ...about, source: 'header', seconds: 75 }),
    ]);
    expect(saved.map(([arn]) => arn)).toEqual(['load-balancer', 'load-balancer']);
    expect(report).toEqual({
      probed: 1,
      facts: 2,
      failed: [{ target: '127.0.0.1:1', reason: expect.stringContaining('nothing listens') }],
    });
    expect(target.requests()).toBeLessThanOrEqual(40);
  });

  test('connects to nothing where its time is nearly over', async () => {
    await using target = await rawTarget({});
    const report = await probeTargets([registered(target.endpoint)], {
      saveKeepAliveFact: async () => {},
      now: () => AT,
      remainingMs: () => 9_000,
    });
    expect(report).toMatchObject({ probed: 0, failed: [{ reason: expect.stringContaining('no time') }] });
    expect(target.requests()).toBe(0);
  });
});

describe('facts', () => {
  const closes = (seconds: number, by: 'fin' | 'rst' | 'response-close'): IdleClose => ({
    seconds,
    by,
    trials: [seconds, seconds + 0.2],
    confirmation: { answeredAfterSeconds: seconds - 0.1, deadAfterSeconds: seconds + 0.2 },
  });
  test.each<[string, IdleClose, object[]]>([
    [
      'come with their bounds',
      closes(5, 'rst'),
      [{ seconds: 5, lowSeconds: 4.9, highSeconds: 5.2, source: 'probe' }],
    ],
    [
      'are a lower bound where it stays open',
      { openAfterSeconds: 67, muteAfterSeconds: null },
      [{ seconds: 67, lowSeconds: 67, highSeconds: null }],
    ],
    [
      'end where it goes mute',
      { openAfterSeconds: 20, muteAfterSeconds: 30 },
      [{ seconds: 20, highSeconds: 30 }],
    ],
    [
      'are not made up where it was not watched for long enough',
      { openAfterSeconds: 50, muteAfterSeconds: null },
      [],
    ],
    ['are none where no connection is ever idle', closes(0.001, 'response-close'), []],
    ['are none where it never answered twice', { openAfterSeconds: 0, muteAfterSeconds: 1 }, []],
  ])('%s', (_name, idleClose, expected) => {
    const measured: Measurement = {
      server: null,
      declaredKeepAliveSeconds: null,
      statusCode: 200,
      idleClose,
      requestsPerConnection: { atLeast: 20 },
    };
    const result = {
      version: 1 as const,
      target: '10.0.0.7:8080',
      ...measured,
      verdict: judge(measured, 60),
    };
    const facts = keepAliveFactsOf({ targetGroupArn: 'group', target: result.target }, result, AT);
    expect(facts).toMatchObject(expected);
    expect(facts).toHaveLength(expected.length);
    for (const fact of facts) keepAliveFactSchema.parse(fact);
  });
});

describe('the sample', () => {
  const fleets = fc
    .array(fc.integer({ min: 1, max: 6 }), { maxLength: 8 })
    .map((sizes) =>
      sizes.flatMap((size, group) =>
        Array.from({ length: size }, (_, index) =>
          registered({ host: `10.0.${group}.${index}` }, `group-${group}`),
        ),
      ),
    );
  const sizes = fc.record({
    perGroup: fc.integer({ min: 1, max: 3 }),
    total: fc.integer({ min: 1, max: 10 }),
  });

  test('is bounded, without repetition, and of registered targets only', () => {
    fc.assert(
      fc.property(fleets, sizes, fc.nat(1_000_000), (fleet, size, turn) => {
        const sample = sampleTargets(fleet, size, turn);
        expect(sample.length).toBeLessThanOrEqual(size.total);
        expect(new Set(sample).size).toBe(sample.length);
        for (const target of sample) expect(fleet).toContain(target);
        for (const arn of new Set(sample.map(({ targetGroupArn }) => targetGroupArn)))
          expect(sample.filter(({ targetGroupArn }) => targetGroupArn === arn).length).toBeLessThanOrEqual(
            size.perGroup,
          );
      }),
    );
  });

  test('comes round to every group', () => {
    fc.assert(
      fc.property(fleets, sizes, (fleet, size) => {
        const seen = new Set<string>();
        for (let turn = 0; turn < 100; turn++)
          for (const { targetGroupArn } of sampleTargets(fleet, size, turn)) seen.add(targetGroupArn);
        expect(seen).toEqual(new Set(fleet.map(({ targetGroupArn }) => targetGroupArn)));
      }),
      { numRuns: 30 },
    );
  });

  test('comes round to every target where every group is in each turn', () => {
    fc.assert(
      fc.property(fleets, fc.integer({ min: 1, max: 3 }), (fleet, perGroup) => {
        const seen = new Set<RegisteredTarget>();
        for (let turn = 0; turn < 60; turn++)
          for (const target of sampleTargets(fleet, { perGroup, total: 1_000 }, turn)) seen.add(target);
        expect(seen.size).toBe(fleet.length);
      }),
      { numRuns: 30 },
    );
  });
});
