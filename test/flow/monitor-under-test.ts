import type { Channels } from '../../lambda/deliver/outbox.ts';
import type { Observed } from '../../lambda/investigate/collect.ts';
import { type InvestigatePorts, investigate } from '../../lambda/investigate/investigate.ts';
import type { InvestigationMessage } from '../../lambda/investigate/investigation-message.ts';
import type { AccessLogSummary } from '../../lambda/model/access-log-summary.ts';
import type { Notification } from '../../lambda/model/alert.ts';
import type { EvidenceBundle } from '../../lambda/model/evidence.ts';
import { type SettingsInput, settingsSchema } from '../../lambda/model/settings.ts';
import { screen } from '../../lambda/screen/screen.ts';
import type {
  FailingLoadBalancers,
  ListedLoadBalancer,
  ScreenPorts,
} from '../../lambda/screen/screen-region.ts';
import { memoryStore } from '../../lambda/store/memory.store.ts';
import type { MonitorStore, StoredRecord } from '../../lambda/store/monitor-store.ts';
import { minute, SHOP } from '../alert/looks.ts';

export const QUIET: FailingLoadBalancers = { failing: [], complete: true, because: null };
export const failing = (...arns: readonly string[]): FailingLoadBalancers => ({
  ...QUIET,
  failing: arns.map((arn) => ({ arn })),
});

export interface Options {
  readonly store?: MonitorStore;
  readonly settings?: SettingsInput;
  readonly topic?: (notification: Notification) => Promise<void>;
  readonly readFailing?: (region: string) => Promise<FailingLoadBalancers>;
  readonly readFailingByName?: () => Promise<FailingLoadBalancers>;
  readonly listed?: (region: string) => Promise<readonly ListedLoadBalancer[]>;
  /** What the access log says of the load balancer. */
  readonly accessLog?: () => AccessLogSummary;
  readonly trail?: ScreenPorts['readTrail'];
  readonly enqueue?: (messages: readonly InvestigationMessage[]) => Promise<void>;
}

/** The flows on a memory store, a clock that is set by hand, and evidence that a test gives. */
export function monitorUnderTest(options: Options = {}) {
  const store = options.store ?? memoryStore();
  const settings = settingsSchema.parse(options.settings ?? {});
  const delivered: Notification[] = [];
  const asked: InvestigationMessage[] = [];
  let at = 0;
  const channels: Channels = {
    topic: options.topic ?? (async (notification) => void delivered.push(notification)),
    bus: async () => {},
  };
  const now = () => minute(at);
  const screenPorts: ScreenPorts = {
    now,
    readFailing: options.readFailing ?? (async () => QUIET),
    listLoadBalancers: options.listed ?? (async () => [{ arn: SHOP, createdAt: null }]),
    readFailingByName: options.readFailingByName ?? (async () => QUIET),
    ...(options.trail === undefined ? {} : { readTrail: options.trail }),
    enqueue: options.enqueue ?? (async (messages) => void asked.push(...messages)),
    store,
    channels,
    dashboardUrl: null,
  };
  const portsFor = (observe: InvestigatePorts['observe']): InvestigatePorts => ({
    ...{ now, observe, store, channels, dashboardUrl: null },
    readAccessLog: async () => ({ summary: options.accessLog?.() ?? null, gaps: [] }),
    readBackendLog: async () => ({ matches: [], gaps: [] }),
  });
  return {
    store,
    delivered,
    asked,
    /** `firing shop`, in the order of delivery on the topic. */
    told: () =>
      delivered.map(
        ({ alert, group }) =>
          `${alert.event} ${group === null ? alert.diagnosis.loadBalancerArn.split('/')[2] : group.count}`,
      ),
    screenAt: (time: number, regions: readonly string[] = ['eu-central-1']) => {
      at = time;
      return screen(regions, screenPorts, settings);
    },
    investigateAt: (
      time: number,
      seen: EvidenceBundle | 'gone' | ((memory: StoredRecord) => Promise<Observed>),
      arn = SHOP,
    ) => {
      at = time;
      const observe = async (_: unknown, memory: StoredRecord): Promise<Observed> => {
        if (typeof seen === 'function') return seen(memory);
        return seen === 'gone'
          ? { state: 'gone', loadBalancerArn: arn }
          : { state: 'observed', bundle: { ...seen, baseline: memory.baseline } };
      };
      const window = { start: minute(time - 180), end: minute(time) };
      return investigate(
        { loadBalancerArn: arn, region: 'eu-central-1', window, change: null },
        portsFor(observe),
        settings,
      );
    },
  };
}

/** The same evidence about another load balancer. */
export function renamed(bundle: EvidenceBundle, name: string): EvidenceBundle {
  const text = JSON.stringify(bundle).replaceAll('app/shop/', `app/${name}/`);
  const parsed: EvidenceBundle = JSON.parse(text);
  return { ...parsed, loadBalancer: { ...parsed.loadBalancer, name } };
}
