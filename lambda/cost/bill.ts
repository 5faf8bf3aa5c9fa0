import { MEMORY_MB } from '../env.ts';
import { MEASURED } from './measured.ts';
import { PRICES, type PriceId } from './prices.ts';

/** What the bill is made for. */
export interface CostInput {
  readonly loadBalancers: number;
  readonly regions: number;
  readonly backstopMinutes: number;
  readonly postureHours: number;
  readonly activeMinutes: number;
  readonly activeLaterMinutes: number;
  /** Share of the load balancers that have an incident within a month. */
  readonly incidentShare: number;
  /** How long an incident lasts. */
  readonly incidentHours: number;
}

/** What is assumed of incidents where nobody says. */
export const USUAL_INCIDENTS = { incidentShare: 0.02, incidentHours: 2 } as const;

/** One line of the bill, US dollars a month. */
export interface BillLine {
  readonly service: string;
  readonly item: string;
  readonly quantity: number;
  readonly price: PriceId;
  readonly usd: number;
}

export interface Bill {
  readonly lines: readonly BillLine[];
  readonly usd: number;
  readonly usdPerLoadBalancer: number;
}

/** One thing that is assumed rather than counted. */
export interface Assumption {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
}

const MINUTES = 30 * 24 * 60;
const HOURS = 30 * 24;

/** Everything that was not counted at the endpoint. */
export const ASSUMPTIONS = {
  screenSeconds: { what: 'billed time of a screening', value: 1, unit: `s at ${MEMORY_MB.screen} MB` },
  backstopSeconds: { what: 'more of it for 500 load balancers asked by name', value: 0.5, unit: 's' },
  lookSeconds: {
    what: 'billed time of a look, its share of a batch',
    value: 3,
    unit: `s at ${MEMORY_MB.investigate} MB`,
  },
  screenLogBytes: { what: 'log of a screening with the lines of Lambda', value: 2_000, unit: 'bytes' },
  lookLogBytes: { what: 'log of a look with the lines of Lambda', value: 2_000, unit: 'bytes' },
  pollsPerMinute: { what: 'long polls of the event source mapping', value: 15, unit: 'a minute' },
  itemBytes: { what: 'state, baseline and overview of a load balancer', value: 12_000, unit: 'bytes' },
  alarmMetrics: { what: "metrics in the monitor's own alarms", value: 9, unit: '' },
  ownMetrics: { what: 'metrics that the functions write about the monitor', value: 3, unit: '' },
  resolvingLooks: { what: 'looks after an incident until it counts as over', value: 6, unit: '' },
  widgetViews: { what: "times the dashboard's table is drawn", value: 500, unit: 'a month' },
  widgetRows: {
    what: 'load balancers with something to show that it reads 502s of, at most',
    value: 25,
    unit: 'each',
  },
  widgetItemBytes: { what: 'row of the overview that it reads', value: 1_000, unit: 'bytes' },
  widgetSeconds: { what: 'billed time of a drawing', value: 1, unit: `s at ${MEMORY_MB.widget} MB` },
  logObjects: { what: 'access-log files that a look at 502s reads, where it may', value: 20, unit: 'each' },
  logListings: {
    what: 'listings of the bucket for them, as many as the folders of a delivery take',
    value: 12,
    unit: 'each',
  },
  logBytes: { what: 'of those files', value: 20_000_000, unit: 'bytes' },
  keyRotations: { what: 'rotations of the key that are billed, from its third year on', value: 2, unit: '' },
  messagesPerIncident: { what: 'messages and events of an incident', value: 4, unit: 'each' },
} as const satisfies Readonly<Record<string, Assumption>>;

/** Looks at an incident: more often in its first hour than from then on. */
function looksOf({ incidentHours, activeMinutes, activeLaterMinutes }: CostInput): number {
  const later = Math.max(activeMinutes, activeLaterMinutes);
  return (Math.min(1, incidentHours) * 60) / activeMinutes + (Math.max(0, incidentHours - 1) * 60) / later;
}

