import type { NamedCause } from '../model/cause.ts';
import type { EvidenceBundle, Gap } from '../model/evidence.ts';
import { anomalousTargets } from './observations/anomalous-targets.ts';
import { backendLog } from './observations/backend-log.ts';
import { connectionErrors } from './observations/connection-errors.ts';
import { deregistrationDelay } from './observations/deregistration-delay.ts';
import { deregistrationDelayLowered } from './observations/deregistration-delay-lowered.ts';
import type { EvidenceSource } from './observations/evidence-source.ts';
import { failOpen } from './observations/fail-open.ts';
import { failuresBeyondConnectionErrors } from './observations/failures-beyond-connection-errors.ts';
import { gatewayTimeouts } from './observations/gateway-timeouts.ts';
import { healthCheckFailures } from './observations/health-check-failures.ts';
import { healthyHostCount } from './observations/healthy-host-count.ts';
import { httpsGroups } from './observations/https-groups.ts';
import { idleTimeoutRaised } from './observations/idle-timeout-raised.ts';
import { keepAliveMeasured } from './observations/keep-alive-measured.ts';
import { keepAliveStated } from './observations/keep-alive-stated.ts';
import { lambdaErrors } from './observations/lambda-errors.ts';
import { lambdaGroups } from './observations/lambda-groups.ts';
import { logLineClasses } from './observations/log-line-classes.ts';
import { logNothingAnswered } from './observations/log-nothing-answered.ts';
import { logNothingInCommon } from './observations/log-nothing-in-common.ts';
import { networkChanged } from './observations/network-changed.ts';
import { couldReadAll, isAbout, type Observation, type Observed } from './observations/observation.ts';
import { probedResponse } from './observations/probed-response.ts';
import { protocolChanged } from './observations/protocol-changed.ts';
import { protocolVersion } from './observations/protocol-version.ts';
import { rateAndTraffic } from './observations/rate-and-traffic.ts';
import { registrations } from './observations/registrations.ts';
import { requestLimitMeasured } from './observations/request-limit-measured.ts';
import { requestsAtDeregistrationDelay } from './observations/requests-at-deregistration-delay.ts';
import { responseTime } from './observations/response-time.ts';
import { serviceRollouts } from './observations/service-rollouts.ts';
import { steadyTargets } from './observations/steady-targets.ts';
import { stoppedTargets } from './observations/stopped-targets.ts';
import { targetsChanging } from './observations/targets-changing.ts';
import { targetsHealthy } from './observations/targets-healthy.ts';
import { taskCrashes } from './observations/task-crashes.ts';
import { timePattern } from './observations/time-pattern.ts';
import { tlsErrors } from './observations/tls-errors.ts';
import { tlsPolicyChanged } from './observations/tls-policy-changed.ts';
import { trafficShift } from './observations/traffic-shift.ts';
import { unhealthyHostCount } from './observations/unhealthy-host-count.ts';
import { zones } from './observations/zones.ts';

/** Every observation that the diagnosis knows. */
export const OBSERVATIONS = [
  connectionErrors,
  failuresBeyondConnectionErrors,
  gatewayTimeouts,
  tlsErrors,
  httpsGroups,
  protocolVersion,
  lambdaErrors,
  lambdaGroups,
  healthCheckFailures,
  targetsHealthy,
  anomalousTargets,
  failOpen,
  targetsChanging,
  unhealthyHostCount,
  healthyHostCount,
  registrations,
  serviceRollouts,
  stoppedTargets,
  trafficShift,
  steadyTargets,
  deregistrationDelay,
  requestsAtDeregistrationDelay,
  idleTimeoutRaised,
  deregistrationDelayLowered,
  networkChanged,
  tlsPolicyChanged,
  protocolChanged,
  keepAliveMeasured,
  keepAliveStated,
  requestLimitMeasured,
  timePattern,
  rateAndTraffic,
  zones,
  responseTime,
  backendLog,
  taskCrashes,
  logLineClasses,
  logNothingAnswered,
  logNothingInCommon,
  probedResponse,
] as const;

/** Id of one outcome of one observation. */
export type OutcomeId = (typeof OBSERVATIONS)[number]['outcomes'][number];

/** Log-likelihood ratios of causes, in nats. */
export type Weights = Readonly<Partial<Record<NamedCause, number>>>;

/** One outcome of an observation, and its place among the outcomes of it. */
export interface CatalogueRow {
  readonly observation: Observation<readonly OutcomeId[]>;
  readonly place: number;
}

const rowsOf = (observation: Observation<readonly OutcomeId[]>) =>
  observation.outcomes.map((id, place): [OutcomeId, CatalogueRow] => [id, { observation, place }]);

/** Every outcome of every observation. */
export const CATALOGUE: ReadonlyMap<OutcomeId, CatalogueRow> = new Map(
  OBSERVATIONS.flatMap((each: Observation<readonly OutcomeId[]>) => rowsOf(each)),
);

/** How far an outcome moves a cause, in nats. */
export function weightOf(id: OutcomeId, cause: NamedCause): number {
  const row = CATALOGUE.get(id);
  return row?.observation.weights[cause][row.place] ?? 0;
}

/** All that is observed in a bundle. What rests on the absence of something that could not be read is unknown. */
export function observedIn(bundle: EvidenceBundle): readonly Observed<OutcomeId>[] {
  return OBSERVATIONS.flatMap((each: Observation<readonly OutcomeId[]>) => {
    const { read, needs, restOnAbsence = [] } = each;
    const isWhole = couldReadAll(bundle, needs);
    return read(bundle).filter(({ id }) => isWhole || !restOnAbsence.includes(id));
  });
}

/**
 * Outcomes that would be seen if nothing were hidden: they say that something was not there, and it could not be read.
 * Each may be true or not.
 */
export function hiddenIn(bundle: EvidenceBundle): readonly Observed<OutcomeId>[] {
  return OBSERVATIONS.flatMap((each: Observation<readonly OutcomeId[]>) => {
    const { read, needs, restOnAbsence = [] } = each;
    return couldReadAll(bundle, needs) ? [] : read(bundle).filter(({ id }) => restOnAbsence.includes(id));
  });
}

const outcomesOf = (chosen: (observation: Observation) => boolean): readonly OutcomeId[] =>
  OBSERVATIONS.filter(chosen).flatMap(({ outcomes }) => [...outcomes]);

/** What filling a gap can show. */
export const outcomesBehind = (gap: Gap): readonly OutcomeId[] =>
  outcomesOf(({ needs, improvedBy = {} }) => isAbout(gap, needs) || isAbout(gap, improvedBy));

/** What can be seen in one way. */
export const outcomesFrom = (source: EvidenceSource): readonly OutcomeId[] =>
  outcomesOf((each) => each.from === source);
