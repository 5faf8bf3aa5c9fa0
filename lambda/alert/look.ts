import type { AlertEvent, AlertState } from '../model/alert.ts';
import type { Cause } from '../model/cause.ts';
import type { Diagnosis, Severity } from '../model/diagnosis.ts';

/** What was seen in one look at a load balancer. */
export interface Look {
  readonly diagnosis: Diagnosis;
  /** The time looked at, ISO. */
  readonly window: { readonly start: string; readonly end: string };
  /** 502s by minute (ISO), only minutes that have some. */
  readonly failures: ReadonlyMap<string, number>;
  /** false: the 502s could not be counted, so seeing none proves nothing. */
  readonly couldLook: boolean;
  /** End of the newest minute with a request, ISO; null: none was seen, or requests could not be counted. */
  readonly requestsUntil: string | null;
  /** true: configuration could be read whole, so that an absent mismatch or drift is really gone. */
  readonly couldReadConfiguration: boolean;
  /** false: the idle timeout itself could not be read, so whether there is a mismatch is not known. */
  readonly couldReadIdleTimeout: boolean;
  /** Why nothing may be announced now, in words; null: no silence is in force. */
  readonly silence: string | null;
}

/** One message to send, and why. */
export interface Announcement {
  readonly event: AlertEvent;
  readonly incidentId: string;
  readonly dedupKey: string;
  readonly reason: string;
  /** Cause of the incident; a resolve carries the announced one, so that it passes the same subscription filters. */
  readonly cause: Cause;
  readonly severity: Severity;
  /** true: announced in the summary of a fleet-wide event. */
  readonly grouped: boolean;
}

/** What follows from a look: the next state, what to announce, and why. */
export interface Decision {
  readonly state: AlertState;
  readonly announcements: readonly Announcement[];
  /** Why the state is what it is; always there, also when nothing is announced. */
  readonly reason: string;
}

/** A decision that announces nothing. */
export const withoutAnnouncement = (state: AlertState, reason: string): Decision => ({
  state,
  announcements: [],
  reason,
});

const MINUTE_MS = 60_000;

/** Minutes from one ISO time to another; below zero where the second is earlier. */
export const minutesBetween = (from: string, to: string): number =>
  (Date.parse(to) - Date.parse(from)) / MINUTE_MS;

/** The later of two ISO times of the same form. */
export const later = (left: string, right: string): string => (left > right ? left : right);
