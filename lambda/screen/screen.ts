import { type DrainReport, sweepOutbox } from '../deliver/outbox.ts';
import type { Settings } from '../env.ts';
import { summarizeFleetEvents } from '../investigate/fleet-summary.ts';
import { DeniedError } from '../model/failure.ts';
import { endMonitoringOfDroppedRegions } from './dropped-region.ts';
import { type RegionReport, type ScreenPorts, screenRegion } from './screen-region.ts';

/** A region that has not answered by then has failed; the function has 50 seconds for all of them. */
const REGION_DEADLINE_MS = 35_000;

export interface ScreenReport {
  readonly regions: readonly RegionReport[];
  /** null: the outbox could not be read. */
  readonly delivery: DrainReport | null;
  /** Load balancers whose alert is pending, firing or resolving; null: they could not be read. */
  readonly openAlerts: number | null;
  /** Summaries of fleet-wide events that were written, one sentence each. */
  readonly summaries: readonly string[];
  /** Regions that are watched no more, and what was let go there, one sentence each. */
  readonly dropped: readonly string[];
  /** What of the monitor's own table could not be used, one sentence each. */
  readonly failures: readonly string[];
}

/**
 * Finds the load balancers that deserve a look in every watched region, and asks for one investigation each. A region
 * that fails does not stop the others. What an earlier delivery left in the outbox is sent meanwhile.
 */
export async function screen(
  regions: readonly string[],
  ports: ScreenPorts,
  settings: Settings,
): Promise<ScreenReport> {
  const failures: string[] = [];
  const attempt = async <T>(what: string, work: () => Promise<T>, otherwise: T): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      failures.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
      return otherwise;
    }
  };
  // What cannot be delivered or remembered must not keep anyone from looking, nor may a topic that never answers.
  const delivering = attempt('the outbox', () => sweepOutbox(ports.store, ports.channels, ports.now()), null);
  const active = await attempt('the open alerts', () => ports.store.active(), null);
  const reports = await Promise.all(
    regions.map((region) => {
      const ofRegion = (active ?? []).filter((entry) => entry.region === region);
      return reported(region, () => screenRegion(region, ofRegion, ports, settings));
    }),
  );
  const summaries: string[] = [];
  for (const region of active === null ? [] : regions) {
    const context = { store: ports.store, now: ports.now(), dashboardUrl: ports.dashboardUrl };
    const ofRegion = (active ?? []).filter((entry) => entry.region === region);
    const work = () => summarizeFleetEvents(region, ofRegion, context, settings);
    summaries.push(...(await attempt(`the summaries of ${region}`, work, [])));
  }
  // Once a sweep is enough: monitoring that ended stays so.
  const swept = reports.some(({ sweepReason }) => sweepReason !== null);
  const endMonitoring = () => endMonitoringOfDroppedRegions(regions, ports);
  const dropped = swept ? await attempt('the regions that are no longer watched', endMonitoring, []) : [];
  return {
    regions: leftOutWhereDenied(reports, settings),
    dropped,
    delivery: await delivering,
    openAlerts: active?.length ?? null,
    summaries,
    failures,
  };
}

/** Regions do not wait for each other: one that hangs is given up, and the others are done. */
async function reported(region: string, work: () => Promise<RegionReport>): Promise<RegionReport> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_resolve, reject) => {
    const late = new Error(`no answer within ${REGION_DEADLINE_MS / 1000} seconds`);
    timer = setTimeout(() => reject(late), REGION_DEADLINE_MS);
  });
  try {
    return await Promise.race([work(), deadline]);
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error);
    const leftOut = error instanceof DeniedError ? failure : null;
    return { region, asked: [], sweepReason: null, failure, leftOut };
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Where all regions are watched, one that may not be asked is no failure: a service control policy denies it, and
 * nobody named it. Where none may be asked, it is the monitor's own policy.
 */
function leftOutWhereDenied(
  reports: readonly RegionReport[],
  { regions }: Pick<Settings, 'regions'>,
): readonly RegionReport[] {
  const denied = (report: RegionReport): boolean => report.leftOut !== null;
  if (regions === 'all' && !reports.every(denied))
    return reports.map((report) => (denied(report) ? { ...report, failure: null } : report));
  return reports.map((report) =>
    denied(report) ? { ...report, failure: report.failure ?? report.leftOut, leftOut: null } : report,
  );
}
