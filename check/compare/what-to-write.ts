import { wholeMilliseconds, wholeSeconds } from '../../lambda/advice/server.ts';
import { keepAliveRemedy, serverAdvice } from '../../lambda/advice/server-advice.ts';
import { safeIdleTimeoutSeconds } from '../../lambda/diagnose/keep-alive/keep-alive-rules.ts';
import type { CheckedPath, PathLoadBalancer } from '../join/path.ts';
import { headersTimeoutEndsIdle, isByHand, rowOf } from '../join/server-kind.ts';
import type { CheckedServer, Setting } from '../model.ts';
import type { Write } from './finding.ts';
import { writtenText } from './seconds.ts';

/** Advice for a server that has to be gone around is longer than a finding can be. */
const ADVISED_LINES = 8;

/** A value as a file spells it. */
const inTemplate = (template: string, value: number): string => template.replace('%s', String(value));

/** The keep-alive as the server's own file spells it. */
export const keepAliveLine = ({ keepAliveAs }: CheckedServer, seconds: number): string =>
  inTemplate(
    keepAliveAs.template,
    keepAliveAs.unit === 'milliseconds' ? wholeMilliseconds(seconds) : wholeSeconds(seconds),
  );

/** What stands there now, before what is to stand there. */
export const inPlaceOf = (setting: Setting<unknown>): string | null =>
  setting.state === 'set' ? `in place of "${writtenText(setting)}"` : null;

/** The line beside it that Node.js before 18.2 needs; empty for others. */
function headersTimeoutLine(server: CheckedServer, seconds: number): readonly string[] {
  const line = keepAliveLine(server, seconds + 5);
  if (headersTimeoutEndsIdle(server) !== true || !line.includes('keepAliveTimeout')) return [];
  return [line.replace('keepAliveTimeout', 'headersTimeout')];
}

/** Lines of the table of servers that belong beside the setting, where the file spells it as the table does. */
function linesBeside(server: CheckedServer, seconds: number): readonly string[] {
  const row = rowOf(server);
  const line = keepAliveLine(server, seconds).split('\n').at(-1) ?? '';
  if (row?.change?.(seconds).includes(line) !== true) return [];
  return row.alsoWrite(seconds).filter((line) => !line.startsWith(row.comment));
}

function lineOfIdleTimeout(loadBalancer: PathLoadBalancer, seconds: number): Write | null {
  const { idleTimeoutAs, place, name, origin } = loadBalancer;
  if (idleTimeoutAs !== null)
    return { place, where: 'the idle timeout', lines: inTemplate(idleTimeoutAs, seconds).split('\n') };
  return origin === 'default'
    ? null
    : {
        place: null,
        where: `the idle timeout of ${name}, where it is defined`,
        lines: [`idle_timeout.timeout_seconds = ${seconds}`],
      };
}

/** What the table of servers advises: for a server whose file is elsewhere, or one that has to be gone around. */
function writeAround(server: CheckedServer, seconds: number): readonly Write[] {
  const advice = serverAdvice(server.server, seconds);
  const place = isByHand(server) ? null : server.place;
  return [{ place, where: advice.title, lines: advice.lines.slice(0, ADVISED_LINES) }];
}

/**
 * What to write so that the load balancer always closes first: the keep-alive in the server's own file; then, instead, a
 * lower idle timeout where one leaves room for ordinary requests.
 */
export function writeKeepAlive(path: CheckedPath, server: CheckedServer, seconds: number): readonly Write[] {
  const row = rowOf(server);
  if (isByHand(server) || server.keepAliveAs.template === '') return writeAround(server, seconds);
  const remedy = row === null ? 'change' : keepAliveRemedy(row, seconds);
  if (remedy === 'meet' || (remedy === 'go-around' && row !== null)) return writeAround(server, seconds);
  const { keepAliveSeconds } = server;
  const change: Write = {
    place: keepAliveSeconds.place,
    where: inPlaceOf(keepAliveSeconds),
    lines: [
      ...keepAliveLine(server, seconds).split('\n'),
      ...linesBeside(server, seconds),
      ...headersTimeoutLine(server, seconds),
    ],
  };
  const lower = keepAliveSeconds.state === 'unknown' ? null : safeIdleTimeoutSeconds(keepAliveSeconds.value);
  const instead = lower === null ? null : lineOfIdleTimeout(path.loadBalancer, lower);
  return instead === null ? [change] : [change, instead];
}
