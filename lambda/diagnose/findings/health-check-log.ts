import type { CheckedTarget, FailedCheck } from '../../model/health-check-log.ts';
import { printable } from '../command.ts';
import type { Finding, FindingReader } from '../finding.ts';
import { symptomOf } from '../symptom.ts';
import { targetStateFindings } from './health.ts';

/** A check that failed so near a 502 is about the same state of the target. */
const NEAR_MS = 2 * 60_000;
/** Fewer say nothing of a target. */
const FEWEST_CHECKS = 3;

/** What a reason is, by its words: AWS adds reasons, and deliveries may spell them otherwise. */
const KINDS = [
  { words: /time|slow/i, id: 'targets-time-out', said: 'do not answer their health checks in time' },
  {
    words: /mismatch|unexpected/i,
    id: 'targets-answer-wrong',
    said: 'answer their health checks with an unexpected code',
  },
  {
    words: /refus|reset|closed|connect|tls|ssl|malformed|protocol/i,
    id: 'targets-fail-checks',
    said: 'refuse or break their health checks',
  },
] as const;

const [, ANSWERED_WRONG] = KINDS;

/** A target that answered and failed nevertheless answered wrong, whatever the reason is called. */
const kindOf = ({ reason, statusCode }: FailedCheck) =>
  KINDS.find(({ words }) => words.test(reason)) ?? (statusCode === null ? undefined : ANSWERED_WRONG);

/** Times of the 502s, as far as they are known: named requests, else failing minutes. */
function failureTimes(bundle: Parameters<FindingReader>[0]): readonly number[] {
  const named = bundle.accessLog?.failingRequests?.map(({ at }) => Date.parse(at)) ?? [];
  return named.length > 0 ? named : [...symptomOf(bundle).failures.keys()].map((at) => Date.parse(at));
}

const isNear = (at: string, failures: readonly number[]): boolean =>
  failures.some((failure) => Math.abs(Date.parse(at) - failure) <= NEAR_MS);

/** Targets whose checks failed around the 502s, for each kind of reason. */
function failing(targets: readonly CheckedTarget[], failures: readonly number[]): Finding[] {
  const found = new Map<
    string,
    { hit: Set<string>; first: string; finding: Omit<Finding, 'fact'> & { said: string } }
  >();
  for (const { target, node, failedChecks } of targets)
    for (const check of failedChecks) {
      const { at, reason, latencySeconds } = check;
      const kind = kindOf(check);
      if (kind === undefined || !isNear(at, failures)) continue;
      const by = node === null ? '' : ` by node ${node}`;
      const after = latencySeconds === null ? '' : ` after ${latencySeconds.toFixed(3)} s`;
      const known = found.get(kind.id) ?? {
        hit: new Set<string>(),
        first: printable(`${target}${by} at ${at}: ${reason}${after}`),
        finding: { id: kind.id, source: 'health check log', said: kind.said },
      };
      known.hit.add(target);
      found.set(kind.id, known);
    }
  const all = new Set(targets.map(({ target }) => target)).size;
  return [...found.values()].map(({ hit, first, finding: { said, ...finding } }) => ({
    ...finding,
    fact: `around the 502s ${hit.size} of ${all} targets ${said} (${first})`,
    strength: Math.max(0.4, hit.size / all),
  }));
}

/** Whether the checks of all targets reach from before the first 502 to after the last. */
const spans = (targets: readonly CheckedTarget[], failures: readonly number[]): boolean =>
  targets.every(
    ({ checks, firstAt, lastAt }) =>
      checks >= FEWEST_CHECKS &&
      Date.parse(firstAt) <= Math.min(...failures) + NEAR_MS &&
      Date.parse(lastAt) >= Math.max(...failures) - NEAR_MS,
  );

/**
 * What the health checks of the load balancer say around the 502s, check by check: more than the state of the targets
 * now, which may have changed since. Where that says the same, it is said once.
 */
export const healthCheckLogFindings: FindingReader = (bundle) => {
  const { healthCheckLog } = bundle;
  const failures = failureTimes(bundle);
  if (healthCheckLog === undefined || failures.length === 0 || healthCheckLog.targets.length === 0) return [];
  const { targets, checks, failed } = healthCheckLog;
  const found = failing(targets, failures);
  if (failed === 0 && spans(targets, failures))
    found.push({
      id: 'targets-healthy',
      fact: `all ${checks} health checks around the 502s passed`,
      source: 'health check log',
    });
  const said = new Set(targetStateFindings(bundle).map(({ id }) => id));
  return found.filter(({ id }) => !said.has(id));
};
