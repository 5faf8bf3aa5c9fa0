import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ServerRow } from '../../lambda/advice/server.ts';
import { type Moto, startMoto } from '../moto.ts';
import { Account } from './account.ts';
import { readAws } from './aws.ts';
import { faultsOfAction } from './judge.ts';
import { filledIn } from './placeholders.ts';
import { type Unreached, unreachedWhile } from './reached.ts';
import { type Reading, readLines } from './readings.ts';
import { changingAws, Follower, makesSomething } from './restored.ts';
import { asCommands } from './settings.ts';
import { type Advised, type Walk, walk } from './walk.ts';

const folder = mkdtempSync(join(tmpdir(), 'alb502-advised-'));
let moto: Moto;
let account: Account;
let walked: Walk;
let unreached: readonly Unreached[];
let servers: readonly ServerRow[];
let readings: ReadonlyMap<string, Reading>;
const makers = new Set<string>();

/** Files that make actions; what they only hold as text, such as the table of servers, is told by its lines. */
function makesActions(file: string, source: string): boolean {
  const makes =
    /\brollback\b/.test(source) && !/^lambda\/(?:model|alert|widget|diagnose\/workload)\//.test(file);
  if (makes) makers.add(file);
  return makes;
}

beforeAll(async () => {
  moto = await startMoto();
  account = await Account.make(moto);
  // What is measured must not be loaded before.
  unreached = await unreachedWhile(async () => {
    walked = await walk();
  }, makesActions);
  servers = (await import('../../lambda/advice/servers.ts')).SERVERS;
  const lines = walked.advised.flatMap(({ action }) => [...action.commands, ...action.rollback]);
  readings = await readLines(moto, [...new Set(lines)], servers, folder);
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await moto.stop();
});

/** Faults under the action that has them, so that each is found. */
const told = (faults: readonly string[], title: string, where: string): string[] =>
  faults.map((fault) => `${fault}\n    in: ${title}\n    for: ${where}`);

describe('every action of every cause, server and owner', () => {
  test('is reached: there is no branch that the walk does not go through', () => {
    expect(makers.size).toBeGreaterThan(15);
    expect(unreached).toEqual([]);
  });

  test('has lines of every server', () => {
    const all = [...readings.keys()].join('\n');
    const missing = servers.filter((row) => {
      const [line] = row.change?.(66) ?? [];
      return line !== undefined && !all.replaceAll(/\d+/g, '0').includes(line.replaceAll(/\d+/g, '0'));
    });
    expect(missing.map(({ id }) => id)).toEqual([]);
  });

  test('has lines that are remarks, configuration, or commands that each program takes', () => {
    const seen = new Set<string>();
    const faults = walked.advised.flatMap(({ action, where }) =>
      [...action.commands, ...action.rollback].flatMap((line) => {
        if (seen.has(line)) return [];
        seen.add(line);
        return told(
          (readings.get(line)?.faults ?? []).map((fault) => `${line}\n    ${fault}`),
          action.title,
          where,
        );
      }),
    );
    expect(faults.join('\n')).toBe('');
  });

  test("has settings of an owner's configuration that AWS has, with values that it takes", async () => {
    const faults: string[] = [];
    for (const line of readings.keys()) {
      const commands = asCommands(line).map((words) => words.map(filledIn));
      if (commands.length === 0) continue;
      const problems = (await readAws(moto, commands, folder)).map((command) => command.problems);
      if (problems.every(({ length }) => length > 0)) faults.push(line, ...problems.flat());
    }
    expect(faults.join('\n')).toBe('');
  });

  test('destroys nothing that its rollback does not bring back', () => {
    const faults = walked.advised.flatMap(({ action, where }) =>
      told(faultsOfAction(action, readings), action.title, where),
    );
    expect(faults.join('\n')).toBe('');
  });
});

describe('against moto, an action that changes something in AWS', () => {
  const faultsOf = async (actions: readonly Advised[], times: number): Promise<string> => {
    const follower = new Follower(moto, account, readings, folder);
    const faults: string[] = [];
    for (const one of actions)
      faults.push(...told(await follower.faultsOf(one, times), one.action.title, one.where));
    return faults.join('\n');
  };

  test('does what it says, and its rollback brings back what was there', async () => {
    const changing = changingAws(walked.advised, readings);
    expect(changing.length).toBeGreaterThan(20);
    expect(await faultsOf(changing, 1)).toBe('');
  });

  test('and makes something can be run twice, and one rollback still brings back what was there', async () => {
    const making = changingAws(walked.advised, readings).filter((one) => makesSomething(one, readings));
    expect(making.length).toBeGreaterThan(0);
    expect(await faultsOf(making, 2)).toBe('');
  });
});
