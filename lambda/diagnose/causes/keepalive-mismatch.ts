import { serverAdvice } from '../../advice/servers.ts';
import type { OwnedAction } from '../../model/diagnosis.ts';
import type { EvidenceBundle, TargetGroup } from '../../model/evidence.ts';
import { requiredKeepAliveSeconds } from '../../model/required-keep-alive.ts';
import { secondsFigure } from '../../model/seconds-text.ts';
import { largest } from '../bundle/metric-view.ts';
import { TAGS } from '../bundle/tags.ts';
import type { CauseRow } from '../cause-row.ts';
import { serverOf, targetProtocolOf } from '../keep-alive/group-server.ts';
import { idleTimeoutOf, knownText } from '../keep-alive/idle-timeout.ts';
import {
  groupsWithoutKeepAlive,
  idleTimeoutSecondsOf,
  isMismatch,
  type KeepAliveStanding,
  keepAliveStandings,
  knownIdleTimeoutSeconds,
} from '../keep-alive/keep-alive.ts';
import { IDLE_TIMEOUT, safeIdleTimeoutSeconds, sideNotes } from '../keep-alive/keep-alive-rules.ts';
import { actionsWithoutIdleTimeout, readIdleTimeout } from '../keep-alive/unknown-idle-timeout.ts';
import { ownerOfArn, writtenChange } from '../remedies/attribute-change.ts';
import { describeAttributes, printable, probe, targetRemark } from '../remedies/command.ts';
import { failedTargetOf } from '../remedies/failed-url.ts';
import { ownerOfWorkload } from '../remedies/owners.ts';
import { serverLines } from '../remedies/server-lines.ts';

/** The change on the server: it must outlast the idle timeout. */
function raiseKeepAlive(bundle: EvidenceBundle, { group, fact, isAssumed }: KeepAliveStanding): OwnedAction {
  const idleTimeoutSeconds = idleTimeoutSecondsOf(bundle);
  const seconds = Math.ceil(requiredKeepAliveSeconds(idleTimeoutSeconds));
  const server = serverOf(bundle, group)?.text ?? null;
  const advice = serverAdvice(server, seconds, fact.seconds, targetProtocolOf(group));
  const isRead = fact.source === 'configuration' || isAssumed;
  const source = isRead ? `The ${secondsFigure(fact.seconds)} s: ${fact.detail}. ` : '';
  const where = server === null ? '' : ` (${printable(server)})`;
  return {
    title: `On the targets of ${printable(group.name)}${where}: raise the keep-alive from ${secondsFigure(fact.seconds)} s to at least ${seconds} s`,
    why:
      `the server must keep idle connections longer than the load balancer's idle timeout of ${knownText(idleTimeoutOf(bundle), idleTimeoutSeconds)}, by 5 s or 10 %. ` +
      `${source}${sideNotes(advice)}`,
    ...serverLines(bundle, group, { server, seconds, advice }),
    layer: 'target',
    owner: ownerOfWorkload(bundle, group),
  };
}

function sideEffectsOfLowering(bundle: EvidenceBundle, seconds: number): string {
  const slowest = largest(bundle, 'TargetResponseTime', 'Maximum');
  const warning = `requests and WebSockets that stay silent for longer than ${seconds} s are cut off with a 504`;
  if (slowest === null) return `${warning}; how long your slowest requests take is not known, so check first`;
  return slowest >= seconds
    ? `${warning}, and the slowest response in the window took ${Math.round(slowest)} s: do not do this`
    : `${warning}; the slowest response in the window took ${slowest.toFixed(1)} s`;
}

/** The change on the load balancer: it must close first. The shortest keep-alive behind it decides. */
function lowerIdleTimeout(
  bundle: EvidenceBundle,
  { fact, group }: KeepAliveStanding,
): readonly OwnedAction[] {
  const seconds = safeIdleTimeoutSeconds(fact.seconds);
  const idleTimeoutSeconds = idleTimeoutSecondsOf(bundle);
  if (seconds === null || seconds >= idleTimeoutSeconds) return [];
  const { place, note, ...written } = setIdleTimeout(bundle, idleTimeoutSeconds, String(seconds));
  return [
    {
      title: `Or on the load balancer${place}: lower ${IDLE_TIMEOUT} from ${idleTimeoutSeconds} to ${seconds}`,
      why:
        `it then closes idle connections before the targets of ${printable(group.name)} do, at once and without deploying them. ${note} ` +
        `Side effects: ${sideEffectsOfLowering(bundle, seconds)}.`,
      ...written,
    },
  ];
}

