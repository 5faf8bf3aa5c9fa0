import type { AwsCommand } from './aws.ts';

// What advice may change, and what brings each change back. What is not here is refused.

/** A command with the line it stands on. */
export interface Placed extends AwsCommand {
  readonly line: string;
}

interface Rule {
  /** Operations of the rollback that bring it back, with what of theirs must be the same. */
  readonly restoredBy: Readonly<Record<string, readonly string[]>>;
  /** The parts that are changed, where that is not all: each must be restored. */
  readonly parts?: (parameters: AwsCommand['parameters']) => readonly string[];
}

const listed = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** `Key` of attributes and tags; the key itself where only keys are given. */
function keysIn({ Attributes, Tags, TagKeys }: AwsCommand['parameters']): readonly string[] {
  const pairs = [...listed(Attributes), ...listed(Tags)].map((pair): unknown => Object(pair).Key);
  return [...pairs, ...listed(TagKeys)].map(String);
}

const RULES: Readonly<Record<string, Rule>> = {
  'elbv2 modify-load-balancer-attributes': {
    restoredBy: { 'elbv2 modify-load-balancer-attributes': ['LoadBalancerArn'] },
    parts: keysIn,
  },
  'elbv2 modify-target-group-attributes': {
    restoredBy: { 'elbv2 modify-target-group-attributes': ['TargetGroupArn'] },
    parts: keysIn,
  },
  'elbv2 add-tags': {
    restoredBy: { 'elbv2 add-tags': ['ResourceArns'], 'elbv2 remove-tags': ['ResourceArns'] },
    parts: keysIn,
  },
  'elbv2 remove-tags': {
    restoredBy: { 'elbv2 add-tags': ['ResourceArns'] },
    parts: keysIn,
  },
  'logs create-log-group': {
    restoredBy: { 'logs delete-log-group': ['logGroupName'] },
  },
  'logs put-delivery-source': { restoredBy: { 'logs delete-delivery-source': ['name'] } },
  'logs put-delivery-destination': {
    restoredBy: { 'logs delete-delivery-destination': ['name'] },
  },
  // Another revision of the same family, in the same service.
  'ecs update-service': {
    restoredBy: { 'ecs update-service': ['cluster', 'service'] },
    parts: (parameters) => Object.keys(parameters),
  },
  // Its id is known only once it is made.
  'logs create-delivery': { restoredBy: { 'logs delete-delivery': [] } },
};

const nameOf = ({ service, operation }: AwsCommand): string => `${service} ${operation}`;

/** Runs something that answers, and changes nothing of AWS itself: what it does besides, the action has to say. */
export const runs = (command: AwsCommand): boolean => nameOf(command) === 'lambda invoke';

const READS = /^(?:describe|get|list|filter|tail|lookup|head|ls)(?:-|$)/;

/** Whether it only looks. */
export const onlyReads = (command: AwsCommand): boolean => READS.test(command.operation) || runs(command);

const same = (left: AwsCommand, right: AwsCommand, names: readonly string[]): boolean =>
  names.every((name) => JSON.stringify(left.parameters[name]) === JSON.stringify(right.parameters[name]));

/**
 * A setting of what the same action made, under a name that nobody else gives: it goes with that. Of something that was
 * there before, a shorter retention would delete what is older, for good.
 */
const isOwn = (command: Placed, made: readonly Placed[]): boolean =>
  nameOf(command) === 'logs put-retention-policy' &&
  isOfOurs(command) &&
  made.some((one) => nameOf(one) === 'logs create-log-group' && same(one, command, ['logGroupName']));

/** Whether a log group has a name that only this advice gives: nobody else's is deleted on the way back. */
const isOfOurs = ({ parameters }: AwsCommand): boolean =>
  /\balb502-/.test(String(parameters['logGroupName']));

function faultsOf(
  command: Placed,
  commands: readonly Placed[],
  rollback: readonly Placed[],
): readonly string[] {
  if (isOwn(command, commands)) return [];
  const rule = RULES[nameOf(command)];
  if (rule === undefined) return [`nothing is known that brings back what ${nameOf(command)} changes`];
  const restoring = rollback.filter((one) => {
    const names = rule.restoredBy[nameOf(one)];
    return names !== undefined && same(command, one, names);
  });
  if (restoring.length === 0) return [`the rollback does not bring back what ${nameOf(command)} changes`];
  const restored = restoring.flatMap((one) => rule.parts?.(one.parameters) ?? []);
  const left = (rule.parts?.(command.parameters) ?? []).filter((part) => !restored.includes(part));
  return [
    ...left.map((part) => `the rollback does not bring ${part} back`),
    ...(nameOf(command) === 'logs create-log-group' && !isOfOurs(command)
      ? ['the way back deletes a log group that may have been there before']
      : []),
    ...restoring.filter(({ line }) => line === command.line).map(() => 'the rollback does the same again'),
  ];
}

/** In the way back only what undoes a command of the same action; a deletion only of what that made. */
function needlessIn(rollback: readonly Placed[], commands: readonly Placed[]): readonly string[] {
  return rollback
    .filter((one) => !onlyReads(one))
    .filter(
      (one) =>
        !commands.some((command) => {
          const names = RULES[nameOf(command)]?.restoredBy[nameOf(one)];
          return names !== undefined && same(command, one, names);
        }),
    )
    .map((one) => `the rollback has ${nameOf(one)}, which undoes nothing of this action`);
}

/** Which changes of an action its rollback does not bring back. */
export function faultsOfChanges(commands: readonly Placed[], rollback: readonly Placed[]): readonly string[] {
  const changing = commands.filter((command) => !onlyReads(command));
  return [
    ...changing.flatMap((command) => faultsOf(command, changing, rollback)),
    ...needlessIn(rollback, changing),
  ];
}
