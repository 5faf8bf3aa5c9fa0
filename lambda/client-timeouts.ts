/** How long a try of one call may take, in milliseconds, by what is called. */
const TIMEOUTS_MS = {
  /** The monitor's own table, topic, bus and queues: small answers, and others wait for them. */
  own: { connect: 2_000, request: 4_000 },
  /** What describes the account: answers may be large, and are throttled more. */
  account: { connect: 3_000, request: 8_000 },
} as const;

/**
 * How often a call is tried and how long each try may take: the one place that says so for every client. Without it the
 * SDK waits for as long as the connection stays open, and only warns when a request timeout is over.
 *
 * @param requestTimeoutMs - in place of what suits `what`
 */
export const clientTimeouts = (
  what: keyof typeof TIMEOUTS_MS,
  maxAttempts: number,
  requestTimeoutMs: number = TIMEOUTS_MS[what].request,
) => ({
  maxAttempts,
  requestHandler: {
    connectionTimeout: TIMEOUTS_MS[what].connect,
    requestTimeout: requestTimeoutMs,
    throwOnRequestTimeout: true,
  },
});
