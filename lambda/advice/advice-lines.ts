import type { CommentStyle, ServerRow } from './server.ts';

/** How to give a server a longer keep-alive, in the words of its own configuration. */
export interface ServerAdvice {
  readonly title: string;
  readonly why: string;
  /** What to write and where, then the command that makes it take effect. Remarks are valid comments there. */
  readonly lines: readonly string[];
  /** What else changes, without full stops; never empty. */
  readonly sideEffects: readonly string[];
  /** Other settings that can close the connection first, without full stops; may be empty. */
  readonly alsoCheck: readonly string[];
  readonly rollback: readonly string[];
  readonly verify: readonly string[];
}

/** An idle timeout below this cuts off requests that are merely slow. */
const SHORTEST_IDLE_TIMEOUT_SECONDS = 10;

/** A remark as the file takes it that the lines go to. */
export function remark(style: CommentStyle, text: string): string {
  return style === '<!--' ? `<!-- ${text} -->` : `${style} ${text}`;
}

/** Where a row's figures could not be checked against its documentation, the text says so. */
export function caution(row: ServerRow): string {
  return row.confidence === 'unverified'
    ? ' The figures for this server are not verified: measure before and after.'
    : '';
}

/** The longest idle timeout, in whole seconds, for which such a keep-alive is enough. */
export function longestIdleTimeoutSeconds(keepAliveSeconds: number): number {
  // What is left of 66 / 1.1 in binary is a hair below 60.
  return Math.max(1, Math.floor(Math.min(keepAliveSeconds - 5, keepAliveSeconds / 1.1) + 1e-6));
}

export function verifyLines(seconds: number): readonly string[] {
  return [
    `alb502 probe HOST:PORT --idle-timeout ${longestIdleTimeoutSeconds(seconds)} --max-seconds ${Math.ceil(seconds) + 15}`,
    `# expect: still open after ${Math.ceil(seconds)} s idle; then send fresh traffic through the load balancer:`,
    'alb502 verify https://LOAD_BALANCER/',
  ];
}

const LOWER_IDLE_TIMEOUT =
  'a lower idle timeout on the load balancer cuts off requests and WebSockets that stay silent for longer';

/** For a server whose keep-alive cannot be set, or not that long: the load balancer closes first, or a proxy stands in front. */
export function adviceToGoAround(row: ServerRow, seconds: number, longest: number | null): ServerAdvice {
  const below = longest === null ? null : longestIdleTimeoutSeconds(longest);
  const limit =
    longest === null
      ? 'It has no setting for this.'
      : `It can keep an idle connection for ${longest} s at most.`;
  const lower =
    below === null
      ? "Lower the load balancer's idle timeout to what a probe measures, or put"
      : below < SHORTEST_IDLE_TIMEOUT_SECONDS
        ? 'An idle timeout below that would cut off requests that are just slow: put'
        : `Lower the load balancer's idle timeout to ${below} s, or put`;
  return {
    title: `${row.name}: cannot keep idle connections for ${Math.ceil(seconds)} s`,
    why: `${limit} ${lower} a proxy in front that can.${caution(row)}`,
    lines: [
      '# HOST and PORT: those of a target',
      'alb502 probe HOST:PORT # measure first',
      '# or put nginx in front of it, with:',
      `keepalive_timeout ${Math.ceil(seconds)}s;`,
    ],
    sideEffects: [LOWER_IDLE_TIMEOUT],
    alsoCheck: row.companions,
    rollback: ['# set idle_timeout.timeout_seconds back to its previous value; remove the proxy'],
    verify: verifyLines(seconds),
  };
}

/** The longest keep-alive that is advised where an idle connection takes a worker: enough for an idle timeout of 120 s. */
export const LONGEST_WITH_WORKER_SECONDS = 132;

/** What both sides become where the idle timeout asks for more than a server can hold workers for. */
const MIDDLE_SECONDS = 66;

/** For a server that holds a worker for each idle connection, behind a long idle timeout: both sides move. */
export function adviceToMeet(
  row: ServerRow,
  change: NonNullable<ServerRow['change']>,
  seconds: number,
): ServerAdvice {
  const idle = longestIdleTimeoutSeconds(MIDDLE_SECONDS);
  const always = row.holdsWorker === 'always';
  const full = change(seconds).map((line) => remark(row.comment, `  ${line}`));
  return {
    title: `${row.name}: change both: a keep-alive of ${MIDDLE_SECONDS} s and an idle timeout of ${idle} s`,
    why:
      `A keep-alive of ${Math.ceil(seconds)} s would use up its workers: each idle connection holds one` +
      `${always ? '' : ` ${row.holdsWorker}`}. So lower the load balancer's idle timeout to ${idle} s first, then set a moderate keep-alive.${caution(row)}`,
    lines: [
      remark(row.comment, `first lower the load balancer's idle timeout to ${idle} s; then, in ${row.where}`),
      ...change(MIDDLE_SECONDS),
      ...row.alsoWrite(MIDDLE_SECONDS),
      ...(row.reload === null ? [] : [row.reload]),
      ...(always ? [] : [remark(row.comment, 'if idle connections hold no worker, instead:'), ...full]),
    ],
    sideEffects: [LOWER_IDLE_TIMEOUT, ...row.sideEffects],
    alsoCheck: row.companions,
    rollback: [
      remark(row.comment, `set ${row.setting} back, then idle_timeout.timeout_seconds to its previous value`),
      ...(row.reload === null ? [] : [row.reload]),
    ],
    verify: verifyLines(MIDDLE_SECONDS),
  };
}
