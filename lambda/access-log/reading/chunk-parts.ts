import { CHUNK_BYTES, type ChunkIndex, ChunkIndexer, chunkMemory } from './chunk-index.ts';

/** A part of a chunk, and what was found in it; valid until the next part is asked for. */
export interface IndexedPart {
  readonly bytes: Uint8Array;
  readonly index: ChunkIndex;
}

/** Looks into chunks that no other thread has looked at. */
export class ChunkParts {
  /** Made when the first chunk comes: most logs are too short for it. */
  private indexer: ChunkIndexer | null = null;

  /** The parts of a chunk, each small enough to be looked at. */
  *of(chunk: Uint8Array): Generator<IndexedPart> {
    this.indexer ??= new ChunkIndexer(chunkMemory(1), 1);
    for (let at = 0; at < chunk.length; at += CHUNK_BYTES) {
      const bytes = chunk.subarray(at, at + CHUNK_BYTES);
      this.indexer.chunks[0]?.set(bytes);
      yield { bytes, index: this.indexer.indexOf(0, this.indexer.find(0, bytes.length)) };
    }
  }
}
