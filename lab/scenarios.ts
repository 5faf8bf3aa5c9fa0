import { InputError } from '../lambda/model/failure.ts';
import type { Scenario } from './scenario.ts';
import { connectionAgeLimit } from './scenarios/connection-age-limit.ts';
import { connectionRefused } from './scenarios/connection-refused.ts';
import { deployment } from './scenarios/deployment.ts';
import { deregistrationDelayElapsed } from './scenarios/deregistration-delay-elapsed.ts';
import { ecsDeployments, memoryKillScenarios } from './scenarios/ecs.ts';
import { equalTimeouts } from './scenarios/equal-timeouts.ts';
import {
  blockedPath,
  healthyAnnouncedLimit,
  healthyKeepAlive,
  healthyRollingRestart,
  healthySelfSignedCertificate,
  healthySlowTargets,
  healthyTargetErrors,
  healthyThinMargin,
} from './scenarios/healthy.ts';
import { idleTimeoutRaised } from './scenarios/idle-timeout-raised.ts';
import {
  apacheKeepAliveTimeout,
  gunicornKeepAlive,
  haproxyKeepAlive,
  nginxKeepAliveTimeout,
} from './scenarios/installed-servers.ts';
import { keepAliveMismatch, nodeDefaultUnscaled } from './scenarios/keepalive-mismatch.ts';
import { lambdaTargetError } from './scenarios/lambda-target-error.ts';
import { malformedResponse } from './scenarios/malformed-response.ts';
import { mismatchAndDeployments } from './scenarios/mismatch-and-deployments.ts';
import { mismatchAndMalformedPath } from './scenarios/mismatch-and-malformed-path.ts';
import { networkPath } from './scenarios/network-path.ts';
import { oneOfThreeGroups } from './scenarios/one-of-three-groups.ts';
import { protocolMismatch } from './scenarios/protocol-mismatch.ts';
import { randomCloses } from './scenarios/random-closes.ts';
import { requestBodyRefused } from './scenarios/request-body-refused.ts';
import { requestsPerConnectionLimit } from './scenarios/requests-per-connection-limit.ts';
import { responseHeaderTooLarge } from './scenarios/response-header-too-large.ts';
import { targetCrash } from './scenarios/target-crash.ts';
import { tlsFailure } from './scenarios/tls-failure.ts';
import { tlsVersion } from './scenarios/tls-version.ts';
import { workerTimeout } from './scenarios/worker-timeout.ts';

/** Every scenario; the first is the tour's. */
export const SCENARIOS: readonly [Scenario, ...Scenario[]] = [
  keepAliveMismatch,
  nginxKeepAliveTimeout,
  apacheKeepAliveTimeout,
  haproxyKeepAlive,
  gunicornKeepAlive,
  nodeDefaultUnscaled,
  equalTimeouts,
  idleTimeoutRaised,
  mismatchAndDeployments,
  mismatchAndMalformedPath,
  oneOfThreeGroups,
  requestsPerConnectionLimit,
  connectionAgeLimit,
  deployment,
  deregistrationDelayElapsed,
  targetCrash,
  ...memoryKillScenarios,
  workerTimeout,
  connectionRefused,
  networkPath,
  tlsFailure,
  tlsVersion,
  protocolMismatch,
  malformedResponse,
  responseHeaderTooLarge,
  requestBodyRefused,
  lambdaTargetError,
  randomCloses,
  ...ecsDeployments,
  healthyKeepAlive,
  healthyTargetErrors,
  healthySlowTargets,
  healthyRollingRestart,
  healthySelfSignedCertificate,
  healthyThinMargin,
  healthyAnnouncedLimit,
  blockedPath,
];

/** @throws InputError listing the names there are */
export function scenarioNamed(name: string): Scenario {
  const found = SCENARIOS.find((scenario) => scenario.name === name);
  if (found) return found;
  const names = SCENARIOS.map((scenario) => scenario.name).join(', ');
  throw new InputError(`there is no scenario "${name}"; there are ${names}`);
}
