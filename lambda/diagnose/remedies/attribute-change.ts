import type { Owner } from '../../advice/owner.ts';
import { isTargetGroupArn } from '../../model/arn.ts';
import type { OwnedAction } from '../../model/diagnosis.ts';
import type { EvidenceBundle } from '../../model/evidence.ts';
import { describeAttributes, modifyAttribute, printable } from './command.ts';
import { type AttributeSetting, ownedSetting } from './owned-setting.ts';
import { ownerOfLoadBalancer, ownerOfTargetGroup } from './owners.ts';

/** An attribute of the load balancer or of one of its target groups. */
export interface AttributeChange {
  readonly arn: string;
  readonly key: string;
  /** null where it is not known. */
  readonly before: string | null;
  readonly after: string;
}

/** The parts of an action that say how an attribute is changed, where its owner keeps it first. */
export interface WrittenChange extends Pick<OwnedAction, 'commands' | 'rollback' | 'layer' | 'owner'> {
  /** For the title: ` (in Terraform)`; empty where no owner is known. */
  readonly place: string;
  /** Whose it is, what tells so, and what becomes of a change by hand: a sentence. */
  readonly note: string;
}

const PREVIOUS_VALUE = 'PREVIOUS_VALUE';

/** Who owns the load balancer or target group of an ARN. */
export function ownerOfArn(bundle: EvidenceBundle, arn: string): Owner {
  const group = bundle.targetGroups.find((one) => one.arn === arn);
  if (group !== undefined) return ownerOfTargetGroup(bundle, group);
  return isTargetGroupArn(arn) ? { kind: 'unknown', tool: null, because: null } : ownerOfLoadBalancer(bundle);
}

/**
 * What becomes of a change by hand. CloudFormation changes what differs between two templates, so drift stays until it
 * touches the property; the controller of Kubernetes puts back the attributes that its settings name and no others
 * (load_balancer_attributes_reconciler.go at 225f445); ECS leaves what was changed without it
 * (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/express-service-advanced-customization.html).
 */
function fateOfChangeByHand(owner: Owner): string {
  switch (owner.kind) {
    case 'cloudformation':
      return `The stack ${printable(owner.stack)} manages it (${printable(owner.because)}): a change by hand is drift, and the stack's next update of that property undoes it.`;
    case 'kubernetes':
      return `The AWS Load Balancer Controller manages it (${printable(owner.because)}): it reverts a change by hand if its own settings name that attribute. IngressClassParams override annotations.`;
    case 'terraform':
      return `${owner.tool} manages it (${printable(owner.because)}): its next apply undoes a change by hand.`;
    case 'ecs':
      return `ECS Express Mode created it for ${printable(owner.service)} and has no such setting, nor does an ECS Gateway. A change by hand stays, and applies to every service behind this load balancer.`;
    case 'unknown':
      return owner.tool === null
        ? 'Whether a tool manages this setting is not known: if one does, change it there too, or it will undo this.'
        : `${printable(owner.tool)} manages it (${printable(owner.because ?? '')}): change it there too, or its next run will undo this.`;
  }
}

/** The remark above what is done by hand: what stands before it is the change itself. */
export const STOPGAP = '# a stopgap until that is deployed:';

/** The lines of one way, in the owner's words and then by hand. */
function linesFor(owner: Owner, setting: AttributeSetting, arn: string): readonly string[] {
  const owned = ownedSetting(owner, setting);
  const byHand = modifyAttribute(arn, setting.key, setting.value);
  return owned === null || owned.lines.length === 0
    ? [byHand]
    : [...owned.lines, ...owned.look, STOPGAP, byHand];
}

function placeOf(owner: Owner, setting: AttributeSetting): string {
  const owned = ownedSetting(owner, setting);
  if (owned !== null) return ` (${owned.place})`;
  if (owner.kind === 'ecs') return ' (a stopgap: ECS Express Mode has no such setting)';
  return owner.kind === 'unknown' && owner.tool !== null ? ` (in ${printable(owner.tool)})` : '';
}

/** How to change an attribute: where its owner keeps it, then by hand as a stopgap, with the way back of both. */
export function writtenChange(bundle: EvidenceBundle, change: AttributeChange): WrittenChange {
  const { arn, key, before, after } = change;
  const owner = ownerOfArn(bundle, arn);
  const group = bundle.targetGroups.find((one) => one.arn === arn);
  const setting: AttributeSetting = {
    of: isTargetGroupArn(arn) ? 'target-group' : 'load-balancer',
    name: group?.name ?? bundle.loadBalancer.name,
    key,
    value: after,
  };
  const back = linesFor(owner, { ...setting, value: before ?? PREVIOUS_VALUE }, arn);
  return {
    place: placeOf(owner, setting),
    note: fateOfChangeByHand(owner),
    commands: [
      ...(before === null
        ? [`# ${PREVIOUS_VALUE}, for the rollback, is what this shows:`, describeAttributes(arn)]
        : []),
      ...linesFor(owner, setting, arn),
    ],
    rollback: [...(before === null ? [`# ${PREVIOUS_VALUE}: what the attributes showed`] : []), ...back],
    layer: 'load-balancer',
    owner: owner.kind,
  };
}

/**
 * What becomes of a tag that is added by hand: the controller of Kubernetes takes away tags that its settings do not
 * have (tagging_manager.go at 225f445), and Terraform does so at its next apply. Begins with a blank; empty otherwise.
 */
export function tagNote(owner: Owner): string {
  switch (owner.kind) {
    case 'kubernetes':
      return ' The AWS Load Balancer Controller removes tags that it does not know: add it to alb.ingress.kubernetes.io/tags, or to the tags of the Gateway configuration, as well.';
    case 'terraform':
      return ` ${owner.tool} removes it at its next apply: add it to the tags there as well.`;
    case 'cloudformation':
      return ` Add it to the stack ${printable(owner.stack)} as well.`;
    case 'ecs':
    case 'unknown':
      return '';
  }
}
