import {
  bundleWith,
  counts,
  declared,
  deniedMetric,
  everyNth,
  failures,
  from,
  group,
  steady,
} from '../diagnose/bundle.ts';
import { type Case, FINE, mismatch, NAMED, SURE, UNCLEAR } from './case.ts';

export const cases: readonly Case[] = [
  {
    name: 'handshakes with targets fail beside the 502s',
    kind: 'present',
    bundle: bundleWith(
      group('web', { protocol: 'HTTPS', port: 8443 }),
      declared(75),
      failures(everyNth(3, 6)),
      counts('TargetTLSNegotiationErrorCount', everyNth(3, 6)),
      counts('TargetTLSNegotiationErrorCount', everyNth(3, 6), { group: 'web' }),
    ),
    verdict: 'tls-failure',
    probability: SURE,
    severity: 'warning',
    mismatches: [],
    actions: [
      'speak TLS on port 8080',
      'openssl s_client',
      'describe-listeners',
      'clients may use older TLS',
    ],
  },
  {
    ...FINE,
    name: 'failed handshakes without a 502',
    kind: 'near miss',
    bundle: bundleWith(
      group('web', { protocol: 'HTTPS' }),
      declared(75),
      counts('TargetTLSNegotiationErrorCount', from(30, [1])),
    ),
  },
  {
    ...UNCLEAR,
    name: 'an HTTPS group whose handshakes all succeed',
    kind: 'near miss',
    bundle: bundleWith(group('web', { protocol: 'HTTPS' }), declared(75), failures(everyNth(6, 3))),
  },
  {
    ...UNCLEAR,
    name: 'the metric of handshakes was denied',
    kind: 'unknown',
    bundle: bundleWith(
      group('web', { protocol: 'HTTPS' }),
      declared(75),
      failures(everyNth(6, 3)),
      deniedMetric('TargetTLSNegotiationErrorCount'),
    ),
  },
  {
    name: 'failed handshakes in a group whose keep-alive is short as well',
    kind: 'mixed',
    bundle: bundleWith(
      group('web', { protocol: 'HTTPS', port: 8443 }),
      declared(5),
      failures(steady(100)),
      counts('TargetTLSNegotiationErrorCount', steady(100)),
    ),
    verdict: 'tls-failure',
    probability: NAMED,
    severity: 'critical',
    mismatches: [mismatch(60, 5)],
    actions: ['speak TLS', 'raise the keep-alive from 5 s'],
  },
];
