import pLimit from 'p-limit';
import { RemoteError } from '../model/failure.ts';
import { type ClientOptions, clientsByRegion } from '../observe/clients.ts';
import { type DescribedLoadBalancer, listLoadBalancers } from '../observe/load-balancer.reader.ts';
import type { FoundKey, Inventory, NotRead, ProbePlace, RegionInventory } from './inventory.ts';
import { readLogPlaces } from './read-logs.ts';
import { readProbePlace } from './read-probe-place.ts';
import { readServiceLogs } from './read-service-logs.ts';

const REGIONS_AT_ONCE = 4;

/** What to look at. */
export interface AccountRequest {
  readonly account: string;
  readonly regions: readonly string[];
  /** Where the stack would stand, and with it a probe function. */
  readonly home: string;
  readonly options: ClientOptions;
  /** Called after each region. */
  readonly onRegion: (region: string) => void;
}

interface RegionLook {
  readonly region: string;
  readonly inventory: RegionInventory | null;
  readonly notRead: readonly NotRead[];
  /** Why its load balancers could not be listed; null where they could. */
  readonly failure: RemoteError | null;
}

/**
 * Looks at an account, read-only.
 *
 * @throws RemoteError where no region could be looked at, or the credentials are missing, expired or refused
 */
export async function readAccount(request: AccountRequest): Promise<Inventory> {
  const { account, regions, home, options } = request;
  const limit = pLimit(REGIONS_AT_ONCE);
  const looks = await Promise.all(regions.map((region) => limit(() => lookAt(region, request))));
  const [first] = looks;
  if (first?.failure && looks.every(({ failure }) => failure !== null)) throw first.failure;
  const used = looks.flatMap(({ inventory }) => inventory ?? []);
  const probe = used.length === 0 ? NO_PROBE : await probePlace(probeRegion(used, home), options);
  return {
    account,
    regions: used,
    emptyRegions: looks.flatMap((look) =>
      look.inventory === null && look.failure === null ? look.region : [],
    ),
    probe: probe.place,
    notRead: [...looks.flatMap(({ notRead }) => notRead), ...probe.notRead],
  };
}

async function lookAt(region: string, { options, onRegion }: AccountRequest): Promise<RegionLook> {
  const { elb } = clientsByRegion(options)(region);
  let loadBalancers: readonly DescribedLoadBalancer[];
  try {
    loadBalancers = await listLoadBalancers(elb, region);
  } catch (error) {
    if (!(error instanceof RemoteError)) throw error;
    onRegion(region);
    const action = 'elasticloadbalancing:DescribeLoadBalancers';
    return { region, inventory: null, notRead: [failed('regions', region, action, error)], failure: error };
  }
  if (loadBalancers.length === 0) {
    onRegion(region);
    return { region, inventory: null, notRead: [], failure: null };
  }
  const [logs, serviceLogs] = await Promise.all([
    readLogPlaces(loadBalancers, region, options),
    readServiceLogs(loadBalancers, region, options),
  ]);
  onRegion(region);
  return {
    region,
    inventory: {
      region,
      loadBalancers: loadBalancers.map(({ name }) => name),
      logs: logs.found,
      serviceLogs: serviceLogs.found,
    },
    notRead: [...logs.notRead, ...serviceLogs.notRead],
    failure: null,
  };
}

const failed = (key: FoundKey, region: string, action: string | null, error: RemoteError): NotRead => ({
  ...{ key, region, action },
  reason: error.message,
});

/** The stack's own region, or that with most load balancers where it has none. */
function probeRegion(used: readonly RegionInventory[], home: string): string {
  const [most] = used.toSorted((one, other) => other.loadBalancers.length - one.loadBalancers.length);
  return used.find(({ region }) => region === home)?.region ?? most?.region ?? home;
}

interface ProbeLook {
  readonly place: ProbePlace | null;
  readonly notRead: readonly NotRead[];
}

const NO_PROBE: ProbeLook = { place: null, notRead: [] };

async function probePlace(region: string, options: ClientOptions): Promise<ProbeLook> {
  try {
    return { place: await readProbePlace(region, options), notRead: [] };
  } catch (error) {
    if (!(error instanceof RemoteError)) throw error;
    // The message names the call.
    return { place: null, notRead: [failed('probe', region, null, error)] };
  }
}
