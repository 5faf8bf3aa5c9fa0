import { type InvestigationMessage, requestFor } from '../investigate/investigation-message.ts';
import type { FleetEntry } from '../model/alert.ts';
import type { Drift } from '../model/diagnosis.ts';
import type { Baseline } from '../model/evidence.ts';
import type { MonitorStore } from '../store/monitor-store.ts';
import type { WidgetActions } from './widget.ts';

export interface WidgetActionPorts {
  readonly store: Pick<MonitorStore, 'load' | 'acceptBaseline' | 'silence'>;
  readonly enqueue: (messages: readonly InvestigationMessage[]) => Promise<void>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** What a viewer of the dashboard may change, where the configuration allows it. */
export function widgetActions({ store, enqueue, now }: WidgetActionPorts): WidgetActions {
  const isoNow = (): string => new Date(now()).toISOString();
  const lookAgain = ({ loadBalancerArn, region }: FleetEntry): Promise<void> =>
    enqueue([requestFor(loadBalancerArn, region, 'posture', isoNow())]);
  return {
    acceptDrift: async (entry, drift) => {
      const { baseline } = await store.load(entry.loadBalancerArn);
      if (baseline === null || drift.length === 0) return;
      await store.acceptBaseline(entry.loadBalancerArn, accepting(baseline, drift, isoNow()));
      await lookAgain(entry);
    },
    silence: async (entry, untilMs) => {
      await store.silence(entry.loadBalancerArn, {
        at: isoNow(),
        until: new Date(untilMs).toISOString(),
        // CloudWatch does not tell a widget who clicks.
        by: 'a viewer of the dashboard',
        reason: null,
      });
    },
  };
}

/** The baseline with the differences that the viewer saw; what changed since then stays drift. */
function accepting(baseline: Baseline, drift: readonly Drift[], acceptedAt: string): Baseline {
  const resources = structuredClone(baseline.resources);
  for (const { resourceArn, key, current } of drift) {
    const known = resources[resourceArn];
    if (!known) continue;
    if (current === null) delete known[key];
    else known[key] = current;
  }
  return { acceptedAt, origin: 'accepted', resources };
}
