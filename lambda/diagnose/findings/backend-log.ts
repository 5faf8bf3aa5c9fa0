import type { FindingReader } from '../finding.ts';
import type { FindingId } from '../weights.ts';

/** Which pattern of a target's own log speaks for which cause. */
const PATTERNS: ReadonlyArray<{ readonly id: FindingId; readonly pattern: RegExp }> = [
  { id: 'backend-log-crash', pattern: /out of memory|oom|panic|segfault|killed/i },
  { id: 'backend-log-worker-timeout', pattern: /worker timeout/i },
  { id: 'backend-log-shutdown', pattern: /sigterm|shutting down/i },
];

/** What the targets' own logs say around the 502s. */
export const backendLogFindings: FindingReader = (bundle) =>
  PATTERNS.flatMap(({ id, pattern }) => {
    const matches = bundle.backendLogMatches.filter((match) => pattern.test(match.pattern));
    const first = matches[0];
    if (!first) return [];
    return [
      {
        id,
        fact: `the target's log has "${first.pattern}" ${matches.length} times near the 502s`,
        source: first.logGroup,
      },
    ];
  });
