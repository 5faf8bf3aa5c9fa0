import Table from 'cli-table3';
import { type Command, Option } from 'commander';
import { alternativesTo, billOf, type CostInput } from '../lambda/cost/bill.ts';
import { assumptionsOf, byService, costReport, dollars } from '../lambda/cost/document.ts';
import { PRICES_AS_OF, PRICES_REGION } from '../lambda/cost/prices.ts';
import { settingsSchema } from '../lambda/model/settings.ts';
import { EXIT } from './exit-code.ts';
import { helpText } from './help-text.ts';
import { numberWithin } from './number-within.ts';
import { printJson, printText } from './terminal.ts';

const HELP = `
Calls nothing: the calls of each run were counted once, and are multiplied with a table of prices.

Examples:
  alb502 cost --load-balancers 100
  alb502 cost --load-balancers 1000 --regions 3 --backstop-minutes 60
  alb502 cost --load-balancers 50 --incident-share 0.2 --incident-hours 24 --json

Exit: 0 printed, 2 usage.`;

interface CostOptions extends CostInput {
  readonly json?: true;
}

/** Adds the command `cost`. */
export function registerCost(program: Command): void {
  const { backstopMinutes, postureHours, activeMinutes, activeLaterMinutes } = settingsSchema.parse({});
  const number = (flags: string, what: string, range: readonly [number, number, boolean]): Option =>
    new Option(flags, what).argParser(numberWithin(...range));
  program
    .command('cost')
    .description('what a month of the deployed monitor costs, beside other ways to watch')
    .addOption(number('--load-balancers <n>', 'load balancers', [1, 100_000, true]).makeOptionMandatory())
    .addOption(number('--regions <n>', 'regions watched', [1, 50, true]).default(1))
    .addOption(
      number('--backstop-minutes <n>', 'the setting backstopMinutes', [1, 1440, true]).default(
        backstopMinutes,
      ),
    )
    .addOption(
      number('--posture-hours <n>', 'the setting postureHours', [1, 168, true]).default(postureHours),
    )
    .addOption(
      number('--active-minutes <n>', 'the setting activeMinutes', [1, 60, true]).default(activeMinutes),
    )
    .addOption(
      number('--active-later-minutes <n>', 'the setting activeLaterMinutes', [1, 60, true]).default(
        activeLaterMinutes,
      ),
    )
    .addOption(
      number('--incident-share <n>', 'share of them with an incident a month', [0, 1, false]).default(0.02),
    )
    .addOption(number('--incident-hours <n>', 'how long an incident lasts', [0, 720, false]).default(2))
    .option('--json', 'print one JSON document')
    .addHelpText('after', helpText(HELP))
    .action(({ json, ...input }: CostOptions) => {
      if (json === true) printJson(costReport(input));
      else printText(render(input));
      process.exitCode = EXIT.nothingFound;
    });
}

function render(input: CostInput): string {
  const bill = billOf(input);
  const services = new Table({
    head: ['Service', '$ a month'],
    style: { head: [], border: [] },
    colAligns: ['left', 'right'],
  });
  for (const [service, usd] of byService(bill)) services.push([service, dollars(usd)]);
  services.push(['all', dollars(bill.usd)]);
  const ways = new Table({
    head: ['Way', '$ a month', 'each'],
    style: { head: [], border: [] },
    colAligns: ['left', 'right', 'right'],
  });
  ways.push(['alb502', dollars(bill.usd), dollars(bill.usdPerLoadBalancer)]);
  for (const { name, what, usd, usdPerLoadBalancer } of alternativesTo(input))
    ways.push([`${name}: ${what}`, dollars(usd), dollars(usdPerLoadBalancer)]);
  const assumptions = assumptionsOf(input).map((line) => `  ${line}`);
  return `${input.loadBalancers} load balancers in ${input.regions} ${input.regions === 1 ? 'region' : 'regions'}, prices of ${PRICES_REGION} as of ${PRICES_AS_OF}

${services.toString()}

${ways.toString()}

Assumed:
${assumptions.join('\n')}
`;
}
