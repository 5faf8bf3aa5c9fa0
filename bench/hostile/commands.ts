import fc from 'fast-check';
import { diagnose } from '../../lambda/diagnose/diagnose.ts';
import type { EvidenceBundle } from '../../lambda/model/evidence.ts';
import { anyBundle } from '../../test/diagnose/arbitrary.ts';
import {
  accessLog,
  askedDirectly,
  bundleWith,
  declared,
  type Edit,
  everyNth,
  failingRequest,
  failures,
  idleTimeout,
  loggedGroup,
} from '../../test/diagnose/bundle.ts';
import type { Attack, Outcome } from './attack.ts';
import { isCommand, machineLines, type Printed, printedCommands } from './printed-commands.ts';
import { type Ran, SHELLS, ShellUnderAttack } from './shell.ts';

/** What ends a word, a quote, a line or a span of code, and starts a program where it does. */
const STARTS = [
  '`;touch$IFS./pwned;`',
  "';touch$IFS./pwned;'",
  '";touch$IFS./pwned;"',
  '$(touch$IFS./pwned)',
  '`touch$IFS./pwned`',
  '&touch$IFS./pwned&',
  '|touch$IFS./pwned|',
  '>pwned',
  '<(touch$IFS./pwned)',
  "'`touch$IFS./pwned`'",
  '&#39;;touch$IFS./pwned;&#39;',
  '&apos;$(id)&lt;',
  "\\';touch$IFS./pwned;\\'",
  '%60touch%60',
  '~/x',
  '!!',
  '{a,b}',
  '[a-z]*?',
  '#x',
  '=ls',
] as const;

/** What a client can put into a path: it has no blanks and no control characters. */
const path = fc
  .array(
    fc.oneof(fc.constantFrom(...STARTS), fc.stringMatching(/^[\x21-\x7e]{0,12}$/), fc.constant('/report')),
    { minLength: 1, maxLength: 4 },
  )
  .map((parts) => `/${parts.join('').replaceAll(/[?#]/g, '')}`);

/** What a colleague's bundle or a tag can hold: anything. */
const text = fc
  .array(
    fc.oneof(
      fc.constantFrom(...STARTS, '-rf', '--profile=evil', 'file:///etc/passwd', 'a  b', ' ', '\n', '\t'),
      fc.constantFrom('\u001b[2J', '\u009b', '\u202e', '\u200b', '\u00a0', '\u2028', 'é', '😀', '\ud800'),
      fc.string({ maxLength: 8 }),
    ),
    { minLength: 1, maxLength: 3 },
  )
  .map((parts) => parts.join(''));

const ANSWERED_BADLY = {
  signatures: { closedOnReuse: 10, midRequest: 20, neverDispatched: 0, answeredBadly: 90, lambda: 0 },
};

/** A world in which a path fails, and one in which the answer to it is known. */
const pathBundle = fc.record({ path, seen: fc.boolean() }).map(({ path: failed, seen }) => {
  const edits: readonly Edit[] = [
    ...[declared(75), idleTimeout(60), failures(everyNth(3, 2))],
    accessLog(loggedGroup(120, ANSWERED_BADLY)),
    failingRequest({ url: `https://shop.example.com:443${failed}` }),
  ];
  return bundleWith(...edits, ...(seen ? [askedDirectly(failed, 'response-header-too-large')] : []));
});

/** The shop with one hostile text in each place that goes into a command. */
const namedBundle = fc.record({ one: text, two: text }).map(({ one, two }): EvidenceBundle => {
  const bundle = bundleWith(idleTimeout(60), declared(5), failures(everyNth(3, 2)));
  const hostileArn = (arn: string): string => arn.replace('eu-central-1', one).replace(/[^/]+$/, two);
  const { loadBalancer } = bundle;
  return {
    ...bundle,
    region: one,
    loadBalancer: {
      ...loadBalancer,
      arn: hostileArn(loadBalancer.arn),
      attributes: {
        ...loadBalancer.attributes,
        'access_logs.s3.enabled': 'true',
        'access_logs.s3.bucket': one,
        'access_logs.s3.prefix': two,
      },
      tags: { 'alb502:log-group': one, 'alb502:runbook': two, 'alb502:owner': one },
    },
    targetGroups: bundle.targetGroups.map((group) => ({
      ...group,
      ...{ arn: hostileArn(group.arn), name: two },
      targets: group.targets.map((target) => ({ ...target, id: one })),
    })),
  };
});

