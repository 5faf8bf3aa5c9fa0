import type { EvidenceBundle, Target } from '../../model/evidence.ts';
import type { Finding, FindingReader } from '../finding.ts';
import { couldRead, countByTime, largest, seriesOf, sum } from '../metric-view.ts';
import { symptomOf } from '../symptom.ts';

/** How far around a failing minute a change of health still belongs to it. */
const NEAR_MS = 5 * 60_000;

interface Named {
  readonly group: string;
  readonly target: Target;
}

/** Targets of the groups that serve, and that health checks watch. */
function targetsOf(bundle: EvidenceBundle): readonly Named[] {
  return bundle.targetGroups
    .filter((group) => group.targetType !== 'lambda' && group.serving !== false)
    .flatMap((group) => group.targets.map((target) => ({ group: group.name, target })));
}

const labelOf = ({ group, target }: Named): string =>
  `${target.id}${target.port === null ? '' : `:${target.port}`} of ${group}`;

const REASONS = [
  {
    reason: 'Target.FailedHealthChecks',
    id: 'targets-fail-checks',
    words: 'refuse or break their health checks',
  },
  { reason: 'Target.Timeout', id: 'targets-time-out', words: 'do not answer their health checks in time' },
  {
    reason: 'Target.ResponseCodeMismatch',
    id: 'targets-answer-wrong',
    words: 'answer their health checks with an unexpected code',
  },
] as const;

/** The state of the targets now, with AWS's reasons. */
export const targetStateFindings: FindingReader = (bundle) => {
  const named = targetsOf(bundle);
  if (named.length === 0) return [];
  const source = 'DescribeTargetHealth';
  const findings: Finding[] = REASONS.flatMap(({ reason, id, words }) => {
    const hit = named.filter(({ target }) => target.reason === reason);
    const first = hit[0];
    if (!first) return [];
    const fact = `${hit.length} of ${named.length} targets ${words} (${labelOf(first)})`;
    return [{ id, fact, source, strength: Math.max(0.4, hit.length / named.length) }];
  });
  const changing = named.filter(({ target }) => target.state === 'draining' || target.state === 'initial');
  const first = changing[0];
  if (first) {
    const fact = `${changing.length} of ${named.length} targets are being registered or drained (${labelOf(first)}: ${first.target.state})`;
    findings.push({ id: 'targets-changing', fact, source });
  }
  const states = named.filter(({ target }) => target.state !== 'unused');
  if (states.length > 0 && states.every(({ target }) => target.state === 'healthy')) {
    findings.push({ id: 'targets-healthy', fact: `all ${states.length} targets are healthy`, source });
  }
  const anomalous = named.filter(({ target }) => target.anomaly === 'anomalous');
  const anomalousCount = Math.max(anomalous.length, largest(bundle, 'AnomalousHostCount', 'Maximum') ?? 0);
  if (anomalousCount > 0) {
    const fact = `${anomalousCount} targets behave differently from their peers`;
    findings.push({ id: 'anomalous-targets', fact, source: 'anomaly detection' });
  }
  return findings;
};

/** Times at which a host count differed from what it mostly was. */
function changesOf(bundle: EvidenceBundle, name: string, statistic: string): readonly number[] {
  return seriesOf(bundle, name, 'target-group', statistic).flatMap((series) =>
    series.values.flatMap((value, index) => {
      const before = series.values[index - 1];
      const time = series.timestamps[index];
      return before !== undefined && before !== value && time !== undefined ? [Date.parse(time)] : [];
    }),
  );
}

/** Changes of health and of the number of hosts in the minutes of the 502s. */
export const healthHistoryFindings: FindingReader = (bundle) => {
  const { failures } = symptomOf(bundle);
  if (failures.size === 0) return [];
  const at = [...failures.keys()].map((time) => Date.parse(time));
  const near = (times: readonly number[]): boolean =>
    times.some((time) => at.some((failure) => Math.abs(failure - time) <= NEAR_MS));
  const findings: Finding[] = [];
  const flips = changesOf(bundle, 'UnHealthyHostCount', 'Maximum');
  if (near(flips)) {
    const fact = 'the number of unhealthy hosts changed within minutes of 502s';
    findings.push({ id: 'health-flipped', fact, source: 'UnHealthyHostCount' });
  }
  const hosts = changesOf(bundle, 'HealthyHostCount', 'Minimum');
  if (near(hosts)) {
    const fact = 'the number of healthy hosts changed within minutes of 502s';
    findings.push({ id: 'host-count-changed', fact, source: 'HealthyHostCount' });
  }
  const routed = sum(countByTime(bundle, 'UnhealthyRoutingRequestCount').values());
  if (routed > 0) {
    const fact = `${routed} requests went to unhealthy targets because too few were healthy`;
    findings.push({ id: 'fail-open', fact, source: 'UnhealthyRoutingRequestCount' });
  }
  if (isSteady(bundle, flips.length + hosts.length)) {
    const fact = 'no target was added, drained or lost in the window';
    findings.push({ id: 'no-target-change', fact, source: 'HealthyHostCount, DescribeTargetHealth' });
  }
  return findings;
};

function isSteady(bundle: EvidenceBundle, hostCountChanges: number): boolean {
  const states = targetsOf(bundle).map(({ target }) => target.state);
  const replaced = bundle.changes.some((change) => /^(Register|Deregister)Targets$/.test(change.eventName));
  return (
    states.length > 0 &&
    states.every((state) => state === 'healthy' || state === 'unused') &&
    hostCountChanges === 0 &&
    !replaced &&
    couldRead(bundle, 'HealthyHostCount')
  );
}
