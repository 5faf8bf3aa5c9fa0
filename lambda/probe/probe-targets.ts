import pLimit from 'p-limit';
import type { KeepAliveFact } from '../model/evidence.ts';
import { requiredKeepAliveSeconds } from '../model/required-keep-alive.ts';
import { endpointName } from './endpoint.ts';
import { keepAliveFactsOf } from './keep-alive-facts.ts';
import { defaultLimits, probe } from './probe.ts';
import type { ProbeResult } from './probe-result.ts';
import type { RegisteredTarget } from './registered-target.ts';
import type { ProbeLimits } from './session.ts';

/** What the probing of registered targets needs from outside. */
export interface ProbePorts {
  readonly saveKeepAliveFact: (loadBalancerArn: string, fact: KeepAliveFact) => Promise<void>;
  readonly now: () => string;
  /** Time left before this run is ended from outside. */
  readonly remainingMs: () => number;
}

export interface ProbeReport {
  readonly probed: number;
  readonly facts: number;
  /** Targets that could not be measured, with the reason. */
  readonly failed: readonly { readonly target: string; readonly reason: string }[];
}

/** A few requests a second for each target: far below what a load balancer sends it. */
export const PAUSE_MS = 250;
/** Enough for the idle timeout, its confirmation and a mute target; counting a limit is left to the command. */
const REQUESTS = 40;
const SIDE_BY_SIDE = 8;
/** Kept for saving what was measured. */
export const RESERVE_MS = 5_000;
const SHORTEST_PROBE_MS = 10_000;

/** Probes registered targets at a slow, bounded pace, and saves what it learns of each as soon as it knows. */
export async function probeTargets(
  targets: readonly RegisteredTarget[],
  ports: ProbePorts,
): Promise<ProbeReport> {
  const limit = pLimit(SIDE_BY_SIDE);
  const outcomes = await Promise.all(targets.map((target) => limit(() => probeOne(target, ports))));
  return {
    probed: outcomes.filter(({ failure }) => failure === null).length,
    facts: outcomes.reduce((sum, { facts }) => sum + facts, 0),
    failed: outcomes.flatMap(({ target, failure }) =>
      failure === null ? [] : [{ target: endpointName(target.endpoint), reason: failure }],
    ),
  };
}

interface Outcome {
  readonly target: RegisteredTarget;
  readonly facts: number;
  readonly failure: string | null;
}

async function probeOne(target: RegisteredTarget, ports: ProbePorts): Promise<Outcome> {
  const leftMs = ports.remainingMs() - RESERVE_MS;
  if (leftMs < SHORTEST_PROBE_MS) return { target, facts: 0, failure: 'no time was left in this run' };
  const result = await probe(target.endpoint, target.idleTimeoutSeconds, limitsFor(target, leftMs));
  const { targetGroupArn, endpoint } = target;
  const about = { targetGroupArn, target: endpointName(endpoint) };
  const facts = keepAliveFactsOf(about, result, ports.now());
  for (const fact of facts) await ports.saveKeepAliveFact(target.loadBalancerArn, fact);
  return { target, facts: facts.length, failure: failureOf(result) };
}

function limitsFor({ idleTimeoutSeconds }: RegisteredTarget, leftMs: number): ProbeLimits {
  const limits = defaultLimits(requiredKeepAliveSeconds(idleTimeoutSeconds));
  const maxSeconds = Math.min(limits.maxSeconds, leftMs / 1_000);
  const watchSeconds = Math.min(limits.watchSeconds, maxSeconds);
  return { maxSeconds, watchSeconds, requests: REQUESTS, pauseMs: PAUSE_MS };
}

function failureOf(result: ProbeResult): string | null {
  return result.verdict === null ? result.error : null;
}
