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
