import { type Channels, type DrainReport, sweepOutbox } from './deliver/outbox.ts';
import type { Settings } from './env.ts';
import { type InvestigationMessage, requestFor } from './investigation-message.ts';
import { dueOf, postureLooks } from './look-pace.ts';
import { LEAST_POSTURE_LOOKS, posturePass } from './posture-pass.ts';
import type { ActiveLoadBalancer, MonitorStore, ScreenProgress } from './store/monitor-store.ts';
import { summarizeFleetEvents } from './summarize.ts';

const MINUTE_MS = 60_000;

/** How often load balancers are asked by name at most while the quick answer is cut, in minutes. */
const CUT_ANSWER_MINUTES = 5;

/** A region that has not answered by then has failed; the function has 50 seconds for all of them. */
const REGION_DEADLINE_MS = 35_000;

/** Who had a 502 in the window; not `complete` where a load balancer may have been missed. */
export interface Trouble {
  readonly troubled: ReadonlyArray<{ readonly arn: string }>;
  readonly complete: boolean;
  readonly because: string | null;
  /** It names as many as one answer holds; there are others. */
  readonly cut?: boolean;
  /** It holds nothing at all, so that nobody knows whether it was answered. */
  readonly empty?: boolean;
}

/** A load balancer that exists. */
export interface ListedLoadBalancer {
  readonly arn: string;
  /** ISO time; null where AWS does not say. */
  readonly createdAt: string | null;
}

/** The window to screen. */
export interface ScreenWindow {
  readonly start: string;
  readonly end: string;
}

/** Everything screening needs from outside. */
export interface ScreenPorts {
  /** ISO time. */
  readonly now: () => string;
  /** One cheap question for the whole region. */
  readonly readTrouble: (region: string, window: ScreenWindow) => Promise<Trouble>;
  /** All application load balancers of the region. */
  readonly listLoadBalancers: (region: string) => Promise<readonly ListedLoadBalancer[]>;
  /** The same question for each load balancer by name; dearer, but it misses none. */
  readonly readTroubleByName: (
    region: string,
    window: ScreenWindow,
    arns: readonly string[],
  ) => Promise<Trouble>;
  readonly enqueue: (messages: readonly InvestigationMessage[]) => Promise<void>;
  readonly store: MonitorStore;
  readonly channels: Channels;
  readonly dashboardUrl: string | null;
}

/** What one screening of one region came to. */
export interface RegionReport {
  readonly region: string;
  readonly asked: readonly InvestigationMessage[];
  /** Why every load balancer was asked by name; null: it was not needed. */
  readonly backstop: string | null;
  /** null: the region was screened. */
  readonly failure: string | null;
}

export interface ScreenReport {
  readonly regions: readonly RegionReport[];
  /** null: the outbox could not be read. */
  readonly delivery: DrainReport | null;
  /** Load balancers whose alert is pending, firing or resolving; null: they could not be read. */
  readonly openAlerts: number | null;
  /** Summaries of fleet-wide events that were written, one sentence each. */
  readonly summaries: readonly string[];
  /** What of the monitor's own memory could not be used, one sentence each. */
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
  return {
    regions: reports,
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
    return { region, asked: [], backstop: null, failure };
  } finally {
    clearTimeout(timer);
  }
}

async function screenRegion(
  region: string,
  active: readonly ActiveLoadBalancer[],
  ports: ScreenPorts,
  settings: Settings,
): Promise<RegionReport> {
  const now = ports.now();
  const window = { start: earlier(now, settings.screenWindowMinutes), end: now };
  const progress = await ports.store.screenProgress(region);
  const quick = await ports.readTrouble(region, window);
  const backstop = backstopReason(quick, progress, settings, now);
  const swept = backstop === null ? null : await sweep(region, window, progress, ports, settings);
  const troubled = new Set([...quick.troubled, ...(swept?.trouble.troubled ?? [])].map(({ arn }) => arn));
  const { looks, rest } = postureLooks([...progress.posturePending, ...(swept?.posture ?? [])], troubled);
  const wanted = new Map<string, InvestigationMessage['reason']>();
  for (const arn of looks) wanted.set(arn, 'posture');
  for (const arn of troubled) wanted.set(arn, 'trouble');
  for (const { loadBalancerArn } of active) wanted.delete(loadBalancerArn);
  const fresh = [...wanted.values()].filter((reason) => reason === 'trouble').length;
  // Who is not in a cut answer waits too.
  const waiting = quick.cut ? Number.POSITIVE_INFINITY : fresh;
  for (const { loadBalancerArn } of dueOf(active, waiting, now)) wanted.set(loadBalancerArn, 'active');
  const asked = [...wanted].map(([loadBalancerArn, reason]) => ({
    ...requestFor(loadBalancerArn, region, reason, now),
    alongside: Math.max(1, fresh),
  }));
  await ports.enqueue(asked);
  // Progress is saved last: a crash before it repeats the beat, and the queue drops the doubles.
  if (swept || rest.length !== progress.posturePending.length)
    await ports.store.saveScreenProgress(region, { ...(swept?.progress ?? progress), posturePending: rest });
  return { region, asked, backstop, failure: null };
}

const earlier = (time: string, minutes: number): string =>
  new Date(Date.parse(time) - minutes * MINUTE_MS).toISOString();

function backstopReason(
  quick: Trouble,
  progress: ScreenProgress,
  settings: Settings,
  now: string,
): string | null {
  const { lastBackstopAt } = progress;
  if (lastBackstopAt === null) return 'the first screening of this region';
  const isOver = (minutes: number): boolean =>
    Date.parse(now) >= Date.parse(lastBackstopAt) + minutes * MINUTE_MS;
  // What an empty answer may hide is in the window until then, so that once a window finds it.
  const pause = quick.cut ? CUT_ANSWER_MINUTES : quick.empty ? settings.screenWindowMinutes : 0;
  if (!quick.complete && isOver(pause)) return quick.because ?? 'the quick answer was not complete';
  return isOver(settings.backstopMinutes) ? `every ${settings.backstopMinutes} minutes` : null;
}

interface Sweep {
  readonly trouble: Trouble;
  /** Quiet load balancers whose configuration is due for a check. */
  readonly posture: readonly string[];
  readonly progress: ScreenProgress;
}

async function sweep(
  region: string,
  window: ScreenWindow,
  progress: ScreenProgress,
  ports: ScreenPorts,
  settings: Settings,
): Promise<Sweep> {
  const listed = await ports.listLoadBalancers(region);
  const arns = listed.map(({ arn }) => arn).sort();
  const trouble = await ports.readTroubleByName(region, window, arns);
  const { batch, ...next } = posturePass(arns, progress, settings, window.end);
  // The pass may come to a new load balancer only tomorrow; what is new is looked at within the beat.
  const since = earlier(progress.lastBackstopAt ?? window.end, settings.backstopMinutes);
  const created = listed
    .filter(({ createdAt }) => createdAt !== null && createdAt >= since)
    .map(({ arn }) => arn);
  const posture = new Set([...batch, ...created.slice(0, LEAST_POSTURE_LOOKS)]);
  const { posturePending } = progress;
  return {
    trouble,
    posture: [...posture],
    progress: { lastBackstopAt: window.end, posturePending, ...next },
  };
}
