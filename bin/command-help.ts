import type { Command } from 'commander';

/** The words that run a command: `alb502 incident show`. */
const pathOf = (command: Command): string =>
  command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;

/** Lets each error of usage point at the help of the command that was meant, those below it included. */
export function pointAtOwnHelp(command: Command): void {
  command.showHelpAfterError(`(${pathOf(command)} --help shows the usage)`);
  for (const below of command.commands) pointAtOwnHelp(below);
}
