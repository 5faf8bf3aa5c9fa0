import type { NamedCause } from '../model/cause.ts';
import type { CauseRow } from './cause-row.ts';
import { connectionRefused } from './causes/connection-refused.ts';
import { deployment } from './causes/deployment.ts';
import { deregistrationDelayElapsed } from './causes/deregistration-delay-elapsed.ts';
import { keepaliveMismatch } from './causes/keepalive-mismatch.ts';
import { lambdaTargetError } from './causes/lambda-target-error.ts';
import { malformedResponse } from './causes/malformed-response.ts';
import { networkPath } from './causes/network-path.ts';
import { protocolMismatch } from './causes/protocol-mismatch.ts';
import { requestBodyRefused } from './causes/request-body-refused.ts';
import { requestsPerConnectionLimit } from './causes/requests-per-connection-limit.ts';
import { responseHeaderTooLarge } from './causes/response-header-too-large.ts';
import { targetCrash } from './causes/target-crash.ts';
import { tlsFailure } from './causes/tls-failure.ts';
import { workerTimeout } from './causes/worker-timeout.ts';

/** One row a cause, in the order of the vocabulary. */
export const CAUSE_ROWS: Readonly<Record<NamedCause, CauseRow>> = {
  'keepalive-mismatch': keepaliveMismatch,
  'requests-per-connection-limit': requestsPerConnectionLimit,
  deployment,
  'deregistration-delay-elapsed': deregistrationDelayElapsed,
  'target-crash': targetCrash,
  'worker-timeout': workerTimeout,
  'connection-refused': connectionRefused,
  'network-path': networkPath,
  'tls-failure': tlsFailure,
  'protocol-mismatch': protocolMismatch,
  'malformed-response': malformedResponse,
  'response-header-too-large': responseHeaderTooLarge,
  'lambda-target-error': lambdaTargetError,
  'request-body-refused': requestBodyRefused,
};
