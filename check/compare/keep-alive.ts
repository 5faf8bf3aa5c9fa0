import { serverAdvice } from '../../lambda/advice/servers.ts';
import { redactedLine } from '../../lambda/model/redacted-line.ts';
import { requiredKeepAliveSeconds } from '../../lambda/model/required-keep-alive.ts';
import type { CheckedPath } from '../join/path.ts';
import { headersTimeoutEndsIdle, rowOf, serverName, usualRequestLimit } from '../join/server-kind.ts';
import type { CheckedServer } from '../model.ts';
import type { PathFinding } from './finding.ts';
import { idleTimeoutText, keepAliveSource, secondsText, serverText, writtenText } from './seconds.ts';
import { inPlaceOf, keepAliveLine, writeKeepAlive } from './what-to-write.ts';

/** Two timeouts that are so near to each other are one. */
const SAME_SECONDS = 0.5;

/** What an idle timeout asks of a keep-alive, in whole seconds. */
const required = (idleTimeoutSeconds: number): number =>
  Math.ceil(Number(requiredKeepAliveSeconds(idleTimeoutSeconds).toFixed(6)));

/** A keep-alive of 0 s is none: the server closes after each response and says so, or never closes. */
const canRace = (seconds: number): boolean => seconds > 0;

/** The keep-alive against the idle timeout, both known. */
function comparedKeepAlive(
  path: CheckedPath,
  server: CheckedServer,
  keepAlive: number,
  idle: number,
): readonly PathFinding[] {
  const least = required(idle);
  if (!canRace(keepAlive) || keepAlive >= requiredKeepAliveSeconds(idle)) return [];
  const margin = keepAlive - idle;
  const rule =
    Math.abs(margin) < SAME_SECONDS
      ? 'keep-alive-equals-idle-timeout'
      : margin < 0
        ? 'keep-alive-below-idle-timeout'
        : 'keep-alive-margin-thin';
  return [
    {
      rule,
      // A default that code or a file which was not understood could change is no more than a suspicion.
      severity: rule === 'keep-alive-below-idle-timeout' && server.unless === undefined ? 'error' : 'warning',
      place: server.keepAliveSeconds.place,
      message: `${serverText(server)} closes idle connections after ${secondsText(keepAlive)} (${keepAliveSource(server)}); ${idleTimeoutText(path)}. It has to keep them for ${secondsText(least)} or more.`,
      write: writeKeepAlive(path, server, least),
    },
  ];
}

/** Node.js before 18.2, where a headers timeout ends idle connections first. */
function headersTimeout(path: CheckedPath, server: CheckedServer, idle: number): readonly PathFinding[] {
  const { headersTimeoutSeconds: setting, keepAliveSeconds } = server;
  if (setting === null || setting.state === 'unknown' || keepAliveSeconds.state === 'unknown') return [];
  const ends = headersTimeoutEndsIdle(server);
  // Of a version that is not known, a value that somebody wrote is worth a word; a default is not.
  if (ends === false || (ends === null && setting.state === 'default')) return [];
  const isEnough = setting.value >= requiredKeepAliveSeconds(idle) || !canRace(setting.value);
  const isShorter = setting.value < keepAliveSeconds.value;
  if (isEnough || !isShorter) return [];
  const seconds = Math.max(required(idle), keepAliveSeconds.value) + 5;
  const line = keepAliveLine(server, seconds).replace('keepAliveTimeout', 'headersTimeout');
  return [
    {
      rule: 'headers-timeout-below-keep-alive',
      severity: ends === null ? 'warning' : setting.value < idle ? 'error' : 'warning',
      place: setting.place,
      message: `headersTimeout is ${secondsText(setting.value)} (${setting.state === 'set' ? `"${writtenText(setting)}"` : 'the default'}), shorter than the keep-alive of ${secondsText(keepAliveSeconds.value)}; ${idleTimeoutText(path)}. ${ends === null ? 'Before Node.js 18.2 (the version is not known here)' : `On Node.js ${server.version ?? ''}`} the shorter of the two ends an idle connection.`,
      write: [{ place: setting.place, where: inPlaceOf(setting), lines: [line] }],
    },
  ];
}

/** A limit of requests that no response announces. */
function requestLimit(server: CheckedServer): readonly PathFinding[] {
  const row = rowOf(server);
  if (row === null || row.requestsPerConnection.announced === true) return [];
  const setting = server.requestsPerConnection;
  const limit =
    setting === null || setting.state === 'unknown' ? usualRequestLimit(row, server.version) : setting.value;
  const { setting: name } = row.requestsPerConnection;
  if (limit === null || limit === undefined || limit <= 0 || name === null) return [];
  return [
    {
      rule: 'request-limit-unannounced',
      severity: 'note',
      place: setting?.place ?? server.place,
      message: `${serverText(server)} closes a connection after ${limit} requests (${name}${setting?.state === 'set' ? `: "${writtenText(setting)}"` : ', its default'}), and ${row.requestsPerConnection.announced === false ? 'no response announces that' : 'it is not known whether a response announces that'}.`,
      write: [
        {
          place: setting?.place ?? server.place,
          where: `raise ${name}, or switch the limit off where it can be`,
          lines: [],
        },
      ],
    },
  ];
}

