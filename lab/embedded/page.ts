import * as z from 'zod';
import type { MonitorStore } from '../../lambda/store/monitor-store.ts';
import { answerWidget, type WidgetPorts } from '../../lambda/widget/widget.ts';
import type { LoadBalancer } from '../load-balancer/load-balancer.ts';
import { METRIC_PERIOD_SECONDS } from '../load-balancer/metric-recorder.ts';
import { serveWidgetPage, type WidgetPage } from '../page/serve.ts';

/** Lab time that the page shows: long enough for a tour, short enough for its bars to be seen. */
const RANGE_MS = 30 * 60_000;
const REFRESH_SECONDS = 2;
/** As a monitor without settings of its own. */
const POSTURE_HOURS = 6;

/** No Lambda stands behind the page: clicks come back to it, whatever the name. */
const ENDPOINT = 'arn:aws:lambda:eu-lab-1:000000000000:function:alb502-widget';

const eventSchema = z.looseObject({ widgetContext: z.looseObject({}).default({}) });

/**
 * Serves the dashboard's widget over the embedded monitor's store, on the loopback address, refreshing itself.
 * The page believes in real time; what it asks for is answered in lab time.
 */
export function serveMonitorPage(loadBalancer: LoadBalancer, store: MonitorStore): Promise<WidgetPage> {
  const { clock } = loadBalancer;
  const ports: WidgetPorts = {
    now: () => clock.now(),
    loadFleet: async () => store.fleet(),
    loadRegions: async () => [],
    loadRecurringSilences: async () => [],
    loadSilences: async () => store.silences(),
    postureHours: () => POSTURE_HOURS,
    loadIncident: async (id) => store.incident(id),
    readFailures: async (_entries, range) =>
      new Map([[loadBalancer.arn, failuresByMinute(loadBalancer, range)]]),
    endpoint: ENDPOINT,
    actions: () => null,
    logFailure: () => {},
  };
  const inLabTime = (event: unknown): unknown => {
    const { widgetContext, ...parameters } = eventSchema.parse(event);
    const end = clock.now();
    return { ...parameters, widgetContext: { ...widgetContext, timeRange: { start: end - RANGE_MS, end } } };
  };
  return serveWidgetPage(async (event) => answerWidget(inLabTime(event), ports), REFRESH_SECONDS);
}

/** The load balancer's 502s, minute by minute over a range of lab time, 0 where none was counted. */
function failuresByMinute(
  { dimension, metrics }: LoadBalancer,
  range: { readonly start: number; readonly end: number },
): readonly number[] {
  const minuteMs = METRIC_PERIOD_SECONDS * 1000;
  const first = Math.floor(range.start / minuteMs) * minuteMs;
  const values = Array.from({ length: Math.max(1, Math.ceil((range.end - first) / minuteMs)) }, () => 0);
  const series = metrics.series(
    { name: 'HTTPCode_ELB_502_Count', dimensions: { LoadBalancer: dimension }, statistic: 'Sum' },
    range,
  );
  series?.timestamps.forEach((at, index) => {
    const position = Math.floor((Date.parse(at) - first) / minuteMs);
    if (values[position] !== undefined) values[position] = series.values[index] ?? 0;
  });
  return values;
}
