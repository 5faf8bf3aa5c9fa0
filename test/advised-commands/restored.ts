import type { Moto } from '../moto-server.ts';
import type { Account, State } from './account.ts';
import { runAws } from './aws.ts';
import { onlyReads } from './changes.ts';
import { filledIn } from './placeholders.ts';
import type { Reading } from './readings.ts';
import type { Advised } from './walk.ts';

type Readings = ReadonlyMap<string, Reading>;

/** The lines that change something in AWS. */
const changesIn = (lines: readonly string[], readings: Readings): readonly string[] =>
  lines.filter((line) => readings.get(line)?.aws.some((command) => !onlyReads(command)));

/** Of the actions that change something in AWS one for each change: whoever advises it, it is the same. */
export function changingAws(advised: readonly Advised[], readings: Readings): readonly Advised[] {
  const changing = new Map<string, Advised>();
  for (const one of advised) {
    const { commands, rollback } = one.action;
    const lines = changesIn(commands, readings);
    if (lines.length > 0) changing.set([...lines, ...changesIn(rollback, readings)].join('\n'), one);
  }
  return [...changing.values()];
}

/** Whether the action makes something new, which it cannot make a second time. */
export const makesSomething = ({ action }: Advised, readings: Readings): boolean =>
  action.commands.some((line) =>
    readings.get(line)?.aws.some(({ operation }) => operation.startsWith('create-')),
  );

/** Runs what advice says, as somebody who follows it does. */
export class Follower {
  readonly #moto: Moto;
  readonly #account: Account;
  readonly #readings: Readings;
  readonly #folder: string;

  constructor(moto: Moto, account: Account, readings: Readings, folder: string) {
    this.#moto = moto;
    this.#account = account;
    this.#readings = readings;
    this.#folder = folder;
  }

  /**
   * Follows an action and then its way back.
   *
   * @param times - how often the commands are run before: somebody may not know that they were run already
   * @returns what is wrong: commands that fail, a change that changes nothing, or a state that is not as it was
   */
  async faultsOf({ action, bundle }: Advised, times: number): Promise<readonly string[]> {
    const names = await this.#account.become(bundle);
    const state = (): Promise<State> => this.#account.state([...names.values()]);
    const before = await state();
    const failed: string[] = [];
    for (let time = 0; time < times; time += 1) {
      const failures = await this.#run(action.commands, names, before);
      if (time === 0) failed.push(...failures);
    }
    const changed = await state();
    failed.push(...(await this.#run(action.rollback, names, before)));
    const after = await state();
    return [
      ...failed,
      ...(same(before, changed) ? ['the commands change nothing'] : []),
      ...(same(before, after) ? [] : [`not brought back: ${difference(before, after)}`]),
    ];
  }

  /** Each line in turn; what a line prints can be the value that the next one wants. */
  async #run(
    lines: readonly string[],
    names: ReadonlyMap<string, string>,
    before: State,
  ): Promise<readonly string[]> {
    const failed: string[] = [];
    let printed = '';
    for (const line of lines)
      for (const [name, ...words] of this.#readings.get(line)?.calls ?? []) {
        if (name !== 'aws') continue;
        const filled = words.map((word) => this.#filled(word, names, before, printed));
        const { status, stdout, stderr } = await runAws(this.#moto, filled, this.#folder);
        printed = stdout.trim();
        if (status !== 0) failed.push(`${line}\n    ${stderr}`);
      }
    return failed;
  }

  #filled(word: string, names: ReadonlyMap<string, string>, before: State, printed: string): string {
    let text = word;
    for (const [arn, own] of names) text = text.replaceAll(arn, own);
    const [, key = ''] = /Key=([\w.]+),Value=PREVIOUS_VALUE/.exec(text) ?? [];
    const was = Object.values(before.attributes).map((attributes) => attributes[key]);
    return filledIn(
      text
        .replaceAll('PREVIOUS_VALUE', was.find((value) => value !== undefined) ?? '')
        .replaceAll('DELIVERY_ID', printed),
    );
  }
}

const same = (left: State, right: State): boolean =>
  JSON.stringify(sorted(left)) === JSON.stringify(sorted(right));

/** The same whatever the order of names. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([name, inner]) => [name, sorted(inner)]),
  );
}

function difference(before: State, after: State): string {
  const flat = (value: unknown, path: string): string[] =>
    typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([name, inner]) => flat(inner, `${path}/${name}`))
      : [`${path} = ${String(value)}`];
  const was = flat(before, '');
  const is = flat(after, '');
  return [
    ...was.filter((one) => !is.includes(one)).map((one) => `- ${one}`),
    ...is.filter((one) => !was.includes(one)).map((one) => `+ ${one}`),
  ].join('; ');
}
