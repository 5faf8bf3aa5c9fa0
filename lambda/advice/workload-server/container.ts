import { MASK } from '../../model/random-word.ts';
import { SERVER_VARIABLES } from '../../model/server-variables.ts';
import type { Container } from '../../model/workload.ts';

/** The words that start a container, as far as they are known. */
export interface StartingWords {
  /** null: the image decides, and its configuration was not read. */
  readonly words: readonly string[] | null;
  /** Where the command itself is written. */
  readonly of: 'task definition' | 'image';
  /** Those of the task definition before those of the image. */
  readonly environment: Readonly<Record<string, string>>;
}

const nonEmpty = (words: readonly string[] | null | undefined): readonly string[] | null =>
  words && words.length > 0 ? words : null;

/** Variables that are set to what is not read: of a file nobody knows which, so those that the words expand. */
function unreadVariables(
  { variablesNotRead = [], hasEnvironmentFiles = false, environment }: Container,
  words: readonly string[],
): Record<string, string> {
  const text = words.join(' ');
  const expanded = hasEnvironmentFiles
    ? [...SERVER_VARIABLES].filter(
        (name) => !Object.hasOwn(environment, name) && new RegExp(`\\$\\{?${name}\\b`).test(text),
      )
    : [];
  return Object.fromEntries([...expanded, ...variablesNotRead].map((name) => [name, MASK]));
}

/**
 * What a container runs. An entry point of the task definition also takes the place of the image's command
 * (https://docs.docker.com/reference/cli/docker/container/run/#entrypoint).
 */
export function startingWords(container: Container): StartingWords {
  const { imageConfiguration: image } = container;
  const [entryPoint, command] = [nonEmpty(container.entryPoint), nonEmpty(container.command)];
  const environment = {
    ...image?.environment,
    ...container.environment,
    ...unreadVariables(container, [...(entryPoint ?? []), ...(command ?? image?.command ?? [])]),
  };
  if (entryPoint !== null)
    return { words: [...entryPoint, ...(command ?? [])], of: 'task definition', environment };
  if (image === undefined) return { words: command, of: 'task definition', environment };
  const words = [...(image.entryPoint ?? []), ...(command ?? image.command ?? [])];
  return { words: nonEmpty(words), of: command === null ? 'image' : 'task definition', environment };
}
