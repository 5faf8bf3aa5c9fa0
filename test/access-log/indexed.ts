import { type ChunkIndex, ChunkIndexer, chunkMemory } from '../../lambda/access-log/reading/chunk-index.ts';

const indexer = new ChunkIndexer(chunkMemory(1), 1);

/** What is found of the first lines of a chunk; valid until the next call. */
export function indexed(chunk: Uint8Array, mostLines?: number): ChunkIndex {
  indexer.chunks[0]?.set(chunk);
  return indexer.indexOf(0, indexer.find(0, chunk.length, mostLines));
}
