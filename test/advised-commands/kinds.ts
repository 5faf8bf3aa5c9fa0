import type { ServerRow } from '../../lambda/advice/server.ts';
import { PROGRAM_NAMES } from './programs.ts';
import { isSettingOfOwner } from './settings.ts';

/** What a line of an action is for the reader. */
export type Kind = 'remark' | 'configuration' | 'shell';

const REMARK = /^(?:#|\/\/|;|<!--.*-->$|rem )/;

/** The same line with other figures. */
const shapeOf = (line: string): string => line.replaceAll(/\d+/g, '0');

/** All that the rows of the servers write into configuration files, and code, whatever the time. */
function linesOfServers(servers: readonly ServerRow[]): ReadonlySet<string> {
  const lines = servers.flatMap((row) =>
    [66, 1_985].flatMap((seconds) => [...(row.change?.(seconds) ?? []), ...row.alsoWrite(seconds)]),
  );
  return new Set(lines.map(shapeOf));
}

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
