import type { Change, EvidenceBundle } from '../../model/evidence.ts';
import { printable } from '../remedies/command.ts';
import { type Symptom, symptomOf } from '../symptom.ts';
import { NOTABLE_CHANCE, type Onset, onsetAt, onsetText } from './change-onset.ts';
import { FULL_NATS } from './coincidence.ts';

/** A change this long before the 502s may have caused it. */
const BEFORE_MS = 6 * 3_600_000;
/** CloudWatch counts by the minute, so a change can seem up to two periods later than the failures it caused. */
const SLACK_MS = 2 * 60_000;

/**
 * Strength of a change that came before the 502s, when nothing else is known: few load balancers are changed within
 * hours of a 502.
 */
const ORDER_STRENGTH = 0.5;

const by = (change: Change): string =>
  `${change.at}${change.principal === null ? '' : ` by ${printable(change.principal)}`}`;

/** A stray 502 has a pause of so long before the failures, and strays are at most such a share of all. */
const STRAY_PAUSE_MS = 10 * 60_000;
const STRAY_SHARE = 0.05;

/** The minute with which the failures begin: a stray 502 or two before it, of another reason, do not count. */
function onsetOf({ failures, summary }: Symptom): string | null {
  const minutes = [...failures];
  let seen = 0;
  for (const [place, [time, count]] of minutes.entries()) {
    seen += count;
    const next = minutes[place + 1]?.[0];
    const isApart = next !== undefined && Date.parse(next) - Date.parse(time) > STRAY_PAUSE_MS;
    if (seen > summary.count * STRAY_SHARE || !isApart) return time;
  }
  return summary.firstSeen;
}

/**
 * Whether failures that were there before a change rose with it: the rise did not begin earlier, and most of the failures
 * are due to it. Otherwise the change came after the failures.
 */
function roseWith({ rise: { before, after, began } }: Onset, change: Change): boolean {
  const atOldRate = (before.failures / Math.max(1, before.minutes)) * after.minutes;
  const isMost = after.failures - atOldRate >= (before.failures + after.failures) / 2;
  return isMost && Date.parse(change.at) <= began.latestMs + SLACK_MS;
}

interface Judged {
  readonly strength: number;
  readonly text: string;
}

/**
 * Whether 502s began with a change, and what that is worth; null where they did not.
 *
 * @param tried - how many changes are tried on the same 502s: one of many fits by chance sooner
 */
function judge(
  bundle: EvidenceBundle,
  change: Change,
  { onset, tried, withinMs }: { readonly onset: string; readonly tried: number; readonly withinMs: number },
): Judged | null {
  const lead = Date.parse(onset) - Date.parse(change.at);
  const inOrder = lead >= -SLACK_MS && lead <= withinMs;
  const compared = onsetAt(bundle, change.at);
  if (compared === null)
    return inOrder ? { strength: ORDER_STRENGTH, text: 'before the first 502 that is in view' } : null;
  const chance = Math.min(1, compared.chance * tried);
  const strength = Math.min(1, Math.max(0, -Math.log(chance) / FULL_NATS));
  if (inOrder)
    return {
      strength: ORDER_STRENGTH + (1 - ORDER_STRENGTH) * strength,
      text: onsetText(compared, tried),
    };
  return chance <= NOTABLE_CHANCE && roseWith(compared, change)
    ? { strength, text: onsetText(compared, tried) }
    : null;
}

/** A change that may have caused the 502s: its description, and how strongly it counts. */
export interface ChangeBefore {
  readonly fact: string;
  readonly source: string;
  readonly strength: number;
}

/**
 * The change of one kind that the 502s fit best; null where they began with none.
 *
 * @param describe - what a change did, as text; null where it is of another kind
 * @param withinMs - how long before the 502s it may lie
 */
export function changeBefore(
  bundle: EvidenceBundle,
  describe: (change: Change) => string | null,
  withinMs = BEFORE_MS,
): ChangeBefore | null {
  const onset = onsetOf(symptomOf(bundle));
  if (onset === null) return null;
  const earliest = Date.parse(onset) - withinMs;
  const candidates = bundle.changes.flatMap((change) => {
    const text = Date.parse(change.at) < earliest ? null : describe(change);
    return text === null ? [] : [{ change, text }];
  });
  const [best] = candidates
    .flatMap(({ change, text }): ChangeBefore[] => {
      const judged = judge(bundle, change, { onset, tried: candidates.length, withinMs });
      if (judged === null) return [];
      const fact = `${text} (${by(change)}); ${judged.text}`;
      return [{ fact, source: change.eventName, strength: judged.strength }];
    })
    .sort((left, right) => right.strength - left.strength);
  return best ?? null;
}
