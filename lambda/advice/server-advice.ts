import { InputError } from '../model/failure.ts';
import { idleCloseOf, type ServerDefault } from './default-keep-alive.ts';
import { recognizeServer } from './recognize.ts';
import { type CommentStyle, type ServerRow, valueInUnit } from './server.ts';
import { USUAL_SETTINGS } from './servers/usual.ts';

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
  /** Where the setting and its default are documented. */
  readonly source: string;
}

interface Request {
  readonly seconds: number;
  readonly previousSeconds: number | null;
  readonly byDefault: ServerDefault;
}

function remark(style: CommentStyle, text: string): string {
  return style === '<!--' ? `<!-- ${text} -->` : `${style} ${text}`;
}

/** Where a row's figures could not be checked against its documentation, the text says so. */
function caution(row: ServerRow): string {
  return row.confidence === 'unverified'
    ? ' The figures for this server are not verified: measure before and after.'
    : '';
}

/** The longest idle timeout, in whole seconds, for which such a keep-alive is enough. */
function longestIdleTimeoutSeconds(keepAliveSeconds: number): number {
  // What is left of 66 / 1.1 in binary is a hair below 60.
  return Math.max(1, Math.floor(Math.min(keepAliveSeconds - 5, keepAliveSeconds / 1.1) + 1e-6));
}

function verifyLines(seconds: number): readonly string[] {
  return [
    `alb502 probe HOST:PORT --idle-timeout ${longestIdleTimeoutSeconds(seconds)} --max-seconds ${Math.ceil(seconds) + 15}`,
    `# expect: still open after ${Math.ceil(seconds)} s idle; then send fresh traffic through the load balancer:`,
    'alb502 verify https://LOAD_BALANCER/',
  ];
}

function describeDefault({ idleClose, certainty }: ServerDefault): string {
  if (idleClose === 'never')
    return 'By default it never closes an idle connection, so a shorter time is set somewhere.';
  if (typeof idleClose !== 'number')
    return 'How long it keeps an idle connection by default is decided elsewhere.';
  const doubt =
    certainty === 'version-unknown' ? ' in the versions before the last change of that default' : '';
  return `By default it closes an idle connection after ${idleClose} s${doubt}.`;
}

/** A measured 5.003 s was a setting of 5 s. */
function asConfigured(measuredSeconds: number): number {
  const whole = Math.round(measuredSeconds);
  return whole >= 1 && Math.abs(measuredSeconds - whole) < 0.25 ? whole : measuredSeconds;
}

function rollbackLines(
  row: ServerRow,
  change: NonNullable<ServerRow['change']>,
  request: Request,
): readonly string[] {
  const { previousSeconds, byDefault, seconds } = request;
  const undo = row.alsoWrite(seconds).length > 0 ? ' and undo the lines beside it' : '';
  const reload = row.reload === null ? [] : [row.reload];
  const before = previousSeconds === null ? byDefault.seconds : asConfigured(previousSeconds);
  if (before === null) return [remark(row.comment, `remove ${row.setting} again${undo}`), ...reload];
  const origin = previousSeconds === null ? `the default is ${before} s` : `it was ${before} s`;
  const intro = remark(
    row.comment,
    `set ${row.setting} back, ${origin}, or remove it if it was not there${undo}`,
  );
  return [intro, ...change(before), ...reload];
}

function adviceToChange(
  row: ServerRow,
  change: NonNullable<ServerRow['change']>,
  request: Request,
): ServerAdvice {
  const { seconds, byDefault } = request;
  const enough = byDefault.seconds !== null && byDefault.seconds >= seconds;
  const hint = enough ? ' That would do: look for the line that sets a shorter one.' : '';
  return {
    title: `${row.name}: set ${row.setting} to ${valueInUnit(row.unit, seconds)}${row.unit === 'hh:mm:ss' ? '' : ` ${row.unit}`}`,
    why: `${describeDefault(byDefault)}${hint}${caution(row)}`,
    lines: [
      remark(row.comment, row.where),
      ...change(seconds),
      ...row.alsoWrite(seconds),
      ...(row.reload === null ? [] : [row.reload]),
    ],
    sideEffects: orTheUsual(row.sideEffects),
    alsoCheck: row.companions,
    rollback: rollbackLines(row, change, request),
    verify: verifyLines(seconds),
    source: row.source,
  };
}

const orTheUsual = (effects: readonly string[]): readonly string[] =>
  effects.length > 0 ? effects : ['idle connections stay open for longer'];

