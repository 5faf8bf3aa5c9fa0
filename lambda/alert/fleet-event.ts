import type { AnnouncedIncident, FleetEvent } from '../model/alert.ts';
import { SEVERITIES } from '../model/diagnosis.ts';
import { type Announcement, type Decision, minutesBetween } from './look.ts';

/** This many load balancers of a region that start to fail alike are one event: one change broke them all. */
export const FLEET_WIDE_FROM = 10;
/** ... within so many minutes. */
export const FLEET_WIDE_MINUTES = 10;

/** The summary waits this long for its first members, and longer between two of them. */
const FIRST_SUMMARY_MINUTES = 2;
const NEXT_SUMMARY_MINUTES = 10;

/** Members are looked up this far back. */
export const MEMBERS_HOURS = 24;

/** Names that a summary lists. */
const NAMES_SHOWN = 20;

/** Members that a summary is addressed to: some 50 KB of names, of the 256 that a message has. */
const MEMBERS_ADDRESSED = 1_000;

/**
 * Whether an incident is one of many: enough other load balancers were announced with the same verdict just now.
 *
 * @param recent - what was announced in the region in the last `FLEET_WIDE_MINUTES`
 */
export function isFleetWide(
  recent: readonly AnnouncedIncident[],
  { loadBalancerArn, verdict }: Pick<AnnouncedIncident, 'loadBalancerArn' | 'verdict'>,
): boolean {
  const others = recent.filter((entry) => entry.verdict === verdict).map((entry) => entry.loadBalancerArn);
  others.push(loadBalancerArn);
  return new Set(others).size > FLEET_WIDE_FROM;
}

/** The announcement that opens an incident on the pager, if the decision has one. */
export function openingOf({ announcements, state }: Decision): Announcement | null {
  const open = announcements.find(
    ({ event, incidentId }) => event === 'firing' && incidentId === state.incident?.id,
  );
  return open ?? null;
}

/** The same decision, with the incident announced by the summary of the event. */
export function leftToSummary(decision: Decision): Decision {
  const { state, announcements } = decision;
  if (!state.incident?.announced) return decision;
  const { id } = state.incident;
  const incident = { ...state.incident, announced: { ...state.incident.announced, grouped: true } };
  return {
    ...decision,
    reason: `${decision.reason}; announced in the summary of a fleet-wide event`,
    state: { ...state, incident },
    announcements: announcements.map((entry) =>
      entry.incidentId === id ? { ...entry, grouped: true } : entry,
    ),
  };
}

/** What the summary of one region and verdict rests on. */
export interface FleetView {
  readonly region: string;
  readonly event: FleetEvent | null;
  /** Announced in the last `MEMBERS_HOURS` with this verdict and left to the summary. */
  readonly members: readonly AnnouncedIncident[];
  /** Load balancers whose alert is open. */
  readonly openArns: ReadonlySet<string>;
  readonly repeatHours: number;
}

/** A summary that is due. */
export interface Summary {
  readonly event: FleetEvent;
  /** true: every member is over. */
  readonly ended: boolean;
  readonly announcement: Announcement;
  readonly names: readonly string[];
  /** ARNs of all of them, for teams that filter for their own. */
  readonly members: readonly string[];
}

/** The summary that is due now; null: none. One message opens the event, few follow it, one closes it. */
export function nextSummary(view: FleetView, now: string): Summary | null {
  const { event, members, openArns } = view;
  const open = members.filter(({ loadBalancerArn }) => openArns.has(loadBalancerArn));
  if (event === null) {
    const [first] = open;
    const due = first !== undefined && minutesBetween(first.at, now) >= FIRST_SUMMARY_MINUTES;
    return due ? opened(view, open, first, now) : null;
  }
  const all = members.filter(({ at }) => at >= event.openedAt);
  const count = Math.max(event.toldCount, distinct(all).length);
  if (open.length === 0) return summaryNotification(event, 'resolved', 'all of them are over', all, now);
  const since = minutesBetween(event.toldAt, now);
  const next = { ...event, toldCount: count };
  if (count > event.toldCount && since >= NEXT_SUMMARY_MINUTES)
    return summaryNotification(
      next,
      'updated',
      `${count - event.toldCount} more load balancers joined`,
      all,
      now,
    );
  if (since >= view.repeatHours * 60)
    return summaryNotification(
      next,
      'updated',
      `still failing ${view.repeatHours} hours after the last message`,
      open,
      now,
    );
  return null;
}

const distinct = (members: readonly AnnouncedIncident[]): string[] => [
  ...new Set(members.map(({ loadBalancerArn }) => loadBalancerArn)),
];

function opened(
  { region }: FleetView,
  open: readonly AnnouncedIncident[],
  first: AnnouncedIncident,
  now: string,
): Summary {
  const worst = open.reduce((left, right) =>
    SEVERITIES.indexOf(right.severity) > SEVERITIES.indexOf(left.severity) ? right : left,
  );
  const event: FleetEvent = {
    id: `fleet/${region}/${first.verdict}@${first.at}`,
    region,
    verdict: first.verdict,
    openedAt: first.at,
    toldAt: now,
    toldCount: distinct(open).length,
    severity: worst.severity,
    incidentId: worst.incidentId,
  };
  const reason = `they began within minutes of ${FLEET_WIDE_FROM} others, which were announced one by one`;
  return summaryNotification(event, 'firing', reason, open, now);
}

function summaryNotification(
  event: FleetEvent,
  kind: 'firing' | 'updated' | 'resolved',
  reason: string,
  members: readonly AnnouncedIncident[],
  now: string,
): Summary {
  const { id, verdict, severity } = event;
  return {
    event: { ...event, toldAt: now },
    ended: kind === 'resolved',
    names: distinct(members).slice(0, NAMES_SHOWN),
    members: distinct(members).slice(0, MEMBERS_ADDRESSED),
    announcement: {
      ...{ event: kind, incidentId: id, dedupKey: id, reason },
      ...{ cause: verdict, severity, grouped: false },
    },
  };
}
