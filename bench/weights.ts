import { randomFrom } from '../lab/worlds/access-log/random.ts';
import { diagnose } from '../lambda/diagnose/diagnose.ts';
import { PRIOR } from '../lambda/diagnose/prior.ts';
import { CAUSE_IDS, type Cause } from '../lambda/model/cause.ts';
import { drawCause, generate } from '../test/diagnose/generator.ts';

/** Share of all cases whose cause the vocabulary does not have. */
const OTHER_SHARE = 0.04;
const CASES = 2000;
const CASES_PER_CAUSE = 60;
/** A verdict from here on is called sure. */
const SURE = 0.9;

interface Outcome {
  readonly truth: Cause;
  readonly verdict: Cause;
  readonly probability: number;
}

export interface Score {
  readonly cases: number;
  /** Share of all cases. */
  readonly named: number;
  /** Share of the named verdicts that are right. */
  readonly rightIfNamed: number;
  readonly sure: number;
  /** Share of the sure verdicts that are right. */
  readonly rightIfSure: number;
  /** Share of all cases with a sure and wrong verdict. */
  readonly sureAndWrong: number;
}

function outcomeOf(truth: Cause, seed: number): Outcome {
  const { bundle } = generate(truth, randomFrom(seed));
  const { verdict, probability } = diagnose(bundle);
  return { truth, verdict: verdict ?? 'undetermined', probability };
}

const share = (part: number, whole: number): number => (whole === 0 ? 1 : part / whole);

function scoreOf(outcomes: readonly Outcome[]): Score {
  const named = outcomes.filter(({ verdict }) => verdict !== 'undetermined');
  const sure = named.filter(({ probability }) => probability >= SURE);
  const right = (some: readonly Outcome[]) => some.filter(({ truth, verdict }) => truth === verdict).length;
  return {
    cases: outcomes.length,
    named: share(named.length, outcomes.length),
    rightIfNamed: share(right(named), named.length),
    sure: share(sure.length, outcomes.length),
    rightIfSure: share(right(sure), sure.length),
    sureAndWrong: share(sure.length - right(sure), outcomes.length),
  };
}

/** The diagnosis of generated evidence whose causes are as frequent as the table's prior says. */
export function calibration(cases: number, firstSeed: number): readonly Outcome[] {
  return Array.from({ length: cases }, (_, index) => {
    const seed = firstSeed + index;
    return outcomeOf(drawCause(randomFrom(seed + 7_000_000), PRIOR, OTHER_SHARE), seed);
  });
}

/** The score of generated evidence: how far the probabilities can be believed. */
export function scoreCalibration(cases: number, firstSeed: number): Score {
  return scoreOf(calibration(cases, firstSeed));
}

const percent = (part: number): string => `${(part * 100).toFixed(1)} %`.padStart(8);

/** Frequencies of the verdicts other than the truth, the most frequent first. */
function confused(outcomes: readonly Outcome[]): string {
  const wrong = new Map<string, number>();
  for (const { truth, verdict } of outcomes)
    if (verdict !== truth && verdict !== 'undetermined') wrong.set(verdict, (wrong.get(verdict) ?? 0) + 1);
  const sorted = [...wrong].sort((left, right) => right[1] - left[1]).slice(0, 3);
  return sorted.map(([verdict, count]) => `${verdict} ${count}`).join(', ');
}

/** Prints per cause and per band of probability what the metrics alone can tell, against made-up evidence. */
export async function run(): Promise<boolean> {
  const lines: string[] = ['cause                             named    right if named     sure   taken for'];
  for (const [index, cause] of CAUSE_IDS.entries()) {
    const outcomes = Array.from({ length: CASES_PER_CAUSE }, (_, at) =>
      outcomeOf(cause, 1_000_000 * (index + 1) + at),
    );
    const { named, rightIfNamed, sure } = scoreOf(outcomes);
    lines.push(
      `${cause.padEnd(31)} ${percent(named)}          ${percent(rightIfNamed)} ${percent(sure)}   ${confused(outcomes)}`,
    );
  }
  const outcomes = calibration(CASES, 1);
  lines.push('', 'probability given      cases      right');
  for (const [low, high] of [
    [0.7, 0.8],
    [0.8, 0.9],
    [0.9, 0.95],
    [0.95, 0.99],
    [0.99, 1.01],
  ] as const) {
    const band = outcomes.filter(
      ({ verdict, probability }) => verdict !== 'undetermined' && probability >= low && probability < high,
    );
    const right = band.filter(({ truth, verdict }) => truth === verdict).length;
    lines.push(
      `${low.toFixed(2)} to ${Math.min(1, high).toFixed(2)}        ${String(band.length).padStart(8)}   ${percent(share(right, band.length))}`,
    );
  }
  const score = scoreOf(outcomes);
  const met = score.rightIfSure >= SURE && score.sureAndWrong <= 0.02;
  lines.push(
    '',
    `weights: ${score.cases} cases, named ${percent(score.named).trim()}, right of those ${percent(score.rightIfNamed).trim()}; ` +
      `sure (0.9 or more) ${percent(score.sure).trim()}, right of those ${percent(score.rightIfSure).trim()} (goal 90 %), ` +
      `sure and wrong ${percent(score.sureAndWrong).trim()} (goal at most 2 %)`,
  );
  process.stdout.write(`${lines.join('\n')}\n`);
  return met;
}
