import type { Moto } from '../../moto-server.ts';
import type { FaultFleet } from './fleet.ts';
import type { Death } from './mortal-proxy.ts';
import { createWorld, type World } from './world.ts';

const MINUTE_MS = 60_000;

/** What a monitor came to in the end, without the times at which it did. */
interface Outcome {
  readonly phase: string;
  readonly told: string | null;
  readonly firstFailure: string | null;
  readonly incidents: number;
  readonly open: number;
  readonly waiting: number;
}

export interface CrashRow {
  readonly what: string;
  readonly runs: number;
  /** Messages where nothing dies. */
  readonly notifications: number;
  readonly statesThatDiffer: number;
  readonly notificationsLost: number;
  /** More than one message, all with one dedup key and one id: allowed. */
  readonly sentTwice: number;
  /** More than one alert opened on the pager. */
  readonly wrongDuplicates: number;
}

async function outcomeOf(world: World, arn: string): Promise<Outcome> {
  const { state, incident } = await world.store.load(arn);
  const waiting = await Promise.all(
    (['topic', 'bus'] as const).map((channel) => world.store.outbox({ channel, limit: 100 })),
  );
  return {
    phase: state?.phase ?? 'none',
    told: state?.incident?.announced?.verdict ?? null,
    firstFailure: incident?.firstFailure ?? null,
    incidents: (await world.store.incidents()).length,
    open: (await world.store.active()).length,
    waiting: waiting.flatMap(({ entries }) => entries).length,
  };
}

/** One message whose first process may die; redelivery; the sweeps of the minutes after. */
async function live(moto: Moto, arn: string, startMs: number, death: Death | null) {
  const world = await createWorld(moto);
  const first = await world.investigate(arn, startMs, death === null ? {} : { death });
  if (first.error !== null) await world.investigate(arn, startMs + MINUTE_MS);
  for (const later of [2, 3, 4]) await world.sweep(startMs + later * MINUTE_MS);
  const alerts = await world.received();
  return { calls: first.calls, alerts, outcome: await outcomeOf(world, arn) };
}

/**
 * Kills an investigation at each of its AWS calls, before and after the call takes effect, and redelivers its message.
 *
 * @param every - 1 tries each call, 5 each fifth
 * @param scenes - what the monitor has to do: tell of an incident, warn, or nothing
 */
export async function crashTable(
  moto: Moto,
  fleet: FaultFleet,
  every = 1,
  scenes: readonly ('failing' | 'silent' | 'healthy')[] = ['failing', 'silent', 'healthy'],
): Promise<readonly CrashRow[]> {
  const rows: CrashRow[] = [];
  for (const what of scenes) {
    const arn = fleet[what];
    const calm = await live(moto, arn, fleet.startMs, null);
    const row = {
      what,
      runs: 0,
      notifications: calm.alerts.length,
      statesThatDiffer: 0,
      notificationsLost: 0,
      sentTwice: 0,
      wrongDuplicates: 0,
    };
    for (let call = 1; call <= calm.calls; call += every) {
      for (const when of ['before', 'after'] as const) {
        const { alerts, outcome } = await live(moto, arn, fleet.startMs, { call, when });
        row.runs += 1;
        if (JSON.stringify(outcome) !== JSON.stringify(calm.outcome)) row.statesThatDiffer += 1;
        const keys = new Set(alerts.map(({ dedupKey, event }) => `${event} ${dedupKey}`));
        const ids = new Set(alerts.map(({ id }) => id));
        for (const { dedupKey, event } of calm.alerts)
          if (!keys.has(`${event} ${dedupKey}`)) row.notificationsLost += 1;
        if (alerts.length > ids.size) row.sentTwice += 1;
        if (ids.size > calm.alerts.length || keys.size > calm.alerts.length) row.wrongDuplicates += 1;
      }
    }
    rows.push(row);
  }
  return rows;
}
