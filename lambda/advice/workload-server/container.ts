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

/**
 * What a container runs. An entry point of the task definition also takes the place of the image's command
 * (https://docs.docker.com/reference/cli/docker/container/run/#entrypoint).
 */
export function startingWords(container: Container): StartingWords {
  const { imageConfiguration: image } = container;
  const environment = { ...image?.environment, ...container.environment };
  const [entryPoint, command] = [nonEmpty(container.entryPoint), nonEmpty(container.command)];
  if (entryPoint !== null)
    return { words: [...entryPoint, ...(command ?? [])], of: 'task definition', environment };
  if (image === undefined) return { words: command, of: 'task definition', environment };
  const words = [...(image.entryPoint ?? []), ...(command ?? image.command ?? [])];
  return { words: nonEmpty(words), of: command === null ? 'image' : 'task definition', environment };
}
