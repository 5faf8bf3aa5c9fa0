import { parseLoadBalancerArn } from '../model/arn.ts';
import { InputError } from '../model/failure.ts';
import { nearNames } from '../model/near-names.ts';
import type { DescribedLoadBalancer } from './load-balancer.reader.ts';

/** A name or ARN that is not among the load balancers, with the names that come close. */
export interface UnknownLoadBalancer {
  readonly wanted: string;
  readonly near: readonly string[];
}

/** What a list of names and ARNs picks out. */
export interface LoadBalancerSelection {
  readonly found: readonly DescribedLoadBalancer[];
  readonly unknown: readonly UnknownLoadBalancer[];
}

function nearLoadBalancers(wanted: string, all: readonly DescribedLoadBalancer[]): readonly string[] {
  const text = wanted.startsWith('arn:') ? (wanted.split('/')[2] ?? wanted) : wanted;
  return nearNames(
    text,
    all.map(({ name }) => name),
  );
}

/**
 * Picks load balancers by name, ARN or dimension `app/NAME/ID`.
 *
 * @throws InputError where an ARN is of a network, gateway or classic load balancer
 */
export function selectLoadBalancers(
  all: readonly DescribedLoadBalancer[],
  wanted: readonly string[],
): LoadBalancerSelection {
  const found = new Map<string, DescribedLoadBalancer>();
  const unknown: UnknownLoadBalancer[] = [];
  for (const text of wanted) {
    if (text.startsWith('arn:')) parseLoadBalancerArn(text);
    const match = all.find(({ arn, name, dimension }) => [arn, name, dimension].includes(text));
    if (match) found.set(match.arn, match);
    else unknown.push({ wanted: text, near: nearLoadBalancers(text, all) });
  }
  return { found: [...found.values()], unknown };
}

/** The error for a load balancer that none of the regions has. */
export function unknownLoadBalancerError(
  unknown: UnknownLoadBalancer,
  regions: readonly string[],
): InputError {
  const near = unknown.near.length > 0 ? `; did you mean ${unknown.near.join(', ')}?` : '';
  return new InputError(
    `no application load balancer "${unknown.wanted}" in ${regions.join(', ')}${near || '; check the name and --region'}`,
  );
}
