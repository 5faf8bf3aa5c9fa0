import { clusterOf, type OwningObject, owningObject } from './kubernetes-tags.ts';

/**
 * Who keeps the settings of a load balancer or target group, and so where one is changed so that it stays changed.
 * `because` says what tells so, as a phrase.
 */
export type Owner =
  | {
      readonly kind: 'cloudformation';
      readonly stack: string;
      readonly logicalId: string | null;
      readonly made: 'AWS CDK' | 'CloudFormation' | 'Elastic Beanstalk';
      readonly because: string;
    }
  | {
      readonly kind: 'kubernetes';
      readonly cluster: string | null;
      /** null where its tags name the cluster alone. */
      readonly object: OwningObject | null;
      readonly because: string;
    }
  | { readonly kind: 'ecs'; readonly service: string; readonly because: string }
  | { readonly kind: 'terraform'; readonly tool: 'Terraform' | 'OpenTofu'; readonly because: string }
  /** `tool`: one that keeps settings, and whose words for them are not known here. */
  | { readonly kind: 'unknown'; readonly tool: string | null; readonly because: string | null };

/** What is known of a load balancer or target group that can tell who owns it. */
export interface OwnerEvidence {
  readonly tags: Readonly<Record<string, string>>;
  /** The tools by which its settings were changed, the newest change first. */
  readonly tools: readonly string[];
  /** The ECS service that made it (Express Mode); null where none did. */
  readonly expressService: string | null;
}

/** The logical ids that the CDK makes end in eight hexadecimal digits (its `makeUniqueId`). */
const CDK_LOGICAL_ID = /[0-9A-F]{8}$/;

/** Tools that keep what they were told and put it back; a person with a console or a command line is none. */
const KEEPERS: ReadonlyArray<readonly [pattern: RegExp, name: string]> = [
  [/^terraform\b/i, 'Terraform'],
  [/^(?:open)?tofu\b/i, 'OpenTofu'],
  [/^pulumi\b/i, 'Pulumi'],
  [/^crossplane\b/i, 'Crossplane'],
  [/^AWS Controllers for Kubernetes\b|^ack$/i, 'AWS Controllers for Kubernetes'],
  [/^(?:aws[- ]?)?cdk\b|\(AWS CDK\)$/i, 'AWS CDK'],
  [/^cloudformation\b/i, 'CloudFormation'],
  [/^AWS Load Balancer Controller\b/, 'AWS Load Balancer Controller'],
  [/^elastic ?beanstalk\b/i, 'Elastic Beanstalk'],
];

/** Tags by which teams say what keeps a resource, in lower case without what separates words. */
const TOOL_TAGS: ReadonlySet<string> = new Set([
  'managedby',
  'managedwith',
  'provisionedby',
  'provisioner',
  'createdby',
  'deployedby',
  'deployedwith',
  'iac',
  'iactool',
]);

const keeperOf = (text: string): string | null =>
  KEEPERS.find(([pattern]) => pattern.test(text.trim()))?.[1] ?? null;

/** A tool and what tells of it. */
interface Keeper {
  readonly tool: string;
  readonly because: string;
}

/** The tool that changed it last, of those that keep settings, or that one of its tags names. */
function keeperIn({ tags, tools }: OwnerEvidence): Keeper | null {
  for (const used of tools) {
    const tool = keeperOf(used);
    if (tool !== null)
      return { tool, because: `its last change with a tool that keeps settings was made with ${used}` };
  }
  for (const [key, value] of Object.entries(tags)) {
    const name = key.toLowerCase().replaceAll(/[^a-z]/g, '');
    const tool = TOOL_TAGS.has(name) ? keeperOf(value) : null;
    if (tool !== null) return { tool, because: `the tag ${key} says ${value}` };
    if (name === 'terraform' && /^(?:true|yes|1)$/i.test(value.trim()))
      return { tool: 'Terraform', because: `the tag ${key} says ${value}` };
  }
  return null;
}

function stackOwner({ tags, tools }: OwnerEvidence): Owner | null {
  const stack = tags['aws:cloudformation:stack-name'];
  if (stack === undefined || stack === '') return null;
  const logicalId = tags['aws:cloudformation:logical-id'] ?? null;
  const environment = tags['elasticbeanstalk:environment-name'];
  const isOfCdk =
    (logicalId !== null && CDK_LOGICAL_ID.test(logicalId)) ||
    tools.some((tool) => keeperOf(tool) === 'AWS CDK');
  return {
    kind: 'cloudformation',
    stack,
    logicalId,
    made: environment !== undefined ? 'Elastic Beanstalk' : isOfCdk ? 'AWS CDK' : 'CloudFormation',
    because: `the tag aws:cloudformation:stack-name says ${stack}`,
  };
}

function ownerOfKeeper({ tool, because }: Keeper): Owner {
  if (tool === 'Terraform' || tool === 'OpenTofu') return { kind: 'terraform', tool, because };
  if (tool === 'AWS Load Balancer Controller')
    return { kind: 'kubernetes', cluster: null, object: null, because };
  return { kind: 'unknown', tool, because };
}

/**
 * Tells who owns a load balancer or target group. Tags that only the owner itself can set go before what was seen of
 * its changes, and those before what a team's own tags say. Unknown stays unknown: a change by hand makes no owner.
 */
export function ownerOf(evidence: OwnerEvidence): Owner {
  const { tags, expressService } = evidence;
  const object = owningObject(tags);
  const cluster = clusterOf(tags);
  if (object !== null)
    return { kind: 'kubernetes', cluster, object, because: `the tag ${object.tag} says so` };
  if (expressService !== null)
    return { kind: 'ecs', service: expressService, because: 'the ECS service behind it is of Express Mode' };
  const stack = stackOwner(evidence);
  if (stack !== null) return stack;
  if (cluster !== null)
    return { kind: 'kubernetes', cluster, object: null, because: 'the tag elbv2.k8s.aws/cluster says so' };
  const keeper = keeperIn(evidence);
  return keeper === null ? { kind: 'unknown', tool: null, because: null } : ownerOfKeeper(keeper);
}
