import type {
  AlertState,
  AnnouncedIncident,
  FleetEntry,
  FleetEvent,
  Incident,
  Notification,
} from '../model/alert.ts';
import type { Baseline, KeepAliveFact, ResponseFact } from '../model/evidence.ts';
import type { RecurringSilence, Silence } from '../model/record.ts';

/** What the store remembers of one load balancer. */
export interface StoredRecord {
  /** null: never looked at. */
  readonly state: AlertState | null;
  readonly baseline: Baseline | null;
  readonly keepAliveFacts: readonly KeepAliveFact[];
  /** What targets answered to paths that failed, the newest answer of each; some may be too old to tell. */
  readonly responseFacts: readonly ResponseFact[];
  /** What a person asked for last, which may be over; null: nobody asked. */
  readonly silence: Silence | null;
  /** Those that recur; some may be over. */
  readonly recurringSilences: readonly RecurringSilence[];
  /** The record of the open incident, or of the one that ended last. */
  readonly incident: Incident | null;
  /** Counts the writes; a write names the one it read, so that two investigations cannot overwrite each other. */
  readonly revision: number;
}

/** Everything one investigation leaves behind; written whole or not at all. */
export interface InvestigationRecord {
  readonly loadBalancerArn: string;
  readonly readRevision: number;
  readonly state: AlertState;
  /** null leaves the stored baseline as it is. */
  readonly newBaseline: Baseline | null;
  readonly incident: Incident | null;
  /** null: the load balancer is gone, so it leaves the overview. */
  readonly fleetEntry: FleetEntry | null;
  /** When an active load balancer is due for its next look. */
  readonly nextLookAt: string;
  readonly notifications: readonly Notification[];
  /** An incident that this investigation announced; null: none. */
  readonly announced: AnnouncedIncident | null;
}

/** A load balancer whose alert is pending, firing or resolving. */
export interface ActiveLoadBalancer {
  readonly loadBalancerArn: string;
  readonly region: string;
  readonly nextLookAt: string;
}

/** A load balancer that a person asked to be silent about. */
export interface Silenced {
  readonly loadBalancerArn: string;
  readonly silence: Silence;
}

/** A load balancer that a person asked to be silent about again and again. */
export interface RecurringlySilenced {
  readonly loadBalancerArn: string;
  readonly silence: RecurringSilence;
}

/**
 * Where notifications go: the SNS topic and the event bus. Each has an outbox entry of its own, so that one which is
 * down does not make the other send again.
 */
export const CHANNELS = ['topic', 'bus'] as const;
export type Channel = (typeof CHANNELS)[number];

/** A notification that waits for delivery on one channel. */
export interface OutboxEntry {
  readonly key: string;
  readonly channel: Channel;
  readonly notification: Notification;
}

/** An entry that cannot be read: another version wrote it, or a hand. */
export interface UnreadableEntry {
  readonly key: string;
  readonly channel: Channel;
  /** Its content as it lies in the table. */
  readonly data: string;
}

/** The oldest entries of a channel. */
export interface OutboxPage {
  /** Oldest first; of a load balancer in the order of its decisions. */
  readonly entries: readonly OutboxEntry[];
  /** Those met on the way: they hide nothing that is behind them. */
  readonly unreadable: readonly UnreadableEntry[];
}

/** A message that lies aside, so that it holds up no other. */
export interface AsideEntry {
  readonly key: string;
  readonly channel: Channel;
  /** ISO time of the message; the sort keys of the outbox begin with it. */
  readonly at: string;
  readonly because: 'unreadable' | 'refused';
  readonly data: string;
}

/** Which entries of the outbox are wanted. */
export interface OutboxQuery {
  readonly channel: Channel;
  /** The oldest so many. */
  readonly limit: number;
}

/** Which announcements are wanted. */
export interface AnnouncedQuery {
  readonly region: string;
  /** Announced at or after this ISO time. */
  readonly since: string;
  readonly verdict: AnnouncedIncident['verdict'];
  /** Of so many load balancers at most. */
  readonly most: number;
}

