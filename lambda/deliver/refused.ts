/** A channel will never take this message, however often it is sent; it takes others. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
}
