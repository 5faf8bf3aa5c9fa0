import { minute } from '../../alert/looks.ts';
import { startFaultProxy } from '../../aws-faults.ts';
import type { Moto } from '../../moto-server.ts';
import { arnOf, notificationAt, recordAt } from '../../store/entries.ts';
import { createWorld } from './world.ts';

export interface OutageRow {
  readonly what: string;
  readonly notifications: number;
  readonly lost: number;
  readonly outOfOrder: number;
  /** Attempts on the topic in the busiest minute of the outage. */
  readonly attemptsAMinute: number;
  /** Messages in the busiest minute after it. */
  readonly storm: number;
  readonly minutesToCatchUp: number;
}

/**
 * SNS fails for an hour in which load balancers begin and cease to fail; a sweep every minute, then SNS is back.
 *
 * @param loadBalancers - each has two notifications, an opening and an end
 */
export async function outageTable(moto: Moto, loadBalancers: number): Promise<OutageRow> {
  const proxy = await startFaultProxy(moto.endpoint);
  const world = await createWorld(moto);
  let attemptsAMinute = 0;
  let storm = 0;
  let minutesToCatchUp = 0;
  const expected = new Map<string, string[]>();
  try {
    for (let at = 0; at < 60; at++) {
      for (let index = 0; index < loadBalancers; index++) {
        const name = `n${index}`;
        const opens = at === index % 30;
        if (!opens && at !== 30 + (index % 30)) continue;
        const notification = notificationAt(at, name, opens ? 'firing' : 'resolved');
        expected.set(name, [...(expected.get(name) ?? []), notification.alert.id]);
        await world.store.record(
          recordAt(at, { notifications: [notification], readRevision: opens ? 0 : 1 }, name),
        );
      }
      proxy.reset([{ action: 'Publish', fault: 'dropped' }]);
      await world.sweep(Date.parse(minute(at)), proxy.endpoint);
      attemptsAMinute = Math.max(
        attemptsAMinute,
        proxy.calls.filter(({ action }) => action === 'Publish').length,
      );
    }
    for (let at = 62; at < 90; at++) {
      const { delivered } = await world.sweep(Date.parse(minute(at)));
      storm = Math.max(storm, delivered);
      minutesToCatchUp += delivered > 0 ? 1 : 0;
    }
  } finally {
    await proxy.stop();
  }
  const arrived = await world.received();
  const perBalancer = (name: string): string[] =>
    arrived.filter(({ diagnosis }) => diagnosis.loadBalancerArn === arnOf(name)).map(({ id }) => id);
  const all = [...expected];
  return {
    what: 'SNS down for an hour',
    notifications: all.flatMap(([, ids]) => ids).length,
    lost: all.flatMap(([name, ids]) => ids.filter((id) => !perBalancer(name).includes(id))).length,
    outOfOrder: all.filter(([name, ids]) => perBalancer(name).join() !== ids.join()).length,
    ...{ attemptsAMinute, storm, minutesToCatchUp },
  };
}
