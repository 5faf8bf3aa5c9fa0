import type { Action } from '../../lambda/model/diagnosis.ts';
import { faultsOfChanges, type Placed, runs } from './changes.ts';
import type { Reading } from './readings.ts';

type Readings = ReadonlyMap<string, Reading>;

const awsOf = (lines: readonly string[], readings: Readings): readonly Placed[] =>
  lines.flatMap((line) => readings.get(line)?.aws ?? []);

/** Programs that change something by themselves, or make a changed configuration take effect. */
const changingIn = (lines: readonly string[], readings: Readings): readonly string[] =>
  lines
    .flatMap((line) => readings.get(line)?.effects ?? [])
    .filter(({ effect }) => effect !== 'reads')
    .map(({ program }) => program);

function faultsOfPrograms({ commands, rollback }: Action, readings: Readings): readonly string[] {
  const back = changingIn(rollback, readings);
  return changingIn(commands, readings)
    .filter((program) => !back.includes(program))
    .map((program) => `${program} is run, and the way back does not run it`);
}

/** A value to be filled in is known from somewhere: for the way back only what was there tells it. */
function faultsOfValues({ commands, rollback }: Action, readings: Readings): readonly string[] {
  const wants = rollback.some(
    (line) => line.includes('PREVIOUS_VALUE') && readings.get(line)?.kind === 'shell',
  );
  const shows = commands.some((line) =>
    readings.get(line)?.aws.some(({ operation }) => /^describe-.*-attributes$/.test(operation)),
  );
  return wants && !shows ? ['the rollback needs PREVIOUS_VALUE, which no command of the action shows'] : [];
}

/** What a command that runs something does besides stands in the reason. */
const faultsOfRuns = ({ commands, why }: Action, readings: Readings): readonly string[] =>
  awsOf(commands, readings).some(runs) && !/side effect/i.test(why)
    ? ['something is run, and the action does not say what else it does']
    : [];

/** What is wrong with an action as a whole, whether or not each of its lines is right. */
export const faultsOfAction = (action: Action, readings: Readings): readonly string[] => [
  ...faultsOfChanges(awsOf(action.commands, readings), awsOf(action.rollback, readings)),
  ...faultsOfPrograms(action, readings),
  ...faultsOfValues(action, readings),
  ...faultsOfRuns(action, readings),
];
