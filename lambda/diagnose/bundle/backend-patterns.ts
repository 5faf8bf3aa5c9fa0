/** What a kind of line says about the causes: the outcomes of the observation `backend-log`. */
export const BACKEND_SIGNS = [
  'backend-log-crash',
  'backend-log-worker-timeout',
  'backend-log-shutdown',
  'backend-log-reset',
  'backend-log-upstream-closed',
  'backend-log-headers',
  'backend-log-files',
  'backend-log-backlog',
] as const;

/** One outcome of the observation `backend-log`. */
export type BackendSign = (typeof BACKEND_SIGNS)[number];

/** A kind of line that targets log when they bring 502s about. */
export interface BackendPattern {
  /** What the bundle calls it, and the alert. */
  readonly name: string;
  /** What it says about the causes. */
  readonly sign: BackendSign;
  /** Parts of such lines as CloudWatch Logs searches for them: upper and lower case count. At least one is in each. */
  readonly terms: readonly string[];
  /** Tells the line from others that hold one of the terms. */
  readonly expression: RegExp;
}

/**
 * The lines that are known, the most specific first: a line counts for the first that fits. From the sources and issue
 * trackers of the servers; the terms together stay below the 1,024 characters that a filter pattern may have.
 */
export const BACKEND_PATTERNS: readonly BackendPattern[] = [
  {
    // gunicorn, Puma, uWSGI, php-fpm
    name: 'worker timeout',
    sign: 'backend-log-worker-timeout',
    terms: ['WORKER TIMEOUT', 'Terminating timed out worker', 'HARAKIRI', 'execution timed out'],
    expression:
      /\bworker timeout\b|terminating timed out worker|\bharakiri\b|execution timed out \([\d.]+ sec\)|request_terminate_timeout/i,
  },
  {
    // Linux, Docker and Kubernetes, V8, the JVM, Go, .NET
    name: 'out of memory',
    sign: 'backend-log-crash',
    terms: [
      'ut of memory',
      'OutOfMemory',
      'OOMKilled',
      'oom-kill',
      'heap limit',
      'Perhaps out of',
      'MemoryError',
    ],
    expression:
      /\bout of memory\b|\boutofmemory(error|exception)?\b|\boomkilled\b|\boom-kill|reached heap limit|perhaps out of memory|^[\w.]*MemoryError\b|: MemoryError\b/i,
  },
  {
    name: 'killed',
    sign: 'backend-log-crash',
    terms: ['SIGKILL', 'Killed process', 'signal 9', 'signal: killed', 'exit code 137', 'status 137'],
    expression: /\bsigkill\b|\bkilled process \d|\bsignal: killed\b|\bsignal 9\b|\b(exit code|status) 137\b/i,
  },
  {
    name: 'crash',
    sign: 'backend-log-crash',
    terms: [
      'panic:',
      'panicked at',
      'egmentation fault',
      'segfault',
      'SIGSEGV',
      'SIGABRT',
      'core dumped',
      'ncaught',
      'nhandled',
    ],
    expression:
      /\bpanic: |\bpanicked at\b|\bsegmentation fault\b|\bsegfault at\b|\bsigsegv\b|\bsigabrt\b|\bcore dumped\b|\buncaught ?exception\b|\bunhandled ?(promise ?)?(rejection|exception)\b/i,
  },
  {
    name: 'too many open files',
    sign: 'backend-log-files',
    terms: ['oo many open files', 'EMFILE', 'ENFILE', 'worker_connections are not enough'],
    expression: /\btoo many open files\b|\be[mn]file\b|worker_connections are not enough/i,
  },
  {
    name: 'accept queue full',
    sign: 'backend-log-backlog',
    terms: ['listen queue', 'SYN flooding', 'MaxRequestWorkers', 'server reached pm.max_children', 'backlog'],
    expression:
      /\blisten queue\b.*\b(overflow|full|size)|possible syn flooding|server reached (maxrequestworkers|pm\.max_children)|(?<!\baudit: )\bbacklog\b.*\b(full|overflow\w*|exceeded|limit)\b|\b(full|exceeded|overflow)\b.*\bbacklog\b/i,
  },
  {
    // nginx in front of the application, Node
    name: 'response header too large',
    sign: 'backend-log-headers',
    terms: [
      'too big header',
      'eader too large',
      'eaders too large',
      'HEADER_OVERFLOW',
      'HEADERS_OVERFLOW',
      'HeadersTooLarge',
    ],
    expression:
      /\bupstream sent too big header|\bheaders? too large|(\b|_)headers?_overflow\b|\bheaderstoolarge/i,
  },
  {
    // nginx
    name: 'upstream closed',
    sign: 'backend-log-upstream-closed',
    terms: ['prematurely closed', 'no live upstreams', 'remature close'],
    expression: /\bprematurely closed\b|\bno live upstreams\b|\bpremature close\b/i,
  },
  {
    name: 'shutdown',
    sign: 'backend-log-shutdown',
    terms: ['SIGTERM', 'signal 15', 'hutting down', 'raceful shutdown', 'raceful stop', 'racefully'],
    expression:
      /\bsigterm\b|\bsignal 15\b|\bshutting down\b|\bgraceful (shutdown|stop)\b|\bgracefully (shut|stop)|\b(shut|stopp)\w* \w*\s?gracefully\b/i,
  },
  {
    name: 'connection reset',
    sign: 'backend-log-reset',
    terms: ['onnection reset', 'ECONNRESET', 'roken pipe', 'EPIPE', 'BrokenPipe', 'ConnectionReset'],
    expression: /\bconnection ?reset\b|\beconnreset\b|\bbroken ?pipe\b|\bepipe\b|\bconnectionreseterror\b/i,
  },
];

/** The pattern that a line of a log fits; null where it fits none. */
export const backendPatternOf = (line: string): BackendPattern | null =>
  BACKEND_PATTERNS.find(({ expression }) => expression.test(line)) ?? null;

/**
 * The patterns as one filter of CloudWatch Logs: any of the terms, each literally
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html).
 */
export const backendFilterPattern = (): string =>
  BACKEND_PATTERNS.flatMap(({ terms }) => terms.map((term) => `?"${term}"`)).join(' ');
