import type { ServerRow } from '../../lambda/advice/server.ts';
import { PROGRAM_NAMES } from './programs.ts';
import { isSettingOfOwner } from './settings.ts';

/** What a line of an action is for the reader. */
export type Kind = 'remark' | 'configuration' | 'shell';

const REMARK = /^(?:#|\/\/|;|<!--.*-->$|rem )/;

/** The same line with other figures. */
const shapeOf = (line: string): string => line.replaceAll(/\d+/g, '0');

/** What a row has written for so many seconds, wherever in it. */
function writtenBy(part: unknown, seconds: number): readonly string[] {
  if (typeof part === 'function') {
    const lines: unknown = part(seconds);
    return Array.isArray(lines) ? lines.map(String) : [];
  }
  return typeof part === 'object' && part !== null
    ? Object.values(part).flatMap((inner) => writtenBy(inner, seconds))
    : [];
}

/** All that the rows of the servers write into configuration files, and code, whatever the time. */
const linesOfServers = (servers: readonly ServerRow[]): ReadonlySet<string> =>
  new Set([66, 1_985].flatMap((seconds) => writtenBy(servers, seconds)).map(shapeOf));

/**
 * Lines of configuration that belong to no server of the table, by where they go. Whatever is none of these, no remark
 * and no command is prose, which must not stand among commands.
 */
const ELSEWHERE: readonly RegExp[] = [
  // docs/servers.md, the front of what keeps no connections itself.
  /^keepalive_timeout \d+s;$/,
];

/** Tells what each line is; a line that begins with a program is for the shell even where a server's row has it. */
export function kindsFor(servers: readonly ServerRow[]): (line: string) => Kind {
  const written = linesOfServers(servers);
  return (line) => {
    if (REMARK.test(line)) return 'remark';
    if (PROGRAM_NAMES.includes(line.split(' ')[0] ?? '')) return 'shell';
    const isConfiguration =
      written.has(shapeOf(line)) || isSettingOfOwner(line) || ELSEWHERE.some((form) => form.test(line));
    return isConfiguration ? 'configuration' : 'shell';
  };
}
