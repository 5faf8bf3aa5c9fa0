import { type Baseline, type Judged, judged } from './baseline.ts';
import { compare, worstFirst } from './compare/compare.ts';
import { isCompared } from './compare/keep-alive.ts';
import { documentedIdleTimeout, driftOf } from './document/drift.ts';
import type { ByHand } from './join/by-hand.ts';
import type { ServerOfContainer } from './join/container-servers.ts';
import { join } from './join/join.ts';
import type { Joined } from './join/join-options.ts';
import type { FileReader, FilesBeside, SourceFile, Unread } from './model.ts';
import { byText } from './path-names.ts';
import { type RepositoryFacts, readRepository } from './read/read-repository.ts';

/** What is checked, and how. */
export interface CheckInput {
  /** Files that a reader takes. */
  readonly files: readonly SourceFile[];
  /** Markdown files that may have a documented table. */
  readonly documents: readonly SourceFile[];
  readonly beside: FilesBeside;
  readonly readers: readonly FileReader[];
  readonly serverOf: ServerOfContainer;
  /** `--idle-timeout`; null where it was not given. */
  readonly idleTimeoutSeconds: number | null;
  readonly byHand: ByHand | null;
  readonly baseline: Baseline | null;
}

/** What a check found. */
export interface CheckResult extends Joined, Judged {
  readonly facts: RepositoryFacts;
  readonly unread: readonly Unread[];
  /** The idle timeout that stood in for a load balancer that is defined elsewhere; null where none did. */
  readonly standInSeconds: number | null;
}

/** How many paths were compared, and whether that is enough to say anything. */
export function comparedPaths({ paths }: Joined): number {
  return paths.filter(isCompared).length;
}

/**
 * Reads, joins and compares. Pure: the same files give the same result, in whatever order they come.
 *
 * @throws InputError where the file of joins by hand names what is not there
 */
export function checkRepository(input: CheckInput): CheckResult {
  const facts = readRepository(input.files, input.beside, input.readers);
  const documented = documentedIdleTimeout(input.documents);
  const idleTimeoutSeconds =
    input.idleTimeoutSeconds !== null
      ? { seconds: input.idleTimeoutSeconds, origin: 'option' as const }
      : documented !== null
        ? { seconds: documented, origin: 'document' as const }
        : null;
  const joined = join(facts, { idleTimeoutSeconds, byHand: input.byHand, serverOf: input.serverOf });
  const found = [
    ...compare([...joined.paths, ...joined.withoutServer], facts.workloads),
    ...driftOf(input.documents, joined.paths),
  ].sort(worstFirst);
  const unread = [...facts.unread].sort(
    (left, right) => byText(left.place.file, right.place.file) || left.place.line - right.place.line,
  );
  return {
    ...joined,
    ...judged(found, input.baseline),
    facts,
    unread,
    standInSeconds: idleTimeoutSeconds?.seconds ?? null,
  };
}
