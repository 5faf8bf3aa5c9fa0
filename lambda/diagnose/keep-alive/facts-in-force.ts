import type { KeepAliveFact, TargetGroup } from '../../model/evidence.ts';

/** A target that nobody could measure for so long is another one by now, or is set up another way. */
export const FACT_IN_FORCE_SECONDS = 3 * 86_400;

/** More add nothing about a group, and every look would load them. */
const MOST_OF_A_GROUP = 100;

const ADDRESS = /^[0-9a-f]*[.:][0-9a-f.:]+$/i;

/** `ADDRESS:PORT` of the targets that are registered; null where their addresses are not known here. */
function registeredNames({ targets, port }: TargetGroup): ReadonlySet<string> | null {
  const current = targets.filter(({ state }) => state !== 'draining');
  if (current.length === 0 || current.some(({ id }) => !ADDRESS.test(id))) return null;
  return new Set(current.map(({ id, port: own }) => `${id.includes(':') ? `[${id}]` : id}:${own ?? port}`));
}

/**
 * Facts about one target and from one source say the same thing at different times; that it was open for so long says
 * something else than that it closed.
 */
const subjectOf = ({ target, source, seconds, lowSeconds, highSeconds }: KeepAliveFact): string =>
  `${source} ${target} ${lowSeconds === seconds && highSeconds === null}`;

/**
 * The facts about a group that still hold: of targets that are registered, not older than three days, and of each target
 * and source the newest. One that has no time or no target was declared, and stands.
 *
 * @param at - ISO time of the look
 */
export function factsInForce(
  facts: readonly KeepAliveFact[],
  group: TargetGroup,
  at: string,
): readonly KeepAliveFact[] {
  const registered = registeredNames(group);
  const earliestMs = Date.parse(at) - FACT_IN_FORCE_SECONDS * 1000;
  const newest = new Map<string, KeepAliveFact>();
  for (const fact of facts) {
    if (fact.targetGroupArn !== group.arn) continue;
    if (fact.at !== null && Date.parse(fact.at) < earliestMs) continue;
    if (fact.target !== null && registered !== null && !registered.has(fact.target)) continue;
    const known = newest.get(subjectOf(fact));
    if (known === undefined || (fact.at ?? '') > (known.at ?? '')) newest.set(subjectOf(fact), fact);
  }
  const kept = [...newest.values()];
  return kept.length <= MOST_OF_A_GROUP
    ? kept
    : kept.sort((left, right) => left.seconds - right.seconds).slice(0, MOST_OF_A_GROUP);
}
