import type { AccessLogSummary } from '../../lambda/model/access-log-summary.ts';
import type { KeepAliveFact, ResponseFact } from '../../lambda/model/evidence.ts';
import { requiredKeepAliveSeconds } from '../../lambda/model/required-keep-alive.ts';
import { endpointName } from '../../lambda/probe/endpoint.ts';
import { countedRequestsOf } from '../../lambda/probe/keep-alive-facts.ts';
import { pathsToAsk } from '../../lambda/probe/paths-to-ask.ts';
import { probe } from '../../lambda/probe/probe.ts';
import type { Measurement, ProbeResult } from '../../lambda/probe/probe-result.ts';
import { checkResponse } from '../../lambda/probe/response-check.ts';
import { responseFactFor } from '../../lambda/probe/response-fact.ts';
import { DEFAULT_SKIP_WORDS } from '../../lambda/probe/skip-paths.ts';
import { secondsOf } from '../load-balancer/attributes.ts';
import type { LoadBalancer } from '../load-balancer/load-balancer.ts';

/** Real seconds beside the watching itself. */
const OVERHEAD_SECONDS = 4;
const REQUESTS = 200;
/** Real seconds for one path that failed. */
const ASK_SECONDS = 3;

/**
 * Probes one target of every group as `alb502 probe` does, and tells what was measured in lab seconds.
 *
 * @returns nothing of a group whose targets cannot be measured
 */
export async function probeTargets(loadBalancer: LoadBalancer): Promise<readonly KeepAliveFact[]> {
  const facts = await Promise.all(
    loadBalancer.targetGroups.map(async (group) => {
      const target = group.kind === 'ip' ? group.targets.findLast(({ draining }) => !draining) : undefined;
      if (!target || group.kind !== 'ip') return null;
      const endpoint = { host: target.host, port: target.port, tls: group.protocol === 'HTTPS', path: '/' };
      const measured = await measure(loadBalancer, endpoint);
      return measured.verdict === null ? null : factOf(loadBalancer, group.arn, target.address, measured);
    }),
  );
  return facts.filter((fact) => fact !== null);
}

/** Asks targets directly for paths of theirs that failed, as the probe function does. */
export async function askFailingPaths(
  { targetGroups, clock }: LoadBalancer,
  accessLog: AccessLogSummary | null,
): Promise<readonly ResponseFact[]> {
  const registered = targetGroups.flatMap((group) => {
    if (group.kind !== 'ip') return [];
    const tls = group.protocol === 'HTTPS';
    return group.targets.map(({ host, port }) => ({
      targetGroupArn: group.arn,
      endpoint: { host, port, tls, path: '/' },
      skipPaths: [],
    }));
  });
  const { asks: asked } = pathsToAsk(accessLog?.failingRequests ?? [], registered, DEFAULT_SKIP_WORDS);
  const facts = await Promise.all(
    asked.map(async (target) => {
      const { targetGroupArn, endpoint } = target;
      const check = await checkResponse(endpoint, ASK_SECONDS);
      const at = new Date(clock.now()).toISOString();
      return responseFactFor(
        { targetGroupArn, target: endpointName(endpoint), path: endpoint.path, at },
        check,
      );
    }),
  );
  return facts.filter((fact) => fact !== null);
}

async function measure(
  { attributes, clock }: LoadBalancer,
  endpoint: Parameters<typeof probe>[0],
): Promise<ProbeResult> {
  const idleTimeoutSeconds = secondsOf(attributes, 'idle_timeout.timeout_seconds');
  const watchSeconds = clock.realMs(requiredKeepAliveSeconds(idleTimeoutSeconds) + 2) / 1000;
  const maxSeconds = watchSeconds + OVERHEAD_SECONDS;
  // Judged in lab seconds by the diagnosis; the verdict over real ones is of no use here.
  return await probe(endpoint, 1, { maxSeconds, watchSeconds, requests: REQUESTS, pauseMs: 0 });
}

function factOf(
  { clock }: LoadBalancer,
  targetGroupArn: string,
  target: string,
  { idleClose: idle, requestsPerConnection }: Measurement,
): KeepAliveFact | null {
  const lab = (realSeconds: number): number => Math.round(clock.labSeconds(realSeconds * 1000) * 1000) / 1000;
  const about = {
    targetGroupArn,
    target,
    source: 'probe',
    at: new Date(clock.now()).toISOString(),
    ...countedRequestsOf(requestsPerConnection),
  } as const;
  if ('openAfterSeconds' in idle) {
    const seconds = lab(idle.openAfterSeconds);
    if (seconds <= 0) return null;
    return {
      ...about,
      seconds,
      lowSeconds: seconds,
      highSeconds: null,
      detail: `still open after ${seconds} s`,
    };
  }
  if (idle.by === 'response-close' || idle.seconds <= 0) return null;
  const trials = idle.trials.map(lab);
  return {
    ...about,
    seconds: lab(idle.seconds),
    lowSeconds: Math.min(lab(idle.seconds), ...trials),
    highSeconds: Math.max(lab(idle.seconds), ...trials),
    detail: `closed by ${idle.by.toUpperCase()} on ${trials.length} connections`,
  };
}
