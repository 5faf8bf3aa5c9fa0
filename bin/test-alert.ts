import { type Command, InvalidArgumentError, Option } from 'commander';
import { TEST_KINDS, type TestKind } from '../lambda/alert/test-notification.ts';
import { withDeployedOptions } from './deployed-options.ts';
import { helpText } from './help-text.ts';
import type { TestAlertOptions } from './test-alert-run.ts';

const HELP = `
Sends every kind of alert, in the form of every protocol, about a load balancer named TEST-nothing-is-failing to the alert
topic and the event bus of a deployed monitor; each is followed by the resolve that closes it. Then it says which
subscription should have got which, by its filter. It pages whoever is on call: tell them first. The permissions it needs
are in docs/iam-test-alert.json.

Examples:
  alb502 test-alert
  alb502 test-alert --event firing --event drift
  alb502 test-alert --json | jq -r '.receivers[] | select(.gets == []) | .receiver'

Exit: 0 everything was accepted and every subscriber gets something, 1 one gets nothing, 2 usage,
3 AWS did not accept one.`;

/** Adds the command `test-alert`. */
export function registerTestAlert(program: Command): void {
  withDeployedOptions(program.command('test-alert'))
    .description('send a marked test notification of each kind, with its resolve, and say who should get it')
    .addOption(
      new Option('--event <kind>', `send this kind only: ${TEST_KINDS.join(', ')}; may be repeated`)
        .argParser(collectKinds)
        .default([], 'each kind'),
    )
    .option('--by <name>', 'who sends it, for those who get it (default: your user name)')
    .addHelpText('after', helpText(HELP))
    .action(async (options: TestAlertOptions) => {
      // The SDK is loaded only by the commands that call AWS.
      const { runTestAlert } = await import('./test-alert-run.ts');
      process.exitCode = await runTestAlert(options);
    });
}

function collectKinds(value: string, before: readonly TestKind[]): readonly TestKind[] {
  const kind = TEST_KINDS.find((one) => one === value);
  if (kind === undefined) throw new InvalidArgumentError(`It is none of ${TEST_KINDS.join(', ')}.`);
  return [...before, kind];
}
