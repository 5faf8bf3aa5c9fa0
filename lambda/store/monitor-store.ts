import type { AlertState, FleetEntry, Incident, Notification } from '../model/alert.ts';
import type { Baseline, KeepAliveFact } from '../model/evidence.ts';

/** What the store remembers of one load balancer. */
export interface Memory {
  /** null: never looked at. */
  readonly state: AlertState | null;
  readonly baseline: Baseline | null;
  readonly keepAliveFacts: readonly KeepAliveFact[];
  /** The record of the open incident, if there is one. */
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
}

/** A load balancer whose alert is pending, firing or resolving. */
export interface ActiveLoadBalancer {
  readonly loadBalancerArn: string;
  readonly region: string;
  readonly nextLookAt: string;
}

/**
 * Where notifications go: the SNS topic and the event bus. Each has an outbox entry of its own, so that one which is
 * down does not make the other send again.
 */
export const CHANNELS = ['topic', 'bus'] as const;
export type Channel = (typeof CHANNELS)[number];

/** A notification that waits for delivery on one channel, oldest first. */
export interface OutboxEntry {
  readonly key: string;
  readonly channel: Channel;
  readonly notification: Notification;
}

/** Where the slow beats of the screening stand, per region. */
export interface ScreenProgress {
  /** ISO time of the last look at every load balancer by name; null: never. */
  readonly lastBackstopAt: string | null;
  /** When the running or last posture pass began. */
  readonly passStartedAt: string | null;
  /** The pass continues after this ARN; null: it is finished. */
  readonly passAfterArn: string | null;
}

/** Raised when another investigation of the same load balancer wrote in between; look again. */
export class ConcurrentUpdateError extends Error {
  override readonly name = 'ConcurrentUpdateError';
}

/** The monitor's memory. */
export interface MonitorStore {
  load(loadBalancerArn: string): Promise<Memory>;
  /**
   * Writes state, baseline, incident, overview and outbox in one transaction.
   *
   * @throws ConcurrentUpdateError where `readRevision` is no longer the newest
   */
  record(record: InvestigationRecord): Promise<void>;
  /** Oldest first, at most `limit`; of one load balancer, or of all. */
  outbox(limit: number, loadBalancerArn?: string): Promise<readonly OutboxEntry[]>;
  /** Called only after the channel took the notification. */
  removeFromOutbox(key: string): Promise<void>;
  active(): Promise<readonly ActiveLoadBalancer[]>;
  fleet(): Promise<readonly FleetEntry[]>;
  incident(id: string): Promise<Incident | null>;
  incidents(): Promise<readonly Incident[]>;
  acceptBaseline(loadBalancerArn: string, baseline: Baseline): Promise<void>;
  saveKeepAliveFact(loadBalancerArn: string, fact: KeepAliveFact): Promise<void>;
  screenProgress(region: string): Promise<ScreenProgress>;
  saveScreenProgress(region: string, progress: ScreenProgress): Promise<void>;
}
