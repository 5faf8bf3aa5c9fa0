import type { Cause, NamedCause } from '../../model/cause.ts';
import type { OwnedAction } from '../../model/diagnosis.ts';
import type { EvidenceBundle } from '../../model/evidence.ts';
import { CAUSE_ROWS } from '../causes.ts';
import {
  type Explained,
  type ExplainedCause,
  explainedCauses,
  failuresOf,
  portion,
} from '../explanation-text.ts';
import { isMismatch, keepAliveStandings } from '../keep-alive/keep-alive.ts';

/** So many actions of the main cause come before those of another: both must be visible on a phone. */
const MAIN_FIRST = 3;

/**
 * The bundle with the target groups that failed, where the log tells which did; as it is where no log was read, where
 * it was not read whole, or where it names none of the groups.
 */
export function withFailedGroups(bundle: EvidenceBundle, cause: NamedCause): EvidenceBundle {
  const { accessLog, targetGroups } = bundle;
  if (accessLog === null || accessLog.leftOut.length > 0) return bundle;
  const failed = new Set(
    accessLog.targetGroups.filter(({ elb502 }) => elb502 > 0).map(({ targetGroupArn }) => targetGroupArn),
  );
  // A keep-alive that is known to be too short fails next, whether or not it did already.
  if (cause === 'keepalive-mismatch')
    for (const standing of keepAliveStandings(bundle))
      if (isMismatch(standing)) failed.add(standing.group.arn);
  const kept = targetGroups.filter(({ arn }) => failed.has(arn));
  return kept.length === 0 ? bundle : { ...bundle, targetGroups: kept };
}

const advice = (bundle: EvidenceBundle, cause: NamedCause): readonly OwnedAction[] =>
  CAUSE_ROWS[cause].advise(withFailedGroups(bundle, cause));

/** `On the targets: ...` in the middle of a sentence. */
const uncapital = (text: string): string =>
  /^[A-Z][a-z]/.test(text) ? `${text.charAt(0).toLowerCase()}${text.slice(1)}` : text;

function headed(bundle: EvidenceBundle, part: ExplainedCause, all: number): readonly OwnedAction[] {
  const share = `For ${portion(part, all)} failures (${part.cause})`;
  return advice(bundle, part.cause).map((action) => ({
    ...action,
    title: `${share}: ${uncapital(action.title)}`,
  }));
}

/**
 * What to change for the verdict. Where the log shows several causes, or one that the verdict does not name, the
 * actions of each are told under the failures that they are for, those of the verdict first.
 */
export function actionsOfCauses(
  bundle: EvidenceBundle,
  verdict: Cause,
  explained: Explained,
): readonly OwnedAction[] {
  const all = failuresOf(explained);
  const causes = explainedCauses(explained.explanations);
  const main = causes.find(({ cause }) => cause === verdict);
  const others = causes.filter(({ cause }) => cause !== verdict);
  const rest = others.flatMap((one) => headed(bundle, one, all));
  if (verdict === 'undetermined') return rest;
  const own = main === undefined || others.length === 0 ? advice(bundle, verdict) : headed(bundle, main, all);
  return [...own.slice(0, MAIN_FIRST), ...rest, ...own.slice(MAIN_FIRST)];
}
