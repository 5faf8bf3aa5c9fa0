import { setPriority } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { accessLogOf, bundleOf } from '../../lab/embedded/evidence.ts';
import { type Delivered, embeddedMonitor } from '../../lab/embedded/monitor.ts';
import { askFailingPaths, probeTargets } from '../../lab/embedded/probe.ts';
import { scenarioNamed } from '../../lab/scenarios.ts';
import { openStage } from '../../lab/stage.ts';
import { failedRequest } from '../../lab/tour-record.ts';
import { diagnose } from '../../lambda/diagnose/diagnose.ts';
import type { EvidenceBundle } from '../../lambda/model/evidence.ts';
import type { Outcome, Verdict } from './outcome.ts';

/** A run lasts for so many lab minutes and so many real seconds at least; traffic needs the one, machines the other. */
const LAB_MINUTES = 3.5;
const REAL_SECONDS = 24;
const BEAT_LAB_SECONDS = 60;
const WINDOW_MS = 3 * 3_600_000;
/** Real seconds between the end of the probe and that of the run. */
const PROBE_SLACK_SECONDS = 5;

/** What else the machine does must not make servers late: lab time multiplies it. Ours to set only where we may. */
function goFirst(): void {
  try {
    setPriority(-10);
  } catch {
    // Without the right to it, the figures hold for a machine that is otherwise idle.
  }
}

/** Plays a scenario without its fix, and diagnoses what was seen of it from four sets of evidence. */
async function runScenario(name: string, seed: number): Promise<Outcome> {
  const scenario = scenarioNamed(name);
  let [requests, failures] = [0, 0];
  let firstFailureAt: number | null = null;
  let alertAt: number | null = null;
  const delivered: Delivered[] = [];
  const stage = await openStage(scenario, {
    seed,
    onCompleted: (request) => {
      requests += 1;
      if (failedRequest(request) === null) return;
      failures += 1;
      firstFailureAt ??= request.finishedAt;
    },
  });
  const { loadBalancer, clock } = stage;
  const monitor = embeddedMonitor({
    loadBalancer,
    onDelivered: (one) => {
      delivered.push(one);
      alertAt ??= clock.now();
    },
  });
  try {
    stage.begin();
    const beatMs = clock.realMs(BEAT_LAB_SECONDS);
    const totalMs = Math.max(REAL_SECONDS * 1000, clock.realMs(60 * LAB_MINUTES));
    const idleSeconds = Number(loadBalancer.attributes['idle_timeout.timeout_seconds']);
    const probeAtMs = totalMs - clock.realMs(1.1 * idleSeconds + 10) - PROBE_SLACK_SECONDS * 1000;
    const probing = sleep(Math.max(0, probeAtMs)).then(() => probeTargets(loadBalancer));
    for (let spentMs = 0; spentMs < totalMs; spentMs += beatMs) {
      await monitor.beat();
      await sleep(beatMs);
    }
    await monitor.beat();
    const facts = await probing;
    const { baseline } = await monitor.store.load(loadBalancer.arn);
    const end = clock.now();
    const window = { start: new Date(end - WINDOW_MS).toISOString(), end: new Date(end).toISOString() };
    const workload = bundleOf(loadBalancer, window, { baseline, keepAliveFacts: [] });
    const logs = { ...workload, accessLog: accessLogOf(loadBalancer, window) };
    const responseFacts = [...(await askFailingPaths(loadBalancer, logs.accessLog))];
    return {
      scenario: name,
      seed,
      truth: scenario.truth,
      orElse: [...(scenario.orElse ?? [])],
      requests,
      failures,
      verdicts: {
        metrics: verdictOf(withoutWorkload(workload)),
        workload: verdictOf(workload),
        logs: verdictOf(logs),
        probes: verdictOf({ ...logs, keepAliveFacts: [...facts], responseFacts }),
      },
      announced: delivered.map(({ event, notification: { alert } }) => ({
        event,
        verdict: { verdict: alert.diagnosis.verdict, probability: alert.diagnosis.probability },
      })),
      alertAfterSeconds: secondsBetween(firstFailureAt, alertAt),
    };
  } finally {
    await stage.close();
  }
}

/** As where the role may not read what runs behind the groups. */
const withoutWorkload = (bundle: EvidenceBundle): EvidenceBundle => ({
  ...bundle,
  targetGroups: bundle.targetGroups.map(({ workload: _, ...group }) => group),
});

function verdictOf(bundle: EvidenceBundle): Verdict {
  const { verdict, probability } = diagnose(bundle);
  return { verdict, probability };
}

const secondsBetween = (from: number | null, to: number | null): number | null =>
  from === null || to === null ? null : Math.max(0, (to - from) / 1000);

goFirst();
const [name = '', seed = '1'] = process.argv.slice(2);
process.stdout.write(`${JSON.stringify(await runScenario(name, Number(seed)))}\n`);
process.exit();