/** CloudWatch lists a metric for so long after its last data point. */
const LISTED_HOURS = 14 * 24;

/**
 * Metrics that the screening queries of a month are billed for. Metrics Insights bills each metric that a query
 * "analyzes", "whose filter matches"; https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_billing.html
 * does not say whether one without data in the window counts.
 *
 * @returns `least`: those with 502s in the window; `most`: all that CloudWatch still lists, with 502s within two weeks.
 * At least one a query.
 */
export function metricsAnalyzed(input: CostInput): { readonly least: number; readonly most: number } {
  const { loadBalancers, incidentShare, incidentHours, regions } = input;
  const listedFor = (hours: number): number => loadBalancers * Math.min(1, (incidentShare * hours) / HOURS);
  const over = (listed: number): number =>
    MINUTES * Math.max(regions * MEASURED.screening.metricsAnalyzed, listed);
  return { least: over(listedFor(incidentHours)), most: over(listedFor(incidentHours + LISTED_HOURS)) };
}

/**
 * The monthly bill (30 days) of one deployment, free tiers left out.
 *
 * @returns lines in the order of the services, and their sum
 */
export function billOf(input: CostInput): Bill {
  const { loadBalancers, regions } = input;
  const assumed = (name: keyof typeof ASSUMPTIONS): number => ASSUMPTIONS[name].value;
  const screenings = MINUTES * regions;
  const byName = `every load balancer by name, every ${input.backstopMinutes} minutes`;
  const sweeps = (MINUTES / input.backstopMinutes) * loadBalancers;
  const postureLooks = (HOURS / input.postureHours) * loadBalancers;
  const incidents = loadBalancers * input.incidentShare;
  const activeLooks = incidents * (looksOf(input) + assumed('resolvingLooks'));
  const looks = postureLooks + incidents + activeLooks;
  const logReads = incidents + activeLooks;
  const views = assumed('widgetViews');
  const overviewUnits = Math.ceil((loadBalancers * assumed('widgetItemBytes')) / 4_096);
  const { screening, postureLook, openingLook, activeLook } = MEASURED;
  /** Of all looks, in a unit that was counted. */
  const ofLooks = (unit: 'metricsRequested' | 'readUnits' | 'writeUnits'): number =>
    incidents * openingLook[unit] + activeLooks * activeLook[unit];
  const line = (service: string, item: string, price: PriceId, quantity: number): BillLine => ({
    service,
    item,
    quantity,
    price,
    usd: (quantity / PRICES[price].per) * PRICES[price].usd,
  });
  const screenGbSeconds =
    (MINUTES * assumed('screenSeconds') + (sweeps / 500) * assumed('backstopSeconds')) *
    (MEMORY_MB.screen / 1024);
  const lines = [
    line(
      'CloudWatch',
      'screening, one query a region and minute',
      'metricAnalyzed',
      metricsAnalyzed(input).most,
    ),
    line('CloudWatch', byName, 'metricRequested', sweeps),
    line(
      'CloudWatch',
      `configuration, every ${input.postureHours} hours`,
      'metricRequested',
      postureLooks * postureLook.metricsRequested,
    ),
    line('CloudWatch', 'incidents', 'metricRequested', ofLooks('metricsRequested')),
    line(
      'CloudWatch',
      "the dashboard's table",
      'metricRequested',
      views * Math.min(loadBalancers, assumed('widgetRows')),
    ),
    line('CloudWatch', 'alarms about the monitor', 'alarmMetric', assumed('alarmMetrics')),
    line('CloudWatch', 'metrics about the monitor', 'customMetric', assumed('ownMetrics')),
    line('CloudWatch', 'dashboard', 'dashboard', 1),
    line(
      'CloudWatch Logs',
      'logs of the functions',
      'logIngest',
      MINUTES * assumed('screenLogBytes') + looks * assumed('lookLogBytes'),
    ),
    line('Lambda', 'invocations', 'lambdaRequest', MINUTES + looks + views),
    line('Lambda', 'time of screen', 'lambdaGbSecond', screenGbSeconds),
    line(
      'Lambda',
      'time of investigate',
      'lambdaGbSecond',
      looks * assumed('lookSeconds') * (MEMORY_MB.investigate / 1024),
    ),
    line(
      'Lambda',
      'time of widget',
      'lambdaGbSecond',
      views * assumed('widgetSeconds') * (MEMORY_MB.widget / 1024),
    ),
    line('SQS', 'requests', 'fifoRequest', MINUTES * assumed('pollsPerMinute') + looks * 2),
    line(
      'DynamoDB',
      'reads',
      'tableRead',
      screenings * screening.readUnits +
        postureLooks * postureLook.readUnits +
        ofLooks('readUnits') +
        views * overviewUnits,
    ),
    line('DynamoDB', 'writes', 'tableWrite', postureLooks * postureLook.writeUnits + ofLooks('writeUnits')),
    line('DynamoDB', 'storage', 'tableStorage', loadBalancers * assumed('itemBytes')),
    line('S3', 'access logs read', 'objectRead', logReads * assumed('logObjects')),
    line('S3', 'access logs listed', 'objectList', logReads * assumed('logListings')),
    line(
      'S3',
      'access logs of other regions',
      'regionTransfer',
      (logReads * assumed('logBytes') * (regions - 1)) / regions,
    ),
    line('KMS', 'key of the alert topic', 'key', 1),
    line('KMS', 'its rotations', 'keyRotation', assumed('keyRotations')),
    line('SNS', 'messages', 'publish', incidents * assumed('messagesPerIncident')),
    line('EventBridge', 'events', 'event', incidents * assumed('messagesPerIncident')),
  ];
  const usd = lines.reduce((sum, entry) => sum + entry.usd, 0);
  return { lines, usd, usdPerLoadBalancer: loadBalancers === 0 ? 0 : usd / loadBalancers };
}

