import { fieldEnd, fieldStart, type LogLine } from '../line.ts';
import type { TallyBudget } from './budget.ts';

const MOST_PATHS = 3000;
const LONGEST_BYTES = 2048;
const decoder = new TextDecoder();

/** Method and URL of paths that failed, by their hash: only the ones that are named are read again. */
export class PathTexts {
  private readonly texts = new Map<number, string>();
  private readonly budget: Pick<TallyBudget, 'textBytesLeft'>;

  constructor(budget: Pick<TallyBudget, 'textBytesLeft'>) {
    this.budget = budget;
  }

  add(exactPath: number, line: LogLine): void {
    if (this.texts.has(exactPath) || this.texts.size >= MOST_PATHS) return;
    const start = fieldStart(line, 'request');
    const end = Math.min(fieldEnd(line, 'request'), start + LONGEST_BYTES);
    if (this.budget.textBytesLeft < end - start) return;
    this.budget.textBytesLeft -= end - start;
    this.texts.set(exactPath, decoder.decode(line.bytes.subarray(start, end)));
  }

  /** The request line as it was logged; empty where it was not kept. */
  textOf(exactPath: number): string {
    return this.texts.get(exactPath) ?? '';
  }
}
