import { describe, expect, test } from 'vitest';
import { diagnose } from '../../lambda/diagnose/diagnose.ts';
import { factsInForce } from '../../lambda/diagnose/keep-alive/facts-in-force.ts';
import type { KeepAliveFact, TargetGroup } from '../../lambda/model/evidence.ts';
import { bundleWith, group, groupArn, idleTimeout, target } from './bundle.ts';

const NOW = '2026-11-23T12:00:00.000Z';
const ago = (hours: number): string => new Date(Date.parse(NOW) - hours * 3_600_000).toISOString();

const fact = (
  name: string,
  seconds: number,
  hoursAgo: number,
  patch: Partial<KeepAliveFact> = {},
): KeepAliveFact => ({
  ...{ targetGroupArn: groupArn('web'), target: name, seconds, lowSeconds: null, highSeconds: null },
  ...{ source: 'probe', at: ago(hoursAgo), detail: 'closed by FIN' },
  ...patch,
});

const groupOf = (...ids: readonly string[]): TargetGroup => {
  const [only] = bundleWith(group('web', { targets: ids.map((id) => target(id)) })).targetGroups;
  if (!only) throw new Error('the bundle has no group');
  return { ...only, arn: groupArn('web') };
};

const groupOfTargets = (...targets: TargetGroup['targets']): TargetGroup => ({ ...groupOf(), targets });

const kept = (facts: readonly KeepAliveFact[], of: TargetGroup) =>
  factsInForce(facts, of, NOW).map(({ target: name, seconds }) => [name, seconds]);

