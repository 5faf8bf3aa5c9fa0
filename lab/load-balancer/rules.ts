import { InputError } from '../../lambda/model/failure.ts';
import type { Random } from '../random.ts';
import type { LambdaTargetGroup } from './lambda-target-group.ts';
import type { TargetGroup } from './target-group.ts';

/** What a rule can forward to. */
export type AnyTargetGroup = TargetGroup | LambdaTargetGroup;

/** A target group and its weight in a rule. */
export interface Weighted {
  readonly group: AnyTargetGroup;
  readonly weight: number;
}

interface Rule {
  readonly pathPrefix: string;
  forward: readonly Weighted[];
}

/** Which group gets a request: by the longest prefix of its path, then by weight. */
export class Rules {
  readonly #rules: Rule[] = [];
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  add(pathPrefix: string, group: AnyTargetGroup): void {
    this.#rules.push({ pathPrefix, forward: [{ group, weight: 1 }] });
    // The longest prefix decides, so the default rule comes last.
    this.#rules.sort((a, b) => b.pathPrefix.length - a.pathPrefix.length);
  }

  /** Changes the weights of the rule of a prefix, for every request from now on. */
  forward(pathPrefix: string, forward: readonly Weighted[]): void {
    const rule = this.#rules.find((one) => one.pathPrefix === pathPrefix);
    if (rule === undefined) throw new InputError(`there is no rule for ${pathPrefix} to forward by`);
    rule.forward = forward;
  }

  serves(group: AnyTargetGroup): boolean {
    return this.#rules.some(({ forward }) => forward.some((one) => one.group === group && one.weight > 0));
  }

  groupFor(url: string): AnyTargetGroup | null {
    const forward = this.#rules.find((rule) => url.startsWith(rule.pathPrefix))?.forward ?? [];
    if (forward.length < 2) return forward[0]?.group ?? null;
    let left = this.#random() * forward.reduce((total, { weight }) => total + weight, 0);
    for (const { group, weight } of forward) {
      left -= weight;
      if (left < 0) return group;
    }
    return null;
  }
}

/** What the trail tells of a change of weights: of the listener itself, or of one of its rules. */
export function forwardChange(loadBalancerArn: string, pathPrefix: string, forward: readonly Weighted[]) {
  const [eventName, kind] =
    pathPrefix === '/' ? ['ModifyListener', 'listener'] : ['ModifyRule', 'listener-rule'];
  return {
    eventName,
    arn: `${loadBalancerArn.replace(':loadbalancer/', `:${kind}/`)}/0123456789abcdef`,
    // A trail event holds what was asked for, not what was before.
    values: {
      from: null,
      to: { forward: forward.map(({ group, weight }) => `${group.arn}=${weight}`).join(' ') },
    },
  };
}
