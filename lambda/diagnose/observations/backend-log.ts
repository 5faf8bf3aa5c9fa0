import type { BackendLogMatch, EvidenceBundle } from '../../model/evidence.ts';
import { MOST_MINUTES_READ, stretchAround } from '../bundle/backend-log-windows.ts';
import {
  BACKEND_PATTERNS,
  BACKEND_SIGNS,
  type BackendPattern,
  type BackendSign,
  backendPatternOf,
} from '../bundle/backend-patterns.ts';
import { printable } from '../remedies/command.ts';
import { symptomOf } from '../symptom.ts';
import type { Observed } from './observation.ts';
import { observation } from './observation.ts';

/** Outcomes that quote a line; an alert is no log. */
const MOST_QUOTES = 3;
/** What a line near a single failing minute is worth when many others have none. */
const LEAST_STRENGTH = 0.5;
/** Logs lose and cut lines, so a third of the failing minutes is as good as all of them. */
const SHARE_ENOUGH = 1 / 3;

/** The row a match belongs to: by its name, else, in a bundle from elsewhere, by its words. */
const patternOf = ({ pattern, line }: BackendLogMatch): BackendPattern | null =>
  BACKEND_PATTERNS.find(({ name }) => name === pattern) ??
  backendPatternOf(pattern) ??
  backendPatternOf(line);

/** How much the matches weigh: lines near few of the failing minutes may have another reason. */
function strengthOf(matches: readonly BackendLogMatch[], failures: ReadonlyMap<string, number>): number {
  if (failures.size === 0) return LEAST_STRENGTH;
  const times = matches.map(({ at }) => Date.parse(at));
  const near = [...failures.keys()].filter((minute) => {
    const { fromMs, toMs } = stretchAround(minute);
    return times.some((time) => time >= fromMs && time < toMs);
  }).length;
  if (near === 0) return 0;
  const share = near / Math.min(failures.size, MOST_MINUTES_READ);
  return LEAST_STRENGTH + (1 - LEAST_STRENGTH) * Math.min(1, share / SHARE_ENOUGH);
}

function signOf(
  pattern: BackendPattern,
  matches: readonly BackendLogMatch[],
  bundle: EvidenceBundle,
  quoted: boolean,
): Observed<BackendSign>[] {
  const [first] = matches;
  const strength = strengthOf(matches, symptomOf(bundle).failures);
  if (first === undefined || strength === 0) return [];
  const times = matches.length === 1 ? 'once' : `${matches.length} times`;
  const quote = quoted ? `, for instance at ${first.at}: "${printable(first.line)}"` : '';
  const fact = `the target's log has "${pattern.name}" ${times} near the 502s${quote}`;
  return [{ id: pattern.sign, fact, source: printable(first.logGroup), strength }];
}

/** What the targets' own logs say around the 502s; each sign once, by its most frequent pattern. */
export const backendLog = observation({
  outcomes: BACKEND_SIGNS,
  needs: { subjects: ['backend-log'] },
  group: 'backend-log',
  from: 'backend-log',
  weights: {
    'keepalive-mismatch': [0, 0, 0, 0, 0, 0, 0, 0],
    'requests-per-connection-limit': [0, 0, 0, 0, 0, 0, 0, 0],
    deployment: [0.3, 0, 1.5, 0.2, 0, 0, 0, 0],
    'deregistration-delay-elapsed': [0, 0, 0, 0, 0, 0, 0, 0],
    'target-crash': [3, 0, 0, 0.2, 0.7, 0, 0.7, 0],
    'worker-timeout': [0, 4.5, 0, 0, 0.4, 0, 0, 0],
    'connection-refused': [0, 0, 0, 0, 0, 0, 1.5, 1.8],
    'network-path': [0, 0, 0, 0, 0, 0, 0, 0],
    'tls-failure': [0, 0, 0, 0, 0, 0, 0, 0],
    'protocol-mismatch': [0, 0, 0, 0, 0, 0, 0, 0],
    'malformed-response': [0, 0, 0, 0.2, 0.3, 0.3, 0, 0],
    'response-header-too-large': [0, 0, 0, 0, 0, 1.5, 0, 0],
    'lambda-target-error': [0, 0, 0, 0, 0, 0, 0, 0],
    'request-body-refused': [0, 0, 0, 0, 0, 0, 0, 0],
  },
  read: (bundle) => {
    const byPattern = new Map<BackendPattern, BackendLogMatch[]>();
    for (const match of bundle.backendLogMatches) {
      const pattern = patternOf(match);
      if (pattern) byPattern.set(pattern, [...(byPattern.get(pattern) ?? []), match]);
    }
    const seen = new Set<string>();
    const rows = BACKEND_PATTERNS.flatMap((pattern) => {
      const matches = byPattern.get(pattern);
      return matches === undefined ? [] : [{ pattern, matches }];
    }).sort((left, right) => right.matches.length - left.matches.length);
    return rows.flatMap(({ pattern, matches }) => {
      if (seen.has(pattern.sign)) return [];
      const found = signOf(pattern, matches, bundle, seen.size < MOST_QUOTES);
      if (found.length > 0) seen.add(pattern.sign);
      return found;
    });
  },
});
