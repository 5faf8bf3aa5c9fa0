import type { EvidenceBundle } from '../../model/evidence.ts';
import { seriesOf } from '../bundle/metric-view.ts';
import { symptomOf } from '../symptom.ts';
import { coincidence } from './coincidence.ts';
import { lastFailureMs } from './registrations.ts';

/** How far around a failing minute a change of a host count still belongs to it. */
const NEAR_MS = 5 * 60_000;
/** Health checks need a few intervals until they take a target out. */
export const NOTICED_AFTER_MS = 3 * 60_000;

/** Times at which a host count differed from the point before. */
export function hostCountChanges(bundle: EvidenceBundle, name: string, statistic: string): readonly number[] {
  return seriesOf(bundle, name, 'target-group', statistic).flatMap((series) =>
    series.values.flatMap((value, index) => {
      const before = series.values[index - 1];
      const time = series.timestamps[index];
      return before !== undefined && before !== value && time !== undefined ? [Date.parse(time)] : [];
    }),
  );
}

/** Times at which a group had more healthy hosts than it mostly has: new ones came before old ones went. */
export function hostAdditions(bundle: EvidenceBundle): readonly number[] {
  return seriesOf(bundle, 'HealthyHostCount', 'target-group', 'Maximum').flatMap(({ timestamps, values }) => {
    const usual = [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0;
    return timestamps.filter((_, index) => (values[index] ?? 0) > usual).map((time) => Date.parse(time));
  });
}

/**
 * How much the 502s gather around changes of host counts, in nats; negative where they keep away. A change that came
 * after the last failure is no cause of it: it may be the fix.
 *
 * @param afterMs - how long after the last failure a change may show
 */
export function nearHostChanges(bundle: EvidenceBundle, times: readonly number[], afterMs: number): number {
  const latest = lastFailureMs(bundle) + afterMs;
  const before = times.filter((time) => time <= latest);
  return coincidence(symptomOf(bundle), bundle.window, before, { fromMs: -NEAR_MS, toMs: NEAR_MS });
}
