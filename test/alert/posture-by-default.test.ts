import { expect, test } from 'vitest';
import { decide, initialState } from '../../lambda/alert/decide.ts';
import type { Look } from '../../lambda/alert/look.ts';
import type { AlertState } from '../../lambda/model/alert.ts';
import type { Mismatch } from '../../lambda/model/diagnosis.ts';
import { lookAt, minute, policyOf, WEB } from './looks.ts';

const DEFAULT: Partial<Mismatch> = {
  source: 'server-default',
  assumed: true,
  detail: 'default of Node.js http, named by the command of task definition shop:42: node server.js',
};
const FLAG: Partial<Mismatch> = { source: 'configuration', detail: 'variable KEEP_ALIVE_TIMEOUT=5000' };

/** What is told, look after look, with its severity. */
function sent(...mismatches: readonly (Partial<Mismatch> | null)[]): string[] {
  let state: AlertState = initialState(minute(0));
  return mismatches.flatMap((kind, index) => {
    const at = 10 * (index + 1);
    const look: Look = lookAt({ at, mismatch: kind === null ? [] : [[WEB, 5, 60]] });
    const seen = look.diagnosis.mismatches.map((one) => ({ ...one, ...kind }));
    const decision = decide(
      { ...look, diagnosis: { ...look.diagnosis, mismatches: seen } },
      state,
      policyOf(),
      minute(at),
    );
    state = decision.state;
    return decision.announcements.map(({ event, severity }) => `${event} ${severity}`);
  });
}

test('a mere default informs once, and its end goes to those who were informed', () => {
  expect(sent(DEFAULT, DEFAULT, null)).toEqual(['posture info', 'resolved info']);
});

test('what is set or declared warns', () => {
  expect(sent(FLAG, FLAG, null)).toEqual(['posture warning', 'resolved warning']);
});

test('a default that proves true is told again, as a warning; the other way round is no news', () => {
  expect(sent(DEFAULT, FLAG, FLAG)).toEqual(['posture info', 'posture warning']);
  expect(sent(FLAG, DEFAULT, FLAG, DEFAULT)).toEqual(['posture warning']);
});
