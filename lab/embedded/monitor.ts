import { consoleChannels } from '../../lambda/deliver/console.ts';
import type { DrainReport } from '../../lambda/deliver/outbox.ts';
import { diagnose } from '../../lambda/diagnose/diagnose.ts';
import {
  type InvestigatePorts,
  type InvestigationOutcome,
  investigate,
} from '../../lambda/investigate/investigate.ts';
import type { InvestigationMessage } from '../../lambda/investigate/investigation-message.ts';
import type { AlertEvent, Notification } from '../../lambda/model/alert.ts';
import type { Diagnosis } from '../../lambda/model/diagnosis.ts';
import { type Settings, settingsSchema } from '../../lambda/model/settings.ts';
import { screen } from '../../lambda/screen/screen.ts';
import type { FailingLoadBalancers, ScreenPorts } from '../../lambda/screen/screen-region.ts';
import { memoryStore } from '../../lambda/store/memory.store.ts';
import type { MonitorStore } from '../../lambda/store/monitor-store.ts';
import { LAB_REGION, type LoadBalancer } from '../load-balancer/load-balancer.ts';
import { accessLogOf, bundleOf, type Window } from './evidence.ts';

/** What the monitor sent: the text as the mail would show it, and what it was made from. */
export interface Delivered {
  readonly text: string;
  readonly event: AlertEvent;
  readonly notification: Notification;
}

/** The monitor inside this process: the deployed flows on ports that read the stand-in. */
export interface EmbeddedMonitor {
  readonly store: MonitorStore;
  /** One beat of the schedule: screens, and investigates what deserves it. */
  beat(): Promise<readonly InvestigationOutcome[]>;
  /** What a look would find now; nothing is announced, and nothing remembered. */
  peek(): Diagnosis;
  /** Leaves out of every look from now on what was measured until now. */
  measureAnew(): void;
}

export interface EmbeddedMonitorOptions {
  readonly loadBalancer: LoadBalancer;
  readonly onDelivered: (delivered: Delivered) => void;
  /** Whether the monitor may read access logs; without them it has metrics, health, attributes and tags. */
  readonly withAccessLog?: boolean;
  readonly settings?: Settings;
}

/**
 * Nobody waits half an hour in front of a terminal: an alert of the lab resolves after a lab minute without a 502, or
 * three times the longest pause between failing minutes as everywhere else.
 */
export const LAB_SETTINGS: Settings = settingsSchema.parse({ resolveAfterMinutes: 1 });

const METRIC = 'HTTPCode_ELB_502_Count';

export function embeddedMonitor(options: EmbeddedMonitorOptions): EmbeddedMonitor {
  const { loadBalancer, onDelivered, settings = LAB_SETTINGS } = options;
  const { clock } = loadBalancer;
  let measuredSince = 0;
  const windowTo = (end: number): Window => {
    const start = Math.max(measuredSince, end - settings.investigationWindowMinutes * 60_000);
    return { start: new Date(start).toISOString(), end: new Date(end).toISOString() };
  };
  const store = everyBeatDue(memoryStore());
  const now = () => new Date(clock.now()).toISOString();
  const channels = consoleChannels((text, notification) =>
    onDelivered({ text, event: notification.alert.event, notification }),
  );
  const asked: InvestigationMessage[] = [];
  const readFailing = async (_region: string, window: Window) => failingOf(loadBalancer, window);
  const screenPorts: ScreenPorts = {
    now,
    readFailing,
    listLoadBalancers: async () => [{ arn: loadBalancer.arn, createdAt: null }],
    readFailingByName: readFailing,
    enqueue: async (messages) => void asked.push(...messages),
    store,
    channels,
    dashboardUrl: null,
  };
  const investigatePorts: InvestigatePorts = {
    now,
    observe: async ({ window }, stored) => ({
      state: 'observed',
      bundle: bundleOf(loadBalancer, window, stored),
    }),
    readAccessLog: async ({ window }) => ({
      summary: options.withAccessLog === false ? null : accessLogOf(loadBalancer, window),
      gaps: [],
    }),
    readBackendLog: async () => ({ matches: [], gaps: [] }),
    store,
    channels,
    dashboardUrl: null,
  };
  return {
    store,
    beat: async () => {
      const report = await screen([LAB_REGION], screenPorts, settings);
      for (const { failure } of report.regions) if (failure !== null) throw new Error(failure);
      if (report.delivery === null) throw new Error(report.failures.join('; '));
      failOn(report.delivery);
      const outcomes: InvestigationOutcome[] = [];
      for (const { loadBalancerArn, region, change } of asked.splice(0)) {
        const window = windowTo(clock.now());
        outcomes.push(
          await investigate({ loadBalancerArn, region, window, change }, investigatePorts, settings),
        );
      }
      return outcomes;
    },
    peek: () => {
      const window = windowTo(clock.now());
      const bundle = bundleOf(loadBalancer, window, { baseline: null, keepAliveFacts: [] });
      const accessLog = options.withAccessLog === false ? null : accessLogOf(loadBalancer, window);
      return diagnose({ ...bundle, accessLog });
    },
    measureAnew: () => {
      measuredSince = clock.now();
    },
  };
}

/**
 * Looks cost nothing here: an alert that only waits to be over is looked at on every beat, where the deployed monitor
 * takes its time to spare AWS's API.
 */
function everyBeatDue(store: MonitorStore): MonitorStore {
  const due = new Date(0).toISOString();
  return {
    ...store,
    active: async () => (await store.active()).map((entry) => ({ ...entry, nextLookAt: due })),
  };
}

/** Printing does not fail for reasons that waiting cures: what stays in the outbox is a defect. */
function failOn({ failures }: DrainReport): void {
  if (failures.length > 0) throw new Error(`could not deliver: ${failures.join('; ')}`);
}

function failingOf(loadBalancer: LoadBalancer, window: Window): FailingLoadBalancers {
  const dimensions = { LoadBalancer: loadBalancer.dimension };
  const span = { start: Date.parse(window.start), end: Date.parse(window.end) };
  const series = loadBalancer.metrics.series({ name: METRIC, dimensions, statistic: 'Sum' }, span);
  return {
    failing: series === null ? [] : [{ arn: loadBalancer.arn }],
    complete: true,
    because: null,
  };
}
