import type { Service } from '@aws-sdk/client-ecs';
import pLimit from 'p-limit';
import type { Gap } from '../../model/evidence.ts';
import type { EcsService, Workload } from '../../model/workload.ts';
import { kubernetesOf } from '../kubernetes-tags.ts';
import { readAutoScaling } from './auto-scaling.reader.ts';
import { readEcsIndex } from './ecs-index.reader.ts';
import { type IndexAnswer, KeptIndex, NOT_STORED } from './ecs-index.ts';
import { readServices } from './ecs-service.reader.ts';
import { definitionOf, ecsServiceOf, registrationOf, startOf } from './ecs-service.ts';
import { deploymentsOfService, readDeployments } from './service-deployment.reader.ts';
import { readStoppedTasks } from './stopped-task.reader.ts';
import { readTargetFunction } from './target-function.reader.ts';
import { type ReadTaskDefinition, taskDefinitionReader } from './task-definition.reader.ts';
import { workloadGap } from './workload-call.ts';
import { type WorkloadClients, workloadClients } from './workload-clients.ts';
import type { ReadWorkloads, WorkloadOptions, WorkloadQuestion } from './workload-question.ts';

/** Target groups read side by side; the clients' own pace is what holds them back. */
const GROUPS_AT_ONCE = 4;
/** Services of one group whose task definitions are compared: a call each. */
const MOST_COMPARED = 3;

type Group = WorkloadQuestion['groups'][number];

/** Part of a workload, and what of it could not be read. */
interface Part {
  readonly workload: Workload;
  readonly gaps: readonly Gap[];
}

/** Of a load balancer without 502s. */
const NOT_ASKED = workloadGap(
  'switched-off',
  'what happened to the workloads',
  'not asked for: the load balancer has no 502s',
);

const NOTHING: Part = { workload: {}, gaps: [] };

const together = (one: Part, other: Part): Part => ({
  workload: { ...one.workload, ...other.workload },
  gaps: [...one.gaps, ...other.gaps],
});

/** What all groups of a question share. */
interface Context {
  readonly question: WorkloadQuestion;
  readonly clients: WorkloadClients;
  readonly readDefinition: ReadTaskDefinition;
}

/** Whether the tasks of an ECS service may be its targets: pods and functions are not. */
const mayBeEcs = ({ targetType, tags }: Group): boolean =>
  targetType !== 'lambda' && kubernetesOf(tags) === undefined;

/** The names of those services that are not known to be started as the first is. */
async function startedOtherwise(
  { arn }: Group,
  [first, ...others]: readonly Service[],
  { question, clients, readDefinition }: Context,
): Promise<readonly string[]> {
  if (others.length === 0) return [];
  const startFor = async (service: Service | undefined): Promise<string | null> => {
    const definition = service === undefined ? null : definitionOf(service, arn);
    if (service === undefined || definition === null) return null;
    const reading = await readDefinition(clients.ecs, question.region, definition);
    return reading.state === 'known' ? startOf(service, arn, reading.value) : null;
  };
  const start = await startFor(first);
  const compared = await Promise.all(
    others.map(async (service, index) => {
      const isSame = start !== null && index < MOST_COMPARED && (await startFor(service)) === start;
      return isSame ? [] : [service.serviceName ?? ''];
    }),
  );
  return compared.flat();
}

async function ecsPart(
  group: Group,
  service: Service,
  others: readonly Service[],
  context: Context,
): Promise<Part> {
  const { question, clients, readDefinition } = context;
  const { region, since, isFailing } = question;
  const { ecs } = clients;
  const definition = definitionOf(service, group.arn);
  const port = registrationOf(service, group.arn);
  const key = {
    clusterArn: service.clusterArn ?? '',
    serviceArn: service.serviceArn ?? '',
    serviceName: service.serviceName ?? '',
  };
  const [defined, otherServices, deployed, stopped] = await Promise.all([
    definition === null ? null : readDefinition(ecs, region, definition),
    startedOtherwise(group, [service, ...others], context),
    isFailing
      ? readDeployments(ecs, region, service, since)
      : { deployments: deploymentsOfService(service), gaps: [] },
    isFailing
      ? readStoppedTasks(ecs, region, {
          service: key,
          since,
          port: { containerName: port?.containerName, containerPort: port?.containerPort },
        })
      : { tasks: [], gaps: [] },
  ]);
  const ecsService: EcsService = ecsServiceOf(service, group.arn, {
    definition: defined?.state === 'known' ? defined.value : null,
    otherServices,
    deployments: deployed.deployments,
    stoppedTasks: stopped.tasks,
    eventsSince: isFailing ? since : null,
  });
  const gaps = defined?.state === 'unknown' ? [defined.gap] : [];
  return { workload: { ecsService }, gaps: [...gaps, ...deployed.gaps, ...stopped.gaps] };
}

