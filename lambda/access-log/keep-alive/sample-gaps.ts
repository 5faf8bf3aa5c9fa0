import { gapsToAnswers, type Range } from './distances.ts';
import { type GapSet, gapSet, type OwnedGapSet, type OwnedGaps, ownedGapSet } from './gap-set.ts';
import type { FailureSample } from './sample.ts';

/** Failures this close in time may have one cause (a crash, a burst of one client): they count once. */
const ONE_MOMENT_SECONDS = 0.1;
/** Bounds of the work on all earlier answers; further failures add little but time. */
const MOST_SAMPLES = 60;
const MOST_GAPS = 80_000;

/** Numbers the moments of failures: those close in time share a number. */
export function momentsOf(samples: readonly FailureSample[]): {
  readonly owners: readonly number[];
  readonly count: number;
} {
  const order = samples.map((_, index) => index);
  const at = (index: number | undefined) => samples[index ?? 0]?.endSeconds ?? 0;
  order.sort((a, b) => at(a) - at(b));
  const owners: number[] = [];
  let count = 0;
  order.forEach((index, position) => {
    if (position > 0 && at(index) - at(order[position - 1]) > ONE_MOMENT_SECONDS) count++;
    owners[index] = count;
  });
  return { owners, count: count + 1 };
}

/** As many of some failures as are looked at, evenly spread over the list. */
export const lookedAt = (samples: readonly FailureSample[]): readonly FailureSample[] =>
  samples.length <= MOST_SAMPLES
    ? samples
    : Array.from(
        { length: MOST_SAMPLES },
        (_, at) => samples[Math.floor((at * samples.length) / MOST_SAMPLES)],
      ).filter((sample) => sample !== undefined);

/** How long a failure took: its gaps count from its end, and those of its controls must have the same offset. */
export const tookSeconds = ({ endSeconds, sentSeconds }: FailureSample): number =>
  Math.max(0, endSeconds - sentSeconds);

export interface Gaps {
  readonly failures: OwnedGapSet;
  readonly controls: GapSet;
}

function gapsToAllAnswers(all: readonly FailureSample[], range: Range): Gaps {
  const samples = lookedAt(all);
  const { owners, count } = momentsOf(samples);
  const most = Math.max(1000, Math.floor(MOST_GAPS / samples.length));
  const gapsOfFailures = samples.reduce((sum, sample) => sum + Math.min(most, sample.ends.length), 0);
  const each = Math.max(6, Math.min(40, Math.floor(MOST_GAPS / Math.max(1, gapsOfFailures))));
  const controls = samples.flatMap((sample) => {
    const step = Math.max(1, Math.floor(sample.controls.length / each));
    return sample.controls.flatMap(({ sentSeconds }, at) =>
      at % step === 0 ? [{ sample, sentSeconds }] : [],
    );
  });
  function* ofFailures(): Generator<OwnedGaps> {
    for (const [index, { ends, sentSeconds, endSeconds }] of samples.entries())
      yield { owner: owners[index] ?? 0, gaps: gapsToAnswers(ends, sentSeconds, endSeconds, most, range) };
  }
  function* ofControls(): Generator<Float64Array> {
    for (const { sample, sentSeconds } of controls) {
      const endSeconds = sentSeconds + tookSeconds(sample);
      yield gapsToAnswers(sample.ends, sentSeconds, endSeconds, most, range);
    }
  }
  return { failures: ownedGapSet(ofFailures(), count), controls: gapSet(ofControls(), controls.length) };
}

function gapsToPairedAnswers(samples: readonly FailureSample[]): Gaps {
  const { owners, count } = momentsOf(samples);
  const failures = samples.map((sample, index) => ({
    owner: owners[index] ?? 0,
    gaps: Float64Array.of(tookSeconds(sample) + sample.idleSeconds),
  }));
  const controls = samples.flatMap((sample) =>
    sample.controls.map(({ idleSeconds }) => idleSeconds + tookSeconds(sample)),
  );
  return {
    failures: ownedGapSet(failures, count),
    controls: gapSet([Float64Array.from(controls)], controls.length),
  };
}

/** The gaps of failures and of their controls: to all earlier answers, or to those that pair. */
export const gapsFor = (samples: readonly FailureSample[], paired: boolean, range: Range): Gaps =>
  paired ? gapsToPairedAnswers(samples) : gapsToAllAnswers(samples, range);
