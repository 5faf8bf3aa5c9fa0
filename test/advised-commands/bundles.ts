import type { EvidenceBundle } from '../../lambda/model/evidence.ts';
import {
  accessLog,
  baseline,
  bundleWith,
  declared,
  type Edit,
  edits,
  everyNth,
  failures,
  gap,
  group,
  groupTag,
  idleTimeout,
  keepAlive,
  LOAD_BALANCER_ARN,
  lambdaGroup,
  loggedGroup,
  slowestResponse,
  steady,
  target,
  withoutGroup,
} from '../diagnose/bundle.ts';
import { ABOUT_SETTINGS, CIRCUMSTANCES } from './circumstances.ts';
import { OWNERS } from './owners.ts';

/** A bundle, and in words what it is. */
export interface Named {
  readonly where: string;
  readonly bundle: EvidenceBundle;
}

const few = failures(everyNth(9, 2));

/** What stands behind the load balancer. */
export const TARGETS: Readonly<Record<string, Edit>> = {
  'IP targets': edits(),
  instances: group('web', {
    targetType: 'instance',
    targets: [target('i-0123456789abcdef0'), target('i-0123456789abcdef1', { port: 9_000 })],
  }),
  'IPv6 targets': group('web', { targets: [target('2001:db8::7')] }),
  'no target': group('web', { targets: [], port: null }),
  'a function': edits(withoutGroup('web'), lambdaGroup('fn')),
  'a function with multi-value headers': edits(
    withoutGroup('web'),
    lambdaGroup('fn', { attributes: { 'lambda.multi_value_headers.enabled': 'true' } }),
  ),
  'HTTPS targets': group('web', { protocol: 'HTTPS', port: 8_443 }),
  'HTTP/2 targets': group('web', { protocolVersion: 'HTTP2' }),
  'gRPC targets': group('web', { protocolVersion: 'GRPC' }),
  'an agent of the target optimizer': group('web', { targetControlPort: 3_000 }),
  'several groups': edits(group('api'), group('admin'), lambdaGroup('fn')),
  'no group': withoutGroup('web'),
};

/** What is known of the timeouts. */
export const TIMEOUTS: Readonly<Record<string, Edit>> = {
  'nothing declared': edits(),
  'slow responses that were not read': edits(declared(30), withoutSlowest()),
  'a server that is named, an unknown idle timeout': edits(
    withoutIdleTimeout(),
    group('api'),
    declared(20),
    declared(10, 'api'),
    groupTag('web', 'alb502:server', 'nginx'),
  ),
  'an unknown idle timeout above what the log shows': edits(withoutIdleTimeout(), reusedAfter(75)),
  'an idle timeout below what the log shows': edits(idleTimeout(30), reusedAfter(75)),
  'an idle timeout above what the log shows': reusedAfter(5),
  'keep-alive below the idle timeout': declared(5),
  'keep-alive below the idle timeout, slow responses': edits(declared(30), slowestResponse(steady(55))),
  'a thin margin': declared(62),
  'a keep-alive that is long enough': declared(75),
  'a keep-alive of a second': keepAlive(1, 'probe'),
  'a long idle timeout': edits(idleTimeout(1_800), declared(65)),
  'a raised idle timeout': edits(
    idleTimeout(300),
    declared(75),
    baseline({ [LOAD_BALANCER_ARN]: { 'idle_timeout.timeout_seconds': '60' } }),
  ),
  'an unknown idle timeout': edits(withoutIdleTimeout(), declared(20)),
  'an unknown idle timeout and keep-alive': withoutIdleTimeout(),
  'a measured keep-alive that is not the declared one': edits(declared(75), keepAlive(5, 'probe')),
  'a lower bound that is not the declared one': edits(
    declared(5),
    keepAlive(70, 'probe', 'web', { lowSeconds: 70, highSeconds: null }),
  ),
};

/** What a log shows that was read: requests on connections that had been idle for so long. */
function reusedAfter(seconds: number): Edit {
  const shown = { seconds, low: seconds - 0.1, high: seconds + 0.1, failures: 38, pValue: 1e-12 };
  return accessLog(loggedGroup(40, { keepAlive: shown }));
}

function withoutSlowest(): Edit {
  return (bundle) => ({
    ...bundle,
    metrics: bundle.metrics.filter(({ name }) => name !== 'TargetResponseTime'),
  });
}

function withoutIdleTimeout(): Edit {
  return edits(gap('attributes'), (bundle) => {
    const { 'idle_timeout.timeout_seconds': _, ...attributes } = bundle.loadBalancer.attributes;
    return { ...bundle, loadBalancer: { ...bundle.loadBalancer, attributes } };
  });
}

/** Every owner with every kind of target, and with everything that may be known of the timeouts. */
export function ownedBundles(): readonly Named[] {
  return Object.entries(OWNERS).flatMap(([owner, owned]) => [
    ...Object.entries(TARGETS).map(([targets, behind]) => ({
      where: `${owner}, ${targets}`,
      bundle: bundleWith(few, behind, declared(5), declared(5, 'api'), owned),
    })),
    ...Object.entries(TIMEOUTS).map(([known, edit]) => ({
      where: `${owner}, ${known}`,
      bundle: bundleWith(few, edit, owned),
    })),
    ...Object.entries(CIRCUMSTANCES)
      .filter(([circumstance]) => owner === 'unknown' || ABOUT_SETTINGS.has(circumstance))
      .map(([circumstance, edit]) => ({
        where: `${owner}, ${circumstance}`,
        bundle: bundleWith(edit, owned),
      })),
  ]);
}

/** A server behind a load balancer of an owner, its keep-alive too short. */
export const serverBundle = (
  server: string,
  owner: string,
  idleTimeoutSeconds: number,
  edit: Edit = edits(),
): Named => ({
  where: `${server} behind an idle timeout of ${idleTimeoutSeconds} s, ${owner}`,
  bundle: bundleWith(
    few,
    groupTag('web', 'alb502:server', server),
    keepAlive(3.4, 'probe'),
    idleTimeout(idleTimeoutSeconds),
    edit,
    OWNERS[owner] ?? edits(),
  ),
});