/** Where the slow beats of the screening stand, per region. */
export interface ScreenProgress {
  /** ISO time of the last look at every load balancer by name; null: never. */
  readonly lastBackstopAt: string | null;
  /** When the running or last check of all configurations began. */
  readonly passStartedAt: string | null;
  /** The pass continues after this ARN; null: it is finished. */
  readonly passAfterArn: string | null;
  /** Load balancers of the pass that wait for their look: a few go each minute. */
  readonly posturePending: readonly string[];
  /** Whether every load balancer was looked at once; the first pass is not spread over the posture interval. */
  readonly firstPassDone?: boolean | undefined;
  /** ISO time at which AWS would not let the region be asked; null or absent: it lets. */
  readonly deniedAt?: string | null | undefined;
  /** Whether a trail records changes there. */
  readonly trail?: TrailState | null | undefined;
}

/** Whether CloudTrail hands changes of a region to the event bus: only where there is a trail. */
export interface TrailState {
  /** ISO time. */
  readonly checkedAt: string;
  readonly state: 'exists' | 'none' | 'unknown';
}

/** A region that is or was watched. */
export interface ScreenedRegion {
  readonly region: string;
  readonly progress: ScreenProgress;
}

/** Raised when another investigation of the same load balancer wrote in between; look again. */
export class ConcurrentUpdateError extends Error {
  override readonly name = 'ConcurrentUpdateError';
}

/** What the monitor stores. */
export interface MonitorStore {
  load(loadBalancerArn: string): Promise<StoredRecord>;
  /**
   * Writes state, baseline, incident, overview and outbox in one transaction.
   *
   * @throws ConcurrentUpdateError where `readRevision` is no longer the newest
   */
  record(record: InvestigationRecord): Promise<void>;
  /** As many entries as are wanted, however many that cannot be read lie between them. */
  outbox(query: OutboxQuery): Promise<OutboxPage>;
  /** Called only after the channel took the notification. */
  removeFromOutbox(entry: Pick<OutboxEntry, 'channel' | 'key'>): Promise<void>;
  /** Takes a message out of the outbox and keeps it beside, in one transaction. */
  setAside(
    entry: Pick<OutboxEntry, 'channel' | 'key'>,
    because: AsideEntry['because'],
    data: string,
  ): Promise<void>;
  /** What lies aside, oldest first; it is kept for two weeks. */
  aside(): Promise<readonly AsideEntry[]>;
  /** Puts a message that lies aside and can be read again back into the outbox, in one transaction. */
  takeBack(entry: AsideEntry): Promise<boolean>;
  /** Incidents of a region that were announced at or after a time. */
  announcedSince(region: string, since: string): Promise<readonly AnnouncedIncident[]>;
  /**
   * The load balancers that were last announced with a verdict, one incident each, newest first; reads no further back
   * than it takes to find as many as are wanted: it is asked anew for each of a thousand that begin to fail at once.
   */
  announcedAlike(query: AnnouncedQuery): Promise<readonly AnnouncedIncident[]>;
  fleetEvents(region: string): Promise<readonly FleetEvent[]>;
  /** Writes a fleet-wide event and its summary in one transaction; `ended` removes it instead. */
  saveFleetEvent(event: FleetEvent, ended: boolean, notification: Notification): Promise<void>;
  active(): Promise<readonly ActiveLoadBalancer[]>;
  fleet(): Promise<readonly FleetEntry[]>;
  incident(id: string): Promise<Incident | null>;
  incidents(): Promise<readonly Incident[]>;
  acceptBaseline(loadBalancerArn: string, baseline: Baseline): Promise<void>;
  /** Announces nothing about a load balancer until the silence ends; it takes the place of one before. */
  silence(loadBalancerArn: string, silence: Silence): Promise<void>;
  /** All that were asked for; some may be over. */
  silences(): Promise<readonly Silenced[]>;
  /** Announces nothing while a window is open; it takes the place of one with the same expression and time zone. */
  silenceRecurringly(loadBalancerArn: string, silence: RecurringSilence): Promise<void>;
  /** All that were asked for; some may be over. */
  recurringSilences(): Promise<readonly RecurringlySilenced[]>;
  saveKeepAliveFact(loadBalancerArn: string, fact: KeepAliveFact): Promise<void>;
  /** Takes the place of an older answer of the same target to the same path. */
  saveResponseFact(loadBalancerArn: string, fact: ResponseFact): Promise<void>;
  screenProgress(region: string): Promise<ScreenProgress>;
  saveScreenProgress(region: string, progress: ScreenProgress): Promise<void>;
  /** Every region that was ever screened, one that is not watched any more included. */
  screenedRegions(): Promise<readonly ScreenedRegion[]>;
  /** Forgets where the screening of a region stands. */
  forgetRegion(region: string): Promise<void>;
}
