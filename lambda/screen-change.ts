import { type InvestigationMessage, requestFor } from './investigation-message.ts';
import type { Change } from './model/evidence.ts';

/** Everything a reported change needs from outside. */
export interface ChangePorts {
  readonly now: () => string;
  /** The load balancers a target group serves. */
  readonly loadBalancersOf: (targetGroupArn: string) => Promise<readonly string[]>;
  readonly enqueue: (messages: readonly InvestigationMessage[]) => Promise<void>;
}

/** A listener's or rule's ARN holds its load balancer's: `…:listener/app/NAME/ID/…`. */
const loadBalancerWithin = (arn: string): string | null =>
  arn.replace(/:listener(-rule)?\//, ':loadbalancer/').match(/^.*:loadbalancer\/app\/[^/]+\/[^/]+/)?.[0] ??
  null;

/** Asks for a look at every application load balancer that a change of configuration concerns. */
export async function screenChange(
  change: Change,
  ports: ChangePorts,
): Promise<readonly InvestigationMessage[]> {
  const own = loadBalancerWithin(change.resourceArn);
  const isGroup = change.resourceArn.includes(':targetgroup/');
  const arns = own !== null ? [own] : isGroup ? await ports.loadBalancersOf(change.resourceArn) : [];
  const messages = arns
    .filter((arn) => arn.includes(':loadbalancer/app/'))
    .map((arn) => ({ ...requestFor(arn, arn.split(':')[3] ?? '', 'change', ports.now()), change }));
  await ports.enqueue(messages);
  return messages;
}
