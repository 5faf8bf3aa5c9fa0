import { ENV, settingsFrom } from '../env.ts';
import { InputError, RemoteError } from '../model/failure.ts';
import type { ClientOptions } from '../observe/clients.ts';
import { readFunction } from '../observe/function.reader.ts';
import { readEnabledRegions } from '../observe/region.reader.ts';
import { readMonitorStack } from '../observe/stack.reader.ts';
import { openTable } from '../store/table.ts';
import { accessLogsCheck } from './access-logs.ts';
import { chatCheck } from './chat.ts';
import {
  type Check,
  type CheckId,
  type CheckResult,
  type Deployment,
  type Examined,
  unknown,
} from './check.ts';
import { deliveryCheck } from './delivery.ts';
import { investigationCheck } from './investigation.ts';
import { metricsInsightsCheck } from './metrics-insights.ts';
import { outboxCheck } from './outbox.ts';
import { probeCheck } from './probe.ts';
import { deadLettersCheck, queueCheck } from './queue.ts';
import { readsCheck } from './reads.ts';
import { screeningCheck } from './screening.ts';
import { stackCheck } from './stack.ts';
import { subscriptionsCheck } from './subscriptions.ts';
import { trailCheck } from './trail.ts';
import { versionCheck } from './version.ts';

/** Which deployment is meant. */
export interface DeploymentQuery {
  readonly region: string;
  /** null: the only one of the region. */
  readonly stackName: string | null;
  readonly options: ClientOptions;
  readonly version: string;
  readonly now: Date;
}

/** What one check found. */
export interface Examination {
  readonly check: CheckId;
  readonly title: string;
  readonly findings: readonly CheckResult[];
}

/**
 * All checks in their order.
 *
 * @param by - who asks for a test notification; null: none is sent
 */
export const allChecks = (by: string | null): readonly Check[] => [
  stackCheck,
  versionCheck,
  screeningCheck,
  investigationCheck,
  readsCheck,
  metricsInsightsCheck,
  trailCheck,
  accessLogsCheck,
  probeCheck,
  queueCheck,
  deadLettersCheck,
  outboxCheck,
  subscriptionsCheck,
  chatCheck,
  deliveryCheck(by),
];

/**
 * Finds a deployed monitor.
 *
 * @throws InputError where none or several could be meant
 * @throws RemoteError where AWS does not answer
 */
export async function findDeployment({ stackName, ...rest }: DeploymentQuery): Promise<Deployment> {
  const stack = await readMonitorStack(rest.region, stackName, rest.options);
  return { ...rest, stack, account: stack.outputs['AlertTopicArn']?.split(':')[4] ?? '' };
}

/** What the checks share: the table, and the regions that the deployed settings name. */
export async function prepared(deployment: Deployment): Promise<Examined> {
  const { region, stack, options } = deployment;
  const { endpoint } = options;
  const { store } = await openTable({
    region,
    tableName: stack.outputs['StateTableName'] ?? null,
    ...(endpoint === undefined ? {} : { endpoint }),
  });
  try {
    return { ...deployment, store, watched: await watchedBy(deployment), watchedUnknown: null };
  } catch (error) {
    if (!(error instanceof RemoteError) && !(error instanceof InputError)) throw error;
    return { ...deployment, store, watched: [region], watchedUnknown: error.message };
  }
}

async function watchedBy({ region, stack, options }: Deployment): Promise<readonly string[]> {
  const { variables } = await readFunction(region, stack.outputs['InvestigateFunctionName'] ?? '', options);
  const { regions } = settingsFrom({ [ENV.settings]: variables[ENV.settings] });
  if (regions === 'all') return readEnabledRegions(region, options);
  return regions.length > 0 ? regions : [region];
}

/** Runs one check; a read that AWS did not answer makes it unknown, and the others go on. */
export async function examine({ id, title, run }: Check, examined: Examined): Promise<Examination> {
  try {
    return { check: id, title, findings: await run(examined) };
  } catch (error) {
    if (!(error instanceof RemoteError) && !isRefusal(error)) throw error;
    const what = error instanceof Error ? error.message.split('\n', 1)[0] : 'AWS did not answer';
    return {
      check: id,
      title,
      findings: [unknown(what ?? '', 'allow it (docs/iam-doctor.json) and run it again')],
    };
  }
}

/** An error of the SDK, from the table: it is not translated there. */
const isRefusal = (error: unknown): boolean => error instanceof Error && '$metadata' in error;
