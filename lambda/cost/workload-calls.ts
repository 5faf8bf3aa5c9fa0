/**
 * Calls that list the ECS services of a region: pages of 100 clusters, for each cluster pages of 100 services, and ten
 * services described a call.
 *
 * @param sizes - services in each cluster
 */
export const ecsListingCalls = (sizes: readonly number[]): number =>
  Math.max(1, Math.ceil(sizes.length / 100)) +
  sizes.reduce((sum, size) => sum + Math.max(1, Math.ceil(size / 100)) + Math.ceil(size / 10), 0);

/** The same at most, however the services are spread over the clusters. */
export const mostEcsListingCalls = (clusters: number, services: number): number =>
  Math.max(1, Math.ceil(clusters / 100)) +
  (clusters + Math.floor(services / 100)) +
  (Math.min(clusters, services) + Math.floor(services / 10));

/**
 * Calls of one look about one target group, once services are listed and the task definition is known; a test counts
 * them again. Those of a load balancer without 502s are made once in `postureHours`.
 */
export const WORKLOAD_CALLS = {
  ecsQuiet: 1,
  /** With a hundred stopped tasks at most, on their hosts' network. */
  ecsFailing: 7,
  instancesFailing: 3,
  function: 1,
} as const;