/** HTTP/2 to the targets: whether the keep-alive counts there, as the table of servers says. */
export function keepAliveCounts({ targetGroup, server }: CheckedPath): boolean {
  if (targetGroup === null || targetGroup.protocolVersion === 'HTTP1' || server === null) return true;
  const row = rowOf(server);
  const lines = row?.http2?.change(1).join('\n') ?? '';
  return row !== null && lines.includes(row.setting);
}

function otherProtocol({ targetGroup }: CheckedPath, server: CheckedServer): PathFinding {
  const row = rowOf(server);
  return {
    rule: 'protocol-not-compared',
    severity: 'note',
    place: server.place,
    message: `The target group ${targetGroup?.name ?? ''} speaks ${targetGroup?.protocolVersion === 'GRPC' ? 'gRPC' : 'HTTP/2'} to ${serverName(server)}: its keep-alive need not count there, and was not compared.`,
    write:
      row?.http2 === undefined || row.http2 === null
        ? []
        : [{ place: server.place, where: 'look at', lines: row.http2.notes }],
  };
}

/** What could not be compared, and why. */
function unknownSides(path: CheckedPath, server: CheckedServer): readonly PathFinding[] {
  const { idleTimeout, name, place } = path.loadBalancer;
  const { keepAliveSeconds } = server;
  const idle: readonly PathFinding[] =
    idleTimeout.state === 'unknown'
      ? [
          {
            rule: 'idle-timeout-unknown',
            severity: 'note',
            place: place ?? server.place,
            message: `The idle timeout of ${name} cannot be read offline: ${redactedLine(idleTimeout.why)}. It was not compared with ${serverText(server)}.`,
            write: [{ place: null, where: 'give it on the command line', lines: ['--idle-timeout SECONDS'] }],
          },
        ]
      : [];
  const keepAlive: readonly PathFinding[] =
    keepAliveSeconds.state === 'unknown'
      ? [
          {
            rule: 'keep-alive-unknown',
            severity: 'note',
            place: keepAliveSeconds.place,
            message: `How long ${serverText(server)} keeps idle connections cannot be read offline: ${redactedLine(keepAliveSeconds.why)}. It was not compared; ${idleTimeoutText(path)}.`,
            write:
              idleTimeout.state === 'unknown'
                ? []
                : [
                    {
                      place: keepAliveSeconds.place,
                      where: 'it has to come to this or more',
                      lines: keepAliveLine(server, required(idleTimeout.value)).split('\n'),
                    },
                  ],
          },
        ]
      : [];
  return [...idle, ...keepAlive];
}

/** A server that closes without a word races always; one that never closes, or says so, cannot race. */
function closeUnannounced({ server }: CheckedPath): readonly PathFinding[] {
  if (server?.idleClose !== 'each-response-unannounced') return [];
  return [
    {
      rule: 'close-unannounced',
      severity: 'error',
      place: server.keepAliveSeconds.place,
      message: `${serverText(server)} closes the connection after each response, and no response says so.`,
      write: [
        {
          place: null,
          where: serverAdvice(server.server, 66).title,
          lines: serverAdvice(server.server, 66).lines,
        },
      ],
    },
  ];
}

/** Whether both sides of a path are known, so that it was compared; a Lambda function has nothing to compare. */
export function isCompared(path: CheckedPath): boolean {
  const { server, loadBalancer } = path;
  if (server === null || server.idleClose !== undefined) return true;
  const isKnown = loadBalancer.idleTimeout.state !== 'unknown' && server.keepAliveSeconds.state !== 'unknown';
  return isKnown && keepAliveCounts(path);
}

/** Everything about the connections between the load balancer and the server that faces it. */
export function connectionFindings(path: CheckedPath): readonly PathFinding[] {
  const { server, loadBalancer } = path;
  if (server === null) return [];
  if (server.idleClose !== undefined) return closeUnannounced(path);
  if (!keepAliveCounts(path)) return [otherProtocol(path, server)];
  const { idleTimeout } = loadBalancer;
  const { keepAliveSeconds } = server;
  if (idleTimeout.state === 'unknown' || keepAliveSeconds.state === 'unknown')
    return [...unknownSides(path, server), ...requestLimit(server)];
  return [
    ...comparedKeepAlive(path, server, keepAliveSeconds.value, idleTimeout.value),
    ...headersTimeout(path, server, idleTimeout.value),
    ...requestLimit(server),
  ];
}
