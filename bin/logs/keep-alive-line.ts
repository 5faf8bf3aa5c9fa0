import { rarity } from '../../lambda/access-log/explain/fact-text.ts';
import { boundText } from '../../lambda/diagnose/keep-alive/idle-timeout.ts';
import type { KeepAliveEstimate, LoggedTargetGroup } from '../../lambda/model/access-log-summary.ts';
import { requiredKeepAliveSeconds } from '../../lambda/model/required-keep-alive.ts';
import { style as pc } from '../terminal.ts';

/** Seconds with the digits that the interval supports. */
function seconds({ seconds: value, low, high }: KeepAliveEstimate): string {
  const digits = high - low > 0.1 ? 1 : high - low > 0.01 ? 2 : 3;
  return `${value.toFixed(digits)} s (${low.toFixed(digits)} to ${high.toFixed(digits)})`;
}

/** How the keep-alive stands to the idle timeout: to the one that was given, or to what the log proves of it. */
function standing(keepAlive: KeepAliveEstimate, idleTimeoutSeconds: number | null): string {
  const bound = boundText(keepAlive.seconds);
  if (idleTimeoutSeconds === null)
    return `${bound}; ${pc.red('the keep-alive must be longer than it by 5 s or 10 %, whichever is more')}`;
  const required = requiredKeepAliveSeconds(idleTimeoutSeconds);
  if (keepAlive.seconds < required)
    return pc.red(
      `needs at least ${Math.ceil(required)} s for the idle timeout of ${idleTimeoutSeconds} s that was given`,
    );
  return pc.yellow(`longer than the idle timeout of ${idleTimeoutSeconds} s that was given, but ${bound}`);
}

/** What the log says of the keep-alive of a group's targets. */
export function keepAliveLine(group: LoggedTargetGroup, idleTimeoutSeconds: number | null): string {
  const { keepAlive } = group;
  if (keepAlive === null)
    return group.signatures.closedOnReuse >= 3
      ? 'keep-alive of the targets: not shown, the failures agree on no idle time'
      : 'keep-alive of the targets: not shown, hardly a failure is a connection that closed at once';
  return `keep-alive of the targets: ${pc.bold(seconds(keepAlive))}, read from ${keepAlive.failures} failures; chance alone would show it ${rarity(keepAlive.pValue)}; ${standing(keepAlive, idleTimeoutSeconds)}`;
}
