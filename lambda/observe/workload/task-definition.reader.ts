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

/** A revision never changes, so it is read once a process; beyond so many the oldest is let go. */
const MOST_KEPT = 200;

/** Gives the containers of a task definition; which of them serves a target group is for the service to say. */
export type ReadTaskDefinition = (
  ecs: ECSClient,
  region: string,
  arn: string,
) => Promise<Reading<readonly Container[]>>;

const wordsOf = (words: readonly string[] | undefined): string[] | null =>
  words === undefined || words.length === 0 ? null : redactedWords(words);

const containerOf = (definition: ContainerDefinition): Container => ({
  name: definition.name ?? '',
  image: definition.image ?? '',
  entryPoint: wordsOf(definition.entryPoint),
  command: wordsOf(definition.command),
  environment: redactedVariables(
    (definition.environment ?? []).map(({ name = '', value = '' }) => [name, value] as const),
    SERVER_VARIABLES,
  ),
  // What AWS takes where a definition does not say.
  essential: definition.essential ?? true,
  servesTargetGroup: false,
  stopTimeoutSeconds: definition.stopTimeout ?? null,
  healthCheckCommand: wordsOf(definition.healthCheck?.command),
});

/** One call for each revision that was not read before. */
export function taskDefinitionReader(): ReadTaskDefinition {
  const kept = new Map<string, readonly Container[]>();
  return async (ecs, region, arn) => {
    const known = kept.get(arn);
    if (known !== undefined) return { state: 'known', value: known };
    const call = workloadCall(region, 'ecs:DescribeTaskDefinition', 'the task definition', arn);
    const reading = await attempt(call, async () => {
      const answer = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: arn }));
      const { containerDefinitions = [] }: TaskDefinition = answered(answer.taskDefinition);
      return containerDefinitions.map(containerOf);
    });
    if (reading.state === 'known') kept.set(arn, reading.value);
    const [oldest] = kept.keys();
    if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
    return reading;
  };
}