async function functionPart({ targets }: Group, { question, clients }: Context): Promise<Part> {
  const [target] = targets;
  if (target === undefined) return NOTHING;
  const reading = await readTargetFunction(clients.lambda, question.region, target.id);
  return reading.state === 'known'
    ? { workload: { lambdaFunction: reading.value }, gaps: [] }
    : { workload: {}, gaps: [reading.gap] };
}

async function autoScalingPart({ targets }: Group, { question, clients }: Context): Promise<Part> {
  const ids = [...new Set(targets.map(({ id }) => id))];
  const { group, gaps } = await readAutoScaling(clients.autoScaling, question.region, ids, question.since);
  return { workload: group === null ? {} : { autoScalingGroup: group }, gaps };
}

/** Of several services behind one group, the one with most running tasks; a gap names the others. */
function chosen(services: readonly Service[], group: Group) {
  const [service, ...others] = [...services].sort(
    (left, right) => (right.runningCount ?? 0) - (left.runningCount ?? 0),
  );
  const names = others.map(({ serviceName = '' }) => serviceName).join(', ');
  const what = `what happened to other ECS services behind target group ${group.name}`;
  const reason = `only that with most running tasks is read; there are also ${names}`;
  const gaps = others.length === 0 ? [] : [workloadGap('switched-off', what, reason, group.arn)];
  return { service, others, gaps };
}

/** The readers of workloads, with what they remember: index, task definitions, clients. */
export function workloadReader({ client, sharing, maxListingMs, store }: WorkloadOptions): ReadWorkloads {
  const clientsOf = workloadClients(sharing, client);
  const readDefinition = taskDefinitionReader();
  const index = new KeptIndex({
    store: store ?? NOT_STORED,
    // Seldom, and others wait for it: at the pace of an incident, whoever asked.
    read: (region, listedAt) => readEcsIndex(clientsOf(region, 'incident').ecs, region, listedAt),
    maxWaitMs: maxListingMs,
    now: Date.now,
  });

  async function ecsParts(context: Context): Promise<ReadonlyMap<string, Part>> {
    const { region, groups } = context.question;
    const candidates = groups.filter(mayBeEcs);
    if (candidates.length === 0) return new Map();
    const answers = await index.servicesOf(
      region,
      candidates.map(({ arn }) => arn),
    );
    const answerOf = ({ arn }: Group): IndexAnswer => answers.get(arn) ?? { services: [], gaps: [] };
    const keys = candidates.flatMap((group) => answerOf(group).services);
    const { services, gaps } = await readServices(context.clients.ecs, region, keys);
    if (gaps.length === 0 && keys.some(({ serviceArn }) => !services.has(serviceArn))) index.expire(region);
    const limit = pLimit(GROUPS_AT_ONCE);
    const parts = await Promise.all(
      candidates.map((group, place) =>
        limit(async (): Promise<readonly [string, Part]> => {
          const answer = answerOf(group);
          const found = answer.services.flatMap(({ serviceArn }) => services.get(serviceArn) ?? []);
          const { service, others, gaps: left } = chosen(found, group);
          const part = service === undefined ? NOTHING : await ecsPart(group, service, others, context);
          const shared = place === 0 ? gaps : [];
          return [group.arn, { ...part, gaps: [...answer.gaps, ...shared, ...left, ...part.gaps] }];
        }),
      ),
    );
    return new Map(parts);
  }

  return async (question) => {
    const clients = clientsOf(question.region, question.isFailing ? 'incident' : 'sweep');
    const context: Context = { question, clients, readDefinition };
    const limit = pLimit(GROUPS_AT_ONCE);
    const [ecs, others] = await Promise.all([
      ecsParts(context),
      Promise.all(
        question.groups.map((group) =>
          limit(async (): Promise<readonly [string, Part]> => {
            if (group.targetType === 'lambda') return [group.arn, await functionPart(group, context)];
            const isScaled = group.targetType === 'instance' && question.isFailing;
            return [group.arn, isScaled ? await autoScalingPart(group, context) : NOTHING];
          }),
        ),
      ),
    ]);
    const parts = others.map(([arn, part]) => [arn, together(ecs.get(arn) ?? NOTHING, part)] as const);
    return {
      workloads: new Map(parts.map(([arn, { workload }]) => [arn, workload])),
      gaps: withoutRepeats([
        ...parts.flatMap(([, { gaps }]) => gaps),
        ...(question.isFailing ? [] : [NOT_ASKED]),
      ]),
    };
  };
}

/** What concerns several groups is said once. */
const withoutRepeats = (gaps: readonly Gap[]): Gap[] => [
  ...new Map(gaps.map((gap) => [JSON.stringify(gap), gap])).values(),
];