const LEFT_OUT = /[A-Z]_LEFT_OUT$/;

/** Whether a format says the same as the machine form, with nothing else than what it names left out. */
function isSame(calls: Ran['calls'], canonical: Ran['calls']): boolean {
  return (
    calls.length === canonical.length &&
    calls.every((words, at) => {
      const other = canonical[at] ?? [];
      return (
        words.length === other.length &&
        words.every((word, index) => word === other[index] || LEFT_OUT.test(word))
      );
    })
  );
}

class CommandAttack {
  readonly #shell: ShellUnderAttack;
  /** Most formats print the same line. */
  readonly #ran = new Map<string, Ran['calls']>();
  readonly wrong: string[] = [];
  tried = 0;

  constructor(shell: ShellUnderAttack) {
    this.#shell = shell;
  }

  bundle(bundle: EvidenceBundle, incidentId: string): void {
    const diagnosis = diagnose(bundle);
    const canonical = machineLines(diagnosis).map((line) => this.#runs('json', line));
    const footers = ['show', 'accept'].map((verb) => [['alb502', 'incident', verb, incidentId]]);
    for (const { format, lines: printed } of printedCommands(bundle, diagnosis, incidentId))
      for (const line of new Set(printed))
        this.#format({ format, lines: [line] }, [...canonical, ...footers]);
  }

  #format({ format, lines }: Printed, canonical: readonly Ran['calls'][]): void {
    for (const line of lines) {
      const calls = this.#runs(format, line);
      const known = !isCommand(line) || format === 'logs' || canonical.some((other) => isSame(calls, other));
      if (!known && !/^alb502 (scan|baseline) /.test(line))
        this.#fail(format, line, `differs from the machine form: ${JSON.stringify(calls)}`);
    }
  }

  /** Runs a line whole in each shell. */
  #runs(format: string, line: string): Ran['calls'] {
    this.tried++;
    const known = this.#ran.get(line);
    if (known) return known;
    const runs = SHELLS.map((shell) => this.#shell.run(line, shell));
    const harm = runs.flatMap((ran) => ran.harm);
    // What is no command is prose or configuration: a shell need not understand it, as long as it does nothing.
    const real = isCommand(line) ? harm : harm.filter((what) => /^(started|wrote|holds)/.test(what));
    if (real.length > 0) this.#fail(format, line, real.join(', '));
    const calls = runs[0]?.calls ?? [];
    this.#ran.set(line, calls);
    return calls;
  }

  #fail(format: string, line: string, why: string): void {
    this.wrong.push(`${format}: ${why}: ${JSON.stringify(line)}`);
  }
}

async function attack({ runs, seed }: { readonly runs: number; readonly seed: number }): Promise<Outcome> {
  using shell = new ShellUnderAttack();
  const commands = new CommandAttack(shell);
  const ids = fc.sample(text, { numRuns: runs, seed });
  const bundles = [pathBundle, namedBundle, anyBundle].flatMap((any) =>
    fc.sample(any, { numRuns: Math.ceil(runs / 3), seed }),
  );
  bundles.forEach((bundle, index) => {
    commands.bundle(bundle, ids[index % ids.length] ?? '');
  });
  return { tried: commands.tried, wrong: commands.wrong };
}

/** Every line that any format prints for a shell is run in real shells. */
export const commandsAttack: Attack = { name: 'commands', attack };
