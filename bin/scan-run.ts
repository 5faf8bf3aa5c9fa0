import pLimit from 'p-limit';
import { ignoredAt } from '../lambda/diagnose/bundle/tags.ts';
import { diagnose } from '../lambda/diagnose/diagnose.ts';
import { collect, NOTHING_KNOWN } from '../lambda/investigate/collect.ts';
import type { EvidenceBundle } from '../lambda/model/evidence.ts';
import { RemoteError } from '../lambda/model/failure.ts';
import {
  cloudTrailClient,
  type RegionChanges,
  readNetworkChanges,
  readRegionChanges,
} from '../lambda/observe/change.reader.ts';
import { type ClientOptions, clientsByRegion } from '../lambda/observe/clients.ts';
import { CHANGES_BEFORE_MS } from '../lambda/observe/depth.ts';
import { readCallerIdentity } from '../lambda/observe/identity.reader.ts';
import { imagesOnDemand, withImageConfigurations } from '../lambda/observe/image-configurations.ts';
import { type DescribedLoadBalancer, listLoadBalancers } from '../lambda/observe/load-balancer.reader.ts';
import { selectLoadBalancers, type UnknownLoadBalancer } from '../lambda/observe/load-balancer-selection.ts';
import { observe } from '../lambda/observe/observe.ts';
import type { ReadWorkloads } from '../lambda/observe/workload/workload-question.ts';
import { workloadsOnDemand } from '../lambda/observe/workloads-on-demand.ts';
import { askServers } from '../lambda/probe/ask-server.ts';
import { scanRegions } from './aws-region.ts';
import {
  type DiagnosisReport,
  exitCodeOf,
  printReport,
  type Skipped,
  worstFirst,
} from './diagnosis-report.ts';
import { endpointOptions } from './endpoint.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { logPortsOf } from './log-ports.ts';
import { namingProfile, useProfile } from './profile.ts';
import { type Progress, progressOnStderr } from './progress.ts';
import type { ReportOptions } from './report-options.ts';
import { makeFolder, saveBundle } from './save-bundle.ts';
import type { ScanOptions } from './scan-options.ts';
import { complainAboutUnknown } from './unknown-load-balancers.ts';
import { isCounted, unreadOf } from './unread.ts';

/** Load balancers looked at side by side; each makes a dozen calls against a bucket of 10 a second. */
const SIDE_BY_SIDE = 3;
/** A listing of 5,000 services takes a minute at the pace that ECS allows. */
const MOST_LISTING_MS = 120_000;

/** What a scan looks at, and with what. */
export type ScanRequest = Omit<ScanOptions, 'save' | keyof ReportOptions> & {
  /** Keeps the progress bar away also from a terminal. */
  readonly quiet: boolean;
  /** Aborted where nobody waits for the answer any more. */
  readonly signal?: AbortSignal;
};

/** What a scan came to. */
export interface ScanResult {
  /** The worst first. */
  readonly report: DiagnosisReport;
  readonly bundles: readonly EvidenceBundle[];
  /** Account and regions. */
  readonly where: string;
  /** Whether something could not be looked at. */
  readonly failed: boolean;
}

interface Scan {
  readonly options: ScanRequest;
  readonly client: ClientOptions;
  readonly account: string;
  readonly window: { readonly start: string; readonly end: string };
  readonly progress: Progress;
  /** Half of what ECS and the others allow is left to those who deploy. */
  readonly workloads: ReadWorkloads;
}

interface RegionScan {
  readonly bundles: readonly EvidenceBundle[];
  readonly skipped: readonly Skipped[];
  readonly unknown: readonly UnknownLoadBalancer[];
  readonly failed: boolean;
}

/**
 * Scans and prints.
 *
 * @throws InputError for a region, profile, folder or load balancer that cannot be used
 * @throws RemoteError where no region could be looked at
 */
export async function runScan(options: ScanOptions): Promise<ExitCode> {
  if (options.save !== undefined) makeFolder(options.save);
  const { report, bundles, where, failed } = await scanAccount({ ...options, quiet: options.json === true });
  printReport(report, {
    ...options,
    where,
    unread: unreadOf(bundles),
    named: options.loadBalancer.length > 0,
    detailsWith: '--load-balancer NAME',
  });
  // After the report: a full disk must not cost what was found.
  if (options.save !== undefined) for (const bundle of bundles) saveBundle(options.save, bundle);
  const code = exitCodeOf(report, options.minSeverity);
  // What is less severe than asked for was looked at; what could not be counted was not.
  const blind = failed || (options.minSeverity !== undefined && !isCounted(bundles));
  return code === EXIT.nothingFound && blind ? EXIT.remote : code;
}

/**
 * Looks at the load balancers of an account; reads only.
 *
 * @throws InputError for a region, profile or load balancer that cannot be used
 * @throws RemoteError where no region could be looked at
 */
