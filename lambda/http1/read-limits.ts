/** What is read before a response is left: bounds of the reader, which say nothing of the response. */
export interface ReadLimits {
  /** Of one head, so that the size of one above what a load balancer takes can be told. */
  readonly headBytes: number;
  /** Of the body as it is sent, with what frames its chunks. */
  readonly bodyBytes: number;
  /** Responses with status 1xx before the final one. */
  readonly interimCount: number;
  /** Of one chunk-size line with its extensions. */
  readonly chunkLineBytes: number;
  /** Of all trailer lines together. */
  readonly trailerBytes: number;
}

export const READ_LIMITS: ReadLimits = {
  headBytes: 65_536,
  bodyBytes: 33_554_432,
  interimCount: 32,
  chunkLineBytes: 16_384,
  trailerBytes: 65_536,
};
