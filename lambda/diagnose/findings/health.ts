import type { EvidenceBundle, Target } from '../../model/evidence.ts';
import { coincidence, FULL_NATS, LEAST_NATS } from '../coincidence.ts';
import { printable } from '../command.ts';
import type { Finding, FindingReader } from '../finding.ts';
import { knowsHealth, servingGroups } from '../groups.ts';
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
  return servingGroups(bundle)
    .filter((group) => group.targetType !== 'lambda')
    .flatMap((group) => group.targets.map((target) => ({ group: group.name, target })));
}

const labelOf = ({ group, target }: Named): string =>
  printable(`${target.id}${target.port === null ? '' : `:${target.port}`} of ${group}`);

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
  if (states.length > 0 && knowsHealth(bundle) && states.every(({ target }) => target.state === 'healthy')) {
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

/** Times at which a host count differed from the point before. */
function changesOf(bundle: EvidenceBundle, name: string, statistic: string): readonly number[] {
  return seriesOf(bundle, name, 'target-group', statistic).flatMap((series) =>
    series.values.flatMap((value, index) => {
      const before = series.values[index - 1];
      const time = series.timestamps[index];
      return before !== undefined && before !== value && time !== undefined ? [Date.parse(time)] : [];
    }),
  );
}

/** Times at which a group had more healthy hosts than it mostly has: new ones came before old ones went. */
function additionsOf(bundle: EvidenceBundle): readonly number[] {
  return seriesOf(bundle, 'HealthyHostCount', 'target-group', 'Maximum').flatMap(({ timestamps, values }) => {
    const usual = [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0;
    return timestamps.filter((_, index) => (values[index] ?? 0) > usual).map((time) => Date.parse(time));
  });
}

/** Changes of health and of the number of hosts in the minutes of the 502s. */
export const healthHistoryFindings: FindingReader = (bundle) => {
  const symptom = symptomOf(bundle);
  if (symptom.failures.size === 0) return [];
  const near = (times: readonly number[]): number =>
    coincidence(symptom, bundle.window, times, { fromMs: -NEAR_MS, toMs: NEAR_MS });
  const findings: Finding[] = [];
  const flips = changesOf(bundle, 'UnHealthyHostCount', 'Maximum');
  const flipped = near(flips);
  if (flipped >= LEAST_NATS) {
    const fact = 'the 502s gather around changes of the number of unhealthy hosts';
    const strength = flipped / FULL_NATS;
    findings.push({ id: 'health-flipped', fact, source: 'UnHealthyHostCount', strength });
  }
  const hosts = changesOf(bundle, 'HealthyHostCount', 'Minimum');
  const added = near(additionsOf(bundle));
  const replaced = near(hosts);
  if (added >= LEAST_NATS) {
    const fact = 'the 502s gather around minutes in which a group had more healthy hosts than usual';
    const strength = added / FULL_NATS;
    findings.push({ id: 'hosts-added', fact, source: 'HealthyHostCount', strength });
  } else if (replaced >= LEAST_NATS) {
    const fact = 'the 502s gather around changes of the number of healthy hosts';
    const strength = replaced / FULL_NATS;
    findings.push({ id: 'host-count-changed', fact, source: 'HealthyHostCount', strength });
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
    knowsHealth(bundle) &&
    seriesOf(bundle, 'HealthyHostCount', 'target-group', 'Minimum').length > 0 &&
    states.every((state) => state === 'healthy' || state === 'unused') &&
    hostCountChanges === 0 &&
    !replaced &&
    couldRead(bundle, 'HealthyHostCount')
  );
}
