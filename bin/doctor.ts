import type { Command } from 'commander';
import { withDeployedOptions } from './deployed-options.ts';
import type { DoctorOptions } from './doctor-run.ts';
import { helpText } from './help-text.ts';
import { userName } from './user-name.ts';

const HELP = `
Run it once after deploying, or at any time. It only reads; with --send it also sends a test notification and its resolve
to the alert topic and the event bus. It says what it could not see, which is not an all-clear. The permissions
it needs are in docs/iam-doctor.json, for --send also docs/iam-test-alert.json.

Examples:
  alb502 doctor
  alb502 doctor --region eu-central-1 --stack Alb502 --send
  alb502 doctor --json | jq '.checks[] | select(.outcome == "problem")'

Exit: 0 all is well, 1 found a problem, 2 usage, 3 AWS or the network failed, or something could not be seen.`;

/** Adds the command `doctor`. */
export function registerDoctor(program: Command): void {
  withDeployedOptions(program.command('doctor'))
    .description('check that a deployed monitor can do its work, one line for each thing it needs')
    .option('--send', 'also send a test notification and its resolve')
    .addHelpText('after', helpText(HELP))
    .action(async (options: DoctorOptions) => {
      // The SDK is loaded only by the commands that call AWS.
      const { runDoctor } = await import('./doctor-run.ts');
      process.exitCode = await runDoctor(options, options.send ? userName() : null);
    });
}
