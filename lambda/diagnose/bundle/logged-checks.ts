import type { EvidenceBundle } from '../../model/evidence.ts';
import type { CheckedTarget, FailedCheck } from '../../model/health-check-log.ts';
import { printable } from '../remedies/command.ts';
import { symptomOf } from '../symptom.ts';

/** A check that failed so near a 502 is about the same state of the target. */
const NEAR_MS = 2 * 60_000;
/** Fewer say nothing of a target. */
const FEWEST_CHECKS = 3;

/** How targets fail their health checks, as it is said of the checks of now and of those that were logged. */
export const FAILED_CHECK_TEXT = {
  'targets-fail-checks': 'refuse or break their health checks',
  'targets-time-out': 'do not answer their health checks in time',
  'targets-answer-wrong': 'answer their health checks with an unexpected code',
} as const;

/** What a reason is, by its words: AWS adds reasons, and deliveries may spell them otherwise. */
const KINDS = [
  { pattern: /time|slow/i, id: 'targets-time-out' },
  { pattern: /mismatch|unexpected/i, id: 'targets-answer-wrong' },
  { pattern: /refus|reset|closed|connect|tls|ssl|malformed|protocol/i, id: 'targets-fail-checks' },
] as const;

const [, ANSWERED_WRONG] = KINDS;

type Kind = (typeof KINDS)[number];

/** Targets whose checks failed around the 502s for one kind of reason. */
export interface LoggedCheckFailures {
  readonly id: Kind['id'];
  readonly fact: string;
  readonly source: string;
  /** Share of the targets. */
  readonly share: number;
}

const SOURCE = 'health check log';

/** A target that answered and failed nevertheless answered wrong, whatever the reason is called. */
const kindOf = ({ reason, statusCode }: FailedCheck): Kind | undefined =>
  KINDS.find(({ pattern }) => pattern.test(reason)) ?? (statusCode === null ? undefined : ANSWERED_WRONG);

/** Times of the 502s, as far as they are known: named requests, else failing minutes. */
function failureTimes(bundle: EvidenceBundle): readonly number[] {
  const named = bundle.accessLog?.failingRequests?.map(({ at }) => Date.parse(at)) ?? [];
  return named.length > 0 ? named : [...symptomOf(bundle).failures.keys()].map((at) => Date.parse(at));
}

const isNear = (at: string, failures: readonly number[]): boolean =>
  failures.some((failure) => Math.abs(Date.parse(at) - failure) <= NEAR_MS);

function sentenceOf(target: string, { node }: CheckedTarget, { at, reason, latencySeconds }: FailedCheck) {
  const by = node === null ? '' : ` by node ${node}`;
  const after = latencySeconds === null ? '' : ` after ${latencySeconds.toFixed(3)} s`;
  return printable(`${target}${by} at ${at}: ${reason}${after}`);
}

/** What the log of health checks says around the 502s, for each kind of reason; empty where there is none. */
export function loggedCheckFailures(bundle: EvidenceBundle): readonly LoggedCheckFailures[] {
  const targets = bundle.healthCheckLog?.targets ?? [];
  const failures = failureTimes(bundle);
  const all = new Set(targets.map(({ target }) => target)).size;
  return KINDS.flatMap((kind) => {
    const hits = targets.flatMap((checked) =>
      checked.failedChecks
        .filter((check) => kindOf(check) === kind && isNear(check.at, failures))
        .map((check) => ({ target: checked.target, said: sentenceOf(checked.target, checked, check) })),
    );
    const [first] = hits;
    if (first === undefined) return [];
    const hit = new Set(hits.map(({ target }) => target)).size;
    const fact = `around the 502s ${hit} of ${all} targets ${FAILED_CHECK_TEXT[kind.id]} (${first.said})`;
    return [{ id: kind.id, fact, source: SOURCE, share: hit / all }];
  });
}

/** That all checks passed from before the first 502 to after the last, as a sentence; null where that is not known. */
export function allLoggedChecksPassed(bundle: EvidenceBundle): { fact: string; source: string } | null {
  const { healthCheckLog } = bundle;
  const failures = failureTimes(bundle);
  if (healthCheckLog === undefined || failures.length === 0 || healthCheckLog.targets.length === 0)
    return null;
  const spans = healthCheckLog.targets.every(
    ({ checks, firstAt, lastAt }) =>
      checks >= FEWEST_CHECKS &&
      Date.parse(firstAt) <= Math.min(...failures) + NEAR_MS &&
      Date.parse(lastAt) >= Math.max(...failures) - NEAR_MS,
  );
  if (healthCheckLog.failed > 0 || !spans) return null;
  return { fact: `all ${healthCheckLog.checks} health checks around the 502s passed`, source: SOURCE };
}
