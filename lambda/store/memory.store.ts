import type { FleetEntry, Incident } from '../model/alert.ts';
import type { Baseline, KeepAliveFact } from '../model/evidence.ts';
import { SORT } from './item.ts';
import {
  type ActiveLoadBalancer,
  CHANNELS,
  ConcurrentUpdateError,
  type Memory,
  type MonitorStore,
  type OutboxEntry,
  type ScreenProgress,
} from './monitor-store.ts';

const EMPTY: Memory = { state: null, baseline: null, keepAliveFacts: [], incident: null, revision: 0 };
const NEVER: ScreenProgress = { lastBackstopAt: null, passStartedAt: null, passAfterArn: null };

/** The monitor's memory inside the process, for the lab and for tests: nothing outlives it. */
export function memoryStore(): MonitorStore {
  const memories = new Map<string, Memory>();
  const outbox = new Map<string, Omit<OutboxEntry, 'key'>>();
  const active = new Map<string, ActiveLoadBalancer>();
  const fleet = new Map<string, FleetEntry>();
  const incidents = new Map<string, Incident>();
  const progress = new Map<string, ScreenProgress>();
  const remembered = (arn: string): Memory => memories.get(arn) ?? EMPTY;

  return {
    load: async (arn) => {
      const memory = remembered(arn);
      const id = memory.state?.incident?.id;
      return { ...memory, incident: (id === undefined ? null : incidents.get(id)) ?? null };
    },
    record: async (record) => {
      const { loadBalancerArn: arn, state, fleetEntry, incident, nextLookAt } = record;
      const before = remembered(arn);
      if (before.revision !== record.readRevision)
        throw new ConcurrentUpdateError(`${arn} was investigated twice at once`);
      memories.set(arn, {
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
      record.notifications.forEach((notification, index) => {
        for (const channel of CHANNELS)
          outbox.set(SORT.outbox(notification, index, channel), { channel, notification });
      });
    },
    outbox: async (limit, arn) =>
      [...outbox]
        .sort(([left], [right]) => left.localeCompare(right))
        .map(([key, entry]) => ({ key, ...entry }))
        .filter(
          ({ notification }) => arn === undefined || notification.alert.diagnosis.loadBalancerArn === arn,
        )
        .slice(0, limit),
    removeFromOutbox: async (key) => {
      outbox.delete(key);
    },
    active: async () => [...active.values()],
    fleet: async () => [...fleet.values()],
    incident: async (id) => incidents.get(id) ?? null,
    incidents: async () => [...incidents.values()],
    acceptBaseline: async (arn: string, baseline: Baseline) => {
      memories.set(arn, { ...remembered(arn), baseline });
    },
    saveKeepAliveFact: async (arn: string, fact: KeepAliveFact) => {
      const before = remembered(arn);
      const others = before.keepAliveFacts.filter((known) => SORT.fact(known) !== SORT.fact(fact));
      memories.set(arn, { ...before, keepAliveFacts: [...others, fact] });
    },
    screenProgress: async (region) => progress.get(region) ?? NEVER,
    saveScreenProgress: async (region, next) => {
      progress.set(region, next);
    },
  };
}