const setIdleTimeout = (bundle: EvidenceBundle, before: number, after: string) =>
  writtenChange(bundle, {
    arn: bundle.loadBalancer.arn,
    key: IDLE_TIMEOUT,
    before: String(before),
    after,
  });

/** What was in force before the idle timeout was raised, if that alone explains the mismatch. */
function undoRaise(bundle: EvidenceBundle, { fact }: KeepAliveStanding): readonly OwnedAction[] {
  const { arn } = bundle.loadBalancer;
  const before = bundle.baseline?.resources[arn]?.[IDLE_TIMEOUT];
  const now = idleTimeoutSecondsOf(bundle);
  if (
    before === undefined ||
    Number(before) >= now ||
    fact.seconds < requiredKeepAliveSeconds(Number(before))
  )
    return [];
  const { place, note, ...written } = setIdleTimeout(bundle, now, before);
  return [
    {
      title: `Set ${IDLE_TIMEOUT} back from ${now} to ${printable(before)}, where it was${place}`,
      why: `at ${printable(before)} s the targets' keep-alive of ${fact.seconds} s was long enough. ${note} Side effects: ${sideEffectsOfLowering(bundle, Number(before))}.`,
      ...written,
    },
  ];
}

/** Nobody said how long the targets keep connections, or a default may not hold: measure before changing. */
function measure(bundle: EvidenceBundle, group: TargetGroup | undefined): readonly OwnedAction[] {
  if (!group) return [];
  const idle = knownIdleTimeoutSeconds(bundle);
  const command = probe(group, idle, failedTargetOf(bundle, group));
  const needed =
    idle === null
      ? 'it must be longer than the idle timeout, which is not known, by 5 s or 10 %, whichever is more'
      : `it must be at least ${Math.ceil(requiredKeepAliveSeconds(idle))} s`;
  return [
    {
      title: `Measure how long the targets of ${printable(group.name)} keep an idle connection`,
      why: `${needed}; run it from a host that can reach the targets, then tag the group with ${TAGS.keepAliveSeconds}. Side effect: a few idle connections to one target while it runs.`,
      commands: [...targetRemark(command), command],
      rollback: [],
      layer: 'target',
      owner: ownerOfWorkload(bundle, group),
    },
  ];
}

/** Both sides of the mismatch, for the worst group; further groups get the server's side only. */
export function mismatchActions(bundle: EvidenceBundle): readonly OwnedAction[] {
  const unstated = groupsWithoutKeepAlive(bundle)[0];
  if (knownIdleTimeoutSeconds(bundle) === null) {
    const relative = actionsWithoutIdleTimeout(bundle);
    return relative.length > 0 ? relative : [...measure(bundle, unstated), readIdleTimeout(bundle)];
  }
  const wrong = keepAliveStandings(bundle).filter(isMismatch);
  const worst = wrong[0];
  if (!worst) return [...measure(bundle, unstated)];
  return [
    ...(worst.isAssumed ? measure(bundle, worst.group) : []),
    ...undoRaise(bundle, worst),
    ...wrong.slice(0, 5).map((standing) => raiseKeepAlive(bundle, standing)),
    ...lowerIdleTimeout(bundle, worst),
  ];
}

/** The target closed an idle connection that the load balancer then used. */
export const keepaliveMismatch: CauseRow = {
  id: 'keepalive-mismatch',
  advise: (bundle) => {
    const actions = mismatchActions(bundle);
    if (actions.length > 0) return actions;
    const why =
      'by what is declared, the targets keep connections long enough, yet the 502s look like the idle race. A declared value can be wrong.';
    const { arn } = bundle.loadBalancer;
    return [
      {
        title: 'Compare the idle timeout with the keep-alive',
        why,
        commands: [describeAttributes(arn)],
        rollback: [],
        layer: 'load-balancer',
        owner: ownerOfArn(bundle, arn).kind,
      },
    ];
  },
};
