import Table from 'cli-table3';
import type { Attack } from './hostile/attack.ts';
import { commandsAttack } from './hostile/commands.ts';
import { attackLogs } from './hostile/logs.ts';
import { notificationsAttack } from './hostile/notifications.ts';
import { outboxAttack } from './hostile/outbox.ts';
import { postureAttack } from './hostile/posture.ts';
import { redactionAttack } from './hostile/redaction.ts';
import { attackServers } from './hostile/servers.ts';
import { terminalAttack } from './hostile/terminal.ts';

/** Every family of attacks. A new one is a file in `hostile/` and a line here; `npm test` makes a few of its attempts. */
export const ATTACKS: readonly Attack[] = [
  commandsAttack,
  terminalAttack,
  redactionAttack,
  outboxAttack,
  postureAttack,
  notificationsAttack,
];

/** What `npm test` makes a share of by tests of its own, because an attempt takes long. */
const AT_LENGTH: readonly Attack[] = [
  ...ATTACKS,
  { name: 'logs', attack: ({ runs, seed }) => attackLogs(runs, seed) },
  // Each server listed is tried once, whatever the effort.
  { name: 'servers', attack: () => attackServers() },
];

const RUNS = 300;
const SHOWN = 5;

/**
 * Makes the attacks and prints what was tried, survived and wrong.
 *
 * @param narrowed - names of families, and a number of attempts; all, and 300, where none is given
 * @returns whether all was survived
 */
export async function run(narrowed: readonly string[]): Promise<boolean> {
  const names = narrowed.filter((word) => !/^\d+$/.test(word));
  const runs = Number(narrowed.find((word) => /^\d+$/.test(word)) ?? RUNS);
  const chosen = names.length === 0 ? AT_LENGTH : AT_LENGTH.filter(({ name }) => names.includes(name));
  const table = new Table({
    head: ['attack', 'tried', 'survived', 'wrong', 'seconds'],
    style: { head: [], border: [] },
    colAligns: ['left', 'right', 'right', 'right', 'right'],
  });
  let tried = 0;
  let bad = 0;
  for (const { name, attack } of chosen) {
    const startedAtMs = performance.now();
    const outcome = await attack({ runs, seed: 502 });
    const wrong = outcome.wrong.length;
    const seconds = ((performance.now() - startedAtMs) / 1000).toFixed(1);
    table.push([name, outcome.tried, Math.max(0, outcome.tried - wrong), wrong, seconds]);
    for (const sentence of outcome.wrong.slice(0, SHOWN)) process.stdout.write(`${name}: ${sentence}\n`);
    tried += outcome.tried;
    bad += wrong;
  }
  process.stdout.write(`${table.toString()}\nhostile: ${tried} tried, wrong: ${bad} (goal: 0)\n`);
  return chosen.length > 0 && bad === 0;
}
