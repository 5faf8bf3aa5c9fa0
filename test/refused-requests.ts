import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { type RefusedRequest, RefusedRequestsError } from './refused-requests-error.ts';

const refusedRequestSchema = z.object({
  service: z.string(),
  operation: z.string(),
  member: z.string(),
  rule: z.string(),
  detail: z.string(),
});

/** The file that the gate of one moto server writes to, and what of it was read. */
export class RefusedRequests {
  readonly #path: string;
  #taken = 0;

  constructor(path: string) {
    this.#path = path;
  }

  take(): readonly RefusedRequest[] {
    const lines = readFileSync(this.#path, 'utf8').split('\n').slice(0, -1);
    const fresh = lines.slice(this.#taken).map((line) => refusedRequestSchema.parse(JSON.parse(line)));
    this.#taken = lines.length;
    return fresh;
  }

  /** @throws RefusedRequestsError when something is left that nobody took */
  noneLeft(): void {
    const left = this.take();
    if (left.length > 0) throw new RefusedRequestsError(left);
  }
}
