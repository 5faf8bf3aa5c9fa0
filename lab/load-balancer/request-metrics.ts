import type { CompletedRequest } from './completed-request.ts';
import type { Dimensions, MetricRecorder } from './metric-recorder.ts';

/** Statuses that have a metric of their own beside `HTTPCode_ELB_5XX_Count`. */
const COUNTED_ELB_STATUSES: ReadonlySet<number> = new Set([500, 502, 503, 504]);

const CONNECTION_FAULTS: ReadonlySet<string> = new Set([
  'connection-refused',
  'host-unreachable',
  'connect-timeout',
]);
const TLS_FAULTS: ReadonlySet<string> = new Set(['tls-error', 'tls-timeout']);

/**
 * Records a request under the names and exact dimension sets that AWS publishes: what the load balancer answered
 * itself never carries a target group.
 *
 * @param loadBalancer - the value of the dimension, `app/NAME/ID`
 */
export function recordRequest(
  recorder: MetricRecorder,
  loadBalancer: string,
  request: CompletedRequest,
): void {
  const balancer: Dimensions = { LoadBalancer: loadBalancer };
  const zone: Dimensions = { ...balancer, AvailabilityZone: request.node.zone };
  const perBalancer = [balancer, zone];
  const group = request.targetGroup?.dimension;
  const perGroup = group
    ? [...perBalancer, { ...balancer, TargetGroup: group }, { ...zone, TargetGroup: group }]
    : perBalancer;
  const count = (name: string, dimensionSets: readonly Dimensions[], value = 1) =>
    recorder.record(name, dimensionSets, { at: request.finishedAt, value });

  if (request.target !== null || request.targetGroup?.lambda) count('RequestCount', perGroup);
  count('ProcessedBytes', perBalancer, request.receivedBytes + request.sentBytes);
  recordElbStatus(request, (name) => count(name, perBalancer));
  if (request.targetStatus !== null)
    count(`HTTPCode_Target_${Math.floor(request.targetStatus / 100)}XX_Count`, perGroup);
  if (request.targetStatus !== null && request.targetSeconds !== null)
    count('TargetResponseTime', perGroup, request.targetSeconds);
  const fault = request.truth.fault ?? '';
  if (CONNECTION_FAULTS.has(fault)) count('TargetConnectionErrorCount', perGroup);
  if (TLS_FAULTS.has(fault)) count('TargetTLSNegotiationErrorCount', perGroup);
  if (group && fault === 'lambda-error')
    count('LambdaUserError', [{ TargetGroup: group }, { ...balancer, TargetGroup: group }]);
}

/** Only what the load balancer made itself; a status passed on from the target is the target's. */
function recordElbStatus(request: CompletedRequest, count: (name: string) => void): void {
  if (request.targetStatus !== null || request.elbStatus < 400) return;
  count(`HTTPCode_ELB_${Math.floor(request.elbStatus / 100)}XX_Count`);
  if (COUNTED_ELB_STATUSES.has(request.elbStatus)) count(`HTTPCode_ELB_${request.elbStatus}_Count`);
}
