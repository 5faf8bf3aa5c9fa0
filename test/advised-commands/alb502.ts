import { readdirSync, readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';

/** Only whether a line would be taken matters: nothing is done. */
function silenced(command: Command): void {
  command.exitOverride().configureOutput({ writeOut: () => {}, writeErr: () => {} });
  command.action(() => {});
  for (const each of command.commands) silenced(each);
}

async function program(): Promise<Command> {
  const root = new Command('alb502');
  for (const file of readdirSync('bin').filter((name) => name.endsWith('.ts'))) {
    const [, name] = /^export function (register\w+)\(/m.exec(readFileSync(`bin/${file}`, 'utf8')) ?? [];
    if (name === undefined) continue;
    const loaded: unknown = await import(`../../bin/${file.replace(/\.ts$/, '')}.ts`);
    const register: unknown = Object(loaded)[name];
    if (typeof register === 'function') register(root);
  }
  for (const each of root.commands) silenced(each);
  return root.exitOverride().configureOutput({ writeErr: () => {} });
}

/**
 * Holds the words after `alb502` against the program's own commands and options.
 *
 * @returns what it would complain of; null where it takes them
 */
export async function faultOfAlb502(words: readonly string[]): Promise<string | null> {
  // Commander keeps what it parsed: each line gets a program of its own.
  try {
    await (await program()).parseAsync([...words], { from: 'user' });
    return null;
  } catch (error) {
    if (error instanceof CommanderError) return error.message;
    throw error;
  }
}
