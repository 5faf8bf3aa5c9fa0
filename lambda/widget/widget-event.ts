import * as z from 'zod';
import { oneLine } from '../alert/render/text-format.ts';
import { isElbArn } from '../model/arn.ts';
import { InputError } from '../model/failure.ts';
import { SHOWN, type Shown } from './shown.ts';

/** What a viewer asks for; a click sends it as the parameters of its `cwdb-action`. */
export type WidgetRequest =
  | { readonly view: 'describe' }
  | FleetView
  | { readonly view: 'load-balancer'; readonly loadBalancerArn: string }
  | { readonly view: 'accept-drift'; readonly loadBalancerArn: string }
  | { readonly view: 'silence'; readonly loadBalancerArn: string };

/** The table. */
export interface FleetView {
  readonly view: 'fleet';
  readonly page: number;
}

/** How the dashboard is set; times in milliseconds since 1970. */
export interface WidgetFrame {
  readonly theme: 'light' | 'dark';
  /** Pixels. */
  readonly width: number;
  readonly range: { readonly start: number; readonly end: number };
  readonly zone: { readonly label: string; readonly offsetMinutes: number };
  /** What the viewer wants to see, from the form in the widget. */
  readonly filter: { readonly text: string; readonly shown: Shown };
}

const LONGEST_FILTER = 100;

const ARN = z.string().max(300).refine(isElbArn);

const requestSchema = z.union([
  z.object({ describe: z.literal(true) }).transform((): WidgetRequest => ({ view: 'describe' })),
  z.object({ view: z.enum(['load-balancer', 'accept-drift', 'silence']), loadBalancerArn: ARN }),
  z
    // A view that was not understood must not end as the table: a click would seem to do nothing.
    .object({ view: z.literal('fleet').optional(), page: z.number().int().min(0).max(1000).catch(0) })
    .transform(({ page }): WidgetRequest => ({ view: 'fleet', page })),
]);

const rangeSchema = z.object({ start: z.number().positive(), end: z.number().positive() });

// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/add_custom_widget_dashboard_about.html
const contextSchema = z.object({
  theme: z.enum(['light', 'dark']).catch('light'),
  width: z.number().positive().catch(1200),
  timezone: z
    .object({ label: z.string().max(40), offsetInMinutes: z.number().min(-900).max(900) })
    .catch({ label: 'UTC', offsetInMinutes: 0 }),
  timeRange: rangeSchema
    .extend({ zoom: rangeSchema.nullish().catch(null) })
    .nullish()
    .catch(null),
  forms: z
    .object({ all: z.object({ filter: z.string().catch(''), shown: z.enum(SHOWN).catch('all') }) })
    .catch({ all: { filter: '', shown: 'all' } }),
});

const eventSchema = z.object({ widgetContext: contextSchema.catch(() => contextSchema.parse({})) });

/** Without a dashboard's range: as long as an investigation looks back. */
const DEFAULT_RANGE_MS = 3 * 3_600_000;

/**
 * Reads one call of a CloudWatch custom widget. What the dashboard says of itself is taken where it makes sense, and
 * replaced by defaults where it does not.
 *
 * @param nowMs - the end of the default range, milliseconds since 1970
 * @throws InputError where the event is no object, or names a view without its load balancer
 */
export function parseWidgetEvent(
  event: unknown,
  nowMs: number,
): { readonly request: WidgetRequest; readonly frame: WidgetFrame } {
  const request = requestSchema.safeParse(event);
  const parsed = eventSchema.safeParse(event);
  if (!request.success || !parsed.success)
    throw new InputError(
      'the event is not one of a CloudWatch custom widget: expected an object such as {"describe":true}',
    );
  const { theme, width, timezone, timeRange, forms } = parsed.data.widgetContext;
  const { start, end } = timeRange?.zoom ?? timeRange ?? { start: nowMs - DEFAULT_RANGE_MS, end: nowMs };
  return {
    request: request.data,
    frame: {
      theme,
      width,
      range: start < end ? { start, end } : { start: nowMs - DEFAULT_RANGE_MS, end: nowMs },
      zone: { label: timezone.label, offsetMinutes: timezone.offsetInMinutes },
      filter: { text: oneLine(forms.all.filter).slice(0, LONGEST_FILTER), shown: forms.all.shown },
    },
  };
}
