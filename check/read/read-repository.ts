import { redactedLine } from '../../lambda/model/redacted-line.ts';
import { type FileFacts, type FileReader, type FilesBeside, NO_FACTS, type SourceFile } from '../model.ts';
import { byText } from '../path-names.ts';

/** What was read out of all files. */
export interface RepositoryFacts extends FileFacts {
  /** Files of a kind that is known. */
  readonly files: readonly string[];
}

/** What one reader says of a file; a reader that breaks says that it could not read, and ends nothing else. */
function factsOf(reader: FileReader, file: SourceFile, beside: FilesBeside): FileFacts | null {
  try {
    return reader.read(file, beside);
  } catch (error) {
    const why = redactedLine(error instanceof Error ? error.message : String(error));
    return { ...NO_FACTS, unread: [{ place: { file: file.path, line: 1 }, what: reader.reads, why }] };
  }
}

/** The same thing read twice, by two readers of one file, counts once. */
function unique<T extends { readonly id: string }>(items: readonly T[]): readonly T[] {
  const byId = new Map<string, T>();
  for (const item of items) if (!byId.has(item.id)) byId.set(item.id, item);
  return [...byId.values()].sort((left, right) => byText(left.id, right.id));
}

/**
 * Reads every file with each reader that takes it. The order of files and readers changes nothing: what was read is
 * sorted by id.
 */
export function readRepository(
  files: readonly SourceFile[],
  beside: FilesBeside,
  readers: readonly FileReader[],
): RepositoryFacts {
  const sorted = [...files].sort((left, right) => byText(left.path, right.path));
  const read = sorted.flatMap((file) =>
    readers
      .filter((reader) => reader.takes(file.path))
      .flatMap((reader) => factsOf(reader, file, beside) ?? [])
      .map((facts) => ({ file: file.path, facts })),
  );
  const all = read.map(({ facts }) => facts);
  return {
    loadBalancers: unique(all.flatMap(({ loadBalancers }) => loadBalancers)),
    targetGroups: unique(all.flatMap(({ targetGroups }) => targetGroups)),
    workloads: unique(all.flatMap(({ workloads }) => workloads)),
    images: unique(all.flatMap(({ images }) => images)),
    builds: all.flatMap(({ builds }) => builds),
    servers: unique(all.flatMap(({ servers }) => servers)),
    unread: all.flatMap(({ unread }) => unread).map((each) => ({ ...each, why: redactedLine(each.why) })),
    files: [...new Set(read.map(({ file }) => file))],
  };
}
