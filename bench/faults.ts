import Table from 'cli-table3';
import { crashTable } from '../test/flow/faults/crash.ts';
import { clockTable, disorderTable } from '../test/flow/faults/disorder.ts';
import { buildFaultFleet } from '../test/flow/faults/fleet.ts';
import { outageTable } from '../test/flow/faults/outage.ts';
import { FAULT_KINDS, readTable } from '../test/flow/faults/reads.ts';
import { startMotoServer } from '../test/moto-server.ts';
import { motoServer } from '../test/moto-setup.ts';

const LOAD_BALANCERS_IN_THE_OUTAGE = 60;
const RANDOM_LOOKS = 20;
const RUNS = 50;

/** Counts that must be zero. */
type Wrongs = Readonly<Record<string, number>>;

/** Prints rows of one shape and returns how many of the named counts are not zero. */
function print<Row extends object>(rows: readonly Row[], wrongs: (row: Row) => Wrongs): number {
  const [first] = rows;
  if (!first) return 1;
  const table = new Table({ head: Object.keys(first), style: { head: [], border: [] } });
  for (const row of rows) table.push(Object.values(row).map((cell) => String(cell)));
  process.stdout.write(`${table.toString()}\n`);
  return rows.reduce((sum, row) => sum + Object.values(wrongs(row)).filter((count) => count > 0).length, 0);
}

/**
 * Makes everything fail that can, over the wire against moto, and prints what was lost or wrong.
 *
 * @returns whether nothing was
 */
export async function run(): Promise<boolean> {
  // Nothing that someone who reads the table could do about it.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
  const moto = await startMotoServer(motoServer());
  let bad = 0;
  try {
    const fleet = await buildFaultFleet(moto);
    const crashes = await crashTable(moto, fleet);
    bad += print(crashes, ({ statesThatDiffer, notificationsLost, wrongDuplicates }) => ({
      ...{ statesThatDiffer, notificationsLost, wrongDuplicates },
    }));
    const reads = await readTable(moto, fleet, { kinds: FAULT_KINDS, randomLooks: RANDOM_LOOKS });
    bad += print(reads, ({ wrongResolves, wrongAlerts, crashes: crashed, unnamed }) => ({
      ...{ wrongResolves, wrongAlerts, crashed, unnamed },
    }));
    const outage = await outageTable(moto, LOAD_BALANCERS_IN_THE_OUTAGE);
    bad += print([outage], ({ lost, outOfOrder }) => ({ lost, outOfOrder }));
    const disorder = [await disorderTable(RUNS), await clockTable(RUNS)];
    bad += print(disorder, ({ wrong, crashes: crashed }) => ({ wrong, crashed }));
    const deaths = crashes.reduce((sum, row) => sum + row.runs, 0);
    const looks = reads.reduce((sum, row) => sum + row.looks, 0);
    process.stdout.write(
      `faults: ${deaths} deaths, ${looks} looks with failing reads, ${outage.notifications} notifications through an outage, ${2 * RUNS} runs in disorder; wrong or lost: ${bad} (goal: 0)\n`,
    );
  } finally {
    await moto.stop();
  }
  return bad === 0;
}
