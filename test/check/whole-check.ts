import { type CheckResult, checkRepository } from '../../check/check-repository.ts';
import { READERS } from '../../check/read/readers.ts';
import { serverOfContainer } from '../../check/read/servers/server-of-container.ts';

type Files = Readonly<Record<string, string>>;

/** A whole check of invented files, with every reader that needs no parser of its own, as the command does it. */
export function wholeCheck(files: Files, idleTimeoutSeconds: number | null = 60): CheckResult {
  const beside = {
    paths: Object.keys(files)
      .map((path) => path.replace(/^\.\//, ''))
      .sort(),
    text: (path: string) => files[path] ?? files[`./${path}`] ?? null,
  };
  return checkRepository({
    files: beside.paths.map((path) => ({ path, text: beside.text(path) ?? '' })),
    documents: [],
    beside,
    readers: READERS.filter(({ prepare }) => prepare === undefined),
    serverOf: (container, image) => serverOfContainer(container, image, beside),
    idleTimeoutSeconds,
    byHand: null,
    baseline: null,
  });
}

/** Each path as `WORKLOAD > SERVER SECONDS`; without a workload the file, or the folder's name. */
export const checkedPaths = (files: Files, idleTimeoutSeconds: number | null = 60): readonly string[] =>
  wholeCheck(files, idleTimeoutSeconds).paths.map(({ workload, server }) => {
    const seconds = server?.keepAliveSeconds;
    const value =
      seconds === undefined || seconds.state === 'unknown' ? (server?.idleClose ?? 'unknown') : seconds.value;
    const folder = server?.folder === '.' ? '' : `${server?.folder}/`;
    return `${workload?.name ?? `${folder}Dockerfile`} > ${server?.server} ${value}`;
  });
