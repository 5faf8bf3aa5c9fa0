/**
 * How long a target must keep an idle connection open so that the load balancer always ends it first:
 * the idle timeout plus 5 s, or plus 10 % where that is more. Equal timeouts race too.
 *
 * @param idleTimeoutSeconds - the attribute `idle_timeout.timeout_seconds` of the load balancer
 */
export function requiredKeepAliveSeconds(idleTimeoutSeconds: number): number {
  return idleTimeoutSeconds + Math.max(5, idleTimeoutSeconds / 10);
}
