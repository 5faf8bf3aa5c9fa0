import { Session } from 'node:inspector/promises';
import { fileURLToPath } from 'node:url';

/** A part of a file that did not run. */
export interface Unreached {
  /** From the root of the repository. */
  readonly file: string;
  readonly code: string;
}

/**
 * What strict types ask for, what the loader adds, that an unknown resource has no known owner, and what stands for a row
 * that names no side effect: no advice of any server there is.
 */
const SAYS_NOTHING =
  /^(?:\? \{ kind: "unknown", tool: null, because: null \}|: \["idle connections stay open for longer"\]|\(\) => \{ try .*|\{ throw .*|catch \{\}|\?\? (?:""|\[\]|0|null|"nothing"|setting)|\? (?:\[\]|0|undefined))$/;

/** The parts of a file that ran no more often than never; those within another are told with it. */
function unreachedIn(
  source: string,
  functions: readonly {
    readonly ranges: readonly {
      readonly startOffset: number;
      readonly endOffset: number;
      readonly count: number;
    }[];
  }[],
): string[] {
  const never = functions
    .flatMap(({ ranges }) => ranges)
    .filter(({ count }) => count === 0)
    .sort((left, right) => left.startOffset - right.startOffset || right.endOffset - left.endOffset);
  let end = -1;
  const outer = never.filter(({ endOffset }) => {
    if (endOffset <= end) return false;
    end = endOffset;
    return true;
  });
  return outer
    .map(({ startOffset, endOffset }) => source.slice(startOffset, endOffset).replaceAll(/\s+/g, ' ').trim())
    .filter((code) => !SAYS_NOTHING.test(code));
}

/**
 * Runs something, and tells which parts of some files never ran: branches as well as functions. Only what is loaded
 * while it runs is measured.
 *
 * @param isOf - which files, by their path from the root of the repository and their code
 */
export async function unreachedWhile(
  run: () => Promise<unknown>,
  isOf: (file: string, source: string) => boolean,
): Promise<readonly Unreached[]> {
  const session = new Session();
  session.connect();
  try {
    await session.post('Profiler.enable');
    await session.post('Debugger.enable');
    await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
    await run();
    const { result } = await session.post('Profiler.takePreciseCoverage');
    const root = fileURLToPath(new URL('../..', import.meta.url));
    const found: Unreached[] = [];
    for (const { scriptId, url, functions } of result) {
      const file = url.replace(/^file:\/\//, '').replace(root, '');
      if (!file.startsWith('lambda/')) continue;
      const { scriptSource } = await session.post('Debugger.getScriptSource', { scriptId });
      if (isOf(file, scriptSource))
        found.push(...unreachedIn(scriptSource, functions).map((code) => ({ file, code })));
    }
    return found;
  } finally {
    session.disconnect();
  }
}
