import { InputError } from '../lambda/model/failure.ts';
import type { Scenario } from './scenario.ts';
import { keepAliveMismatch } from './scenarios/keepalive-mismatch.ts';

/** Every scenario; the first is the tour's. */
export const SCENARIOS: readonly [Scenario, ...Scenario[]] = [keepAliveMismatch];

/** @throws InputError listing the names there are */
export function scenarioNamed(name: string): Scenario {
  const found = SCENARIOS.find((scenario) => scenario.name === name);
  if (found) return found;
  const names = SCENARIOS.map((scenario) => scenario.name).join(', ');
  throw new InputError(`there is no scenario "${name}"; there are ${names}`);
}
