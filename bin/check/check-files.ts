import type { Baseline } from '../../check/baseline.ts';
import { type CheckResult, checkRepository } from '../../check/check-repository.ts';
import type { SourceFile } from '../../check/model.ts';
import { READERS } from '../../check/read/readers.ts';
import { serverOfContainer } from '../../check/read/servers/server-of-container.ts';
import type { SkippedFile } from '../../check/report/json.ts';
import { readByHand } from './by-hand-file.ts';
import { type FileText, readText, type Walk, walk } from './walk.ts';

/** Markdown files are looked at for documented tables only. */
export const isMarkdown = (path: string): boolean => /\.(?:md|markdown)$/i.test(path);

/** The files of a walk, each read once, when it is first asked for. */
export class Files {
  readonly skipped: SkippedFile[] = [];
  readonly #texts = new Map<string, FileText>();
  readonly #known: ReadonlySet<string>;
  readonly paths: readonly string[];
  readonly #root: string;

  constructor({ root, paths, skipped }: Walk) {
    this.#root = root;
    this.paths = paths;
    this.#known = new Set(paths);
    this.skipped.push(...skipped);
  }

  text(path: string): string | null {
    if (!this.#known.has(path)) return null;
    let found = this.#texts.get(path);
    if (found === undefined) {
      found = readText(this.#root, path);
      this.#texts.set(path, found);
      if ('why' in found) this.skipped.push({ file: path, why: found.why });
    }
    return 'text' in found ? found.text : null;
  }

  sources(isWanted: (path: string) => boolean): readonly SourceFile[] {
    return this.paths.filter(isWanted).flatMap((path) => {
      const text = this.text(path);
      return text === null ? [] : [{ path, text }];
    });
  }
}

/** Why nothing was compared, and what to do. */
export function nothingCompared({ facts, paths }: CheckResult, given: readonly string[]): string {
  const where = given.join(', ');
  if (facts.files.length === 0)
    return `nothing was compared: no file in ${where} is of a kind that check reads; docs/check.md lists them`;
  if (facts.servers.length === 0 && paths.length === 0)
    return `nothing was compared: no server is set up in ${where}; give the folder of the application too, or say its keep-alive by hand`;
  return `nothing was compared: no path has both timeouts; see what is listed as not joined and not compared`;
}

/** What is to be checked, and against what. */
interface CheckRequest {
  /** The file that joins by hand; absent: the one of the folder, if there is one. */
  readonly join: string | undefined;
  /** Of a load balancer that is defined elsewhere; null: none was given. */
  readonly idleTimeoutSeconds: number | null;
  readonly baseline: Baseline | null;
  /** Whether tables that document timeouts are held against what is read. */
  readonly documents: boolean;
}

/** What was read and what came of it. */
export interface CheckedFiles {
  readonly root: string;
  readonly files: Files;
  readonly result: CheckResult;
}

/**
 * Reads and compares; prints and writes nothing.
 *
 * @throws InputError for a path that is not there, and for a file of joins that cannot be used
 */
export async function checkFiles(given: readonly string[], request: CheckRequest): Promise<CheckedFiles> {
  const found = walk(given);
  const files = new Files(found);
  const byHand = readByHand(found.root, request.join);
  const beside = { paths: files.paths, text: (path: string) => files.text(path) };
  const taken = READERS.filter((reader) => files.paths.some(reader.takes));
  for (const reader of taken) await reader.prepare?.();
  const result = checkRepository({
    files: files.sources((path) => taken.some((reader) => reader.takes(path))),
    documents: request.documents ? files.sources(isMarkdown) : [],
    beside,
    readers: taken,
    serverOf: (container, image) => serverOfContainer(container, image, beside),
    idleTimeoutSeconds: request.idleTimeoutSeconds,
    byHand,
    baseline: request.baseline,
  });
  return { root: found.root, files, result };
}
