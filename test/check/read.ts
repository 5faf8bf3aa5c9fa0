import type { FileFacts, FilesBeside } from '../../check/model.ts';
import { NO_FACTS } from '../../check/model.ts';
import { LOAD_BALANCER_READERS } from '../../check/read/load-balancer-readers.ts';

/** Loads what the readers need. */
export async function prepareReaders(): Promise<void> {
  for (const { prepare } of LOAD_BALANCER_READERS) await prepare?.();
}

/** Reads the files of an invented repository with every reader that takes them, as the command does. */
export function readAll(files: Readonly<Record<string, string>>): FileFacts {
  const beside: FilesBeside = {
    paths: Object.keys(files).sort(),
    text: (path) => (Object.hasOwn(files, path) ? (files[path] ?? null) : null),
  };
  const found = beside.paths.flatMap((path) =>
    LOAD_BALANCER_READERS.filter(({ takes }) => takes(path)).flatMap(
      (reader) => reader.read({ path, text: files[path] ?? '' }, beside) ?? [],
    ),
  );
  return {
    ...NO_FACTS,
    loadBalancers: found.flatMap(({ loadBalancers }) => loadBalancers),
    targetGroups: found.flatMap(({ targetGroups }) => targetGroups),
    workloads: found.flatMap(({ workloads }) => workloads),
    unread: found.flatMap(({ unread }) => unread),
  };
}

/** The line on which a text stands for the first time in a file, from 1. */
export const lineOf = (text: string, part: string): number => {
  const index = text.indexOf(part);
  if (index < 0) throw new Error(`not in the file: ${part}`);
  return text.slice(0, index).split('\n').length;
};
