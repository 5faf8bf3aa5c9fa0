import { InputError } from '../model/failure.ts';
import {
  adviceToGoAround,
  adviceToMeet,
  caution,
  LONGEST_WITH_WORKER_SECONDS,
  remark,
  type ServerAdvice,
  verifyLines,
} from './advice-lines.ts';
import { idleCloseOf, type ServerDefault } from './default-keep-alive.ts';
import { serversUnder } from './frameworks.ts';
import { adviceForHttp2 } from './http2-advice.ts';
import { recognizeServer } from './recognize.ts';
import { type IdleClose, type ServerRow, valueInUnit } from './server.ts';
import { USUAL_SETTINGS } from './servers/usual.ts';

interface Request {
  readonly seconds: number;
  readonly previousSeconds: number | null;
  readonly byDefault: ServerDefault;
}

const spanOf = (idleClose: IdleClose): string =>
  typeof idleClose === 'number' ? `after ${idleClose} s` : 'never';

/** Where no version is given, each default with the versions that have it. */
function describeDefaults({ idleClose }: ServerRow): string {
  const words = idleClose.map(({ since, value }) =>
    since === null ? `${spanOf(value)} before that` : `${spanOf(value)} since version ${since}`,
  );
  return `By default it closes an idle connection ${words.join(', ')}.`;
}

