import type { CheckedPath } from '../join/path.ts';
import type { CheckedWorkload, Place } from '../model.ts';
import { type CheckSeverity, RULES, type RuleId, SEVERITIES } from './rules.ts';

/** Lines to write, and where. */
export interface Write {
  /** null where the place is not in the repository; `where` says it then. */
  readonly place: Place | null;
  /** Said before the lines: `in place of "keepalive_timeout 5s;"`. null where the place says all. */
  readonly where: string | null;
  readonly lines: readonly string[];
}

/** Something that is wrong, or that could not be compared. */
export interface Finding {
  readonly rule: RuleId;
  readonly severity: CheckSeverity;
  /** Stays the same when lines move: the ids of what is compared. */
  readonly key: string;
  readonly place: Place;
  /** Other places that have a part in it. */
  readonly places: readonly { readonly place: Place; readonly what: string }[];
  /** What is wrong, with figures and names. */
  readonly message: string;
  readonly why: string;
  /** What was assumed, a sentence each. */
  readonly assumed: readonly string[];
  /** What to write; the first is what is advised, others are instead of it. */
  readonly write: readonly Write[];
}

/** What a finding has of its own; the rest is of its path. */
export type PathFinding = Pick<Finding, 'rule' | 'severity' | 'place' | 'message' | 'write'> &
  Partial<Pick<Finding, 'why' | 'assumed'>> & {
    /** Whether it is of the workload alone: then it stands whichever server was joined with which load balancer. */
    readonly ofWorkload?: true;
  };

const MOST: Readonly<Record<CheckedPath['certainty'], CheckSeverity>> = {
  joined: 'error',
  assumed: 'error',
  'one-of-several': 'warning',
  supposed: 'note',
};

const rank = (severity: CheckSeverity): number => SEVERITIES.indexOf(severity);

/** Whether a severity is at least another. */
export const isAtLeastAsBad = (severity: CheckSeverity, least: CheckSeverity): boolean =>
  rank(severity) >= rank(least);

/** What must hold for the values that were compared. */
function assumptionsOf({ loadBalancer, server }: CheckedPath): readonly string[] {
  const { idleTimeout } = loadBalancer;
  const keepAlive = server?.keepAliveSeconds;
  return [
    idleTimeout.state === 'unknown' ? null : idleTimeout.assuming,
    keepAlive === undefined || keepAlive.state === 'unknown' ? null : keepAlive.assuming,
  ].flatMap((each) => each ?? []);
}

/** A finding of a path: where the path itself is a guess, it is no more than a warning or a note. */
export function findingOf(path: CheckedPath, found: PathFinding): Finding {
  const { loadBalancer, targetGroup, server, workload, container, certainty } = path;
  const isOfPath = found.ofWorkload !== true;
  const most = isOfPath ? MOST[certainty] : 'error';
  const own = { place: found.place, what: '' };
  const places = [
    ...(server === null || !isOfPath ? [] : [{ place: server.keepAliveSeconds.place, what: 'keep-alive' }]),
    ...(loadBalancer.place === null || !isOfPath
      ? []
      : [{ place: loadBalancer.place, what: `idle timeout of ${loadBalancer.name}` }]),
    ...(targetGroup === null ? [] : [{ place: targetGroup.place, what: `target group ${targetGroup.name}` }]),
    ...(workload === null ? [] : [{ place: workload.place, what: workload.name }]),
  ].filter(({ place }) => place.file !== own.place.file || place.line !== own.place.line);
  return {
    rule: found.rule,
    severity: rank(found.severity) > rank(most) ? most : found.severity,
    key: (isOfPath
      ? [loadBalancer.id, targetGroup?.id ?? '', server?.id ?? '']
      : [targetGroup?.id ?? '', workload?.id ?? '', container?.name ?? '']
    ).join(' | '),
    place: found.place,
    places,
    message: found.message,
    why: found.why ?? RULES[found.rule].why,
    assumed: isOfPath ? [...path.assumed, ...assumptionsOf(path)] : (found.assumed ?? []),
    write: found.write,
  };
}

/** A finding of a workload that no load balancer was found before. */
export const findingOfWorkload = (workload: CheckedWorkload, found: PathFinding): Finding => ({
  rule: found.rule,
  severity: found.severity,
  key: workload.id,
  place: found.place,
  places: [],
  message: found.message,
  why: found.why ?? RULES[found.rule].why,
  assumed: [...(found.assumed ?? []), 'no load balancer was found before it in the files that were read'],
  write: found.write,
});
