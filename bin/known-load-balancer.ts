import { plainName } from '../lambda/alert/fingerprint.ts';
import { InputError } from '../lambda/model/failure.ts';
import type { Opened } from './state-table.ts';

/**
 * The ARN of a load balancer that the monitor has looked at, by its name; an ARN is taken as it is.
 *
 * @throws InputError where none or several have the name
 */
export async function arnOf({ store, run }: Opened, wanted: string): Promise<string> {
  if (wanted.startsWith('arn:')) return wanted;
  const fleet = await run(() => store.fleet());
  const found = fleet.filter(({ loadBalancerArn }) => plainName(loadBalancerArn) === wanted);
  const [only] = found;
  if (only !== undefined && found.length === 1) return only.loadBalancerArn;
  throw new InputError(
    only === undefined
      ? `the monitor has not looked at a load balancer named "${wanted}"; it knows ${
          fleet
            .map((entry) => plainName(entry.loadBalancerArn))
            .slice(0, 10)
            .join(', ') || 'none'
        }`
      : `several load balancers are named "${wanted}"; give the ARN: ${found.map((entry) => entry.loadBalancerArn).join(', ')}`,
  );
}
