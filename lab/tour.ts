import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { incidentMarkdown } from '../lambda/alert/render/incident.ts';
import type { Alert } from '../lambda/model/alert.ts';
import { type Delivered, type EmbeddedMonitor, embeddedMonitor } from './embedded/monitor.ts';
import { serveMonitorPage } from './embedded/page.ts';
import { probeTargets } from './embedded/probe.ts';
import { LateLooks, startLateness } from './late-looks.ts';
import type { CompletedRequest } from './load-balancer/completed-request.ts';
import type { Scenario } from './scenario.ts';
import { type OpenStage, openStage } from './stage.ts';
import { FirstOfEachKind } from './timeline/timeline.ts';
import type { TourOptions } from './tour-options.ts';
import { type FailedRequest, failedRequest, failureLine, reportOf, type TourReport } from './tour-record.ts';
import { chatText, lateText, mailText, probeLine, sceneText, summaryOf, timelinesText } from './tour-text.ts';

/** The monitor's schedule: once per lab minute. */
const BEAT_LAB_SECONDS = 60;
/** Real seconds for a verdict and for the whole; a scenario that cannot be so fast gets so many beats. */
const VERDICT_WITHIN = { seconds: 45, beats: 3 };
const WHOLE_WITHIN = { seconds: 85, beats: 6 };
/** Beats that a healthy control has to stay quiet. */
const CONTROL_BEATS = 3;
/** Failed requests that are shown one by one. */
const SHOWN_FAILURES = 3;
/** So many times longer it goes on where its machine is late. */
const LATE_PATIENCE = 3;

interface Within {
  readonly seconds: number;
  readonly beats: number;
}

const limitOf = ({ seconds, beats }: Within, beatMs: number): number =>
  Math.max(seconds, (beats * beatMs) / 1000);

/**
 * Runs a scenario as a story: traffic, failures, the alert as it would arrive, the fix, fresh traffic, the alert
 * resolved, the record of the incident. Leaves nothing behind, however it ends.
 *
 * @throws Error named AbortError where the signal ended it before the story was over
 */
export async function runTour(scenario: Scenario, options: TourOptions): Promise<TourReport> {
  const tour = new Tour(scenario, options);
  const stage = await openStage(scenario, {
    seed: options.seed,
    onCompleted: (request) => tour.completed(request),
  });
  try {
    options.signal.throwIfAborted();
    return await tour.run(stage);
  } finally {
    await stage.close();
  }
}

class Tour {
  readonly #scenario: Scenario;
  readonly #options: TourOptions;
  readonly #startedAt = performance.now();
  readonly #failures: FailedRequest[] = [];
  readonly #firstOfEachKind = new FirstOfEachKind();
  readonly #delivered: Delivered[] = [];
  #requests = 0;
  #before: { readonly requests: number; readonly failures: number } | null = null;
  #lateLooks = 0;
  #seconds: { firstFailure?: number; firstAlert?: number; fixed?: number; resolved?: number } = {};

  constructor(scenario: Scenario, options: TourOptions) {
    this.#scenario = scenario;
    this.#options = options;
  }

  completed(request: CompletedRequest): void {
    this.#requests += 1;
    this.#firstOfEachKind.completed(request);
    const failed = failedRequest(request);
    if (!failed) return;
    this.#failures.push(failed);
    this.#seconds.firstFailure ??= this.#elapsed();
    if (this.#before === null && this.#failures.length <= SHOWN_FAILURES)
      this.#say('502', failureLine(failed));
  }

  async run(stage: OpenStage): Promise<TourReport> {
    const { loadBalancer } = stage;
    const monitor = embeddedMonitor({
      loadBalancer,
      onDelivered: (delivered) => this.#onDelivered(delivered),
    });
    const page = this.#options.page ? await serveMonitorPage(loadBalancer, monitor.store) : null;
    try {
      await this.#tell(stage, monitor, page?.url ?? null);
      const report = await this.#report(stage, monitor);
      if (report.incident && this.#options.full)
        this.#say('INCIDENT', incidentMarkdown(report.incident).trimEnd());
      if (this.#options.timeline) this.#say('TIMELINE', timelinesText(report.timelines));
      this.#say('SUMMARY', summaryOf(report));
      if (this.#options.stay) await this.#stay(stage, monitor, page?.url ?? null);
      return report;
    } finally {
      await page?.stop();
    }
  }

  async #tell(stage: OpenStage, monitor: EmbeddedMonitor, url: string | null): Promise<void> {
    const { loadBalancer, play } = stage;
    this.#say('SCENARIO', sceneText(this.#scenario, play.scene, loadBalancer.fronts.length));
    if (url !== null) this.#say('PAGE', `${url} shows the dashboard, live`);
    stage.begin();
    this.#say('TRAFFIC', 'begins');
    await monitor.beat();
    if (this.#scenario.truth === null) await this.#stayQuiet(stage, monitor);
    else await this.#failAndRecover(stage, monitor);
  }

  /** Goes on until the signal; what the monitor tells meanwhile is told. */
  async #stay({ clock }: OpenStage, monitor: EmbeddedMonitor, url: string | null): Promise<void> {
    const { signal } = this.#options;
    this.#say(
      'STAYING',
      `${url === null ? 'the traffic goes on' : `the page ${url} stays, and the traffic goes on`}; Ctrl-C ends all`,
    );
    while (!signal.aborted) {
      await sleep(clock.realMs(BEAT_LAB_SECONDS), undefined, { signal }).catch(() => {});
      if (!signal.aborted) await monitor.beat();
    }
  }

  async #failAndRecover(stage: OpenStage, monitor: EmbeddedMonitor): Promise<void> {
    await this.#measureUntilVerdict(stage, monitor);
    if (!stage.play.fix || !this.#hasVerdict()) return;
    this.#say('FIX', stage.play.fix.says);
    await stage.fix();
    this.#before = { requests: this.#requests, failures: this.#failures.length };
    this.#seconds.fixed = this.#elapsed();
    this.#say('FIXED', 'the same traffic goes on; the alert resolves when it stays quiet');
    await Promise.all([
      this.#probe(stage, monitor),
      this.#beatUntil(stage, monitor, () => this.#seconds.resolved !== undefined, WHOLE_WITHIN),
    ]);
  }

  /** The log of the past still tells of the old servers; a probe tells of the new ones. */
  async #probe({ loadBalancer }: OpenStage, { store }: EmbeddedMonitor): Promise<void> {
    for (const fact of await probeTargets(loadBalancer)) {
      await store.saveKeepAliveFact(loadBalancer.arn, fact);
      this.#say('PROBE', probeLine(fact));
    }
  }

  async #stayQuiet(stage: OpenStage, monitor: EmbeddedMonitor): Promise<void> {
    let beats = 0;
    await this.#beatUntil(stage, monitor, () => ++beats > CONTROL_BEATS, WHOLE_WITHIN);
  }

