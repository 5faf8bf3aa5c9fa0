import { expect, test } from 'vitest';
import { diagnose } from '../../lambda/diagnose/diagnose.ts';
import {
  groupsWithoutMeasuredKeepAlive,
  keepAliveDisagreements,
  keepAliveStandings,
} from '../../lambda/diagnose/keep-alive/keep-alive.ts';
import type { KeepAliveFact } from '../../lambda/model/evidence.ts';
import { bundleWith, declared, type Edit, everyNth, failures, groupArn, idleTimeout } from './bundle.ts';

const probed =
  (seconds: number, over: Partial<KeepAliveFact> = {}): Edit =>
  (bundle) => ({
    ...bundle,
    keepAliveFacts: [
      ...bundle.keepAliveFacts,
      {
        ...{
          targetGroupArn: groupArn('web'),
          target: '10.0.1.10:8080',
          at: bundle.window.end,
          source: 'probe',
        },
        ...{ seconds, lowSeconds: seconds, highSeconds: null, detail: `still open after ${seconds} s` },
        ...over,
      },
    ],
  });
const closedAfter = (seconds: number): Edit =>
  probed(seconds, { highSeconds: seconds, detail: 'closed by FIN' });
const FAILING = failures(everyNth(20, 1));

test('a bound that is long enough is long enough, and is called a bound', () => {
  const bundle = bundleWith(FAILING, probed(67));
  expect(keepAliveStandings(bundle)).toMatchObject([{ verdict: 'safe' }]);
  const said = JSON.stringify(diagnose(bundle));
  expect(said).toContain(
    'keep idle connections for at least 67 s, at least 7 s more than the idle timeout of 60 s',
  );
  expect(said).not.toContain('for 67 s');
});

test('a bound below what is required is no keep-alive: not short, not thin, not measured', () => {
  for (const seconds of [20, 60, 63]) {
    const bundle = bundleWith(FAILING, probed(seconds));
    expect(keepAliveStandings(bundle)).toEqual([]);
    expect(groupsWithoutMeasuredKeepAlive(bundle).map(({ name }) => name)).toContain('web');
    expect(diagnose(bundle).mismatches).toEqual([]);
  }
  // Enough for 60 s when it was measured; the idle timeout was raised since.
  const raised = bundleWith(FAILING, idleTimeout(300), probed(67));
  expect(diagnose(raised).mismatches).toEqual([]);
  expect(keepAliveStandings(bundleWith(FAILING, idleTimeout(300), closedAfter(67)))).toMatchObject([
    { verdict: 'short' },
  ]);
});

test('what closed goes before what was only watched, and a declaration stands where the bound says nothing', () => {
  const both = bundleWith(FAILING, probed(67), closedAfter(75));
  expect(keepAliveStandings(both)[0]?.fact.seconds).toBe(75);
  const short = bundleWith(FAILING, probed(90), closedAfter(5));
  expect(keepAliveStandings(short)).toMatchObject([{ verdict: 'short', marginSeconds: -55 }]);
  const tagged = bundleWith(FAILING, probed(20), declared(75));
  expect(keepAliveStandings(tagged)[0]?.fact.source).toBe('tag');
});

test('a bound contradicts only what is below it, and is never offered as a declaration', () => {
  expect(keepAliveDisagreements(bundleWith(FAILING, probed(67), declared(300)))).toEqual([]);
  const bundle = bundleWith(FAILING, probed(67), declared(5));
  expect(keepAliveDisagreements(bundle)).toHaveLength(1);
  const [action] = diagnose(bundle).actions.filter(({ title }) =>
    title.startsWith('Correct what is declared'),
  );
  expect(action?.title).toContain('5 s is declared, at least 67 s is measured');
  expect(action?.commands.join()).toMatch(/remove-tags/);
  expect(action?.commands.join()).not.toContain('add-tags');
});

test('every probe that a diagnosis suggests says what it is to be compared with', () => {
  const bundle = bundleWith(FAILING, idleTimeout(120));
  const { actions, missingEvidence } = diagnose(bundle);
  const commands = [
    ...actions.flatMap((action) => action.commands),
    ...missingEvidence.map(({ how }) => how),
  ];
  const probes = commands.filter((command) => command.includes('alb502 probe'));
  expect(probes.length).toBeGreaterThan(0);
  for (const command of probes) expect(command).toContain('--idle-timeout 120');
});
