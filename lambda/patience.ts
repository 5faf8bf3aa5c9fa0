/**
 * Options of clients that have no others: how often a call is tried and how long each try may take. Without them the
 * SDK waits for as long as the connection stays open, and only warns when a request timeout is over.
 *
 * @param maxAttempts - tries of one call, 4 s each
 */
export const patience = (maxAttempts: number) => ({
  maxAttempts,
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 4_000, throwOnRequestTimeout: true },
});
