import type { CheckedWorkload, Unread } from '../../model.ts';
import { behindOf, containersOf, launchTypeOf } from '../ecs/containers.ts';
import { at, itemsOf, linkOf, textOf, type Value } from '../value.ts';
import { type Resource, resourcesOf } from './load-balancing.ts';
import type { ReadTemplate } from './template.ts';

interface Workloads {
  readonly workloads: readonly CheckedWorkload[];
  readonly unread: readonly Unread[];
}

/** The folder of an image that the CDK builds: `asset.HASH` beside the template, where the tag is the hash. */
function assetFolder({ file, format }: ReadTemplate, container: Value | undefined): string | null {
  if (format !== 'CDK') return null;
  const image = at(container, 'Image');
  const text = textOf(at(image, 'Fn::Sub')) ?? textOf(image) ?? '';
  const hash = /:([0-9a-f]{64})$/.exec(text)?.[1];
  return hash === undefined ? null : `${file.slice(0, file.lastIndexOf('/') + 1)}asset.${hash}`;
}

function containersIn(definition: Resource, template: ReadTemplate) {
  const written = itemsOf(at(definition.written, 'Properties', 'ContainerDefinitions'));
  const evaluated = itemsOf(at(definition.properties, 'ContainerDefinitions'));
  return containersOf(
    at(definition.properties, 'ContainerDefinitions'),
    { name: definition.name, place: definition.written.place },
    (container) => assetFolder(template, written[evaluated.indexOf(container)]),
  );
}

/** Services with the containers of their task definitions; definitions that no service of the template runs by themselves. */
export function workloadsOf(template: ReadTemplate): Workloads {
  const resources = resourcesOf(template);
  const definitions = resources.filter(({ type }) => type === 'AWS::ECS::TaskDefinition');
  const run = new Set<string>();
  const unread: Unread[] = [];

  const services = resources
    .filter(({ type }) => type === 'AWS::ECS::Service' || type === 'AWS::ECS::TaskSet')
    .map((service): CheckedWorkload => {
      const { id, name, properties, written } = service;
      const link = linkOf(at(properties, 'TaskDefinition'));
      const definition = definitions.find((one) => link?.to.includes(one.id));
      if (definition) run.add(definition.id);
      const read = definition ? containersIn(definition, template) : { containers: [], unread: [] };
      unread.push(...read.unread);
      if (!definition)
        unread.push({
          place: at(written, 'Properties', 'TaskDefinition')?.place ?? written.place,
          what: `containers of ${name}`,
          why: `its task definition ${link?.elsewhere ?? 'is not in the template'}`,
        });
      const behind = itemsOf(at(properties, 'LoadBalancers')).flatMap((entry) => {
        const { group, container, port } = behindOf(entry);
        return (linkOf(group)?.to ?? []).map((targetGroup) => ({ targetGroup, container, port }));
      });
      const providers = itemsOf(at(properties, 'CapacityProviderStrategy'));
      return {
        id,
        name,
        format: template.format,
        place: written.place,
        behind,
        containers: read.containers,
        launchType: launchTypeOf(
          at(properties, 'LaunchType'),
          providers.flatMap((provider) => at(provider, 'CapacityProvider') ?? []),
          at(definition?.properties, 'RequiresCompatibilities'),
        ),
        terminationGraceSeconds: null,
      };
    });

  const alone = definitions
    .filter(({ id }) => !run.has(id))
    .map((definition): CheckedWorkload => {
      const read = containersIn(definition, template);
      unread.push(...read.unread);
      return {
        id: definition.id,
        name: definition.name,
        format: template.format,
        place: definition.written.place,
        behind: [],
        containers: read.containers,
        launchType: launchTypeOf(undefined, [], at(definition.properties, 'RequiresCompatibilities')),
        terminationGraceSeconds: null,
      };
    });
  return { workloads: [...services, ...alone], unread };
}
