import type { Signatures } from '../../model/access-log-summary.ts';
import { thousands } from '../../model/thousands.ts';
import { observation } from './observation.ts';

const CLASSES = [
  {
    of: 'closedOnReuse',
    id: 'log-closed-on-reuse',
    predicate: 'were sent to a target that closed the connection within 0.1 s, without an answer',
  },
  { of: 'midRequest', id: 'log-mid-request', predicate: 'broke off while the target was at work' },
  {
    of: 'neverDispatched',
    id: 'log-never-dispatched',
    predicate: 'have no time at a target (-1 in the times)',
  },
  {
    of: 'answeredBadly',
    id: 'log-answered-badly',
    predicate: 'were answered in a way that could not be passed on',
  },
] as const satisfies readonly {
  readonly of: keyof Signatures;
  readonly id: string;
  readonly predicate: string;
}[];

/** Which share of the failed requests in the access log looks how. */
export const logLineClasses = observation({
  outcomes: ['log-closed-on-reuse', 'log-mid-request', 'log-never-dispatched', 'log-answered-badly'],
  needs: { subjects: ['access-log'] },
  group: 'log-lines',
  from: 'access-log',
  isOfUnexplained: true,
  weights: {
    'keepalive-mismatch': [0.6, -4.5, -1.5, -5],
    'requests-per-connection-limit': [0.8, -4.5, -2.5, -5],
    deployment: [0, 0.8, 0, -3],
    'deregistration-delay-elapsed': [-3, 0.8, -1, -4],
    'target-crash': [-0.5, 1.5, 0.3, -3],
    'worker-timeout': [-5, 1.2, -5, -5],
    'connection-refused': [-5, -5, 3, -6],
    'network-path': [-4, -4, 1.2, -6],
    'tls-failure': [-5, -5, 1.5, -6],
    'protocol-mismatch': [-0.5, -3, 0.5, 1],
    'malformed-response': [0.6, 0.8, -5, 3],
    'response-header-too-large': [0, 0.5, -5, 2],
    'lambda-target-error': [-7, -7, -7, -2],
    'request-body-refused': [0.6, 0.8, -5, 3],
  },
  read: ({ accessLog }) => {
    if (accessLog === null || accessLog.elb502 === 0) return [];
    const { targetGroups, elb502 } = accessLog;
    return CLASSES.flatMap(({ of, id, predicate }) => {
      const count = targetGroups.reduce((sum, { signatures }) => sum + signatures[of], 0);
      if (count === 0) return [];
      const fact = `${thousands(count)} of ${thousands(elb502)} failed requests ${predicate}`;
      return [{ id, fact, source: 'access log', strength: count / elb502 }];
    });
  },
});
