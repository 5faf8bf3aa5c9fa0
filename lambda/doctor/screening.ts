import { type Check, counted, ok, outputOf, problem } from './check.ts';
import { logOf, runsOf } from './function-runs.ts';

/** Long enough for metrics that come late. */
const HOURS = 0.25;

/** The screen function runs every minute and succeeds. */
export const screeningCheck: Check = {
  id: 'screening',
  title: 'the last quarter of an hour of screening',
  run: async (examined) => {
    const name = outputOf(examined, 'ScreenFunctionName');
    const { invocations, errors, throttles } = await runsOf(examined, name, HOURS);
    if (invocations === 0)
      return [
        problem(
          `${name} has not run in 15 minutes${throttles > 0 ? `, ${throttles} times for want of concurrency` : ''}: nobody looks`,
          throttles > 0
            ? "raise the account's concurrency of Lambda"
            : 'check that its EventBridge rule is enabled; after a first deployment, wait 5 minutes and run this again',
        ),
      ];
    if (errors > 0)
      return [problem(`${errors} of ${invocations} runs failed in 15 minutes`, `read why: ${logOf(name)}`)];
    return [ok(`${counted(invocations, 'run')} in 15 minutes, none failed`)];
  },
};
