import type { LoggedTargetGroup } from '../../model/access-log-summary.ts';
import type { EvidenceBundle, KeepAliveFact, TargetGroup } from '../../model/evidence.ts';
import { KEEP_ALIVE_SOURCES } from '../../model/keep-alive-source.ts';
import { requiredKeepAliveSeconds } from '../../model/required-keep-alive.ts';
import { secondsFigure } from '../../model/seconds-text.ts';
import { inTextOrder } from '../../model/text-order.ts';
import { hasAgent, ignoredAt, parseKeepAliveSeconds, TAGS, tagOf } from '../bundle/tags.ts';
import { factsInForce } from './facts-in-force.ts';
import { factsFromServer, isAssumed } from './group-server.ts';

/**
 * AWS's default of `idle_timeout.timeout_seconds`, which applies where the attribute is not listed.
 * Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html ("Connection idle timeout")
 */
export const DEFAULT_IDLE_TIMEOUT_SECONDS = 60;

/** `idle_timeout.timeout_seconds` of the load balancer; 1 to 4000 s, 60 s unless set (ELBv2 API reference). */
export function idleTimeoutSecondsOf(bundle: EvidenceBundle): number {
  const value = Number(bundle.loadBalancer.attributes['idle_timeout.timeout_seconds']);
  return Number.isFinite(value) && value > 0 ? value : DEFAULT_IDLE_TIMEOUT_SECONDS;
}

/** The idle timeout in seconds; null where the attributes could not be read: the default would be a guess. */
export function knownIdleTimeoutSeconds(bundle: EvidenceBundle): number | null {
  const { gaps, loadBalancer } = bundle;
  const unread = gaps.some(
    ({ subject, resource }) =>
      subject === 'attributes' && (resource === null || resource === loadBalancer.arn),
  );
  return unread ? null : idleTimeoutSecondsOf(bundle);
}

/** Whether keep-alive to the targets of this group can matter at all. */
export function keepsConnections(group: TargetGroup): boolean {
  return group.targetType !== 'lambda' && group.serving !== false;
}

/** How a target group's keep-alive stands to the idle timeout. */
export interface KeepAliveStanding {
  readonly group: TargetGroup;
  readonly fact: KeepAliveFact;
  readonly marginSeconds: number;
  /**
   * `safe`: the load balancer closes first; `thin`: it should, by less than the margin; `short`: it does not.
   * `assumed`: the server's default would be safe, and nobody stated or measured that it is in force.
   */
  readonly verdict: 'safe' | 'thin' | 'short' | 'assumed';
  /** Whether the keep-alive is only the default of a server that the workload or an answer names. */
  readonly isAssumed: boolean;
}

/** Whether a keep-alive is known that the load balancer can outlast, or nearly. */
export const isMismatch = ({ verdict }: KeepAliveStanding): boolean =>
  verdict === 'short' || verdict === 'thin';

/** Seen at the targets, not said of them. */
export const isMeasured = ({ source }: KeepAliveFact): boolean =>
  source === 'probe' || source === 'access-log';

/** Two sources that cannot both be right. */
export interface KeepAliveDisagreement {
  readonly group: TargetGroup;
  readonly better: KeepAliveFact;
  readonly worse: KeepAliveFact;
}

/** What is known then is of the agent, whoever declared or measured it. */
const OF_AGENT = '; the load balancer talks to the agent of the target optimizer there, not to the server';

const rank = (fact: KeepAliveFact): number => KEEP_ALIVE_SOURCES.indexOf(fact.source);

function factFromTag(bundle: EvidenceBundle, group: TargetGroup): readonly KeepAliveFact[] {
  const declared = tagOf(bundle, group, TAGS.keepAliveSeconds);
  const seconds = declared === null ? null : parseKeepAliveSeconds(declared);
  if (seconds === null) return [];
  const detail = `tag ${TAGS.keepAliveSeconds}=${declared}`;
  const of = { targetGroupArn: group.arn, target: null, lowSeconds: null, highSeconds: null, at: null };
  return [{ ...of, seconds, source: 'tag', detail }];
}

