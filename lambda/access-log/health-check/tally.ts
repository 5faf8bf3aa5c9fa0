import type { CheckedTarget, FailedCheck, HealthCheckLog } from '../../model/health-check-log.ts';
import { inTextOrder } from '../../model/text-order.ts';
import type { HealthCheck } from './line.ts';

/** More than one load balancer has at a time; what a log names beyond them is counted only. */
const MOST_TARGETS = 5000;
const MOST_SHOWN = 100;
const MOST_REASONS = 20;
const KEPT_EACH = 5;

interface Checked {
  readonly check: HealthCheck;
  readonly node: string | null;
  checks: number;
  failed: number;
  readonly reasons: Map<string, number>;
  slowestSeconds: number;
  firstSeconds: number;
  lastSeconds: number;
  readonly first: HealthCheck[];
  readonly newest: HealthCheck[];
}

const iso = (seconds: number): string => new Date(seconds * 1000).toISOString();

const failedCheck = ({ atSeconds, reason, statusCode, latencySeconds }: HealthCheck): FailedCheck => ({
  at: iso(atSeconds),
  reason,
  statusCode,
  latencySeconds: Number.isNaN(latencySeconds) ? null : latencySeconds,
});

/** What health check logs of one load balancer say. Memory is bounded whatever their size. */
export class HealthCheckTally {
  private readonly targets = new Map<string, Checked>();
  private checks = 0;
  private failed = 0;

  add(check: HealthCheck, fileNode: string | null): void {
    this.checks++;
    if (!check.passed) this.failed++;
    const node = check.node ?? fileNode;
    const key = `${check.targetGroup} ${check.target} ${node}`;
    const known = this.targets.get(key) ?? this.newTarget(key, check, node);
    if (known !== null) count(known, check);
  }

  private newTarget(key: string, check: HealthCheck, node: string | null): Checked | null {
    if (this.targets.size >= MOST_TARGETS) return null;
    const fresh: Checked = {
      check,
      node,
      checks: 0,
      failed: 0,
      reasons: new Map(),
      slowestSeconds: Number.NaN,
      firstSeconds: check.atSeconds,
      lastSeconds: check.atSeconds,
      first: [],
      newest: [],
    };
    this.targets.set(key, fresh);
    return fresh;
  }

  /** What was read of it. */
  log(): HealthCheckLog {
    const targets = [...this.targets.values()]
      .map(checkedTarget)
      .sort(
        (left, right) =>
          right.failed - left.failed ||
          inTextOrder(`${left.target} ${left.node}`, `${right.target} ${right.node}`),
      );
    return { checks: this.checks, failed: this.failed, targets: targets.slice(0, MOST_SHOWN) };
  }
}

function count(known: Checked, check: HealthCheck): void {
  known.checks++;
  known.firstSeconds = Math.min(known.firstSeconds, check.atSeconds);
  known.lastSeconds = Math.max(known.lastSeconds, check.atSeconds);
  if (check.passed) {
    if (!(known.slowestSeconds >= check.latencySeconds)) known.slowestSeconds = check.latencySeconds;
    return;
  }
  known.failed++;
  const reason = check.reason === '' ? 'no reason given' : check.reason.slice(0, 60);
  if (known.reasons.has(reason) || known.reasons.size < MOST_REASONS)
    known.reasons.set(reason, (known.reasons.get(reason) ?? 0) + 1);
  if (known.first.length < KEPT_EACH) known.first.push(check);
  else {
    known.newest.push(check);
    if (known.newest.length > KEPT_EACH) known.newest.shift();
  }
}

const checkedTarget = (known: Checked): CheckedTarget => ({
  targetGroup: known.check.targetGroup,
  target: known.check.target,
  node: known.node,
  checks: known.checks,
  failed: known.failed,
  reasons: Object.fromEntries(known.reasons),
  slowestSeconds: Number.isNaN(known.slowestSeconds) ? null : known.slowestSeconds,
  firstAt: iso(known.firstSeconds),
  lastAt: iso(known.lastSeconds),
  failedChecks: [...known.first, ...known.newest]
    .sort((left, right) => left.atSeconds - right.atSeconds)
    .map(failedCheck),
});
