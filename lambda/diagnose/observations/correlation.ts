/**
 * Observations of one group are different views of the same thing, so their weights do not simply add up: for each
 * cause, the sum of a group is at most this many nats, for or against it. A group's bound is never below the largest weight
 * in it (tested), so that one observation alone counts in full.
 */
export const MOST_NATS_OF_GROUP = {
  /** Connections to targets that failed, and failures beyond them. */
  connections: 5,
  timeouts: 2.6,
  tls: 6,
  protocol: 1,
  lambda: 8,
  /** What health checks and anomaly detection say of the targets now. */
  health: 2.5,
  /**
   * Targets that come, go, or change their health: a rollout shows in the trail, in host counts and in health at once.
   */
  'target-changes': 4,
  'keep-alive': 4.5,
  /** Changes of configuration other than of the idle timeout. */
  configuration: 3.5,
  /** How the 502s lie in time and place: what lasts for long is seen in all zones as well. */
  'time-and-place': 5,
  'response-time': 1.2,
  /** What the targets' logs say of their end, and what ECS says of it. */
  'backend-log': 5,
  'log-lines': 7,
  'deregistration-delay': 6,
  probe: 5,
} as const;

/** A group of correlated observations. */
export type CorrelationGroup = keyof typeof MOST_NATS_OF_GROUP;
