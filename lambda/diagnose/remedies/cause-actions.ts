import type { Cause, NamedCause } from '../../model/cause.ts';
import type { OwnedAction } from '../../model/diagnosis.ts';
import type { EvidenceBundle } from '../../model/evidence.ts';
import { CAUSE_ROWS } from '../causes.ts';
import {
  type Explained,
  type ExplainedCause,
  explainedCauses,
  failuresOf,
  leadingCause,
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

/**
 * The bundle with the explanations that a cause leads, so that its advice is about their paths and no others; as it is
 * where it leads none.
 *
 * @param explained - of this bundle, in the same order
 */
function withOwnExplanations(
  bundle: EvidenceBundle,
  cause: NamedCause,
  { explanations }: Explained,
): EvidenceBundle {
  const { accessLog } = bundle;
  const own = (accessLog?.explanations ?? []).filter((_, place) => {
    const judged = explanations[place];
    return judged !== undefined && leadingCause(judged) === cause;
  });
  return accessLog === null || own.length === 0
    ? bundle
    : { ...bundle, accessLog: { ...accessLog, explanations: own } };
}

/** The bundle with the target groups that a part of the failures is of; as it is where that is not known. */
function withOwnGroups(bundle: EvidenceBundle): EvidenceBundle {
  const groups = new Set(bundle.accessLog?.explanations?.map(({ where }) => where.targetGroupArn));
  const kept = bundle.targetGroups.filter(({ arn }) => groups.has(arn));
  return groups.has(null) || kept.length < groups.size || kept.length === 0
    ? bundle
    : { ...bundle, targetGroups: kept };
}

const advice = (bundle: EvidenceBundle, cause: NamedCause): readonly OwnedAction[] =>
  CAUSE_ROWS[cause].advise(withFailedGroups(bundle, cause));

/** `On the targets: ...` in the middle of a sentence. */
const uncapital = (text: string): string =>
  /^[A-Z][a-z]/.test(text) ? `${text.charAt(0).toLowerCase()}${text.slice(1)}` : text;

function headed(bundle: EvidenceBundle, part: ExplainedCause, explained: Explained): readonly OwnedAction[] {
  const share = `For ${portion(part, failuresOf(explained))} failures (${part.cause})`;
  const { cause } = part;
  const own = withOwnExplanations(bundle, cause, explained);
  // A keep-alive that is too short is told of every group that has it.
  const actions = advice(own === bundle || cause === 'keepalive-mismatch' ? own : withOwnGroups(own), cause);
  return actions.map((action) => ({
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
  const causes = explainedCauses(explained.explanations);
  const main = causes.find(({ cause }) => cause === verdict);
  const others = causes.filter(({ cause }) => cause !== verdict);
  const rest = others.flatMap((one) => headed(bundle, one, explained));
  if (verdict === 'undetermined') return rest;
  const own =
    main === undefined || others.length === 0
      ? advice(withOwnExplanations(bundle, verdict, explained), verdict)
      : headed(bundle, main, explained);
  return [...own.slice(0, MAIN_FIRST), ...rest, ...own.slice(MAIN_FIRST)];
}
