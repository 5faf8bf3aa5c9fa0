import { redactedLine } from '../../lambda/model/redacted-line.ts';
import { secondsFigure } from '../../lambda/model/seconds-text.ts';
import type { CheckedPath } from '../join/path.ts';
import { serverName } from '../join/server-kind.ts';
import type { CheckedServer, Setting } from '../model.ts';

/** `75 s`; what never ends has no figure. */
export const secondsText = (seconds: number): string =>
  Number.isFinite(seconds) ? `${secondsFigure(seconds)} s` : 'forever';

/** What a file says of a setting, word for word but for what could be a secret. */
export const writtenText = (setting: Setting<unknown>): string =>
  setting.state === 'unknown' ? '' : redactedLine(setting.written);

/** Where the figure comes from: as it is written, or that it is the default. */
export function keepAliveSource(server: CheckedServer): string {
  const { keepAliveSeconds: setting } = server;
  if (setting.state === 'set') return `"${writtenText(setting)}"`;
  const { file } = setting.place;
  return server.unless === undefined
    ? `its default; nothing in ${file} sets it`
    : `its default, unless ${server.unless} sets it`;
}

/** `ShopAlb keeps them for 60 s`, and who says so. */
export function idleTimeoutText({ loadBalancer }: CheckedPath): string {
  const { idleTimeout, name, origin } = loadBalancer;
  if (idleTimeout.state === 'unknown') return `the idle timeout of ${name} is not known`;
  const seconds = secondsText(idleTimeout.value);
  switch (origin) {
    case 'default':
      return `an ALB with its default idle timeout uses them for ${seconds}`;
    case 'option':
      return `the load balancer uses them for ${seconds} (--idle-timeout)`;
    case 'document':
      return `the load balancer uses them for ${seconds} (as documented)`;
    default:
      return `${name} uses them for ${seconds}${idleTimeout.state === 'default' ? ' (the default)' : ''}`;
  }
}

/** `Express in src/server.js`. */
export const serverText = (server: CheckedServer): string => `${serverName(server)} in ${server.place.file}`;
