import { randomFrom } from '../lab/worlds/access-log/random.ts';
import { observedIn } from '../lambda/diagnose/catalogue.ts';
import { posterior } from '../lambda/diagnose/chances.ts';
import { diagnose } from '../lambda/diagnose/diagnose.ts';
import { CAUSE_IDS, type Cause } from '../lambda/model/cause.ts';
import { drawCause, generate } from '../test/diagnose/generator.ts';
import { WORLD_PRIORS, type WorldPrior } from './weights/priors.ts';
import { type Band, brierScore, type Outcome, reliability } from './weights/reliability.ts';

const CASES = 1200;
const CASES_PER_CAUSE = 40;
/** A verdict from here on is called sure. */
const SURE = 0.9;
/** A band may be so much surer than it is right. */
const MOST_OVERCONFIDENCE = 0.05;

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
  readonly brier: number;
  readonly bands: readonly Band[];
  /** The same of the verdicts that evidence gives by itself, whatever causes are frequent. */
  readonly bandsOfEvidence: readonly Band[];
}

function outcomeOf(truth: Cause, seed: number, correlated: boolean): Outcome {
  const { bundle } = generate(truth, randomFrom(seed), correlated);
  const { verdict, probability, hypotheses } = diagnose(bundle);
  const evidence = hypotheses.find(({ cause }) => cause === verdict)?.evidence ?? [];
  const restsOnBaseRates = evidence.some(({ source }) => source === 'base rate');
  const chances = new Map<Cause, number>(posterior(observedIn(bundle)));
  chances.set('undetermined', 1 - [...chances.values()].reduce((sum, chance) => sum + chance, 0));
  return { truth, verdict: verdict ?? 'undetermined', probability, restsOnBaseRates, chances };
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
    brier: brierScore(outcomes),
    bands: reliability(outcomes),
    bandsOfEvidence: reliability(outcomes.filter(({ restsOnBaseRates }) => !restsOnBaseRates)),
  };
}

/**
 * The score of evidence whose causes are as frequent as a world's prior says.
 *
 * @param correlated - innocent events show in several metrics at once, as they do
 */
export function scoreCalibration(
  { causes, others }: WorldPrior,
  cases: number,
  firstSeed: number,
  correlated: boolean,
): Score {
  return scoreOf(
    Array.from({ length: cases }, (_, index) => {
      const seed = firstSeed + index;
      const truth = drawCause(randomFrom(seed + 7_000_000), causes, others);
      return outcomeOf(truth, seed, correlated);
    }),
  );
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

function byCause(): string[] {
  const lines = CAUSE_IDS.map((cause, index) => {
    const outcomes = Array.from({ length: CASES_PER_CAUSE }, (_, at) =>
      outcomeOf(cause, 1_000_000 * (index + 1) + at, false),
    );
    const { named, rightIfNamed, sure } = scoreOf(outcomes);
    return `${cause.padEnd(31)} ${percent(named)}          ${percent(rightIfNamed)} ${percent(sure)}   ${confused(outcomes)}`;
  });
  return ['cause                             named    right if named     sure   taken for', ...lines];
}

const bandLine = ({ low, high, cases, given, right, overconfidence }: Band): string =>
  `  ${low.toFixed(2)} to ${high.toFixed(2)} ${String(cases).padStart(6)} ${percent(given)} ${percent(right)}${overconfidence > MOST_OVERCONFIDENCE ? '   too sure' : ''}`;

const REMARK =
  'uniform prior: judged are the verdicts that evidence gives by itself; what rests on base rates says so in its evidence';

/** Prints per cause, and per band of probability under three priors, how far metrics and settings can be believed. */
export async function run(): Promise<boolean> {
  const lines = byCause();
  let worst = 0;
  let sureAndWrong = 0;
  for (const prior of WORLD_PRIORS)
    for (const correlated of [false, true]) {
      const score = scoreCalibration(prior, CASES, 1, correlated);
      const judged = prior.name === 'uniform' ? score.bandsOfEvidence : score.bands;
      worst = Math.max(worst, ...judged.map(({ overconfidence }) => overconfidence));
      if (prior.name !== 'uniform') sureAndWrong = Math.max(sureAndWrong, score.sureAndWrong);
      lines.push(
        '',
        `${prior.name} prior, ${correlated ? 'correlated' : 'independent'} evidence: Brier score ${score.brier.toFixed(3)}, named ${percent(score.named).trim()}, right of those ${percent(score.rightIfNamed).trim()}, sure and wrong ${percent(score.sureAndWrong).trim()}`,
        '  probability      cases    given    right',
        ...score.bands.map(bandLine),
        '  of those that evidence gives by itself',
        ...score.bandsOfEvidence.map(bandLine),
      );
    }
  const met = worst <= MOST_OVERCONFIDENCE && sureAndWrong <= 0.02;
  lines.push(
    '',
    REMARK,
    `weights: the worst band is ${(worst * 100).toFixed(1)} points too sure beyond luck (goal at most 5), ` +
      `sure (0.9 or more) and wrong at most ${percent(sureAndWrong).trim()} (goal 2 %)`,
  );
  process.stdout.write(`${lines.join('\n')}\n`);
  return met;
}