const ADDRESS = /^[0-9a-f]*[.:][0-9a-f.:]+$/i;

/**
 * Whether the targets that failed still serve. Registered addresses say so; where targets are instances, whose
 * addresses are not known here, a registration after the last failure says that others may serve now.
 */
function stillServes(bundle: EvidenceBundle, group: TargetGroup, logged: LoggedTargetGroup): boolean {
  const current = group.targets.filter(({ state }) => state !== 'draining' && state !== 'unused');
  const addresses = current.filter(({ id }) => ADDRESS.test(id));
  if (addresses.length > 0 && addresses.length === current.length) {
    const registered = new Set(
      addresses.map(({ id, port }) => `${id.includes(':') ? `[${id}]` : id}:${port}`),
    );
    return logged.targets.some(({ target, elb502 }) => elb502 > 0 && registered.has(target));
  }
  const lastSeen = bundle.accessLog?.lastSeen ?? null;
  return !bundle.changes.some(
    ({ eventName, resourceArn, at }) =>
      eventName === 'RegisterTargets' &&
      resourceArn === group.arn &&
      lastSeen !== null &&
      Date.parse(at) > Date.parse(lastSeen),
  );
}

/** What the log says about the targets that serve now; an estimate for targets that were replaced no longer counts. */
function factsFromLog(bundle: EvidenceBundle, group: TargetGroup): readonly KeepAliveFact[] {
  const entry = bundle.accessLog?.targetGroups.find(({ targetGroupArn }) => targetGroupArn === group.arn);
  const logged = entry?.keepAlive;
  if (!entry || !logged || !stillServes(bundle, group, entry)) return [];
  return [
    {
      targetGroupArn: group.arn,
      target: null,
      seconds: logged.seconds,
      lowSeconds: logged.low,
      highSeconds: logged.high,
      source: 'access-log',
      at: bundle.accessLog?.lastSeen ?? null,
      detail: `read out of the access log: ${logged.failures} failures line up at it`,
    },
  ];
}

/** Whether a fact is only a lower bound: the connection was still open when the probe stopped looking. */
export const isLowerBound = ({ source, seconds, lowSeconds, highSeconds }: KeepAliveFact): boolean =>
  source === 'probe' && lowSeconds === seconds && highSeconds === null;

/**
 * Everything known of a group's keep-alive, best source first; of equal sources what was measured before a lower bound,
 * then the shortest. A bound below what the idle timeout requires leaves open which of the two ends first, so it is left
 * out.
 */
export function keepAliveFactsOf(bundle: EvidenceBundle, group: TargetGroup): readonly KeepAliveFact[] {
  const required = requiredKeepAliveSeconds(idleTimeoutSecondsOf(bundle));
  return [
    ...factsInForce(bundle.keepAliveFacts, group, bundle.window.end),
    ...factsFromLog(bundle, group),
    ...factFromTag(bundle, group),
    ...factsFromServer(bundle, group),
  ]
    .filter((fact) => !isLowerBound(fact) || fact.seconds >= required)
    .map((fact) => (hasAgent(group) ? { ...fact, detail: `${fact.detail}${OF_AGENT}` } : fact))
    .sort(
      (left, right) =>
        rank(left) - rank(right) ||
        Number(isLowerBound(left)) - Number(isLowerBound(right)) ||
        left.seconds - right.seconds,
    );
}

function standing(bundle: EvidenceBundle, group: TargetGroup): readonly KeepAliveStanding[] {
  const fact = keepAliveFactsOf(bundle, group)[0];
  if (!fact) return [];
  const idleTimeoutSeconds = idleTimeoutSecondsOf(bundle);
  const marginSeconds = Math.round((fact.seconds - idleTimeoutSeconds) * 1000) / 1000;
  const assumed = isAssumed(bundle, group, fact);
  // A thin margin fails only with coarse timers: too little to report for a default that nobody confirmed.
  const enough = fact.seconds >= requiredKeepAliveSeconds(idleTimeoutSeconds) || assumed;
  const long = fact.source === 'server-default' ? 'assumed' : 'safe';
  const verdict = marginSeconds <= 0 ? 'short' : enough ? long : 'thin';
  return [{ group, fact, marginSeconds, verdict, isAssumed: assumed }];
}