/** For a server without the setting that cannot race by itself: it announces each close, or never closes. */
function adviceToLookElsewhere(row: ServerRow, { seconds, byDefault }: Request): ServerAdvice {
  const [title, reason] =
    byDefault.idleClose === 'never'
      ? ['closes no idle connection by itself: something else does', 'It has no idle timeout.']
      : [
          'keeps no connections: its keep-alive is not the cause',
          'It closes after each response and announces it, so the load balancer reuses nothing.',
        ];
  return {
    title: `${row.name} ${title}`,
    why: `${reason} Check what really answers on the target's port; another server may stand in front.${caution(row)}`,
    lines: ['curl -sv http://HOST:PORT/ -o /dev/null # Server: and Connection: headers tell who answers'],
    sideEffects: ['none, nothing is changed'],
    alsoCheck: row.companions,
    rollback: [],
    verify: verifyLines(seconds),
    source: row.source,
  };
}

/** For a server whose keep-alive cannot be set, or not that long: the load balancer must close first, or a proxy stands in front. */
function adviceToGoAround(row: ServerRow, { seconds, byDefault }: Request): ServerAdvice {
  const longest = row.change === null ? byDefault.seconds : row.longestSeconds;
  const limit =
    longest === null
      ? 'It has no setting for it.'
      : `The longest it can keep an idle connection is ${longest} s.`;
  const below =
    longest === null
      ? 'what a probe measures'
      : `${Math.max(1, Math.floor(Math.min(longest - 5, longest / 1.1)))} s`;
  return {
    title: `${row.name}: cannot keep idle connections for ${Math.ceil(seconds)} s`,
    why: `${limit} Lower the load balancer's idle timeout to ${below}, or put a proxy in front that can.${caution(row)}`,
    lines: [
      'alb502 probe HOST:PORT # measure first',
      '# or in front of it, on nginx:',
      `keepalive_timeout ${valueInUnit('seconds', seconds)}s;`,
    ],
    sideEffects: [
      'a lower idle timeout of the load balancer cuts requests and WebSockets that stay silent for longer',
    ],
    alsoCheck: row.companions,
    rollback: ['# set idle_timeout.timeout_seconds back to its value of before; remove the proxy'],
    verify: verifyLines(seconds),
    source: row.source,
  };
}

function adviceForUnknown(
  serverText: string | null,
  seconds: number,
  previousSeconds: number | null,
): ServerAdvice {
  const name = serverText === null ? "the targets' server" : `"${serverText.slice(0, 60)}"`;
  const before = previousSeconds === null ? 'its value of before' : `${asConfigured(previousSeconds)} s`;
  return {
    title: `Set the keep-alive of ${name} to ${Math.ceil(seconds)} s or more`,
    why:
      serverText === null
        ? 'Which server runs on the targets is not known; tag the target group with alb502:server for its exact setting.'
        : 'This server is not in the table, docs/servers.md; the setting is the idle or keep-alive timeout of its HTTP server.',
    lines: USUAL_SETTINGS(seconds),
    sideEffects: [
      'some servers hold a worker for each idle connection (Apache prefork, gunicorn with green threads)',
      'shutdown can take longer unless idle connections are closed on SIGTERM',
    ],
    alsoCheck: [
      'a limit of requests per connection, and a proxy or sidecar between load balancer and application',
    ],
    rollback: [`# set the keep-alive back to ${before} and reload`],
    verify: verifyLines(seconds),
    source:
      'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html',
  };
}

/**
 * Says how to make a server keep idle connections for at least so many seconds.
 *
 * @param serverText The tag `alb502:server` or a `Server:` header; null where neither is known.
 * @param keepAliveSeconds What the keep-alive must become; rounded up to the server's own unit.
 * @param previousSeconds What it is now, for the way back; without it, the server's default.
 * @throws InputError if `keepAliveSeconds` is not a positive number.
 */
export function serverAdvice(
  serverText: string | null,
  keepAliveSeconds: number,
  previousSeconds: number | null = null,
): ServerAdvice {
  if (!Number.isFinite(keepAliveSeconds) || keepAliveSeconds <= 0) {
    throw new InputError(`keep-alive must be a positive number of seconds, not ${keepAliveSeconds}`);
  }
  const found = serverText === null ? null : recognizeServer(serverText);
  // A header can hold anything; the alert's subject and chat card take one line.
  const printable = serverText?.replaceAll(/[\p{C}\s]+/gu, ' ').trim() || null;
  if (!found) return adviceForUnknown(printable, keepAliveSeconds, previousSeconds);
  const { row, version } = found;
  const request = { seconds: keepAliveSeconds, previousSeconds, byDefault: idleCloseOf(row, version) };
  const cannotRace = ['each-response', 'never'].includes(String(request.byDefault.idleClose));
  if (row.change === null && cannotRace) return adviceToLookElsewhere(row, request);
  const tooLong = row.longestSeconds !== null && keepAliveSeconds > row.longestSeconds;
  return row.change === null || tooLong
    ? adviceToGoAround(row, request)
    : adviceToChange(row, row.change, request);
}
