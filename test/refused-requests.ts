import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';

const refusedRequestSchema = z.object({
  /** As botocore names it: `elbv2`. */
  service: z.string(),
  operation: z.string(),
  /** `MetricDataQueries[3].Id`. */
  member: z.string(),
  /** `required`, `type`, `enum`, `length`, `range`, `pattern`, `union`, `unknown member`, `limit`, ... */
  rule: z.string(),
  detail: z.string(),
});

/** A request that AWS would refuse, and the rule that it breaks. */
export type RefusedRequest = z.infer<typeof refusedRequestSchema>;

/** Requests were made that AWS would refuse. */
export class RefusedRequestsError extends Error {
  override readonly name = 'RefusedRequestsError';
  constructor(refused: readonly RefusedRequest[]) {
    const lines = refused.map(
      ({ service, operation, member, rule, detail }) =>
        `  ${service}:${operation} ${member} (${rule}): ${detail}`,
    );
    super(`AWS would refuse what was sent:\n${[...new Set(lines)].join('\n')}`);
  }
}

/** The file that the gate of one moto server writes to, and what of it was read. */
export class RefusedRequests {
  private readonly folder = mkdtempSync(join(tmpdir(), 'alb502-aws-'));
  private taken = 0;
  readonly path = join(this.folder, 'refused.jsonl');

  constructor() {
    writeFileSync(this.path, '');
  }

  take(): readonly RefusedRequest[] {
    const lines = readFileSync(this.path, 'utf8').split('\n').slice(0, -1);
    const fresh = lines.slice(this.taken).map((line) => refusedRequestSchema.parse(JSON.parse(line)));
    this.taken = lines.length;
    return fresh;
  }

  /**
   * Removes the file.
   *
   * @throws RefusedRequestsError when something is left that nobody took
   */
  close(): void {
    if (!existsSync(this.path)) return;
    const left = this.take();
    rmSync(this.folder, { recursive: true });
    if (left.length > 0) throw new RefusedRequestsError(left);
  }
}
