import type { Change, EvidenceBundle, TargetGroup } from '../../model/evidence.ts';
import { inTextOrder } from '../../model/text-order.ts';
import { printable } from '../remedies/command.ts';

/** The key of a change under which it says where requests are forwarded: `ARN=WEIGHT ARN=WEIGHT`. */
export const FORWARD = 'forward';

/** A target group and its weight. */
export interface ForwardedGroup {
  readonly arn: string;
  readonly weight: number;
}

/** What a change says under {@link FORWARD}; nothing where it says nothing. */
export function forwardedGroups(value: string | undefined): readonly ForwardedGroup[] {
  if (value === undefined) return [];
  return value.split(' ').flatMap((part): ForwardedGroup[] => {
    const [arn = '', weight = '1'] = part.split('=');
    return arn === '' || !Number.isFinite(Number(weight)) ? [] : [{ arn, weight: Number(weight) }];
  });
}

/** The groups that a change sends requests to. */
export const forwardedArns = (value: string | undefined): readonly string[] =>
  forwardedGroups(value)
    .filter(({ weight }) => weight > 0)
    .map(({ arn }) => arn);

/** A change of a listener's default action or of a rule, by which requests go to other groups than before. */
export interface TrafficShift {
  readonly change: Change;
  /** null where the state before is not known. */
  readonly before: readonly ForwardedGroup[] | null;
  readonly after: readonly ForwardedGroup[];
}

const EVENTS = /^Modify(Rule|Listener)$/;

/** Shares do not depend on the sum of the weights, and a group without weight is none. */
const identityOf = (groups: readonly ForwardedGroup[]): string => {
  const sum = groups.reduce((total, { weight }) => total + weight, 0);
  return groups
    .filter(({ weight }) => weight > 0)
    .map(({ arn, weight }) => `${arn}=${(weight / sum).toFixed(4)}`)
    .sort()
    .join(' ');
};

/**
 * The changes of a listener or rule that name where requests go, oldest first. One that names what was in force before
 * already, as a change of a certificate by CloudFormation does, shifts nothing.
 */
export function trafficShiftsOf(changes: readonly Change[]): readonly TrafficShift[] {
  const inForce = new Map<string, readonly ForwardedGroup[]>();
  const sorted = [...changes].sort((left, right) => inTextOrder(left.at, right.at));
  return sorted.flatMap((change): TrafficShift[] => {
    const after = forwardedGroups(change.to?.[FORWARD]);
    if (!EVENTS.test(change.eventName) || after.length === 0) return [];
    const from = change.from?.[FORWARD];
    const before = from === undefined ? (inForce.get(change.resourceArn) ?? null) : forwardedGroups(from);
    inForce.set(change.resourceArn, after);
    if (before !== null && identityOf(before) === identityOf(after)) return [];
    return [{ change, before, after }];
  });
}

const nameOf = ({ targetGroups }: EvidenceBundle, arn: string): string =>
  printable(targetGroups.find((group) => group.arn === arn)?.name ?? arn.split('/').at(-2) ?? arn);

function sharesWords(bundle: EvidenceBundle, groups: readonly ForwardedGroup[]): string {
  const all = groups.reduce((total, { weight }) => total + weight, 0);
  const share = (weight: number) => (all === 0 ? 0 : Math.round((100 * weight) / all));
  return groups.map(({ arn, weight }) => `${share(weight)} % ${nameOf(bundle, arn)}`).join(' and ');
}

/** `requests went from 100 % blue to 90 % blue and 10 % green`. */
export function shiftText(bundle: EvidenceBundle, { before, after }: TrafficShift): string {
  const from = before === null ? '' : `from ${sharesWords(bundle, before)} `;
  return `requests went ${from}to ${sharesWords(bundle, after)}`;
}

const spokenOf = ({ protocol, protocolVersion }: TargetGroup): string => `${protocol}/${protocolVersion}`;

/**
 * Whether requests came to targets in another protocol, or version of it, by a change of where they go. Where nothing
 * tells what was before, every other group of the load balancer may have been.
 */
export function changesProtocol(
  { targetGroups }: EvidenceBundle,
  { before, after }: Omit<TrafficShift, 'change'>,
): boolean {
  const spokenBy = (arns: readonly string[]) =>
    targetGroups.filter(({ arn, targetType }) => targetType !== 'lambda' && arns.includes(arn)).map(spokenOf);
  const served = (groups: readonly ForwardedGroup[]) =>
    groups.filter(({ weight }) => weight > 0).map(({ arn }) => arn);
  const now = served(after);
  const others = targetGroups.map(({ arn }) => arn).filter((arn) => !now.includes(arn));
  const old = new Set(spokenBy(before === null ? others : served(before)));
  return old.size > 0 && spokenBy(now).some((spoken) => !old.has(spoken));
}
