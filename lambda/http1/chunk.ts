import { malformed, quoted, ReadLimitError } from './failure.ts';

/** RFC 9112, sections 7.1 and 7.1.1; spaces before the extension, or before the line's end, are old servers' padding. */
const CHUNK_LINE = /^([0-9A-Fa-f]+)[ \t]*(?:;[\t\x20-\x7e\x80-\xff]*)?$/;

/**
 * The size that a chunk's first line gives, in bytes; extensions are ignored (section 7.1.1).
 *
 * @throws MalformedResponseError where the line is none
 * @throws ReadLimitError where the size is more than can be counted
 */
export function startOfChunk(line: string): number {
  const size = CHUNK_LINE.exec(line)?.[1];
  if (size === undefined) throw malformed(`chunk size ${quoted(line)}`, 'RFC 9112, section 7.1');
  const bytes = Number.parseInt(size, 16);
  if (!Number.isSafeInteger(bytes)) throw new ReadLimitError(`a chunk of ${quoted(size)} bytes`);
  return bytes;
}
