import { type CheckedServer, type FileFacts, type FilesBeside, NO_FACTS } from '../../../check/model.ts';
import { SERVER_READERS } from '../../../check/read/server-readers.ts';
import { serverOfContainer } from '../../../check/read/servers/server-of-container.ts';

/** Files of a repository, by path. */
export type Files = Readonly<Record<string, string>>;

export const besideOf = (files: Files): FilesBeside => ({
  paths: Object.keys(files).sort(),
  text: (path) => files[path] ?? null,
});

/** What all readers of the server side make of a repository. */
export function factsOf(files: Files): FileFacts {
  const beside = besideOf(files);
  const all = beside.paths.flatMap((path) =>
    SERVER_READERS.filter((reader) => reader.takes(path)).flatMap(
      (reader) => reader.read({ path, text: files[path] ?? '' }, beside) ?? [],
    ),
  );
  return {
    ...NO_FACTS,
    workloads: all.flatMap(({ workloads }) => workloads),
    images: all.flatMap(({ images }) => images),
    builds: all.flatMap(({ builds }) => builds),
    servers: all.flatMap(({ servers }) => servers),
    unread: all.flatMap(({ unread }) => unread),
  };
}

/** The server that a container runs; null also where it runs none. */
export function startedServer(...given: Parameters<typeof serverOfContainer>): CheckedServer | null {
  const server = serverOfContainer(...given);
  return server === 'no server' ? null : server;
}

/** A server in one line, as the tables of cases have it: `nginx 65 set nginx.conf:3`. */
export function summary({ server, keepAliveSeconds: setting, idleClose }: CheckedServer): string {
  const value = setting.state === 'unknown' ? (idleClose ?? 'unknown') : `${setting.value} ${setting.state}`;
  return `${server} ${value} ${setting.place.file}:${setting.place.line}`;
}

export const summaries = (files: Files): readonly string[] => factsOf(files).servers.map(summary);