/** Another way to watch the same load balancers. */
export interface Alternative {
  readonly name: string;
  readonly what: string;
  readonly usd: number;
  readonly usdPerLoadBalancer: number;
}

/** What the usual ways cost for the same fleet; none of them says why. */
export function alternativesTo({ loadBalancers }: Pick<CostInput, 'loadBalancers'>): readonly Alternative[] {
  const { alarmMetric, metricRequested } = PRICES;
  const alarm = alarmMetric.usd / alarmMetric.per;
  const metric = metricRequested.usd / metricRequested.per;
  const rows: readonly (readonly [string, string, number])[] = [
    ['one alarm', 'one standard alarm on HTTPCode_ELB_502_Count each', alarm],
    ['four alarms', 'as common alarm libraries make', 4 * alarm],
    ['five alarms', 'as common alarm libraries make', 5 * alarm],
    ['GetMetricData', 'one metric each, every minute', MINUTES * metric],
    ['YACE-style scrape', '24 metrics each, every five minutes', 24 * (MINUTES / 5) * metric],
  ];
  return rows.map(([name, what, usd]) => ({ name, what, usd: usd * loadBalancers, usdPerLoadBalancer: usd }));
}

/** From how many load balancers on one of them costs less than one alarm; null: never up to 20,000. */
export function cheaperThanAlarmFrom(input: Omit<CostInput, 'loadBalancers'>): number | null {
  const alarm = PRICES.alarmMetric.usd / PRICES.alarmMetric.per;
  const cheaper = (loadBalancers: number): boolean =>
    billOf({ ...input, loadBalancers }).usdPerLoadBalancer < alarm;
  if (!cheaper(20_000)) return null;
  let [low, high] = [1, 20_000];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (cheaper(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
