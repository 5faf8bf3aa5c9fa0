import type { FleetEntry } from '../model/alert.ts';
import type { ScreenedRegion } from '../store/monitor-store.ts';
import type { SilenceShown } from './silences.ts';
import type { WidgetFrame } from './widget-event.ts';

/** 502s of each load balancer over the dashboard's range, oldest first; null where they could not be read. */
export type FailureCounts = ReadonlyMap<string, readonly number[]> | null;

/** What the table of the fleet shows, and in which frame. */
export interface FleetTable {
  /** In any order. */
  readonly fleet: readonly FleetEntry[];
  readonly failures: FailureCounts;
  /** What somebody asked to be silent about, by its ARN; only what is in force. */
  readonly silences: ReadonlyMap<string, SilenceShown>;
  readonly regions: readonly ScreenedRegion[];
  /** How often every configuration is looked at. */
  readonly postureHours: number;
  readonly frame: WidgetFrame;
  readonly page: number;
  /** ARN of the widget function, which clicks call. */
  readonly endpoint: string;
}
