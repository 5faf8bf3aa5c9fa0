import type { RefusedRequest } from './refused-requests.ts';

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