/**
 * The standing of every serving group whose keep-alive is known, the worst first; none where the idle timeout is not
 * known.
 */
export const keepAliveStandings = (bundle: EvidenceBundle): readonly KeepAliveStanding[] =>
  knownIdleTimeoutSeconds(bundle) === null ? [] : presumedStandings(bundle);

/** The standings if an idle timeout that could not be read is the default. */
export function presumedStandings(bundle: EvidenceBundle): readonly KeepAliveStanding[] {
  return bundle.targetGroups
    .filter((group) => keepsConnections(group) && ignoredAt(group.tags, bundle.window.end) === null)
    .flatMap((group) => standing(bundle, group))
    .sort(
      (left, right) =>
        left.marginSeconds - right.marginSeconds || inTextOrder(left.group.arn, right.group.arn),
    );
}

/** The standing in words: `targets of web keep idle connections for 5 s, 55 s less than the idle timeout of 60 s`. */
export function standingText({ group, fact, verdict, marginSeconds }: KeepAliveStanding): string {
  const least = isLowerBound(fact) ? 'at least ' : '';
  const idle = Math.round((fact.seconds - marginSeconds) * 1000) / 1000;
  const relation =
    marginSeconds === 0
      ? 'exactly the idle timeout'
      : verdict === 'short'
        ? `${secondsFigure(-marginSeconds)} s less than the idle timeout`
        : `${least}${secondsFigure(marginSeconds)} s more than the idle timeout`;
  return `targets of ${group.name} keep idle connections for ${least}${secondsFigure(fact.seconds)} s, ${relation} of ${idle} s`;
}

/**
 * Serving groups whose keep-alive nobody declared or measured, and whose server, if named, would not show a mismatch.
 */
export function groupsWithoutKeepAlive(bundle: EvidenceBundle): readonly TargetGroup[] {
  const required = requiredKeepAliveSeconds(idleTimeoutSecondsOf(bundle));
  return bundle.targetGroups.filter((group) => {
    if (!keepsConnections(group)) return false;
    const [best] = keepAliveFactsOf(bundle, group);
    return best === undefined || (best.source === 'server-default' && best.seconds >= required);
  });
}

/** Share of the serving groups whose keep-alive is stated or measured: what is said of some is not said of all. */
export function knownKeepAliveShare(bundle: EvidenceBundle): number {
  const groups = bundle.targetGroups.filter(keepsConnections).length;
  return groups === 0 ? 0 : 1 - groupsWithoutKeepAlive(bundle).length / groups;
}

/** Serving groups whose keep-alive nobody measured, those of which nothing is known first. */
export function groupsWithoutMeasuredKeepAlive(bundle: EvidenceBundle): readonly TargetGroup[] {
  const unmeasured = bundle.targetGroups.filter((group) => {
    const best = keepAliveFactsOf(bundle, group)[0]?.source;
    return keepsConnections(group) && best !== 'probe' && best !== 'access-log';
  });
  const unknown = new Set(groupsWithoutKeepAlive(bundle));
  return [...unmeasured].sort((left, right) => Number(unknown.has(right)) - Number(unknown.has(left)));
}

/**
 * Declared 75, measured 5: a worse source that differs by more than a tenth and a second from the best, or is below its
 * bound.
 */
export function keepAliveDisagreements(bundle: EvidenceBundle): readonly KeepAliveDisagreement[] {
  return bundle.targetGroups.filter(keepsConnections).flatMap((group) => {
    const [better, ...others] = keepAliveFactsOf(bundle, group);
    if (!better) return [];
    return others
      .filter((fact) => fact.source !== better.source && fact.source !== 'server-default')
      .filter((fact) => !isLowerBound(better) || fact.seconds < better.seconds)
      .filter((fact) => Math.abs(fact.seconds - better.seconds) > Math.max(1.5, better.seconds / 10))
      .map((worse) => ({ group, better, worse }));
  });
}
