import type { AnnouncedIncident, FleetEntry, FleetEvent, Incident, Notification } from '../model/alert.ts';
import { regionOfArn } from '../model/arn.ts';
import type { Baseline, KeepAliveFact, ResponseFact } from '../model/evidence.ts';
import { inTextOrder } from '../model/text-order.ts';
import { SORT } from './item.ts';
import {
  type ActiveLoadBalancer,
  type AsideEntry,
  CHANNELS,
  ConcurrentUpdateError,
  type MonitorStore,
  type OutboxEntry,
  type ScreenProgress,
  type StoredRecord,
} from './monitor-store.ts';

const EMPTY: StoredRecord = {
  state: null,
  baseline: null,
  keepAliveFacts: [],
  responseFacts: [],
  silence: null,
  recurringSilences: [],
  incident: null,
  revision: 0,
};
const NEVER: ScreenProgress = {
  lastBackstopAt: null,
  passStartedAt: null,
  passAfterArn: null,
  posturePending: [],
};

/** The monitor's store in the memory of the process, for the lab and for tests: nothing outlives it. */
export function memoryStore(): MonitorStore {
  const records = new Map<string, StoredRecord>();
  const outboxes = new Map(CHANNELS.map((channel) => [channel, new Map<string, OutboxEntry>()]));
  const aside: AsideEntry[] = [];
  const announced: AnnouncedIncident[] = [];
  const events = new Map<string, FleetEvent>();
  const active = new Map<string, ActiveLoadBalancer>();
  const fleet = new Map<string, FleetEntry>();
  const incidents = new Map<string, Incident>();
  const progress = new Map<string, ScreenProgress>();
  const recordOf = (arn: string): StoredRecord => records.get(arn) ?? EMPTY;

  const post = (notification: Notification, index: number): void => {
    for (const [channel, box] of outboxes) {
      const key = SORT.outbox(notification, index);
      box.set(key, { key, channel, notification });
    }
  };

  return {
    load: async (arn) => {
      const stored = recordOf(arn);
      const id = stored.state?.incident?.id ?? stored.state?.ended?.id;
      return { ...stored, incident: (id === undefined ? null : incidents.get(id)) ?? null };
    },
    record: async (record) => {
      const { loadBalancerArn: arn, state, fleetEntry, incident, nextLookAt } = record;
      const before = recordOf(arn);
      if (before.revision !== record.readRevision)
        throw new ConcurrentUpdateError(`${arn} was investigated twice at once`);
      records.set(arn, {
        ...before,
        state,
        baseline: record.newBaseline ?? before.baseline,
        revision: before.revision + 1,
      });
      if (incident) incidents.set(incident.id, incident);
      if (fleetEntry) fleet.set(arn, fleetEntry);
      else fleet.delete(arn);
      if (state.phase !== 'inactive' && fleetEntry)
        active.set(arn, { loadBalancerArn: arn, region: fleetEntry.region, nextLookAt });
      else active.delete(arn);
      record.notifications.forEach(post);
      if (record.announced) announced.push(record.announced);
    },
    outbox: async ({ channel, limit }) => ({
      entries: [...(outboxes.get(channel)?.values() ?? [])]
        .sort((left, right) => (left.key < right.key ? -1 : 1))
        .slice(0, limit),
      unreadable: [],
    }),
    setAside: async ({ channel, key }, because, data) => {
      outboxes.get(channel)?.delete(key);
      aside.push({ channel, key, because, data, at: key.split('#', 1)[0] ?? '' });
    },
    aside: async () => aside,
    // What is in the memory of one process was written by one version.
    takeBack: async () => false,
    removeFromOutbox: async ({ channel, key }) => {
      outboxes.get(channel)?.delete(key);
    },
    announcedSince: async (region, since) =>
      announced.filter((entry) => entry.at >= since && regionOfArn(entry.loadBalancerArn) === region),
    announcedAlike: async ({ region, since, verdict, most }) => {
      const alike = announced.filter(
        (entry) =>
          entry.at >= since && entry.verdict === verdict && regionOfArn(entry.loadBalancerArn) === region,
      );
      const newestFirst = alike.sort((left, right) => inTextOrder(right.at, left.at));
      const byArn = new Map(newestFirst.toReversed().map((entry) => [entry.loadBalancerArn, entry]));
      return newestFirst.filter((entry) => byArn.get(entry.loadBalancerArn) === entry).slice(0, most);
    },
    fleetEvents: async (region) => [...events.values()].filter((event) => event.region === region),
    saveFleetEvent: async (event, ended, notification) => {
      if (ended) events.delete(event.id);
      else events.set(event.id, event);
      post(notification, 0);
    },
    active: async () => [...active.values()],
    fleet: async () => [...fleet.values()],
    incident: async (id) => incidents.get(id) ?? null,
    incidents: async () => [...incidents.values()],
    acceptBaseline: async (arn: string, baseline: Baseline) => {
      records.set(arn, { ...recordOf(arn), baseline });
    },
    silence: async (arn, silence) => {
      records.set(arn, { ...recordOf(arn), silence });
    },
    silences: async () =>
      [...records].flatMap(([loadBalancerArn, { silence }]) =>
        silence === null ? [] : [{ loadBalancerArn, silence }],
      ),
    silenceRecurringly: async (arn, silence) => {
      const before = recordOf(arn);
      const key = SORT.recurringSilence(silence.recurrence);
      const others = before.recurringSilences.filter(
        (each) => SORT.recurringSilence(each.recurrence) !== key,
      );
      records.set(arn, { ...before, recurringSilences: [...others, silence] });
    },
    recurringSilences: async () =>
      [...records].flatMap(([loadBalancerArn, { recurringSilences }]) =>
        recurringSilences.map((silence) => ({ loadBalancerArn, silence })),
      ),
    saveKeepAliveFact: async (arn: string, fact: KeepAliveFact) => {
      const before = recordOf(arn);
      const others = before.keepAliveFacts.filter((known) => SORT.fact(known) !== SORT.fact(fact));
      records.set(arn, { ...before, keepAliveFacts: [...others, fact] });
    },
    saveResponseFact: async (arn: string, fact: ResponseFact) => {
      const before = recordOf(arn);
      const others = before.responseFacts.filter((known) => SORT.answer(known) !== SORT.answer(fact));
      records.set(arn, { ...before, responseFacts: [...others, fact] });
    },
    screenProgress: async (region) => progress.get(region) ?? NEVER,
    saveScreenProgress: async (region, next) => {
      progress.set(region, next);
    },
    screenedRegions: async () => [...progress].map(([region, value]) => ({ region, progress: value })),
    forgetRegion: async (region) => {
      progress.delete(region);
    },
  };
}