  async #beatUntil(
    { clock }: OpenStage,
    monitor: EmbeddedMonitor,
    done: () => boolean,
    within: Within,
  ): Promise<void> {
    const beatMs = clock.realMs(BEAT_LAB_SECONDS);
    const limitSeconds = limitOf(within, beatMs) + (this.#lateLooks * beatMs) / 1000;
    while (!done() && this.#elapsed() + beatMs / 1000 <= limitSeconds) {
      await sleep(beatMs, undefined, { signal: this.#options.signal });
      await monitor.beat();
    }
  }

  /** A look at a machine that had no time for the lab is put off, and the time for a verdict grows by it. */
  async #measureUntilVerdict(stage: OpenStage, monitor: EmbeddedMonitor): Promise<void> {
    const beatMs = stage.clock.realMs(BEAT_LAB_SECONDS);
    const limitSeconds = limitOf(VERDICT_WITHIN, beatMs);
    const lateness = startLateness();
    const looks = new LateLooks(monitor, lateness, performance.now());
    try {
      for (;;) {
        const grown = Math.min(LATE_PATIENCE * limitSeconds, limitSeconds + (looks.count * beatMs) / 1000);
        if (this.#hasVerdict() || this.#elapsed() + beatMs / 1000 > grown) return;
        await sleep(beatMs, undefined, { signal: this.#options.signal });
        const share = looks.putOff(performance.now());
        if (share === null) await monitor.beat();
        else if (looks.count === 1) this.#say('LATE', lateText(share));
        this.#lateLooks = looks.count;
      }
    } finally {
      lateness.stop();
    }
  }

  #hasVerdict(): boolean {
    return this.#alerts('firing', 'updated').some(({ diagnosis }) => diagnosis.verdict !== 'undetermined');
  }

  #alerts(...events: readonly Alert['event'][]): readonly Alert[] {
    return this.#delivered
      .map(({ notification }) => notification.alert)
      .filter((alert) => events.includes(alert.event));
  }

  #onDelivered(delivered: Delivered): void {
    this.#delivered.push(delivered);
    if (delivered.event === 'resolved') this.#seconds.resolved = this.#elapsed();
    else this.#seconds.firstAlert ??= this.#elapsed();
    const more = this.#failures.length - SHOWN_FAILURES;
    if (more > 0 && this.#delivered.length === 1) this.#say('502', `and ${more} more`);
    const { full } = this.#options;
    this.#say(delivered.event === 'resolved' ? 'RESOLVED' : 'ALERT', mailText(delivered, full));
    if (full && (delivered.event === 'firing' || delivered.event === 'resolved'))
      this.#say('CHAT', chatText(delivered));
  }

  async #report(stage: OpenStage, monitor: EmbeddedMonitor): Promise<TourReport> {
    return reportOf(this.#scenario, {
      told: this.#alerts('firing', 'updated').at(-1)?.diagnosis ?? null,
      announcements: this.#delivered.length,
      hasFix: stage.play.fix !== null,
      before: this.#before,
      lateLooks: this.#lateLooks,
      seconds: { ...this.#seconds, total: this.#elapsed() },
      labSecondsPerSecond: stage.clock.scale,
      requests: this.#requests,
      failures: [...this.#failures],
      timelines: this.#firstOfEachKind.timelines,
      alerts: this.#alerts('firing', 'updated', 'resolved', 'posture', 'drift'),
      incident: (await monitor.store.incidents()).at(-1) ?? null,
    });
  }

  #say(head: string, text: string): void {
    this.#options.say({ head, text });
  }

  #elapsed(): number {
    return Math.round(performance.now() - this.#startedAt) / 1000;
  }
}
