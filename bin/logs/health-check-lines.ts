import { oneLine } from '../../lambda/alert/render/text-format.ts';
import type { CheckedTarget } from '../../lambda/model/health-check-log.ts';
import { thousands } from '../../lambda/model/thousands.ts';
import { style as pc } from '../terminal.ts';
import { indent } from './indent.ts';
import type { LogVerdict } from './verdict.ts';

const MOST_TARGETS = 8;

function targetLine({ target, node, checks, failed, reasons, slowestSeconds, failedChecks }: CheckedTarget) {
  const by = node === null ? '' : ` by node ${node}`;
  const why = Object.entries(reasons)
    .sort((left, right) => right[1] - left[1])
    .map(([reason, times]) => `${reason} ${thousands(times)}`)
    .join(', ');
  const when = failedChecks[0] === undefined ? '' : `, first at ${failedChecks[0].at}`;
  const slow = slowestSeconds === null ? '' : `; slowest that passed ${slowestSeconds.toFixed(3)} s`;
  return `${target}${by}: ${thousands(failed)} of ${thousands(checks)} failed${why === '' ? '' : ` (${why}${when})`}${slow}`;
}

/** The health checks of a load balancer, those of the targets that failed them most first. */
export function healthCheckLines(
  { healthCheckLog }: Pick<LogVerdict, 'healthCheckLog'>,
  columns: number,
): string[] {
  if (healthCheckLog === null) return [];
  const { checks, failed, targets } = healthCheckLog;
  const failing = targets.filter((target) => target.failed > 0);
  const shown = failing.slice(0, MOST_TARGETS);
  return [
    `${pc.bold('Health checks')}: ${thousands(failed)} of ${thousands(checks)} failed`,
    ...shown.map((target) => indent(oneLine(targetLine(target)), columns)),
    ...(failing.length > shown.length ? [`  and ${failing.length - shown.length} more`] : []),
  ];
}
