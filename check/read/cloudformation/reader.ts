import {
  type FileFacts,
  type FileReader,
  type FilesBeside,
  NO_FACTS,
  type SourceFile,
  type Unread,
} from '../../model.ts';
import { linkedTargetGroups, type Stack } from '../stack.ts';
import { at, textOf } from '../value.ts';
import { stackOf } from './load-balancing.ts';
import { workloadsOf } from './services.ts';
import { folderAround, isTemplatePath, mayBeTemplate, type ReadTemplate, readTemplate } from './template.ts';

const joined = (stacks: readonly Stack[]): Stack => ({
  loadBalancers: stacks.flatMap(({ loadBalancers }) => loadBalancers),
  targetGroups: stacks.flatMap(({ targetGroups }) => targetGroups),
  listeners: stacks.flatMap(({ listeners }) => listeners),
  rules: stacks.flatMap(({ rules }) => rules),
});

/** Stacks within a stack are templates of their own; what one gives another is not followed, and that is said. */
const nestedStacksOf = (template: ReadTemplate): readonly Unread[] =>
  [...template.resources].flatMap(([logicalId, written]) => {
    const given = at(written, 'Properties', 'Parameters');
    if (textOf(at(written, 'Type')) !== 'AWS::CloudFormation::Stack' || given === undefined) return [];
    const why = 'the parameters that it is given are not followed into its template';
    return [{ place: given.place, what: `nested stack ${logicalId}`, why }];
  });

function read(source: SourceFile, beside: FilesBeside): FileFacts | null {
  if (!mayBeTemplate(source.text)) return null;
  const folder = folderAround(source.path, beside);
  const template = readTemplate(source, folder.exported);
  if (template === null) return null;
  if ('failure' in template) {
    const { line, why } = template.failure;
    const place = { file: source.path, line };
    return { ...NO_FACTS, unread: [{ place, what: 'CloudFormation template', why }] };
  }
  const own = stackOf(template);
  const others = folder.templates.filter(({ file }) => file !== source.path).map(stackOf);
  const ownIds = new Set(own.targetGroups.map(({ id }) => id));
  const { workloads, unread } = workloadsOf(template);
  return {
    ...NO_FACTS,
    loadBalancers: own.loadBalancers,
    targetGroups: linkedTargetGroups(joined([own, ...others])).filter(({ id }) => ownIds.has(id)),
    workloads,
    unread: [...unread, ...nestedStacksOf(template)],
  };
}

/** CloudFormation templates in YAML and JSON, and those that the CDK writes to `cdk.out`. */
export const CLOUDFORMATION_READER: FileReader = {
  reads: 'CloudFormation templates (YAML, JSON, cdk.out)',
  takes: isTemplatePath,
  read,
};
