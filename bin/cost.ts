import Table from 'cli-table3';
import { type Command, Option } from 'commander';
import { alternativesTo, billOf, type CostInput, USUAL_INCIDENTS } from '../lambda/cost/bill.ts';
import { assumptionsOf, byService, costReport, dollars } from '../lambda/cost/document.ts';
import { PRICES_AS_OF, PRICES_REGION } from '../lambda/cost/prices.ts';
import { settingsSchema } from '../lambda/model/settings.ts';
import { EXIT } from './exit-code.ts';
import { helpText } from './help-text.ts';
import { numberWithin } from './number-within.ts';
import { printJson, printText, proseColumns } from './terminal.ts';
import { wrapped } from './wrapped.ts';

const HELP = `
Calls no AWS API: it multiplies the calls of each run, counted once, by a table of prices.

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
    .description('what a deployed monitor costs a month, compared with other ways to watch')
    .addOption(
      number('--load-balancers <n>', 'how many load balancers', [1, 100_000, true]).makeOptionMandatory(),
    )
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
      number('--incident-share <n>', 'share of load balancers with an incident a month', [
        0,
        1,
        false,
      ]).default(USUAL_INCIDENTS.incidentShare),
    )
    .addOption(
      number('--incident-hours <n>', 'how long an incident lasts', [0, 720, false]).default(
        USUAL_INCIDENTS.incidentHours,
      ),
    )
    .option('--json', 'print one JSON document')
    .addHelpText('after', helpText(HELP))
    .action(({ json, ...input }: CostOptions) => {
      if (json === true) printJson(costReport(input));
      else printText(render(input, proseColumns()));
      process.exitCode = EXIT.nothingFound;
    });
}

/** Columns of the two figures beside a way. */
const FIGURE_COLUMNS = 12;
const ROOM_COLUMNS = 60;
/** No line between rows: they are short. */
const COMPACT = {
  style: { head: [], border: [], compact: true },
  chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
};

function render(input: CostInput, columns: number): string {
  const bill = billOf(input);
  const services = new Table({
    ...COMPACT,
    head: ['Service', '$ a month'],
    colAligns: ['left', 'right'],
  });
  for (const [service, usd] of byService(bill)) services.push([service, dollars(usd)]);
  services.push(['all', dollars(bill.usd)]);
  // Where there is no room for both figures, the one that is billed is shown.
  const figures = columns < ROOM_COLUMNS ? 1 : 2;
  const ways = new Table({
    ...COMPACT,
    head: ['Way', '$ a month', 'each'].slice(0, figures + 1),
    wordWrap: true,
    colWidths: [
      columns - figures * (FIGURE_COLUMNS + 1) - 2,
      ...Array.from({ length: figures }, () => FIGURE_COLUMNS),
    ],
    colAligns: ['left', 'right', 'right'],
  });
  const rows = [{ way: 'alb502', usd: bill.usd, each: bill.usdPerLoadBalancer }].concat(
    alternativesTo(input).map(({ name, what, usd, usdPerLoadBalancer }) => ({
      way: `${name}: ${what}`,
      usd,
      each: usdPerLoadBalancer,
    })),
  );
  for (const { way, usd, each } of rows) ways.push([way, dollars(usd), dollars(each)].slice(0, figures + 1));
  const assumptions = assumptionsOf(input).map((line) => wrapped(`- ${line}`, columns, '  '));
  return `${input.loadBalancers} load balancers in ${input.regions} ${input.regions === 1 ? 'region' : 'regions'}, prices of ${PRICES_REGION} as of ${PRICES_AS_OF}

${services.toString()}

${ways.toString()}

Assumed:
${assumptions.join('\n')}
`;
}
