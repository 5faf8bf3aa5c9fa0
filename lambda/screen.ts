import { type Channels, type DrainReport, drainOutbox } from './deliver/outbox.ts';
import type { Settings } from './env.ts';
import type { InvestigationMessage } from './investigation-message.ts';
import type { Change } from './model/evidence.ts';
import type { ActiveLoadBalancer, MonitorStore, ScreenProgress } from './store/monitor-store.ts';

const MINUTE_MS = 60_000;

/**
 * Looks per minute at load balancers whose alert is open; with more of them each is looked at less often. An
 * investigation makes a dozen ELB calls, and the account's bucket refills at 10 a second, shared with everyone.
 */
const ACTIVE_LOOKS_PER_MINUTE = 40;

/** Posture looks per beat at least, so that a small fleet is through at once. */
const LEAST_POSTURE_LOOKS = 25;

/** Who had a 502 in the window; not `complete` where a load balancer may have been missed. */
export interface Trouble {
  readonly troubled: ReadonlyArray<{ readonly arn: string }>;
  readonly complete: boolean;
  readonly because: string | null;
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
  readonly delivery: DrainReport;
}

/**
 * Finds the load balancers that deserve a look in every watched region, and asks for one investigation each. A region
 * that fails does not stop the others. What an earlier delivery left in the outbox is sent first.
 */
export async function screen(
  regions: readonly string[],
  ports: ScreenPorts,
  settings: Settings,
): Promise<ScreenReport> {
  const delivery = await drainOutbox(ports.store, ports.channels);
  const active = await ports.store.active();
  const reports: RegionReport[] = [];
  for (const region of regions) {
    try {
      reports.push(
        await screenRegion(
          region,
          active.filter((entry) => entry.region === region),
          ports,
          settings,
        ),
      );
    } catch (error) {
      const failure = error instanceof Error ? error.message : String(error);
      reports.push({ region, asked: [], backstop: null, failure });
    }
  }
  return { regions: reports, delivery };
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
  const wanted = new Map<string, InvestigationMessage['reason']>();
  for (const arn of swept?.posture ?? []) wanted.set(arn, 'posture');
  for (const arn of troubled) wanted.set(arn, 'trouble');
  for (const { loadBalancerArn } of active) wanted.delete(loadBalancerArn);
  for (const { loadBalancerArn } of dueOf(active, now)) wanted.set(loadBalancerArn, 'active');
  const asked = [...wanted].map(([loadBalancerArn, reason]) =>
    messageOf(loadBalancerArn, region, reason, now),
  );
  await ports.enqueue(asked);
  // Progress is saved last: a crash before it repeats the beat, and the queue drops the doubles.
  if (swept) await ports.store.saveScreenProgress(region, swept.progress);
  return { region, asked, backstop, failure: null };
}

const earlier = (time: string, minutes: number): string =>
  new Date(Date.parse(time) - minutes * MINUTE_MS).toISOString();

const messageOf = (
  loadBalancerArn: string,
  region: string,
  reason: InvestigationMessage['reason'],
  requestedAt: string,
): InvestigationMessage => ({ version: 1, loadBalancerArn, region, reason, requestedAt, change: null });

function backstopReason(
  quick: Trouble,
  progress: ScreenProgress,
  settings: Settings,
  now: string,
): string | null {
  if (!quick.complete) return quick.because ?? 'the quick answer was not complete';
  const { lastBackstopAt } = progress;
  if (lastBackstopAt === null) return 'the first screening of this region';
  const due = Date.parse(lastBackstopAt) + settings.backstopMinutes * MINUTE_MS;
  return Date.parse(now) >= due ? `every ${settings.backstopMinutes} minutes` : null;
}

/** Active load balancers that wait longest for their look, no more than the ELB API bears. */
function dueOf(active: readonly ActiveLoadBalancer[], now: string): readonly ActiveLoadBalancer[] {
  return active
    .filter(({ nextLookAt }) => nextLookAt <= now)
    .sort((left, right) => left.nextLookAt.localeCompare(right.nextLookAt))
    .slice(0, ACTIVE_LOOKS_PER_MINUTE);
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
  return { trouble, posture: [...posture], progress: { lastBackstopAt: window.end, ...next } };
}

/**
 * The next stretch of the pass over all load balancers in the order of their ARNs. A pass is spread over the posture
 * interval, goes on where it stood, and begins anew once the interval is over.
 */
export function posturePass(
  arns: readonly string[],
  { passStartedAt, passAfterArn }: Pick<ScreenProgress, 'passStartedAt' | 'passAfterArn'>,
  settings: Pick<Settings, 'postureHours' | 'backstopMinutes'>,
  now: string,
): {
  readonly batch: readonly string[];
  readonly passStartedAt: string | null;
  readonly passAfterArn: string | null;
} {
  const intervalMinutes = settings.postureHours * 60;
  const running = passStartedAt !== null && passAfterArn !== null;
  const due =
    passStartedAt === null || Date.parse(now) - Date.parse(passStartedAt) >= intervalMinutes * MINUTE_MS;
  if (!running && !due) return { batch: [], passStartedAt, passAfterArn };
  const rest = running ? arns.filter((arn) => arn > passAfterArn) : arns;
  // Twice the even pace, so that a pass is through before the next begins although beats are missed.
  const pace = Math.ceil((2 * arns.length * settings.backstopMinutes) / intervalMinutes);
  const batch = rest.slice(0, Math.max(LEAST_POSTURE_LOOKS, pace));
  const through = batch.length === rest.length;
  return {
    batch,
    passStartedAt: running ? passStartedAt : now,
    passAfterArn: through ? null : (batch.at(-1) ?? null),
  };
}

/** Everything a reported change needs from outside. */
export interface ChangePorts {
  readonly now: () => string;
  /** The load balancers a target group serves. */
  readonly loadBalancersOf: (targetGroupArn: string) => Promise<readonly string[]>;
  readonly enqueue: (messages: readonly InvestigationMessage[]) => Promise<void>;
}

/** A listener's or rule's ARN holds its load balancer's: `…:listener/app/NAME/ID/…`. */
const loadBalancerWithin = (arn: string): string | null =>
  arn.replace(/:listener(-rule)?\//, ':loadbalancer/').match(/^.*:loadbalancer\/app\/[^/]+\/[^/]+/)?.[0] ??
  null;

/** Asks for a look at every application load balancer that a change of configuration concerns. */
export async function screenChange(
  change: Change,
  ports: ChangePorts,
): Promise<readonly InvestigationMessage[]> {
  const own = loadBalancerWithin(change.resourceArn);
  const isGroup = change.resourceArn.includes(':targetgroup/');
  const arns = own !== null ? [own] : isGroup ? await ports.loadBalancersOf(change.resourceArn) : [];
  const messages = arns
    .filter((arn) => arn.includes(':loadbalancer/app/'))
    .map((arn) => ({ ...messageOf(arn, arn.split(':')[3] ?? '', 'change', ports.now()), change }));
  await ports.enqueue(messages);
  return messages;
}
