import type { Cause } from '../../model/cause.ts';
import type { Drift, OwnedAction } from '../../model/diagnosis.ts';
import type { EvidenceBundle } from '../../model/evidence.ts';
import type { KeepAliveSource } from '../../model/keep-alive-source.ts';
import { TAGS, tagProblems } from '../bundle/tags.ts';
import { mismatchActions } from '../causes/keepalive-mismatch.ts';
import { type Explained, type ExplainedCause, explainedCauses } from '../explanation-text.ts';
import { isLowerBound, keepAliveDisagreements } from '../keep-alive/keep-alive.ts';
import { checkIdleTimeout } from '../keep-alive/unknown-idle-timeout.ts';
import { ownerOfArn, tagNote, writtenChange } from './attribute-change.ts';
import { actionsOfCauses } from './cause-actions.ts';
import {
  addTag,
  argument,
  describeAttributes,
  modifyAttribute,
  printable,
  removeTag,
  scanAgain,
} from './command.ts';
import { givenOnce } from './given-once.ts';
import type { WantedEvidence } from './missing-evidence.ts';

/** Attributes whose change can bring 502s about (domain knowledge of the ELBv2 attribute lists). */
const SUSPECT_KEYS: ReadonlySet<string> = new Set([
  'idle_timeout.timeout_seconds',
  'deregistration_delay.timeout_seconds',
  'routing.http.desync_mitigation_mode',
  'target_group_health.unhealthy_state_routing.minimum_healthy_targets.count',
  'target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage',
  'lambda.multi_value_headers.enabled',
]);

const isAttribute = (key: string): boolean => key.includes('.');

function driftActions(
  bundle: EvidenceBundle,
  drift: readonly Drift[],
  already: readonly OwnedAction[],
): readonly OwnedAction[] {
  const commands = already.flatMap((action) => action.commands);
  return drift
    .filter(({ key, baseline }) => baseline !== null && isAttribute(key) && SUSPECT_KEYS.has(key))
    .flatMap(({ resourceArn, key, baseline, current, changedAt, changedBy }): OwnedAction[] => {
      const undo = modifyAttribute(resourceArn, key, baseline ?? '');
      if (commands.includes(undo)) return [];
      const change = { arn: resourceArn, key, before: current, after: baseline ?? '' };
      const { place, note, ...written } = writtenChange(bundle, change);
      const who = `${changedAt === null ? '' : ` at ${changedAt}`}${changedBy === null ? '' : ` by ${printable(changedBy)}`}`;
      return [
        {
          title: `If this was not intended: set ${key} back from ${printable(current ?? 'nothing')} to ${printable(baseline ?? '')}${place}`,
          why: `it has changed since the baseline${who}. ${note} Side effect: this also undoes whatever the change was made for.`,
          ...written,
        },
      ];
    });
}

const SAID: Readonly<Record<KeepAliveSource, string>> = {
  probe: 'measured',
  'access-log': 'read out of the log',
  configuration: 'set in the configuration',
  tag: 'declared elsewhere',
  header: 'advertised',
  'server-default': 'the default',
};

function declarationActions(bundle: EvidenceBundle): readonly OwnedAction[] {
  const wrong = keepAliveDisagreements(bundle).map(({ group, better, worse }) => ({
    title: `Correct what is declared for ${printable(group.name)}: ${worse.seconds} s is declared, ${isLowerBound(better) ? 'at least ' : ''}${better.seconds} s is ${SAID[better.source]}`,
    why: `${printable(better.detail)}, but ${printable(worse.detail)}; they cannot both be right.${tagNote(ownerOfArn(bundle, group.arn))} Side effect: none on traffic.`,
    // A lower bound is no keep-alive to declare.
    commands: [
      isLowerBound(better)
        ? removeTag(group.arn, TAGS.keepAliveSeconds)
        : addTag(group.arn, TAGS.keepAliveSeconds, String(better.seconds)),
    ],
    rollback: [addTag(group.arn, TAGS.keepAliveSeconds, String(worse.seconds))],
    layer: 'load-balancer' as const,
    owner: ownerOfArn(bundle, group.arn).kind,
  }));
  const malformed = tagProblems(bundle).map(({ resourceArn, tag, value, expected }) => ({
    title: `Correct the tag ${tag}: "${printable(value)}" is not ${expected}`,
    why: `a malformed tag is not used.${tagNote(ownerOfArn(bundle, resourceArn))} Side effect: none on traffic.`,
    commands: [`# VALUE: ${expected}`, addTag(resourceArn, tag, 'VALUE')],
    rollback: [addTag(resourceArn, tag, value)],
    layer: 'load-balancer' as const,
    owner: ownerOfArn(bundle, resourceArn).kind,
  }));
  return [...wrong, ...malformed];
}

