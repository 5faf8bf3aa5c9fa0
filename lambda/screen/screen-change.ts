import { type InvestigationMessage, requestFor } from '../investigate/investigation-message.ts';
import { isTargetGroupArn, loadBalancerArnWithin, regionOfArn } from '../model/arn.ts';
import type { Change } from '../model/evidence.ts';

/** Everything a reported change needs from outside. */
export interface ChangePorts {
  readonly now: () => string;
  /** The load balancers a target group serves. */
  readonly loadBalancersOf: (targetGroupArn: string) => Promise<readonly string[]>;
  readonly enqueue: (messages: readonly InvestigationMessage[]) => Promise<void>;
}

/** Asks for a look at every application load balancer that a change of configuration concerns. */
export async function screenChange(
  change: Change,
  ports: ChangePorts,
): Promise<readonly InvestigationMessage[]> {
  const own = loadBalancerArnWithin(change.resourceArn);
  const isGroup = isTargetGroupArn(change.resourceArn);
  const arns = own !== null ? [own] : isGroup ? await ports.loadBalancersOf(change.resourceArn) : [];
  const messages = arns
    .filter((arn) => arn.includes(':loadbalancer/app/'))
    .map((arn) => ({ ...requestFor(arn, regionOfArn(arn), 'change', ports.now()), change }));
  await ports.enqueue(messages);
  return messages;
}
