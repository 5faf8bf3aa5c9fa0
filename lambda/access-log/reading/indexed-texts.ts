import { type ChunkIndex, HIGHEST_TEXT } from './chunk-index.ts';
import { type Interner, idOfField } from './interner.ts';
import type { LogLine } from './line.ts';

/** What an interner has for texts that have a number in the index of their chunk: it need not look at them again. */
export class IndexedTexts {
  private readonly names: Interner;
  /** By the number in the index; -1 where that is not known. */
  private readonly ids = new Int32Array(HIGHEST_TEXT + 1).fill(-1);
  private memory: ChunkIndex['memory'] = null;

  constructor(names: Interner) {
    this.names = names;
  }

  /** The next lines are of this index: where it is of another memory, its numbers are of other texts. */
  startIndex({ memory }: ChunkIndex): void {
    if (memory === null || memory === this.memory) return;
    this.memory = memory;
    this.ids.fill(-1);
  }

  /** @param text - its number in the index; 0 where it has none */
  idOf(line: LogLine, field: number, text: number): number {
    const known = text === 0 ? -1 : (this.ids[text] ?? -1);
    if (known >= 0) return known;
    const id = idOfField(this.names, line, field);
    if (text !== 0) this.ids[text] = id;
    return id;
  }
}
