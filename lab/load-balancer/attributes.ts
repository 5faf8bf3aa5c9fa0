import { InputError } from '../../lambda/model/failure.ts';

export type Attributes = Readonly<Record<string, string>>;

/** What DescribeLoadBalancerAttributes lists for a new Application Load Balancer. */
export const LOAD_BALANCER_DEFAULTS: Attributes = {
  'access_logs.s3.enabled': 'false',
  'access_logs.s3.bucket': '',
  'access_logs.s3.prefix': '',
  'client_keep_alive.seconds': '3600',
  'connection_logs.s3.enabled': 'false',
  'deletion_protection.enabled': 'false',
  'idle_timeout.timeout_seconds': '60',
  'load_balancing.cross_zone.enabled': 'true',
  'routing.http.desync_mitigation_mode': 'defensive',
  'routing.http.drop_invalid_header_fields.enabled': 'false',
  'routing.http.preserve_host_header.enabled': 'false',
  'routing.http.xff_client_port.enabled': 'false',
  'routing.http.xff_header_processing.mode': 'append',
  'routing.http2.enabled': 'true',
  'waf.fail_open.enabled': 'false',
  'zonal_shift.config.enabled': 'false',
};

/** What DescribeTargetGroupAttributes lists for a new target group of instances or addresses. */
export const TARGET_GROUP_DEFAULTS: Attributes = {
  'deregistration_delay.timeout_seconds': '300',
  'load_balancing.algorithm.anomaly_mitigation': 'off',
  'load_balancing.algorithm.type': 'round_robin',
  'load_balancing.cross_zone.enabled': 'use_load_balancer_configuration',
  'slow_start.duration_seconds': '0',
  'stickiness.enabled': 'false',
  'stickiness.lb_cookie.duration_seconds': '86400',
  'stickiness.type': 'lb_cookie',
  'target_group_health.dns_failover.minimum_healthy_targets.count': '1',
  'target_group_health.unhealthy_state_routing.minimum_healthy_targets.count': '1',
};

/** What DescribeTargetGroupAttributes lists for a new target group of one Lambda function. */
export const LAMBDA_GROUP_DEFAULTS: Attributes = { 'lambda.multi_value_headers.enabled': 'false' };

/**
 * Reads an attribute that holds seconds.
 *
 * @throws InputError where it is missing or no number
 */
export function secondsOf(attributes: Attributes, key: string): number {
  const text = attributes[key];
  const seconds = Number(text);
  if (text === undefined || text.trim() === '' || !Number.isFinite(seconds) || seconds < 0)
    throw new InputError(`attribute ${key} is "${text ?? ''}"; expected a number of seconds`);
  return seconds;
}
