import {
  accessLog,
  backendLog,
  bundleWith,
  counts,
  declared,
  deniedMetric,
  during,
  everyNth,
  failures,
  from,
  groupTag,
  health,
  healthyHosts,
  loggedGroup,
  steady,
  together,
  unhealthyHosts,
} from '../diagnose/bundle.ts';
import { type Case, FINE, NAMED, UNCLEAR } from './case.ts';

export const cases: readonly Case[] = [
  {
    name: 'bursts with a host gone for minutes, and out-of-memory in its log',
    kind: 'present',
    bundle: bundleWith(
      declared(75),
      groupTag('web', 'alb502:log-group', '/app/shop'),
      failures(together(from(50, [40]), from(110, [35]))),
      healthyHosts(together(steady(3), during(51, 54, -1), during(111, 113, -1))),
      unhealthyHosts(together(steady(0), during(51, 54, 1), during(111, 113, 1))),
      backendLog('Out of memory', 50),
    ),
    verdict: 'target-crash',
    probability: NAMED,
    severity: 'warning',
    mismatches: [],
    actions: ['log-group-name /app/shop', 'Exit code 137', 'Side effect'],
  },
  {
    name: 'the log shows requests of different age that end at one instant on one target',
    kind: 'present',
    bundle: bundleWith(
      declared(75),
      failures(together(from(50, [40]), from(110, [35]))),
      accessLog(
        loggedGroup(75, {
          signatures: { closedOnReuse: 10, midRequest: 65, neverDispatched: 0, answeredBadly: 0, lambda: 0 },
          bursts: { count: 2, failures: 73, targets: 1, simultaneous: 2, targetGone: 0, excessShare: 0.95 },
        }),
      ),
    ),
    verdict: 'target-crash',
    probability: NAMED,
    severity: 'warning',
    mismatches: [],
    actions: ['Find out why the target process ended'],
  },
  {
    ...UNCLEAR,
    name: 'a host that went away and refused connections: crash, rollout or a port, the metrics do not say',
    kind: 'unknown',
    bundle: bundleWith(
      declared(75),
      failures(together(from(50, [40, 30]), from(110, [35]))),
      counts('TargetConnectionErrorCount', together(from(50, [30, 30]), from(110, [20]))),
      healthyHosts(together(steady(3), during(51, 54, -1), during(111, 113, -1))),
      unhealthyHosts(together(steady(0), during(51, 54, 1), during(111, 113, 1))),
    ),
  },
  {
    ...UNCLEAR,
    name: 'a burst whose host counts could not be read',
    kind: 'unknown',
    bundle: bundleWith(
      declared(75),
      failures(from(50, [40])),
      deniedMetric('HealthyHostCount'),
      deniedMetric('UnHealthyHostCount'),
    ),
  },
  {
    ...FINE,
    name: 'a host that was unhealthy for a while cost nobody a request',
    kind: 'near miss',
    bundle: bundleWith(
      declared(75),
      healthyHosts(together(steady(3), during(51, 54, -1))),
      unhealthyHosts(together(steady(0), during(51, 54, 1))),
    ),
  },
  {
    ...UNCLEAR,
    name: 'a host that flapped once beside 502s that come all day',
    kind: 'mixed',
    bundle: bundleWith(
      declared(75),
      failures(everyNth(6, 2)),
      healthyHosts(together(steady(3), during(51, 54, -1))),
      unhealthyHosts(together(steady(0), during(51, 54, 1))),
      health('healthy', null, 3),
    ),
  },
];
