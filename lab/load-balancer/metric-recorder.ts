import type { MetricSeries } from '../../lambda/model/evidence.ts';
import { inTextOrder } from '../../lambda/model/text-order.ts';

/** What AWS publishes at: 60 seconds of lab time. */
export const METRIC_PERIOD_SECONDS = 60;

export type Dimensions = Readonly<Record<string, string>>;
export type Statistic = 'Sum' | 'Average' | 'Minimum' | 'Maximum' | 'SampleCount' | `p${number}`;

interface Recorded {
  readonly name: string;
  readonly dimensions: Dimensions;
  /** Samples by the start of their minute, epoch milliseconds. */
  readonly minutes: Map<number, number[]>;
}

/** The order of dimensions does not matter to their identity. */
const identity = (name: string, dimensions: Dimensions): string =>
  JSON.stringify([name, Object.entries(dimensions).sort(([a], [b]) => inTextOrder(a, b))]);

/**
 * Keeps metrics as CloudWatch does: by name and exact dimension set, a minute at a time, and nothing for a minute
 * in which nothing was recorded.
 */
export class MetricRecorder {
  readonly #recorded = new Map<string, Recorded>();

  /** @param at - lab time, epoch milliseconds */
  record(name: string, dimensionSets: readonly Dimensions[], sample: { at: number; value: number }): void {
    const minute = Math.floor(sample.at / (METRIC_PERIOD_SECONDS * 1000)) * METRIC_PERIOD_SECONDS * 1000;
    for (const dimensions of dimensionSets) {
      const key = identity(name, dimensions);
      const recorded = this.#recorded.get(key) ?? { name, dimensions, minutes: new Map<number, number[]>() };
      this.#recorded.set(key, recorded);
      const samples = recorded.minutes.get(minute);
      if (samples) samples.push(sample.value);
      else recorded.minutes.set(minute, [sample.value]);
    }
  }

  /** Every name and dimension set that has ever had a value, as ListMetrics gives them. */
  list(): readonly { readonly name: string; readonly dimensions: Dimensions }[] {
    return [...this.#recorded.values()].map(({ name, dimensions }) => ({ name, dimensions }));
  }

  /**
   * One series, oldest point first, as GetMetricData gives it for a period of a minute.
   *
   * @param window - epoch milliseconds, start inclusive, end exclusive
   * @returns null where no such metric exists or no value lies in the window
   */
  series(
    metric: { readonly name: string; readonly dimensions: Dimensions; readonly statistic: Statistic },
    window: { readonly start: number; readonly end: number },
  ): MetricSeries | null {
    const minutes = this.#recorded.get(identity(metric.name, metric.dimensions))?.minutes;
    const points = [...(minutes ?? [])]
      .filter(([minute]) => minute + METRIC_PERIOD_SECONDS * 1000 > window.start && minute < window.end)
      .sort(([a], [b]) => a - b);
    if (points.length === 0) return null;
    return {
      name: metric.name,
      dimensions: { ...metric.dimensions },
      statistic: metric.statistic,
      periodSeconds: METRIC_PERIOD_SECONDS,
      timestamps: points.map(([minute]) => new Date(minute).toISOString()),
      values: points.map(([, samples]) => statisticOf(samples, metric.statistic)),
    };
  }
}

function statisticOf(samples: readonly number[], statistic: Statistic): number {
  const sum = samples.reduce((total, value) => total + value, 0);
  const sorted = samples.toSorted((a, b) => a - b);
  if (statistic === 'Sum') return sum;
  if (statistic === 'Average') return sum / samples.length;
  if (statistic === 'SampleCount') return samples.length;
  if (statistic === 'Minimum') return sorted[0] ?? 0;
  if (statistic === 'Maximum') return sorted.at(-1) ?? 0;
  const rank = Math.ceil((Number(statistic.slice(1)) / 100) * sorted.length);
  return sorted[Math.max(0, rank - 1)] ?? 0;
}
