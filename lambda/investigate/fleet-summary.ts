import {
  FLEET_WIDE_FROM,
  FLEET_WIDE_MINUTES,
  MEMBERS_HOURS,
  nextSummary,
  type Summary,
} from '../alert/fleet-event.ts';
import { notificationOf } from '../alert/notification.ts';
import { nothingFound } from '../diagnose/diagnose.ts';
import type { Settings } from '../env.ts';
import type { AnnouncedIncident, Notification } from '../model/alert.ts';
import type { ActiveLoadBalancer, MonitorStore } from '../store/monitor-store.ts';

const HOUR_MS = 3_600_000;

/**
 * Who was announced in the region lately with the same verdict, for an investigation that is about to announce one
 * more; no more of them than `isFleetWide` needs, itself included.
 */
export function recentlyAnnounced(
  store: MonitorStore,
  { region, verdict }: Pick<AnnouncedIncident, 'verdict'> & { readonly region: string },
  now: string,
): Promise<readonly AnnouncedIncident[]> {
  const since = new Date(Date.parse(now) - FLEET_WIDE_MINUTES * 60_000).toISOString();
  return store.announcedAlike({ region, since, verdict, most: FLEET_WIDE_FROM + 1 });
}

/**
 * Writes the summaries of fleet-wide events that are due in a region into the outbox; the next sweep delivers them.
 *
 * @returns one sentence for each summary
 */
export async function summarizeFleetEvents(
  region: string,
  active: readonly ActiveLoadBalancer[],
  ports: { readonly store: MonitorStore; readonly now: string; readonly dashboardUrl: string | null },
  { repeatHours }: Pick<Settings, 'repeatHours'>,
): Promise<readonly string[]> {
  const { store, now } = ports;
  const since = new Date(Date.parse(now) - MEMBERS_HOURS * HOUR_MS).toISOString();
  const [announced, events] = await Promise.all([
    store.announcedSince(region, since),
    store.fleetEvents(region),
  ]);
  const grouped = announced.filter((entry) => entry.grouped);
  const openArns = new Set(active.map(({ loadBalancerArn }) => loadBalancerArn));
  const verdicts = new Set([...grouped, ...events].map(({ verdict }) => verdict));
  const sentences: string[] = [];
  for (const verdict of verdicts) {
    const summary = nextSummary(
      {
        region,
        event: events.find((event) => event.verdict === verdict) ?? null,
        members: grouped.filter((entry) => entry.verdict === verdict),
        openArns,
        repeatHours,
      },
      now,
    );
    if (summary === null) continue;
    const { event, ended, announcement } = summary;
    await store.saveFleetEvent(event, ended, await notificationOfSummary(summary, region, ports));
    sentences.push(`${announcement.event} ${event.id}: ${announcement.reason}`);
  }
  return sentences;
}

async function notificationOfSummary(
  { event, announcement, names, members }: Summary,
  region: string,
  { store, now, dashboardUrl }: Parameters<typeof summarizeFleetEvents>[2],
): Promise<Notification> {
  const example = await store.incident(event.incidentId);
  const diagnosis = example?.diagnosis ?? nothingFound(names[0] ?? '', region, now);
  const notification = notificationOf({
    ...{ announcement, diagnosis, dashboardUrl, now },
    ...{ owner: example?.owner ?? null, runbook: null },
  });
  return { ...notification, group: { count: event.toldCount, names: [...names], members: [...members] } };
}
