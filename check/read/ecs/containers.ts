import type { CheckedContainer, CheckedWorkload, Place, Unread } from '../../model.ts';
import { DEFAULT_STOP_TIMEOUT_SECONDS, secondsSetting } from '../setting.ts';
import { atEither, itemsOf, numberOf, textOf, type Value } from '../value.ts';
import { namedPairs, variablesOf, wordsOf } from '../words.ts';

const capital = (key: string): string => key.charAt(0).toUpperCase() + key.slice(1);

/** ECS spells keys `stopTimeout` in its API and `StopTimeout` in CloudFormation. */
const field = (value: Value | undefined, key: string): Value | undefined =>
  atEither(value, key, capital(key));

function portsOf(container: Value): readonly number[] {
  return itemsOf(field(container, 'portMappings')).flatMap((mapping) => {
    const port = numberOf(field(mapping, 'containerPort'));
    return port === null ? [] : [port];
  });
}

/** One container definition, as API, CloudFormation and Terraform have it. */
function containerOf(container: Value, builtFrom: string | null): CheckedContainer | null {
  const name = field(container, 'name');
  if (container.kind !== 'map' || name === undefined) return null;
  const { place } = container;
  return {
    name: textOf(name) ?? 'name unknown',
    place,
    image: textOf(field(container, 'image')),
    builtFrom,
    entryPoint: wordsOf(field(container, 'entryPoint')),
    command: wordsOf(field(container, 'command')),
    environment: variablesOf(namedPairs(field(container, 'environment'), field)),
    ports: portsOf(container),
    stopTimeoutSeconds: secondsSetting(field(container, 'stopTimeout'), {
      seconds: DEFAULT_STOP_TIMEOUT_SECONDS,
      place,
    }),
    preStopSeconds: null,
  };
}

/** Containers of a task definition, and what of them cannot be read. */
export function containersOf(
  definitions: Value | undefined,
  owner: { readonly name: string; readonly place: Place },
  builtFrom: (container: Value) => string | null = () => null,
): { readonly containers: readonly CheckedContainer[]; readonly unread: readonly Unread[] } {
  const what = `containers of ${owner.name}`;
  if (definitions === undefined)
    return { containers: [], unread: [{ place: owner.place, what, why: 'it defines none' }] };
  const unread: Unread[] = [];
  const containers = itemsOf(definitions).flatMap((definition) => {
    const container = containerOf(definition, builtFrom(definition));
    if (container !== null) return [container];
    const why = definition.kind === 'unknown' ? definition.why : 'it is no container definition';
    unread.push({ place: definition.place, what, why });
    return [];
  });
  return { containers, unread };
}

/** Whether it runs on Fargate, from the service's launch type or capacity providers, else from what the tasks require. */
export function launchTypeOf(
  launchType: Value | undefined,
  providers: readonly Value[],
  compatibilities: Value | undefined,
): CheckedWorkload['launchType'] {
  const named = textOf(launchType)?.toUpperCase() ?? null;
  if (named !== null) return named === 'FARGATE' ? 'fargate' : named === 'EC2' ? 'ec2' : 'unknown';
  const names = providers.map((provider) => textOf(provider)?.toUpperCase() ?? '');
  if (names.length > 0) {
    if (names.every((name) => name === 'FARGATE' || name === 'FARGATE_SPOT')) return 'fargate';
    return names.includes('') || names.some((name) => name.startsWith('FARGATE')) ? 'unknown' : 'ec2';
  }
  const required = itemsOf(compatibilities).map((one) => textOf(one)?.toUpperCase() ?? '');
  if (required.length !== 1) return 'unknown';
  return required[0] === 'FARGATE' ? 'fargate' : required[0] === 'EC2' ? 'ec2' : 'unknown';
}

/** A service's `loadBalancers`, as API and CloudFormation have it. */
export const behindOf = (
  entry: Value,
): {
  readonly group: Value | undefined;
  readonly container: string | null;
  readonly port: number | null;
} => ({
  group: field(entry, 'targetGroupArn'),
  container: textOf(field(entry, 'containerName')),
  port: numberOf(field(entry, 'containerPort')),
});
