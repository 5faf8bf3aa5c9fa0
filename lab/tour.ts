import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { incidentMarkdown } from '../lambda/alert/render/incident.ts';
import type { Alert } from '../lambda/model/alert.ts';
import { type Delivered, type EmbeddedMonitor, embeddedMonitor } from './embedded/monitor.ts';
import { serveMonitorPage } from './embedded/page.ts';
import { probeTargets } from './embedded/probe.ts';
import type { CompletedRequest } from './load-balancer/completed-request.ts';
import type { Scenario } from './scenario.ts';
import { type OpenStage, openStage } from './stage.ts';
import { FirstOfEachKind } from './timeline/timeline.ts';
import {
  complaintsOf,
  type FailedRequest,
  failedRequest,
  failureLine,
  type TourReport,
} from './tour-record.ts';
import { chatText, mailText, probeLine, summaryOf, timelinesText } from './tour-words.ts';

/** The monitor's schedule: once per lab minute. */
const BEAT_LAB_SECONDS = 60;
/** Real seconds for a verdict and for the whole; a scenario that cannot be so fast gets so many beats. */
const VERDICT_WITHIN = { seconds: 45, beats: 3 };
const WHOLE_WITHIN = { seconds: 85, beats: 6 };
/** Beats that a healthy control has to stay quiet. */
const CONTROL_BEATS = 3;
/** Failed requests that are shown one by one. */
const SHOWN_FAILURES = 8;

export interface TourOptions {
  readonly seed: number;
  readonly signal: AbortSignal;
  /** Whether the dashboard's widget is shown on a page of this machine. */
  readonly page: boolean;
  /** Whether what was seen of the first failed request of each kind is drawn. */
  readonly timeline: boolean;
  /** Whether page, traffic and monitor go on after the story, until the signal. */
  readonly stay: boolean;
  /** Takes the story, paragraph by paragraph. */
  readonly say: (text: string) => void;
}

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
    if (this.#before === null && this.#failures.length <= SHOWN_FAILURES) this.#say(failureLine(failed));
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
      if (report.incident)
        this.#say(`INCIDENT RECORD (Markdown)\n\n${incidentMarkdown(report.incident).trimEnd()}`);
      if (this.#options.timeline) this.#say(timelinesText(report.timelines));
      this.#say(summaryOf(report));
      if (this.#options.stay) await this.#stay(stage, monitor, page?.url ?? null);
      return report;
    } finally {
      await page?.stop();
    }
  }

  async #tell(stage: OpenStage, monitor: EmbeddedMonitor, url: string | null): Promise<void> {
    const { loadBalancer, play, clock } = stage;
    this.#say(
      [
        `SCENARIO ${this.#scenario.name}: ${this.#scenario.title}.`,
        ...play.scene.map((line) => `- ${line}`),
        `- everything is real but the load balancer, a stand-in with ${loadBalancer.fronts.length} nodes; a second here is ${clock.scale} s there`,
      ].join('\n'),
    );
    if (url !== null) this.#say(`PAGE ${url} shows the dashboard's widget, live.`);
    stage.begin();
    this.#say('TRAFFIC begins.');
    await monitor.beat();
    if (this.#scenario.truth === null) await this.#stayQuiet(stage, monitor);
    else await this.#failAndRecover(stage, monitor);
  }

  /** Goes on until the signal; what the monitor tells meanwhile is told. */
  async #stay({ clock }: OpenStage, monitor: EmbeddedMonitor, url: string | null): Promise<void> {
    const { signal } = this.#options;
    this.#say(
      `${url === null ? 'The traffic goes on' : `The page ${url} stays, and the traffic goes on`}; Ctrl-C ends all.`,
    );
    while (!signal.aborted) {
      await sleep(clock.realMs(BEAT_LAB_SECONDS), undefined, { signal }).catch(() => {});
      if (!signal.aborted) await monitor.beat();
    }
  }

  async #failAndRecover(stage: OpenStage, monitor: EmbeddedMonitor): Promise<void> {
    await this.#beatUntil(stage, monitor, () => this.#hasVerdict(), VERDICT_WITHIN);
    if (!stage.play.fix || !this.#hasVerdict()) return;
    this.#say(`FIX: ${stage.play.fix.says}.`);
    await stage.fix();
    this.#before = { requests: this.#requests, failures: this.#failures.length };
    this.#seconds.fixed = this.#elapsed();
    this.#say('FIXED. Fresh traffic with the same pauses goes on; the alert resolves when it stays quiet.');
    await Promise.all([
      this.#probe(stage, monitor),
      this.#beatUntil(stage, monitor, () => this.#seconds.resolved !== undefined, WHOLE_WITHIN),
    ]);
  }

  /** The log of the past still tells of the old servers; a probe tells of the new ones. */
  async #probe({ loadBalancer }: OpenStage, { store }: EmbeddedMonitor): Promise<void> {
    for (const fact of await probeTargets(loadBalancer)) {
      await store.saveKeepAliveFact(loadBalancer.arn, fact);
      this.#say(probeLine(fact));
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
    within: { readonly seconds: number; readonly beats: number },
  ): Promise<void> {
    const beatMs = clock.realMs(BEAT_LAB_SECONDS);
    const limitSeconds = Math.max(within.seconds, (within.beats * beatMs) / 1000);
    while (!done() && this.#elapsed() + beatMs / 1000 <= limitSeconds) {
      await sleep(beatMs, undefined, { signal: this.#options.signal });
      await monitor.beat();
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
    if (more > 0 && this.#delivered.length === 1) this.#say(`... and ${more} more.`);
    this.#say(mailText(delivered));
    if (delivered.event === 'firing' || delivered.event === 'resolved') this.#say(chatText(delivered));
  }

  async #report(stage: OpenStage, monitor: EmbeddedMonitor): Promise<TourReport> {
    const told = this.#alerts('firing', 'updated').at(-1)?.diagnosis;
    const after = this.#before;
    const { firstFailure, firstAlert, fixed, resolved } = this.#seconds;
    const failuresAfterFix = after ? this.#failures.length - after.failures : 0;
    const verdict = told?.verdict ?? null;
    const because = complaintsOf(this.#scenario, {
      failures: this.#failures.length,
      announcements: this.#delivered.length,
      verdict,
      fixed: stage.play.fix !== null,
      failuresAfterFix,
      resolved: resolved !== undefined,
    });
    return {
      version: 1,
      scenario: this.#scenario.name,
      truth: this.#scenario.truth,
      verdict,
      probability: told?.probability ?? 0,
      asTold: because.length === 0,
      because,
      seconds: {
        firstFailure: firstFailure ?? null,
        firstAlert: firstAlert ?? null,
        fixed: fixed ?? null,
        resolved: resolved ?? null,
        total: this.#elapsed(),
      },
      labSecondsPerSecond: stage.clock.scale,
      requests: this.#requests,
      requestsAfterFix: after ? this.#requests - after.requests : 0,
      failures: [...this.#failures],
      timelines: this.#firstOfEachKind.timelines,
      failuresAfterFix,
      alerts: this.#alerts('firing', 'updated', 'resolved', 'posture', 'drift'),
      incident: (await monitor.store.incidents()).at(-1) ?? null,
    };
  }

  #say(text: string): void {
    this.#options.say(text);
  }

  #elapsed(): number {
    return Math.round(performance.now() - this.#startedAt) / 1000;
  }
}
