import { RemoteError } from '../model/failure.ts';
import { cloudTrailClient, readRegionChanges } from '../observe/change.reader.ts';
import { clientsByRegion } from '../observe/clients.ts';
import { type DescribedLoadBalancer, listLoadBalancers } from '../observe/load-balancer.reader.ts';
import { observe } from '../observe/observe.ts';
import {
  type Check,
  type CheckResult,
  type Examined,
  hoursBefore,
  ok,
  problem,
  skipped,
  unknown,
} from './check.ts';

const HOURS = 3;
const SHOWN = 3;

/** Everything that an investigation reads is answered, in each region, for one load balancer. */
export const readsCheck: Check = {
  id: 'reads',
  title: 'each read of the policies, in each region',
  run: async (examined) =>
    (await Promise.all(examined.watched.map((region) => inRegion(examined, region)))).flat(),
};

async function inRegion(examined: Examined, region: string): Promise<readonly CheckResult[]> {
  const { options } = examined;
  try {
    const clients = clientsByRegion(options)(region);
    const [loadBalancer] = await listLoadBalancers(clients.elb, region);
    if (loadBalancer === undefined)
      return [skipped(`${region} has no Application Load Balancer, so only the list could be read`)];
    return await gapsOf(examined, region, loadBalancer);
  } catch (error) {
    if (!(error instanceof RemoteError)) throw error;
    return [
      unknown(
        `${region}: ${error.message}`,
        `allow it, or take ${region} out of the setting regions where a policy of the organisation denies it`,
      ),
    ];
  }
}

async function gapsOf(
  { options, account, now }: Examined,
  region: string,
  loadBalancer: DescribedLoadBalancer,
): Promise<readonly CheckResult[]> {
  const window = { start: hoursBefore(now, HOURS), end: now.toISOString() };
  const changes = readRegionChanges(cloudTrailClient(region, options), region, window);
  // Awaited with the observation; where that fails first, this must not end the process.
  changes.catch(() => {});
  const observation = await observe(
    {
      ...{ region, account, loadBalancer, window },
      ...{ baseline: null, declaredKeepAlives: [], storedKeepAliveFacts: [] },
      changes,
      // Each is a permission that may be left out.
      workloads: null,
    },
    clientsByRegion(options)(region),
  );
  if (observation.state === 'gone') return [skipped(`${region}: ${loadBalancer.name} was just deleted`)];
  const gaps = observation.bundle.gaps.filter(({ kind }) => kind !== 'switched-off' && kind !== 'not-found');
  if (gaps.length === 0) return [ok(`${region}: all answered, asked about ${loadBalancer.name}`)];
  // The same read fails for each of the target groups.
  return [...new Map(gaps.map((gap) => [gap.action ?? gap.what, gap])).values()]
    .slice(0, SHOWN)
    .map(({ what, reason, action }) =>
      problem(
        `${region}: ${what}: ${reason}`,
        `allow ${action ?? 'it'}; these are your credentials, the functions have their own (docs/iam.md)`,
      ),
    );
}
