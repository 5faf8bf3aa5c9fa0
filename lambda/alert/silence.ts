import { ignoredAt, TAGS } from '../diagnose/bundle/tags.ts';
import type { EvidenceBundle } from '../model/evidence.ts';
import type { RecordedSilence, RecurringSilence, Silence } from '../model/record.ts';
import { recurrenceText } from './render/recurrence-text.ts';
import { cut } from './render/text-format.ts';

/** Why nothing is announced now; until null has no end. */
export type SilenceInForce = Pick<RecordedSilence, 'until' | 'by' | 'reason' | 'recurrence'>;

/** A window of a recurring silence that is open: `until` is the end of the window. */
export type OpenWindow = Pick<RecurringSilence, 'until' | 'by' | 'reason' | 'recurrence'>;

/** A record keeps this many silences, the newest. */
const MOST_RECORDED = 20;
const LONGEST_AUTHOR = 100;
const LONGEST_REASON = 300;

/** Whether a silence that a person asked for is still in force: at its end it is not. */
export const lasts = ({ until }: Pick<Silence, 'until'>, now: string): boolean =>
  Date.parse(until) > Date.parse(now);

/**
 * The silence that is in force at a time: of those that a person asked for the one that ends last, else the tag
 * `alb502:ignore`.
 *
 * @param asked - as the store has it; null: nobody asked
 * @param windows - of recurring silences, those that are open at that time
 */
export function silenceInForce(
  bundle: EvidenceBundle,
  asked: Silence | null,
  now: string,
  windows: readonly OpenWindow[] = [],
): SilenceInForce | null {
  const [longest] = [...(asked !== null && lasts(asked, now) ? [asked] : []), ...windows].sort(
    (left, right) => Date.parse(right.until) - Date.parse(left.until),
  );
  if (longest !== undefined)
    return {
      until: longest.until,
      by: longest.by && cut(longest.by, LONGEST_AUTHOR),
      reason: longest.reason && cut(longest.reason, LONGEST_REASON),
      ...('recurrence' in longest ? { recurrence: longest.recurrence } : {}),
    };
  const ignored = ignoredAt(bundle.loadBalancer.tags, now);
  return ignored && { until: ignored.until, by: `the tag ${TAGS.ignore}`, reason: null };
}

/**
 * `silenced by dana until 2030-01-31T00:00:00.000Z (database moves)`; of a window of a recurring silence
 * `silenced by dana until 2030-01-31T03:00:00.000Z, every Saturday 02:00 for 2 h Europe/Berlin (backup)`.
 */
export function silenceReason({ until, by, reason, recurrence }: SilenceInForce): string {
  const author = by === null ? '' : ` by ${by}`;
  const end = until === null ? '' : ` until ${until}`;
  const again = recurrence === undefined ? '' : `, ${recurrenceText(recurrence)}`;
  return `silenced${author}${end}${again}${reason === null ? '' : ` (${reason})`}`;
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
    entry.recurrence?.cron === inForce.recurrence?.cron &&
    entry.reason === inForce.reason;
  const next = known.map((entry) =>
    !isSame(entry) && (entry.until === null || lasts({ until: entry.until }, now))
      ? { ...entry, until: now }
      : entry,
  );
  const all = inForce === null || known.some(isSame) ? next : [...next, { from: now, ...inForce }];
  return all.slice(-MOST_RECORDED);
}
