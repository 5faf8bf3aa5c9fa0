import type { Channels } from '../deliver/outbox.ts';
import type { Settings } from '../env.ts';
import { type InvestigationMessage, requestFor } from '../investigate/investigation-message.ts';
import { DeniedError } from '../model/failure.ts';
import type { ActiveLoadBalancer, MonitorStore, ScreenProgress, TrailState } from '../store/monitor-store.ts';
import { dueLooks, postureLooks } from './look-schedule.ts';
import { LEAST_POSTURE_LOOKS, nextPostureBatch } from './posture-schedule.ts';

const MINUTE_MS = 60_000;

/** How often load balancers are asked by name at most while the quick answer is cut, in minutes. */
const CUT_ANSWER_MINUTES = 5;

/** A region that AWS does not let be asked is tried again after so long: each try is a denial in somebody's log. */
const DENIED_MINUTES = 60;

/** Whether a trail records changes is asked once a day. */
const TRAIL_MINUTES = 24 * 60;

/** Who had a 502 in the window; not `complete` where a load balancer may have been missed. */
export interface FailingLoadBalancers {
  readonly failing: ReadonlyArray<{ readonly arn: string }>;
  readonly complete: boolean;
  readonly because: string | null;
  /** It names as many as one answer holds; there are others. */
  readonly cut?: boolean;
  /** It holds nothing at all, so that nobody knows whether it was answered. */
  readonly empty?: boolean;
  /** AWS says that the monitor may not ask. */
  readonly denied?: boolean;
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
  readonly readFailing: (region: string, window: ScreenWindow) => Promise<FailingLoadBalancers>;
  /** All application load balancers of the region. */
  readonly listLoadBalancers: (region: string) => Promise<readonly ListedLoadBalancer[]>;
  /** The same question for each load balancer by name; dearer, but it misses none. */
  readonly readFailingByName: (
    region: string,
    window: ScreenWindow,
    arns: readonly string[],
  ) => Promise<FailingLoadBalancers>;
  /** Whether a trail records changes there, asked once a day. Absent: never asked. */
  readonly readTrail?: (region: string) => Promise<TrailState['state']>;
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
  readonly sweepReason: string | null;
  /** null: the region was screened. */
  readonly failure: string | null;
  /** Why it is left alone although all regions are watched: AWS does not let it be asked. null: it is watched. */
  readonly leftOut: string | null;
}

/**
 * Finds the load balancers of one region that deserve a look, and asks for an investigation each.
 *
 * @throws DeniedError where AWS does not let the region be asked
 */
export async function screenRegion(
  region: string,
  active: readonly ActiveLoadBalancer[],
  ports: ScreenPorts,
  settings: Settings,
): Promise<RegionReport> {
  const now = ports.now();
  const window = { start: earlier(now, settings.screenWindowMinutes), end: now };
  const progress = await ports.store.screenProgress(region);
  const { deniedAt } = progress;
  if (settings.regions === 'all' && deniedAt && now < later(deniedAt, DENIED_MINUTES))
    return { region, asked: [], sweepReason: null, failure: null, leftOut: `denied at ${deniedAt}` };
  const quick = await ports.readFailing(region, window);
  const sweepReason = sweepReasonOf(quick, progress, settings, now);
  let swept: Sweep | null = null;
  try {
    swept = sweepReason === null ? null : await sweep(region, window, progress, ports, settings);
    if (quick.denied && swept?.failing.denied) throw new DeniedError(quick.because ?? 'it may not be asked');
  } catch (error) {
    if (error instanceof DeniedError)
      await ports.store.saveScreenProgress(region, { ...progress, deniedAt: now });
    throw error;
  }
  const failing = new Set([...quick.failing, ...(swept?.failing.failing ?? [])].map(({ arn }) => arn));
  const { looks, rest } = postureLooks([...progress.posturePending, ...(swept?.posture ?? [])], failing);
  const wanted = new Map<string, InvestigationMessage['reason']>();
  for (const arn of looks) wanted.set(arn, 'posture');
  for (const arn of failing) wanted.set(arn, 'failing');
  for (const { loadBalancerArn } of active) wanted.delete(loadBalancerArn);
  const fresh = [...wanted.values()].filter((reason) => reason === 'failing').length;
  // Who is not in a cut answer waits too.
  const waiting = quick.cut ? Number.POSITIVE_INFINITY : fresh;
  for (const { loadBalancerArn } of dueLooks(active, waiting, now)) wanted.set(loadBalancerArn, 'active');
  const asked = [...wanted].map(([loadBalancerArn, reason]) => ({
    ...requestFor(loadBalancerArn, region, reason, now),
    concurrentLooks: Math.max(1, fresh),
  }));
  await ports.enqueue(asked);
  // Progress is saved last: a crash before it repeats the screening, and the queue drops the doubles.
  if (swept || deniedAt || rest.length !== progress.posturePending.length)
    await ports.store.saveScreenProgress(region, {
      ...(swept?.progress ?? progress),
      posturePending: rest,
      deniedAt: null,
    });
  return { region, asked, sweepReason, failure: notLooked(quick, swept), leftOut: null };
}

/** Neither question had an answer for everyone: whoever is missing was not looked at. */
function notLooked(quick: FailingLoadBalancers, swept: Sweep | null): string | null {
  if (quick.complete || quick.cut || swept === null || swept.failing.complete) return null;
  return `not every load balancer could be asked for: ${swept.failing.because ?? quick.because ?? 'no reason given'}`;
}

const later = (time: string, minutes: number): string => earlier(time, -minutes);

const earlier = (time: string, minutes: number): string =>
  new Date(Date.parse(time) - minutes * MINUTE_MS).toISOString();

function sweepReasonOf(
  quick: FailingLoadBalancers,
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
  readonly failing: FailingLoadBalancers;
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
  const failing = await ports.readFailingByName(region, window, arns);
  const { batch, ...next } = nextPostureBatch(arns, progress, settings, window.end);
  // The pass may come to a new load balancer only tomorrow; what is new is looked at after this sweep.
  const since = earlier(progress.lastBackstopAt ?? window.end, settings.backstopMinutes);
  const created = listed
    .filter(({ createdAt }) => createdAt !== null && createdAt >= since)
    .map(({ arn }) => arn);
  const posture = new Set([...batch, ...created.slice(0, LEAST_POSTURE_LOOKS)]);
  const { posturePending } = progress;
  const trail = await trailOf(region, progress, ports, window.end);
  return {
    failing,
    posture: [...posture],
    progress: { ...progress, ...next, lastBackstopAt: window.end, posturePending, trail },
  };
}

async function trailOf(
  region: string,
  { trail = null }: ScreenProgress,
  { readTrail }: ScreenPorts,
  now: string,
): Promise<TrailState | null> {
  if (readTrail === undefined || (trail !== null && now < later(trail.checkedAt, TRAIL_MINUTES)))
    return trail;
  return { checkedAt: now, state: await readTrail(region) };
}