export async function scanAccount(options: ScanRequest): Promise<ScanResult> {
  useProfile(options.profile);
  const client: ClientOptions = endpointOptions(options.endpointUrl);
  const regions = await scanRegions(options, client);
  const account = await accountOf(regions[0] ?? '', client);
  const end = new Date();
  const window = {
    start: new Date(end.getTime() - options.since * 60_000).toISOString(),
    end: end.toISOString(),
  };
  const progress = progressOnStderr(options.quiet);
  const services = workloadsOnDemand({
    client,
    sharing: { processes: 2, sweeping: 2 },
    maxListingMs: MOST_LISTING_MS,
    store: null,
  });
  const workloads = options.images ? withImageConfigurations(services, imagesOnDemand(client)) : services;
  const scan = { options, client, account, window, progress, workloads };

  const scans: RegionScan[] = [];
  try {
    for (const region of regions) {
      options.signal?.throwIfAborted();
      scans.push(await scanRegion(region, scan, regions.length > 1));
    }
  } finally {
    progress.stop();
  }
  complainAboutUnknown(scans, options.loadBalancer, regions);
  const bundles = scans.flatMap((entry) => entry.bundles);
  return {
    report: {
      diagnoses: bundles.map((bundle) => diagnose(bundle)).sort(worstFirst),
      skipped: scans.flatMap((entry) => entry.skipped),
    },
    bundles,
    where: `${account}, ${regions.join(', ')}`,
    failed: scans.some(({ failed }) => failed),
  };
}

/** The account; where there are no credentials, the profile that was meant to give them is named. */
const accountOf = async (region: string, client: ClientOptions): Promise<string> =>
  (await namingProfile(() => readCallerIdentity(region, client))).account;

/** One region; where it cannot be listed it is skipped with the reason, unless it is the only one. */
async function scanRegion(region: string, scan: Scan, others: boolean): Promise<RegionScan> {
  const clients = clientsByRegion(scan.client)(region);
  let all: readonly DescribedLoadBalancer[];
  try {
    all = await listLoadBalancers(clients.elb, region);
  } catch (error) {
    if (!(error instanceof RemoteError) || !others) throw error;
    return { bundles: [], skipped: [{ resource: region, reason: error.message }], unknown: [], failed: true };
  }
  const wanted = scan.options.loadBalancer;
  const { found, unknown } =
    wanted.length === 0 ? { found: all, unknown: [] } : selectLoadBalancers(all, wanted);
  if (found.length === 0) return { bundles: [], skipped: [], unknown, failed: false };
  return { ...(await observeAll(region, found, scan)), unknown };
}

async function observeAll(region: string, found: readonly DescribedLoadBalancer[], scan: Scan) {
  const { client, window, progress, account, workloads } = scan;
  const clients = clientsByRegion(client)(region);
  const before = new Date(Date.parse(window.start) - CHANGES_BEFORE_MS).toISOString();
  progress.start(found.length, region);
  const since = { start: before, end: window.end };
  const trail = cloudTrailClient(region, client);
  const changes = readRegionChanges(trail, region, since);
  // The two look-ups a second are for both; most scans need the first only.
  let network: Promise<RegionChanges> | null = null;
  const networkChanges = () => {
    network ??= changes.then(() => readNetworkChanges(trail, region, since));
    return network;
  };
  // Awaited with each observation; where one of those fails first, this must not end the process.
  changes.catch(() => {});
  const logs = logPortsOf(scan.options, client);
  const limit = pLimit(SIDE_BY_SIDE);
  const bundles: EvidenceBundle[] = [];
  const skipped: Skipped[] = [];
  let failed = false;
  let done = 0;
  await Promise.all(
    found.map((loadBalancer) =>
      limit(async () => {
        scan.options.signal?.throwIfAborted();
        const request = { region, account, loadBalancer, window, changes, networkChanges, workloads };
        const known = { baseline: null, declaredKeepAlives: [], storedKeepAliveFacts: [] };
        try {
          const observed = await collect(
            {
              observe: () => observe({ ...request, ...known }, clients),
              ...logs,
              ...(scan.options.ask ? { askServers } : {}),
            },
            NOTHING_KNOWN,
          );
          if (observed.state === 'observed') sort(observed.bundle, scan, bundles, skipped);
          else skipped.push({ resource: loadBalancer.arn, reason: 'it was deleted during the scan' });
        } catch (error) {
          if (!(error instanceof RemoteError)) throw error;
          skipped.push({ resource: loadBalancer.arn, reason: error.message });
          failed = true;
        }
        done += 1;
        progress.update(done, `${region} ${loadBalancer.name}`);
      }),
    ),
  );
  progress.stop();
  return { bundles, skipped, failed };
}

/** A load balancer that is ignored by its tag is looked at only when it was asked for by name. */
function sort(
  bundle: EvidenceBundle,
  { options, window }: Scan,
  bundles: EvidenceBundle[],
  skipped: Skipped[],
): void {
  const ignored = options.loadBalancer.length > 0 ? null : ignoredAt(bundle.loadBalancer.tags, window.end);
  if (ignored === null) bundles.push(bundle);
  else {
    const until = ignored.until === null ? '' : ` until ${ignored.until}`;
    skipped.push({ resource: bundle.loadBalancer.arn, reason: `ignored by the tag alb502:ignore${until}` });
  }
}