function describeDefault(row: ServerRow, { idleClose, certainty }: ServerDefault): string {
  const isPlain = row.idleClose.every(({ value }) => typeof value === 'number' || value === 'never');
  if (certainty === 'version-unknown' && row.idleClose.length === 2 && isPlain) return describeDefaults(row);
  if (idleClose === 'never')
    return 'By default it never closes an idle connection, so a timeout is set somewhere.';
  if (typeof idleClose !== 'number')
    return 'How long it keeps an idle connection by default is set elsewhere.';
  return `By default it closes an idle connection after ${idleClose} s.`;
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
  const undo = row.alsoWrite(seconds).length > 0 ? ' and undo the lines next to it' : '';
  const reload = row.reload === null ? [] : [row.reload];
  const before = previousSeconds === null ? byDefault.seconds : asConfigured(previousSeconds);
  if (before === null) return [remark(row.comment, `remove ${row.setting} again${undo}`), ...reload];
  const origin = previousSeconds === null ? `the default is ${before} s` : `it was ${before} s`;
  const intro = remark(
    row.comment,
    `set ${row.setting} back (${origin}), or remove it if it was not there${undo}`,
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
  const hint = enough ? ' That would be enough: look for the line that sets a shorter one.' : '';
  return {
    title: `${row.name}: set ${row.setting} to ${valueInUnit(row.unit, seconds)}${row.unit === 'hh:mm:ss' ? '' : ` ${row.unit}`}`,
    why: `${describeDefault(row, byDefault)}${hint}${caution(row)}`,
    lines: [
      remark(row.comment, row.where),
      ...change(seconds),
      ...row.alsoWrite(seconds),
      ...(row.reload === null ? [] : [row.reload]),
    ],
    sideEffects: row.sideEffects,
    alsoCheck: row.companions,
    rollback: rollbackLines(row, change, request),
    verify: verifyLines(seconds),
  };
}

function reasonToLookElsewhere({ idleClose, seconds }: ServerDefault): readonly [string, string] {
  if (idleClose === 'never')
    return ['does not close idle connections by itself: something else does', 'It has no idle timeout.'];
  if (seconds !== null)
    return [
      `keeps idle connections for ${seconds} s: its keep-alive is not the cause`,
      'That is fixed, and long enough.',
    ];
  return [
    'keeps no connections: its keep-alive is not the cause',
    'It closes after each response and announces it, so the load balancer never reuses a connection.',
  ];
}

/** For a server without the setting that cannot race by itself: it announces each close, or never closes. */
function adviceToLookElsewhere(row: ServerRow, { seconds, byDefault }: Request): ServerAdvice {
  const [title, reason] = reasonToLookElsewhere(byDefault);
  return {
    title: `${row.name} ${title}`,
    why: `${reason} Check what really answers on the target's port; another server may be in front.${caution(row)}`,
    lines: [
      '# HOST and PORT: those of a target',
      'curl -sv http://HOST:PORT/ -o /dev/null # the Server and Connection headers show who answers',
    ],
    sideEffects: ['none, nothing is changed'],
    alsoCheck: row.companions,
    rollback: [],
    verify: verifyLines(seconds),
  };
}

function adviceForUnknown(
  serverText: string | null,
  seconds: number,
  previousSeconds: number | null,
): ServerAdvice {
  const name = serverText === null ? "the targets' server" : `"${serverText.slice(0, 60)}"`;
  const before = previousSeconds === null ? 'its previous value' : `${asConfigured(previousSeconds)} s`;
  const under = serverText === null ? null : serversUnder(serverText);
  return {
    title: `Set the keep-alive of ${name} to ${Math.ceil(seconds)} s or more`,
    why:
      serverText === null
        ? 'The server on the targets is not known; tag the target group with alb502:server to get its exact setting.'
        : under !== null
          ? `That is not a server: tag the target group with the one that runs it (${under}) to get its exact setting.`
          : 'This server is not in docs/servers.md; look for the idle or keep-alive timeout of its HTTP server.',
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
  };
}

/** The protocol between load balancer and targets, as `ProtocolVersion` of a target group writes it. */
export type TargetProtocol = 'HTTP1' | 'HTTP2' | 'GRPC';

/**
 * Says how to make a server keep idle connections for at least so many seconds.
 *
 * @param serverText The tag `alb502:server` or a `Server:` header; null where neither is known.
 * @param keepAliveSeconds What the keep-alive must become; rounded up to the server's own unit.
 * @param previousSeconds What it is now, for the way back; without it, the server's default.
 * @param protocol Of the target group; HTTP/2 and gRPC have advice of their own.
 * @throws InputError if `keepAliveSeconds` is not a positive number.
 */
export function serverAdvice(
  serverText: string | null,
  keepAliveSeconds: number,
  previousSeconds: number | null = null,
  protocol: TargetProtocol = 'HTTP1',
): ServerAdvice {
  if (!Number.isFinite(keepAliveSeconds) || keepAliveSeconds <= 0) {
    throw new InputError(`keep-alive must be a positive number of seconds, not ${keepAliveSeconds}`);
  }
  const found = serverText === null ? null : recognizeServer(serverText);
  if (protocol !== 'HTTP1' || found?.row.http2Only)
    return adviceForHttp2(found?.row ?? null, keepAliveSeconds);
  // A header can hold anything; the alert's subject and chat card take one line.
  const printable = serverText?.replaceAll(/[\p{C}\s]+/gu, ' ').trim() || null;
  if (!found) return adviceForUnknown(printable, keepAliveSeconds, previousSeconds);
  const byDefault = idleCloseOf(found.row, found.version);
  return adviceForRow(found.row, { seconds: keepAliveSeconds, previousSeconds, byDefault });
}

/**
 * What a longer keep-alive takes: `change` its setting; `meet` in the middle, where idle connections hold workers;
 * `go-around` a server that cannot keep them so long; `look-elsewhere`, for its keep-alive cannot be the cause.
 */
export type KeepAliveRemedy = 'change' | 'meet' | 'go-around' | 'look-elsewhere';

/** Which of them a server needs to keep idle connections for so many seconds. */
export function keepAliveRemedy(
  row: ServerRow,
  seconds: number,
  byDefault: ServerDefault = idleCloseOf(row, null),
): KeepAliveRemedy {
  if (row.change === null) {
    const lasts = byDefault.seconds !== null && byDefault.seconds >= seconds;
    const cannotRace = lasts || ['each-response', 'never'].includes(String(byDefault.idleClose));
    return cannotRace ? 'look-elsewhere' : 'go-around';
  }
  if (row.longestSeconds !== null && seconds > row.longestSeconds) return 'go-around';
  return row.holdsWorker !== null && seconds > LONGEST_WITH_WORKER_SECONDS ? 'meet' : 'change';
}

function adviceForRow(row: ServerRow, request: Request): ServerAdvice {
  const { seconds, byDefault } = request;
  const remedy = keepAliveRemedy(row, seconds, byDefault);
  if (remedy === 'look-elsewhere') return adviceToLookElsewhere(row, request);
  if (remedy === 'go-around' || row.change === null)
    return adviceToGoAround(row, seconds, row.change === null ? byDefault.seconds : row.longestSeconds);
  return remedy === 'meet'
    ? adviceToMeet(row, row.change, seconds)
    : adviceToChange(row, row.change, request);
}
