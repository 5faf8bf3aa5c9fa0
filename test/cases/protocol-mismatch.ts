import {
  bundleWith,
  change,
  counts,
  declared,
  deniedMetric,
  during,
  failures,
  from,
  group,
  health,
  LOAD_BALANCER_ARN,
  requests,
  steady,
} from '../diagnose/bundle.ts';
import { type Case, FINE, NAMED, UNCLEAR } from './case.ts';

export const cases: readonly Case[] = [
  {
    name: 'every request fails from one moment on, over connections that stand',
    kind: 'present',
    bundle: bundleWith(
      declared(75),
      failures(during(80, 180, 600)),
      counts('HTTPCode_Target_2XX_Count', during(0, 80, 600), { group: 'web' }),
      health('unhealthy', 'Target.FailedHealthChecks'),
    ),
    verdict: 'protocol-mismatch',
    probability: NAMED,
    severity: 'critical',
    mismatches: [],
    actions: ['Compare what web speaks (HTTP, HTTP1) with what its targets expect', 'describe-target-groups'],
  },
  {
    name: 'one group of two never answers, since a rule sends it traffic',
    kind: 'present',
    bundle: bundleWith(
      declared(75),
      group('grpc', { protocolVersion: 'GRPC' }),
      requests(steady(600)),
      counts('RequestCount', during(80, 180, 90), { group: 'grpc' }),
      counts('RequestCount', during(80, 180, 690, 600)),
      failures(during(80, 180, 90)),
      change(79, 'ModifyRule', LOAD_BALANCER_ARN.replace(':loadbalancer/', ':listener-rule/')),
    ),
    verdict: 'protocol-mismatch',
    probability: NAMED,
    severity: 'critical',
    mismatches: [],
    actions: ['grpc speaks (HTTP, GRPC)'],
  },
  {
    ...UNCLEAR,
    name: 'in a quiet service a minute with one request fails as a whole',
    kind: 'near miss',
    bundle: bundleWith(
      declared(75),
      requests(steady(1)),
      failures(
        from(3, [1, null, null, null, 1, null, null, null, null, 1, null, null, null, 1, null, null, 1]),
      ),
    ),
  },
  {
    ...FINE,
    name: 'a gRPC group that works',
    kind: 'near miss',
    bundle: bundleWith(group('web', { protocolVersion: 'GRPC' }), declared(75)),
  },
  {
    ...UNCLEAR,
    name: 'everything fails, and whether connections stand could not be read',
    kind: 'unknown',
    bundle: bundleWith(
      declared(75),
      failures(during(80, 180, 600)),
      deniedMetric('TargetConnectionErrorCount'),
    ),
    severity: 'critical',
  },
  {
    ...UNCLEAR,
    name: 'half of the requests of the only group fail',
    kind: 'mixed',
    bundle: bundleWith(declared(75), failures(during(80, 180, 300))),
    severity: 'critical',
  },
];
