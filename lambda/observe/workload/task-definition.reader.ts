import {
  type ContainerDefinition,
  DescribeTaskDefinitionCommand,
  type ECSClient,
  type TaskDefinition,
} from '@aws-sdk/client-ecs';
import { SERVER_VARIABLES } from '../../model/server-variables.ts';
import type { Container } from '../../model/workload.ts';
import { answered, attempt, type Reading } from '../aws-failure.ts';
import { redactedVariables, redactedWords } from '../redact.ts';
import { workloadCall } from './workload-call.ts';

/** A port of a container, as Service Connect and target groups know it. */
export interface DefinedPort {
  readonly containerName: string;
  readonly containerPort: number;
  /** null: Service Connect cannot name it. */
  readonly name: string | null;
  readonly protocol: string;
}

/** What a task definition says of the targets that its tasks are. */
export interface Definition {
  /** Which of them serves a target group is for the service to say. */
  readonly containers: readonly Container[];
  readonly networkMode: string | null;
  readonly ports: readonly DefinedPort[];
  /** The container that takes what comes in at some ports (`proxyConfiguration`); null where there is none. */
  readonly proxy: { readonly containerName: string; readonly ports: ReadonlySet<number> } | null;
}

/** A revision never changes, so it is read once a process; beyond so many the oldest is let go. */
const MOST_KEPT = 200;

export type ReadTaskDefinition = (
  ecs: ECSClient,
  region: string,
  arn: string,
) => Promise<Reading<Definition>>;

const wordsOf = (words: readonly string[] | undefined): string[] | null =>
  words === undefined || words.length === 0 ? null : redactedWords(words);

/** What sets variables to values that are not read: of secrets the names, where they are known ones. */
function notRead({
  secrets = [],
  environmentFiles = [],
}: ContainerDefinition): Pick<Container, 'variablesNotRead' | 'hasEnvironmentFiles'> {
  const names = secrets.flatMap(({ name = '' }) => (SERVER_VARIABLES.has(name) ? [name] : []));
  return {
    ...(names.length === 0 ? {} : { variablesNotRead: names }),
    ...(environmentFiles.length === 0 ? {} : { hasEnvironmentFiles: true }),
  };
}

const containerOf = (definition: ContainerDefinition): Container => ({
  name: definition.name ?? '',
  image: definition.image ?? '',
  entryPoint: wordsOf(definition.entryPoint),
  command: wordsOf(definition.command),
  environment: redactedVariables(
    (definition.environment ?? []).map(({ name = '', value = '' }) => [name, value] as const),
    SERVER_VARIABLES,
  ),
  ...notRead(definition),
  // What AWS takes where a definition does not say.
  essential: definition.essential ?? true,
  servesTargetGroup: false,
  stopTimeoutSeconds: definition.stopTimeout ?? null,
  healthCheckCommand: wordsOf(definition.healthCheck?.command),
});

const portsOf = ({ name: containerName = '', portMappings = [] }: ContainerDefinition): DefinedPort[] =>
  portMappings.flatMap(({ containerPort, name, appProtocol }) =>
    containerPort === undefined
      ? []
      : [{ containerName, containerPort, name: name ?? null, protocol: appProtocol ?? 'tcp' }],
  );

function proxyOf({ proxyConfiguration }: TaskDefinition): Definition['proxy'] {
  if (proxyConfiguration?.containerName === undefined) return null;
  const { containerName, properties = [] } = proxyConfiguration;
  const ports = properties.find(({ name }) => name === 'AppPorts')?.value ?? '';
  return { containerName, ports: new Set(ports.split(',').map(Number)) };
}

/** Of a task definition, what is kept of it. */
export function definitionFrom(definition: TaskDefinition): Definition {
  const { containerDefinitions = [], networkMode } = definition;
  return {
    containers: containerDefinitions.map(containerOf),
    networkMode: networkMode ?? null,
    ports: containerDefinitions.flatMap(portsOf),
    proxy: proxyOf(definition),
  };
}

/** One call for each revision that was not read before. */
export function taskDefinitionReader(): ReadTaskDefinition {
  const kept = new Map<string, Definition>();
  return async (ecs, region, arn) => {
    const known = kept.get(arn);
    if (known !== undefined) return { state: 'known', value: known };
    const call = workloadCall(region, 'ecs:DescribeTaskDefinition', 'the task definition', arn);
    const reading = await attempt(call, async () => {
      const answer = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: arn }));
      return definitionFrom(answered(answer.taskDefinition));
    });
    if (reading.state === 'known') kept.set(arn, reading.value);
    const [oldest] = kept.keys();
    if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
    return reading;
  };
}