describe('a fact about a keep-alive', () => {
  const current = groupOf('10.0.1.10', '10.0.1.11', 'fd00::7');

  test('ends with the registration of its target', () => {
    const facts = [fact('10.0.9.9:8080', 5, 1), fact('10.0.1.10:8080', 75, 2), fact('[fd00::7]:8080', 76, 2)];
    expect(kept(facts, current)).toEqual([
      ['10.0.1.10:8080', 75],
      ['[fd00::7]:8080', 76],
    ]);
    expect(kept([fact('10.0.1.10:9090', 5, 1)], current)).toEqual([]);
  });

  test('ends as its target is drained', () => {
    const draining = groupOfTargets(target('10.0.1.10'), target('10.0.1.11', { state: 'draining' }));
    expect(kept([fact('10.0.1.10:8080', 75, 1), fact('10.0.1.11:8080', 5, 1)], draining)).toEqual([
      ['10.0.1.10:8080', 75],
    ]);
  });

  test('is of the port of its target, or of the group where the target has none', () => {
    const facts = [9090, 8080].flatMap((port) => [
      fact(`10.0.1.10:${port}`, port, 1),
      fact(`10.0.1.11:${port}`, port, 1),
    ]);
    const ports = groupOfTargets(target('10.0.1.10', { port: 9090 }), target('10.0.1.11', { port: null }));
    expect(kept(facts, ports)).toEqual([
      ['10.0.1.10:9090', 9090],
      ['10.0.1.11:8080', 8080],
    ]);
  });

  test.each<readonly [known: boolean, registered: string, ids: readonly string[]]>([
    [true, 'IPv4 addresses', ['10.0.1.10', '192.168.0.1']],
    [true, 'IPv6 addresses', ['fd00::7', '::FFFF:a00:10a']],
    [false, 'no targets', []],
    [false, 'instances', ['i-0123456789abcdef0']],
    [false, 'addresses and an instance', ['10.0.1.10', 'i-0123456789abcdef0']],
    [false, 'a function', ['arn:aws:lambda:eu-central-1:123456789012:function:face']],
    [false, 'a load balancer', ['a.example']],
    [false, 'letters that a number may have', ['cafe']],
  ])('ends with a registration: %s where the group has %s', (known, _, ids) => {
    const other = [fact('10.0.9.9:8080', 5, 1)];
    expect(kept(other, groupOf(...ids))).toEqual(known ? [] : [['10.0.9.9:8080', 5]]);
  });

  test('still counts after three days to the millisecond', () => {
    const at = (past: number) => new Date(Date.parse(ago(72)) - past).toISOString();
    const old = (past: number) => fact('10.0.1.10:8080', 5, 0, { at: at(past) });
    expect(kept([old(0)], current)).toEqual([['10.0.1.10:8080', 5]]);
    expect(kept([old(1)], current)).toEqual([]);
  });

  test('ends after three days, where addresses are not known too', () => {
    expect(kept([fact('10.0.1.10:8080', 5, 73), fact('10.0.1.11:8080', 6, 71)], current)).toEqual([
      ['10.0.1.11:8080', 6],
    ]);
    const instances = groupOf('i-0123456789abcdef0');
    expect(kept([fact('10.0.0.7:8080', 5, 73), fact('10.0.0.8:8080', 6, 71)], instances)).toEqual([
      ['10.0.0.8:8080', 6],
    ]);
  });

  test('gives way to a newer one of the same target and source', () => {
    const facts = [
      fact('10.0.1.10:8080', 5, 30),
      fact('10.0.1.10:8080', 75, 1),
      fact('10.0.1.10:8080', 60, 2),
    ];
    expect(kept(facts, current)).toEqual([['10.0.1.10:8080', 75]]);
  });

  test('gives way to none that is as old: the first of them stays', () => {
    const name = '10.0.1.10:8080';
    expect(kept([fact(name, 5, 1), fact(name, 75, 1)], current)).toEqual([[name, 5]]);
  });

  test('without a time gives way to one that has a time, whichever comes first', () => {
    const name = '10.0.1.10:8080';
    const undated = fact(name, 5, 0, { at: null });
    expect(kept([undated, fact(name, 75, 1)], current)).toEqual([[name, 75]]);
    expect(kept([fact(name, 75, 1), undated], current)).toEqual([[name, 75]]);
  });

  test.each<readonly [both: boolean, other: string, patch: Partial<KeepAliveFact>]>([
    [true, 'that it closed', {}],
    [true, 'that it closed at the latest after so long', { lowSeconds: 4, highSeconds: 5 }],
    [true, 'between what times it closed', { lowSeconds: 5, highSeconds: 6 }],
    [true, 'after what time it closed', { lowSeconds: 4 }],
    [true, 'that another source saw it open', { lowSeconds: 5, source: 'access-log' }],
    [false, 'that it was open', { lowSeconds: 5 }],
  ])('that a connection stayed open stays beside a newer one: %s where that says %s', (both, _, patch) => {
    const name = '10.0.1.10:8080';
    const open = fact(name, 60, 2, { lowSeconds: 60 });
    const newer: readonly [string, number] = [name, 5];
    expect(kept([open, fact(name, 5, 1, patch)], current)).toEqual(both ? [[name, 60], newer] : [newer]);
  });

  test('that was declared stands', () => {
    const declared = fact('', 75, 0, { target: null, at: null, source: 'tag' });
    expect(factsInForce([declared], current, NOW)).toEqual([declared]);
  });

  test('is one of at most a hundred of a group, the shortest', () => {
    const ids = Array.from({ length: 150 }, (_, index) => `10.1.${index}.1`);
    const facts = ids.map((id, index) => fact(`${id}:8080`, 200 - index, 1));
    const seconds = kept(facts, groupOf(...ids)).map(([, value]) => value);
    expect(seconds).toHaveLength(100);
    expect(Math.max(...seconds.map(Number))).toBe(150);
  });

  test.each([2, 99, 100])('stays in its place where a group has %i', (count) => {
    const ids = Array.from({ length: count }, (_, index) => `10.1.${index}.1`);
    const facts = ids.map((id, index) => fact(`${id}:8080`, 200 - index, 1));
    expect(factsInForce(facts, groupOf(...ids), NOW)).toEqual(facts);
  });

  test('of a target that is gone makes no mismatch, whatever an old bundle holds', () => {
    const bundle = bundleWith(idleTimeout(60), group('web', { targets: [target('10.0.1.10')] }));
    const at = bundle.window.end;
    const facts = [fact('10.0.9.9:8080', 5, 0, { at }), fact('10.0.1.10:8080', 75, 0, { at })];
    expect(diagnose({ ...bundle, keepAliveFacts: facts }).mismatches).toEqual([]);
    expect(
      diagnose({ ...bundle, keepAliveFacts: [fact('10.0.1.10:8080', 5, 0, { at })] }).mismatches,
    ).toHaveLength(1);
  });
});
