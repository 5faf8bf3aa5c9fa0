import { type ServerRow, valueInUnit } from '../../advice/server.ts';
import { recognizeServer, type serverAdvice } from '../../advice/servers.ts';
import type { EvidenceBundle, TargetGroup } from '../../model/evidence.ts';
import { serverPlace } from './workload-text.ts';

type Advice = Pick<ReturnType<typeof serverAdvice>, 'lines' | 'rollback'>;

/** A command that is longer, that a shell takes apart, or of which something was masked is not written anew. */
const LONGEST_COMMAND = 300;
const SHELL = /(?:^|\/)(?:sh|bash|ash|dash|zsh)$/;
const MASKED = /\*\*\*|…|\[redacted\]/i;

type FlagOfServer = Pick<ServerRow, 'id' | 'aliases' | 'setting' | 'unit' | 'change' | 'longestSeconds'>;

/** Where a word of the command starts the server itself: only what follows is read by it. */
function startOfServer(command: readonly string[], { id, aliases }: FlagOfServer, line: string): number {
  const programs = new Set([id, ...aliases, line.replace(/ .*$/s, '')]);
  return command.findIndex((word) => programs.has(word.replace(/^.*\//s, '')));
}

/**
 * The command of an ECS container with a flag of its server set; null where the container has none of its own, where it
 * cannot be told, or where the server takes no value that long. A command that starts something else (`npm start`,
 * `python main.py`, a supervisor) gets no flag: what it starts may refuse it.
 */
export function commandWithFlag(
  command: readonly string[] | null,
  row: FlagOfServer,
  seconds: number,
): readonly string[] | null {
  const { setting: flag, change, longestSeconds } = row;
  const [program] = command ?? [];
  if (command === null || program === undefined || !flag.startsWith('--') || change === null) return null;
  if (longestSeconds !== null && seconds > longestSeconds) return null;
  const isWhole =
    command.every((word) => /^[\x20-\x7e]+$/.test(word) && !MASKED.test(word)) &&
    command.join(' ').length <= LONGEST_COMMAND;
  if (!isWhole || SHELL.test(program) || /\s/.test(program)) return null;
  const value = valueInUnit(row.unit, seconds);
  const at = command.findIndex((word) => word === flag || word.startsWith(`${flag}=`));
  if (at >= 0) {
    const rest = command.slice(command[at] === flag ? at + 2 : at + 1);
    return [...command.slice(0, at), flag, value, ...rest];
  }
  const [line = ''] = change(seconds);
  const start = startOfServer(command, row, line);
  if (start < 0) return null;
  // waitress-serve takes no option behind its application: where the line of the table has the flag first, it comes first.
  const isFirst = line.split(' ')[1]?.startsWith(flag) === true;
  return isFirst
    ? [...command.slice(0, start + 1), flag, value, ...command.slice(start + 1)]
    : [...command, flag, value];
}

const asField = (command: readonly string[]): string => `"command": ${JSON.stringify(command)}`;

const DEPLOY = '# then deploy it: a container does not reload';

/**
 * What to write for a longer keep-alive, and the way back: in a container, which is deployed and not reloaded, under a
 * remark that says which; of an ECS container that is started with flags, its whole command.
 *
 * @param server - as a tag or header names it
 */
export function serverLines(
  bundle: EvidenceBundle,
  group: TargetGroup,
  { server, seconds, advice }: { server: string | null; seconds: number; advice: Advice },
): { readonly commands: string[]; readonly rollback: string[] } {
  const place = serverPlace(bundle, group);
  // What has no way back changes nothing: there is nothing to deploy.
  if (place.length === 0 || advice.rollback.length === 0)
    return { commands: [...place, ...advice.lines], rollback: [...advice.rollback] };
  const row = server === null ? null : (recognizeServer(server)?.row ?? null);
  const container = group.workload?.ecsService?.containers.find(({ servesTargetGroup }) => servesTargetGroup);
  const before = container?.command ?? null;
  const after = row === null ? null : commandWithFlag(before, row, seconds);
  if (after !== null && before !== null)
    return {
      commands: [...place, asField(after), DEPLOY],
      rollback: [...place, asField(before), DEPLOY],
    };
  const inPlace = (lines: readonly string[]): string[] => [
    ...place,
    ...lines.filter((line) => line !== row?.reload),
    DEPLOY,
  ];
  return { commands: inPlace(advice.lines), rollback: inPlace(advice.rollback) };
}
