import { randomFrom } from '../../../lab/worlds/access-log/random.ts';
import { ConcurrentUpdateError } from '../../../lambda/store/monitor-store.ts';
import { SHOP } from '../../alert/looks.ts';
import { shopBundle } from '../../alert/shop.ts';
import { monitorUnderTest } from '../monitor-under-test.ts';

export interface DisorderRow {
  readonly what: string;
  readonly runs: number;
  readonly looks: number;
  /** An alert that was opened twice, or closed though it went on, or is open though the state says otherwise. */
  readonly wrong: number;
  readonly crashes: number;
}

/** Every fifth minute, for ten hours. */
const FAILING = Array.from({ length: 120 }, (_, index) => 100 + 5 * index);

/** The alerts that a pager would have open after what it got. */
function openOnPager(
  told: readonly { readonly alert: { readonly event: string; readonly dedupKey: string } }[],
) {
  const open = new Map<string, number>();
  let twice = 0;
  for (const { alert } of told) {
    if (alert.event === 'resolved') open.delete(alert.dedupKey);
    else if (alert.event === 'firing') {
      if (open.has(alert.dedupKey)) twice += 1;
      open.set(alert.dedupKey, 1);
    }
  }
  return { open: [...open.keys()], twice };
}

/** Messages that come twice, late, in any order and several at once; the failure goes on, then ends. */
export async function disorderTable(runs: number): Promise<DisorderRow> {
  let [looks, wrong, crashes] = [0, 0, 0];
  for (let run = 0; run < runs; run++) {
    const random = randomFrom(run);
    const monitor = monitorUnderTest();
    for (let at = 106; at < 400; at += random.whole(12) + 1) {
      const together = Array.from({ length: 1 + random.whole(4) }, async () => {
        // A message may have waited for minutes; what it looks at is how things are when it is taken.
        const seen = Math.max(106, at - random.whole(3));
        await Promise.resolve();
        return monitor.investigateAt(seen, shopBundle({ at: seen, failing: FAILING }));
      });
      for (const result of await Promise.allSettled(together)) {
        looks += 1;
        if (result.status === 'rejected' && !(result.reason instanceof ConcurrentUpdateError)) crashes += 1;
      }
    }
    const { state } = await monitor.store.load(SHOP);
    const { open, twice } = openOnPager(monitor.delivered);
    const expected = state?.incident?.announced ? [state.incident.id] : [];
    if (twice > 0 || open.join() !== expected.join() || expected.length !== 1) wrong += 1;
  }
  return { what: 'messages twice, late, in any order, several at once', runs, looks, wrong, crashes };
}

/** The clock of each look is off by up to minutes, hours or a day; the metrics are not. The failure goes on. */
export async function clockTable(runs: number): Promise<DisorderRow> {
  let [looks, wrong, crashes] = [0, 0, 0];
  for (let run = 0; run < runs; run++) {
    const random = randomFrom(run);
    const monitor = monitorUnderTest();
    for (let at = 106; at < 600; at += 5) {
      const step = random.chance(0.2) ? random.pick([-1440, -120, -10, 10, 50, 120, 1440]) : 0;
      const clock = at + step;
      looks += 1;
      // What CloudWatch has at this moment, in the window that the wrong clock asks for.
      const failing = FAILING.filter((time) => time < at);
      try {
        await monitor.investigateAt(clock, shopBundle({ at: clock, failing, trafficUntil: at }));
      } catch {
        crashes += 1;
      }
    }
    const ends = monitor.delivered.filter(
      ({ alert: { event, dedupKey } }) => event === 'resolved' && dedupKey.startsWith('app/'),
    );
    if (ends.length > 0 || openOnPager(monitor.delivered).twice > 0) wrong += 1;
  }
  return { what: 'clock steps', runs, looks, wrong, crashes };
}
