/** What one health check found. */
export type HealthResult =
  | { readonly healthy: true }
  | { readonly healthy: false; readonly reason: string; readonly description: string };

export interface HealthCheckSettings {
  readonly enabled: boolean;
  readonly path: string;
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly healthyThresholdCount: number;
  readonly unhealthyThresholdCount: number;
  /** Status codes that count as healthy: `200`, `200,204` or `200-299`. */
  readonly matcher: string;
}

/** Defaults of a target group with HTTP health checks (AWS: Health checks for your target groups). */
export const HEALTH_CHECK_DEFAULTS: HealthCheckSettings = {
  enabled: true,
  path: '/',
  intervalSeconds: 30,
  timeoutSeconds: 5,
  healthyThresholdCount: 5,
  unhealthyThresholdCount: 2,
  matcher: '200',
};

/** What one node thinks of one target. */
export interface HealthState {
  readonly state: 'initial' | 'healthy' | 'unhealthy';
  readonly reason: string | null;
  readonly description: string | null;
  /** Results in a row that speak against the state. */
  readonly against: number;
}

export const INITIAL_HEALTH: HealthState = {
  state: 'initial',
  reason: 'Elb.RegistrationInProgress',
  description: 'Target registration is in progress',
  against: 0,
};

const HEALTHY: HealthState = { state: 'healthy', reason: null, description: null, against: 0 };

/** A new target is healthy after its first passed check; after that the thresholds count. */
export function nextHealth(
  current: HealthState,
  result: HealthResult,
  settings: HealthCheckSettings,
): HealthState {
  const against = current.against + 1;
  if (result.healthy) {
    const risen = current.state !== 'unhealthy' || against >= settings.healthyThresholdCount;
    return risen ? HEALTHY : { ...current, against };
  }
  if (current.state === 'unhealthy')
    return { ...current, reason: result.reason, description: result.description, against: 0 };
  if (against < settings.unhealthyThresholdCount) return { ...current, against };
  return { state: 'unhealthy', reason: result.reason, description: result.description, against: 0 };
}

/** Whether a status code is in a matcher such as `200-299,301`. */
export function statusMatches(matcher: string, status: number): boolean {
  return matcher.split(',').some((part) => {
    const [low, high] = part.split('-').map(Number);
    return low !== undefined && status >= low && status <= (high ?? low);
  });
}
