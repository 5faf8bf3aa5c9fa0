import { serverAdvice } from '../../advice/servers.ts';
import type { OwnedAction } from '../../model/diagnosis.ts';
import type { EvidenceBundle, KeepAliveFact, TargetGroup } from '../../model/evidence.ts';
import { requiredKeepAliveSeconds } from '../../model/required-keep-alive.ts';
import { ownerOfArn, writtenChange } from '../remedies/attribute-change.ts';
import { describeAttributes, printable } from '../remedies/command.ts';
import { ownerOfWorkload } from '../remedies/owners.ts';
import { serverLines } from '../remedies/server-lines.ts';
import { serverOf, targetProtocolOf } from './group-server.ts';
import { boundText, idleTimeoutOf, knownText } from './idle-timeout.ts';
import { DEFAULT_IDLE_TIMEOUT_SECONDS, keepAliveFactsOf, keepsConnections } from './keep-alive.ts';
import { IDLE_TIMEOUT, safeIdleTimeoutSeconds, sideNotes } from './keep-alive-rules.ts';

interface Known {
  readonly group: TargetGroup;
  readonly fact: KeepAliveFact;
}

/** Three digits: an estimate has no more that matter. */
const figure = (seconds: number): number => Number(seconds.toPrecision(3));

/** How to read it, and what the log says of it already. */
export function readIdleTimeout(bundle: EvidenceBundle): OwnedAction {
  const { reusedAfterSeconds } = idleTimeoutOf(bundle);
  const bound = reusedAfterSeconds === null ? '' : `; ${boundText(reusedAfterSeconds)}`;
  return {
    title: 'Read the idle timeout of the load balancer: it is not known',
    why: `the keep-alive of the targets must be longer by 5 s or 10 %, whichever is more${bound}. Side effect: none, it only reads.`,
    commands: [readCommand(bundle)],
    rollback: [],
    ...ofLoadBalancer(bundle),
  };
}

const ofLoadBalancer = (bundle: EvidenceBundle) => ({
  layer: 'load-balancer' as const,
  owner: ownerOfArn(bundle, bundle.loadBalancer.arn).kind,
});

/** Where the log shows a connection that was reused after the idle timeout: it was another one then. */
export function checkIdleTimeout(bundle: EvidenceBundle): readonly OwnedAction[] {
  const idle = idleTimeoutOf(bundle);
  const { seconds, reusedAfterSeconds } = idle;
  if (seconds === null || reusedAfterSeconds === null || reusedAfterSeconds <= seconds) return [];
  return [
    {
      title: `Check the idle timeout: it is ${knownText(idle, seconds)}, yet a connection was reused after ${reusedAfterSeconds.toPrecision(3)} s idle`,
      why: 'it was longer when these requests failed: it may have been lowered since. Side effect: none, it only reads.',
      commands: [readCommand(bundle)],
      rollback: [],
      ...ofLoadBalancer(bundle),
    },
  ];
}

/** All of them: a query for the one key would need quotes within quotes. */
const readCommand = ({ loadBalancer: { arn } }: EvidenceBundle): string => describeAttributes(arn);

/** The shortest keep-alive that is surely long enough for an idle timeout of the default, or above what the log proves. */
function enoughSeconds(bundle: EvidenceBundle, atLeast = 0): number {
  const proven = idleTimeoutOf(bundle).reusedAfterSeconds ?? 0;
  return Math.ceil(requiredKeepAliveSeconds(Math.max(DEFAULT_IDLE_TIMEOUT_SECONDS, proven, atLeast)));
}

/** What a keep-alive is enough for. */
function enoughText(bundle: EvidenceBundle, { fact }: Known, seconds: number): string {
  const proven = idleTimeoutOf(bundle).reusedAfterSeconds ?? 0;
  const longest = Math.max(proven, fact.seconds);
  if (longest < DEFAULT_IDLE_TIMEOUT_SECONDS)
    return `${seconds} s is enough for ${DEFAULT_IDLE_TIMEOUT_SECONDS} s, its default`;
  const known =
    longest === proven ? 'The timeout is above' : 'If these requests failed for it, the timeout is above';
  return `${known} ${figure(longest)} s, so ${seconds} s is the smallest value that can work`;
}

/** The keep-alive for a timeout that is not known: for the default, for what the log proves, and above what is set. */
function raise(bundle: EvidenceBundle, one: Known): OwnedAction {
  const { group, fact } = one;
  const seconds = enoughSeconds(bundle, fact.seconds);
  const server = serverOf(bundle, group)?.text ?? null;
  const where = server === null ? '' : ` (${printable(server)})`;
  const advice = serverAdvice(server, seconds, fact.seconds, targetProtocolOf(group));
  const lines = enoughText(bundle, one, seconds);
  return {
    title: `On the targets of ${printable(group.name)}${where}: raise the keep-alive from ${figure(fact.seconds)} s to at least ${seconds} s`,
    why: `the server must keep idle connections longer than the load balancer, by 5 s or 10 %, whichever is more. ${lines}; if the timeout turns out to be longer, raise it further. ${sideNotes(advice)}`,
    ...serverLines(bundle, group, { server, seconds, advice }),
    layer: 'target',
    owner: ownerOfWorkload(bundle, group),
  };
}

/** What is safe for a keep-alive does not depend on what is set now. */
function lower(bundle: EvidenceBundle, { group, fact }: Known): readonly OwnedAction[] {
  const seconds = safeIdleTimeoutSeconds(fact.seconds);
  if (seconds === null) return [];
  const { arn } = bundle.loadBalancer;
  const change = { arn, key: IDLE_TIMEOUT, before: null, after: String(seconds) };
  const { place, note, ...written } = writtenChange(bundle, change);
  return [
    {
      title: `Or on the load balancer${place}: set ${IDLE_TIMEOUT} to ${seconds} or less`,
      why: `it then closes idle connections before the targets of ${printable(group.name)} do, at once and without deploying them. ${note} Side effects: requests and WebSockets that stay silent for longer than ${seconds} s are cut off with a 504.`,
      ...written,
    },
  ];
}

/** What to do about targets whose keep-alive is known, where the idle timeout is not. */
export function actionsWithoutIdleTimeout(bundle: EvidenceBundle): readonly OwnedAction[] {
  const known = bundle.targetGroups
    .filter(keepsConnections)
    .flatMap((group): Known[] =>
      keepAliveFactsOf(bundle, group)
        .slice(0, 1)
        .map((fact) => ({ group, fact })),
    )
    .sort((left, right) => left.fact.seconds - right.fact.seconds);
  const [shortest] = known;
  if (shortest === undefined) return [];
  return [
    readIdleTimeout(bundle),
    // Those that keep connections long enough are left as they are, unless none is shorter.
    ...known
      .filter((one) => one === shortest || one.fact.seconds < enoughSeconds(bundle))
      .slice(0, 5)
      .map((one) => raise(bundle, one)),
    ...lower(bundle, shortest),
  ];
}
