import { parseLoadBalancerArn } from '../model/arn.ts';
import { InputError } from '../model/failure.ts';
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

/** Insertions, deletions and changes of one letter that turn one text into the other. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const change = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(change, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}

function nearNames(wanted: string, all: readonly DescribedLoadBalancer[]): readonly string[] {
  const text = (wanted.startsWith('arn:') ? (wanted.split('/')[2] ?? wanted) : wanted).toLowerCase();
  const scored = all.map(({ name }) => {
    const lower = name.toLowerCase();
    const contains = text.length >= 3 && (lower.includes(text) || text.includes(lower));
    return { name, distance: contains ? 0 : editDistance(text, lower) };
  });
  return scored
    .filter(({ distance }) => distance <= Math.max(1, Math.floor(text.length / 4)))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ name }) => name);
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
    else unknown.push({ wanted: text, near: nearNames(text, all) });
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
