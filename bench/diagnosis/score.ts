import { isRight } from '../../lab/scenario.ts';
import { scenarioNamed } from '../../lab/scenarios.ts';
import { COLUMNS, type Column, type Outcome, type Verdict } from './outcome.ts';

/** A verdict from here on is called confident. */
export const CONFIDENT = 0.9;
const BANDS = [
  [0, 0.7],
  [0.7, 0.9],
  [0.9, 0.99],
  [0.99, 1.01],
] as const;

export interface ColumnScore {
  /** Share of the runs with a failure whose cause was named. */
  readonly right: number;
  readonly undetermined: number;
  readonly wrong: number;
  readonly confidentlyWrong: number;
}

const isWrong = (outcome: Outcome, { verdict }: Verdict): boolean =>
  !isRight(outcome, verdict) && verdict !== 'undetermined' && verdict !== null;

const isConfidentlyWrong = (outcome: Outcome, verdict: Verdict): boolean =>
  isWrong(outcome, verdict) && verdict.probability >= CONFIDENT;

export const failuresOf = (outcomes: readonly Outcome[]): readonly Outcome[] =>
  outcomes.filter(({ truth }) => truth !== null);

export const controlsOf = (outcomes: readonly Outcome[]): readonly Outcome[] =>
  outcomes.filter(({ truth }) => truth === null);

export function scoreOf(outcomes: readonly Outcome[], column: Column): ColumnScore {
  const runs = failuresOf(outcomes);
  const count = (holds: (outcome: Outcome, verdict: Verdict) => boolean): number =>
    runs.filter((outcome) => holds(outcome, outcome.verdicts[column])).length;
  const share = (part: number): number => (runs.length === 0 ? 0 : part / runs.length);
  const wrong = count(isWrong);
  const right = count((outcome, { verdict }) => isRight(outcome, verdict));
  return {
    right: share(right),
    wrong: share(wrong),
    undetermined: share(runs.length - wrong - right),
    confidentlyWrong: count(isConfidentlyWrong),
  };
}

/** Alerts that named a wrong cause with confidence, whatever was thought later. */
export const confidentlyWrongAlerts = (outcomes: readonly Outcome[]): number =>
  failuresOf(outcomes).filter((outcome) =>
    outcome.announced.some(({ verdict }) => isConfidentlyWrong(outcome, verdict)),
  ).length;

/** Controls that raised another alert than the warning they deserve, or failed a request. */
export const falseAlarms = (outcomes: readonly Outcome[]): readonly Outcome[] =>
  controlsOf(outcomes).filter(({ scenario, announced, failures }) => {
    const { warns } = scenarioNamed(scenario);
    return failures > 0 || announced.some(({ event }) => !(warns && event === 'posture'));
  });

/** One line for each alert that named a wrong cause with confidence. */
export const wrongAlertLines = (outcomes: readonly Outcome[]): readonly string[] =>
  failuresOf(outcomes).flatMap((outcome) =>
    outcome.announced
      .filter(({ verdict }) => isConfidentlyWrong(outcome, verdict))
      .map(
        ({ event, verdict: { verdict, probability } }) =>
          `confidently wrong: ${outcome.scenario} seed ${outcome.seed}: ${event} ${verdict} ${probability.toFixed(2)}`,
      ),
  );

/** One line a scenario: what each column said, right verdicts as `ok`. */
export function confusionLines(outcomes: readonly Outcome[]): readonly string[] {
  const names = [...new Set(outcomes.map(({ scenario }) => scenario))];
  const header = [
    'scenario',
    'runs',
    '502s',
    ...COLUMNS.map((column, at) => `${at === 0 ? '' : '+ '}${column}`),
  ];
  const rows = names.map((name) => {
    const runs = outcomes.filter(({ scenario }) => scenario === name);
    const failures = runs.map((run) => run.failures).sort((a, b) => a - b);
    const cells = COLUMNS.map((column) => tallied(runs.map((run) => said(run, run.verdicts[column]))));
    return [name, String(runs.length), `${failures[0] ?? 0}-${failures.at(-1) ?? 0}`, ...cells];
  });
  const widths = header.map((title, at) =>
    Math.max(title.length, ...rows.map((row) => row[at]?.length ?? 0)),
  );
  return [header, ...rows].map((row) =>
    row
      .map((text, at) => text.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function said(outcome: Outcome, { verdict, probability }: Verdict): string {
  if (isRight(outcome, verdict)) return outcome.truth === null ? 'quiet' : 'ok';
  const sure = verdict !== 'undetermined' && probability >= CONFIDENT ? '!' : '';
  return `${verdict ?? 'quiet'}${sure}`;
}

function tallied(words: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([word, count]) => `${count} ${word}`)
    .join(', ');
}

/** How often verdicts of a probability were right, with logs and probes. */
export function calibrationLines(outcomes: readonly Outcome[]): readonly string[] {
  const named = failuresOf(outcomes).filter(({ verdicts }) => verdicts.probes.verdict !== 'undetermined');
  return BANDS.map(([low, high]) => {
    const band = named.filter(
      ({ verdicts: { probes } }) => probes.probability >= low && probes.probability < high,
    );
    const right = band.filter((outcome) => isRight(outcome, outcome.verdicts.probes.verdict)).length;
    return `${low.toFixed(2)} to ${Math.min(1, high).toFixed(2)}  ${String(band.length).padStart(4)} named  ${String(right).padStart(4)} right`;
  });
}

/** Lab seconds from the first 502 to the alert, sorted. */
export const alertDelays = (outcomes: readonly Outcome[]): readonly number[] =>
  failuresOf(outcomes)
    .flatMap(({ alertAfterSeconds }) => (alertAfterSeconds === null ? [] : [alertAfterSeconds]))
    .sort((a, b) => a - b);