function verification(bundle: EvidenceBundle, actions: readonly OwnedAction[]): OwnedAction {
  const { arn } = bundle.loadBalancer;
  const changes = actions
    .flatMap(({ commands }) => commands)
    .filter((line) => line.startsWith('aws elbv2 modify-'));
  const changed = [arn, ...bundle.targetGroups.map((group) => group.arn)].filter((one) =>
    changes.some((line) => line.includes(argument('RESOURCE_ARN', one))),
  );
  return {
    title:
      'Verify: the change is in force, and no new 502 comes for at least three times the usual gap between them',
    why: 'a rare failure can stay away for a while by chance, so one quiet minute proves nothing.',
    commands: [...changed.map(describeAttributes), scanAgain(arn, '1h')],
    rollback: [],
    layer: 'load-balancer',
    owner: ownerOfArn(bundle, arn).kind,
  };
}

function separating({ separates: [pivot, ...others], isUnread }: WantedEvidence): string {
  if (pivot === undefined)
    return isUnread === true ? 'it could not be read' : 'it may show a cause that the log does not';
  return others.length === 0
    ? `it shows whether it is ${pivot}`
    : `it separates ${pivot} from ${others.join(', ')}`;
}

const SETTLE = 'Get the evidence that would settle it';

/** Whether nothing is to be changed yet, so that there is nothing to verify. */
const isOnlyLook = ({ title }: OwnedAction): boolean => title.startsWith(SETTLE);

function settle(bundle: EvidenceBundle, missing: readonly WantedEvidence[]): readonly OwnedAction[] {
  const [best] = missing;
  if (!best) return [];
  return [
    {
      title: `${SETTLE}: ${best.what}`,
      why: `${separating(best)}${best.commands.length === 0 ? `: ${best.how}` : ''}. ${best.sideEffects}`,
      commands: [...best.commands],
      rollback: [...best.rollback],
      layer: best.layer ?? 'load-balancer',
      owner: ownerOfArn(bundle, bundle.loadBalancer.arn).kind,
    },
  ];
}

const isMismatch = ({ cause }: ExplainedCause): boolean => cause === 'keepalive-mismatch';

/** What the verdict rests on when the actions are chosen. */
export interface ActionInput {
  readonly bundle: EvidenceBundle;
  /** null where there was no 502. */
  readonly verdict: Cause | null;
  /** Of the verdict. */
  readonly probability: number;
  readonly drift: readonly Drift[];
  readonly missing: readonly WantedEvidence[];
  readonly mismatched: boolean;
  readonly explained: Explained;
}

function byVerdict(input: ActionInput): readonly OwnedAction[] {
  const { bundle, verdict, mismatched, explained } = input;
  if (verdict === null) return mismatched ? mismatchActions(bundle) : [];
  const own = actionsOfCauses(bundle, verdict, explained);
  const isRace = verdict === 'keepalive-mismatch' || explainedCauses(explained.explanations).some(isMismatch);
  const posture = mismatched && !isRace ? mismatchActions(bundle) : [];
  return verdict === 'undetermined'
    ? [...checkIdleTimeout(bundle), ...furtherLooks(input, own), ...own, ...posture]
    : [...own, ...(isProven(input) ? [] : furtherLooks(input, own)), ...posture];
}

/** A verdict below this probability is a lead: what would settle it is asked for as well. */
const PROVEN_PROBABILITY = 0.8;

const isProven = ({ probability }: ActionInput): boolean => probability >= PROVEN_PROBABILITY;

/** What would settle a lead, where the advice for it does not ask for that already. */
function furtherLooks({ bundle, missing }: ActionInput, own: readonly OwnedAction[]): readonly OwnedAction[] {
  const known = new Set(own.flatMap(({ commands }) => commands.filter((line) => !line.startsWith('#'))));
  return settle(
    bundle,
    missing.filter(({ commands }) => !commands.some((command) => known.has(command))),
  );
}

/** Everything to do, in the order to do it; the last one verifies. */
export function actionsFor(input: ActionInput): readonly OwnedAction[] {
  const own = byVerdict(input);
  const actions = givenOnce([
    ...own,
    ...driftActions(input.bundle, input.drift, own),
    ...declarationActions(input.bundle),
  ]);
  return actions.every(isOnlyLook) ? actions : [...actions, verification(input.bundle, actions)];
}
