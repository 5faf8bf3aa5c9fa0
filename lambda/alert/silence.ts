import { ignoredAt, TAGS } from '../diagnose/bundle/tags.ts';
import type { EvidenceBundle } from '../model/evidence.ts';
import type { RecordedSilence, Silence } from '../model/record.ts';
import { cut } from './render/text-format.ts';

/** Why nothing is announced now; until null has no end. */
export type SilenceInForce = Pick<RecordedSilence, 'until' | 'by' | 'reason'>;

/** A record keeps this many silences, the newest. */
const MOST_RECORDED = 20;
const LONGEST_AUTHOR = 100;
const LONGEST_REASON = 300;

/** Whether a silence that a person asked for is still in force: at its end it is not. */
export const lasts = ({ until }: Pick<Silence, 'until'>, now: string): boolean =>
  Date.parse(until) > Date.parse(now);

/**
 * The silence that is in force at a time: one that a person asked for, else the tag `alb502:ignore`.
 *
 * @param asked - as the store has it; null: nobody asked
 */
export function silenceInForce(
  bundle: EvidenceBundle,
  asked: Silence | null,
  now: string,
): SilenceInForce | null {
  if (asked !== null && lasts(asked, now))
    return {
      until: asked.until,
      by: asked.by && cut(asked.by, LONGEST_AUTHOR),
      reason: asked.reason && cut(asked.reason, LONGEST_REASON),
    };
  const ignored = ignoredAt(bundle.loadBalancer.tags, now);
  return ignored && { until: ignored.until, by: `the tag ${TAGS.ignore}`, reason: null };
}

/** `silenced by dana until 2030-01-31T00:00:00.000Z (database moves)`. */
export function silenceReason({ until, by, reason }: SilenceInForce): string {
  const author = by === null ? '' : ` by ${by}`;
  return `silenced${author}${until === null ? '' : ` until ${until}`}${reason === null ? '' : ` (${reason})`}`;
}

/**
 * The silences of an incident's record after a look: the one in force is added once, and one that was taken back ends
 * when that was seen.
 */
export function recordedSilences(
  known: readonly RecordedSilence[],
  inForce: SilenceInForce | null,
  now: string,
): RecordedSilence[] {
  const isSame = (entry: RecordedSilence): boolean =>
    inForce !== null &&
    entry.until === inForce.until &&
    entry.by === inForce.by &&
    entry.reason === inForce.reason;
  const next = known.map((entry) =>
    !isSame(entry) && (entry.until === null || lasts({ until: entry.until }, now))
      ? { ...entry, until: now }
      : entry,
  );
  const all = inForce === null || known.some(isSame) ? next : [...next, { from: now, ...inForce }];
  return all.slice(-MOST_RECORDED);
}
