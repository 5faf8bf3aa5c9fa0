import * as z from 'zod';
import type { ConditionBook } from './condition-book.ts';
import { type Conditions, type Json, join, json } from './intrinsic.ts';
import type { SynthesizedResource } from './synthesis.ts';

const metricsSchema = z.tuple([z.looseObject({ Expression: z.string() })], z.looseObject({ Id: z.string() }));
const object = z.record(z.string(), json);

/** The first channel is always there; ids of metrics end in the number of theirs. */
function conditionsOf(id: string): Conditions {
  const index = Number(/\d+$/.exec(id)?.[0] ?? 0);
  return index === 0 ? [] : [`HasChatConfiguration${index + 1}`];
}

/** The alarm about chat messages with the metrics of each channel under its condition. */
export function alarmOfChat(
  properties: SynthesizedResource['Properties'],
  book: ConditionBook,
): SynthesizedResource['Properties'] {
  const [sum, ...metrics] = metricsSchema.parse(properties['Metrics']);
  const terms = sum.Expression.split(' + ').map((term, index): Json => {
    const [, id = ''] = /^FILL\((\w+), 0\)$/.exec(term) ?? [];
    return book.when(conditionsOf(id), index === 0 ? term : ` + ${term}`, '');
  });
  return {
    ...properties,
    Metrics: [
      { ...object.parse(sum), Expression: join('', terms) },
      ...metrics.map((metric) => book.when(conditionsOf(metric.Id), object.parse(metric))),
    ],
  };
}
