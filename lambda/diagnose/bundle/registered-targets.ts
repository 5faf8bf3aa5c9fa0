import type { EvidenceBundle, Target } from '../../model/evidence.ts';
import { printable } from '../remedies/command.ts';
import { servingGroups } from './serving-groups.ts';

/** A target with the name of its group. */
export interface RegisteredTarget {
  readonly group: string;
  readonly target: Target;
}

/** Targets of the groups that serve, and that health checks watch. */
export const registeredTargets = (bundle: EvidenceBundle): readonly RegisteredTarget[] =>
  servingGroups(bundle)
    .filter((group) => group.targetType !== 'lambda')
    .flatMap((group) => group.targets.map((target) => ({ group: group.name, target })));

/** `10.0.1.10:8080 of web`. */
export const targetLabel = ({ group, target }: RegisteredTarget): string =>
  printable(`${target.id}${target.port === null ? '' : `:${target.port}`} of ${group}`);
