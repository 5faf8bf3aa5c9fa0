/** How bad a finding is, in the words of SARIF (2.1.0, 3.27.10). */
export const SEVERITIES = ['note', 'warning', 'error'] as const;
export type CheckSeverity = (typeof SEVERITIES)[number];

interface Rule {
  /** What it finds, as a short sentence without a full stop. */
  readonly title: string;
  /** Why that matters, in one or two sentences. */
  readonly why: string;
}

/** What `check` can find. Ids are part of the contract: never renamed, never reused. */
export const RULES = {
  'keep-alive-below-idle-timeout': {
    title: 'The server closes idle connections before the load balancer does',
    why: 'A request that the load balancer sends while the server is closing the connection gets a 502, and the server logs nothing.',
  },
  'keep-alive-equals-idle-timeout': {
    title: 'Server and load balancer close idle connections at the same time',
    why: 'Either of them can be first: a request that meets the close of the server gets a 502.',
  },
  'keep-alive-margin-thin': {
    title: 'The server keeps idle connections hardly longer than the load balancer',
    why: 'Timers are coarse and packets take time: the server has to keep connections for the idle timeout plus 5 s, or plus 10 % where that is more.',
  },
  'close-unannounced': {
    title: 'The server closes connections after each response without announcing it',
    why: 'The load balancer sends the next request on a connection that is being closed, and answers it with 502.',
  },
  'headers-timeout-below-keep-alive': {
    title: 'headersTimeout of Node.js ends idle connections before the load balancer does',
    why: 'Before Node.js 18.2, headersTimeout counts from the end of the last request, so the shorter of the two ends an idle connection.',
  },
  'request-limit-unannounced': {
    title: 'The server closes connections after a number of requests without announcing it',
    why: 'A close that no response announced with Connection: close can meet the next request, which then gets a 502.',
  },
  'shutdown-keeps-idle-connections': {
    title: 'Shutdown waits for idle connections',
    why: 'A server that waits for idle connections to end is killed when its time to stop is up, with whatever it is still answering.',
  },
  'stop-timeout-above-fargate-limit': {
    title: 'stopTimeout is longer than Fargate allows',
    why: 'Fargate takes 120 s at most, and refuses a task definition with more.',
  },
  'deregistration-delay-short': {
    title: 'The deregistration delay ends while requests can still arrive',
    why: 'A draining target was seen to get new requests for 17 to 19 s. ECS sends SIGTERM once the deregistration delay is over, and what is in flight then is cut off with 502.',
  },
  'deregistration-delay-above-grace-period': {
    title: 'The pod ends before the deregistration delay does',
    why: 'The load balancer lets requests run for the whole deregistration delay, and the pod is killed when its grace period is over.',
  },
  'pre-stop-missing': {
    title: 'The pod stops while the load balancer still sends to it',
    why: 'Kubernetes sends SIGTERM at once, and a draining target was seen to get new requests for 17 to 19 s: those get a 502 during each rollout.',
  },
  'pre-stop-short': {
    title: 'The preStop sleep ends while the load balancer still sends',
    why: 'A draining target was seen to get new requests for 17 to 19 s: those that come after SIGTERM get a 502 during each rollout.',
  },
  'grace-period-below-pre-stop': {
    title: 'The pod is killed before its preStop hook ends',
    why: 'The grace period counts from before the preStop hook: nothing of it is left to answer what is in flight.',
  },
  'protocol-not-compared': {
    title: 'The target group speaks HTTP/2, for which the keep-alive need not count',
    why: 'A connection carries many requests there; what ends it is its age, its idle time of HTTP/2, and GOAWAY.',
  },
  'idle-timeout-unknown': {
    title: 'The idle timeout cannot be read offline',
    why: 'The path was not compared. That is no all-clear.',
  },
  'keep-alive-unknown': {
    title: 'The keep-alive of the server cannot be read offline',
    why: 'The path was not compared. That is no all-clear.',
  },
  'documented-timeouts-drift': {
    title: 'A documented table of timeouts is no longer what the files say',
    why: 'People plan with the documented timeouts.',
  },
} as const satisfies Readonly<Record<string, Rule>>;

export type RuleId = keyof typeof RULES;
export const RULE_IDS: readonly RuleId[] = Object.keys(RULES).filter((id): id is RuleId =>
  Object.hasOwn(RULES, id),
);
