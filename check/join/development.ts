import type { CheckedServer, CheckedWorkload } from '../model.ts';
import { familyOf } from './server-kind.ts';

/** `Procfile.dev`, `docker-compose.override.yml`, `.devcontainer/compose.yml`. */
const isForDevelopment = (path: string): boolean =>
  /(?:^|[._/-])(?:dev|development|devcontainer|local|override|test)(?=[._/-])[^/]*$|\.(?:dev|local|test)$|(?:^|\/)\.devcontainer\//i.test(
    path,
  );

interface Found {
  readonly name: string;
  readonly workload: CheckedWorkload | null;
  readonly front: readonly CheckedServer[];
}

/** Programs of files for development go where the same program is found in files for production. */
export function withoutDevelopment<T extends Found>(programs: readonly T[]): readonly T[] {
  const isDevelopment = ({ workload }: T): boolean =>
    workload !== null && workload.behind.length === 0 && isForDevelopment(workload.place.file);
  const deployed = programs.filter((program) => !isDevelopment(program));
  const isTheSame = (one: T, other: T): boolean =>
    one.front.some((server) =>
      other.front.some(
        (like) =>
          like.id === server.id ||
          (familyOf(like) === familyOf(server) && (like.folder === server.folder || one.name === other.name)),
      ),
    );
  return programs.filter(
    (program) => !isDevelopment(program) || !deployed.some((other) => isTheSame(program, other)),
  );
}
