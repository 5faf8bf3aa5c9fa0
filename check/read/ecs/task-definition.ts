import { type FileFacts, type FileReader, NO_FACTS, type SourceFile } from '../../model.ts';
import { jsonValue } from '../json-value.ts';
import { atEither, textOf, type Value } from '../value.ts';
import { containersOf, launchTypeOf } from './containers.ts';

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** `describe-task-definition` wraps it in `taskDefinition`; files for deployments have it bare. */
function definitionIn(value: Value): Value | null {
  const wrapped = atEither(value, 'taskDefinition', 'TaskDefinition');
  const definition = wrapped?.kind === 'map' ? wrapped : value;
  const containers = atEither(definition, 'containerDefinitions', 'ContainerDefinitions');
  return containers?.kind === 'list' ? definition : null;
}

function read({ path, text }: SourceFile): FileFacts | null {
  if (
    !/"containerDefinitions"\s*:/i.test(text) ||
    /"(Resources|planned_values|resource_changes)"\s*:/.test(text)
  )
    return null;
  const { value, failure } = jsonValue({ file: path, text });
  if (failure)
    return {
      ...NO_FACTS,
      unread: [{ place: { file: path, line: failure.line }, what: 'ECS task definition', why: failure.why }],
    };
  const definition = value === null ? null : definitionIn(value);
  if (definition === null) return null;
  const { place } = definition;
  const family = textOf(atEither(definition, 'family', 'Family'));
  const name = family === null ? `task definition ${baseName(path)}` : `task definition ${family}`;
  const { containers, unread } = containersOf(
    atEither(definition, 'containerDefinitions', 'ContainerDefinitions'),
    { name, place },
  );
  return {
    ...NO_FACTS,
    workloads: [
      {
        id: `${path}#${family ?? 'task-definition'}`,
        name,
        format: 'ECS task definition',
        place,
        // Which target group it serves is the service's to say, which no such file has.
        behind: [],
        containers,
        launchType: launchTypeOf(
          undefined,
          [],
          atEither(definition, 'requiresCompatibilities', 'RequiresCompatibilities'),
        ),
        terminationGraceSeconds: null,
      },
    ],
    unread,
  };
}

/** Task definitions as JSON files: what a deployment registers, or what `aws ecs describe-task-definition` prints. */
export const TASK_DEFINITION_READER: FileReader = {
  reads: 'ECS task definitions (JSON)',
  takes: (path) => path.endsWith('.json') && !/(^|\/)(package(-lock)?|tsconfig[^/]*)\.json$/.test(path),
  read,
};
