import type { NamedCause } from '../../../lambda/model/cause.ts';

/** What makes requests of a world fail: a cause of the vocabulary, or `none` of them. */
export type Cause = NamedCause | 'none';

/** What a failure keeps to: the statement that holds for it and not for other requests. */
export type ExplanationKind =
  | 'idle-time'
  | 'connection-requests'
  | 'connection-age'
  | 'target-time'
  | 'path'
  | 'client'
  | 'request-body'
  | 'target'
  | 'node'
  | 'target-stop'
  | 'moment'
  | 'deregistration'
  | 'lambda-reason';

/** What a failure of a cause keeps to where its world does not say otherwise. */
export const KIND_OF: Readonly<Record<Cause, ExplanationKind | null>> = {
  'keepalive-mismatch': 'idle-time',
  'requests-per-connection-limit': 'connection-requests',
  deployment: 'target-stop',
  'deregistration-delay-elapsed': 'deregistration',
  'target-crash': 'target-stop',
  'worker-timeout': 'target-time',
  'connection-refused': 'target',
  'network-path': 'node',
  'tls-failure': 'moment',
  'protocol-mismatch': 'moment',
  'malformed-response': 'path',
  'response-header-too-large': 'client',
  'request-body-refused': 'request-body',
  'lambda-target-error': 'lambda-reason',
  none: null,
};
