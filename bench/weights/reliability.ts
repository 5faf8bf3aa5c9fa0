import { CAUSE_IDS, type Cause } from '../../lambda/model/cause.ts';

/** What was diagnosed of evidence with a known cause; `undetermined` stands for one outside of the vocabulary. */
export interface Outcome {
  readonly truth: Cause;
  readonly verdict: Cause;
  readonly probability: number;
  /** Whether the verdict would not be given without knowing how frequent causes are. */
  readonly restsOnBaseRates: boolean;
  /** Of all causes, before abstention; `undetermined` has what is missing to 1. */
  readonly chances: ReadonlyMap<Cause, number>;
}

/** Verdicts that were given about the same probability. */
export interface Band {
  readonly low: number;
  readonly high: number;
  readonly cases: number;
  /** Mean of the probabilities given. */
  readonly given: number;
  /** Share that was right. */
  readonly right: number;
  /** How much too sure the band is beyond what luck explains; negative where it is too modest. */
  readonly overconfidence: number;
}

/** The words of `likelihoodWords`, the surest in two. */
const BANDS = [
  [0.7, 0.8],
  [0.8, 0.95],
  [0.95, 0.99],
  [0.99, 1],
] as const;

const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;

/** The mean squared error of all probabilities, summed over causes: 0 is perfect, 2 is sure and wrong each time. */
export const brierScore = (outcomes: readonly Outcome[]): number =>
  mean(
    outcomes.map(({ truth, chances }) =>
      CAUSE_IDS.reduce((sum, cause) => sum + ((chances.get(cause) ?? 0) - (cause === truth ? 1 : 0)) ** 2, 0),
    ),
  );

/** The named verdicts by how sure they were. */
export const reliability = (outcomes: readonly Outcome[]): readonly Band[] =>
  BANDS.map(([low, high]) => {
    const band = outcomes.filter(
      ({ verdict, probability }) =>
        verdict !== 'undetermined' && probability >= low && (probability < high || high === 1),
    );
    const given = mean(band.map(({ probability }) => probability));
    const right = mean(band.map(({ truth, verdict }) => (truth === verdict ? 1 : 0)));
    // Two standard errors of a share that were as given.
    const luck = band.length === 0 ? 0 : 2 * Math.sqrt((given * (1 - given)) / band.length);
    const gap = given - right;
    const overconfidence = Math.sign(gap) * Math.max(0, Math.abs(gap) - luck);
    return { low, high, cases: band.length, given, right, overconfidence };
  });
