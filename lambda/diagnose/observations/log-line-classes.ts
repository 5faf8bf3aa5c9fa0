import type { AccessLogSummary, Signatures } from '../../model/access-log-summary.ts';
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

/** Whether most of what failed went to ports on which TLS is mostly spoken: 443, 8443 and the like. */
function isOnTlsPorts({ targetGroups }: AccessLogSummary): boolean {
  const failed = targetGroups.flatMap(({ targets }) => targets.filter(({ elb502 }) => elb502 > 0));
  const count = (of: typeof failed) => of.reduce((sum, { elb502 }) => sum + elb502, 0);
  return count(failed.filter(({ target }) => /:\d*443$/.test(target))) > count(failed) / 2;
}

/** The log does not tell a refused connection from a handshake that failed. */
const idOf = (id: (typeof CLASSES)[number]['id'], log: AccessLogSummary) =>
  id === 'log-never-dispatched' && isOnTlsPorts(log) ? 'log-never-dispatched-tls-port' : id;

/** Which share of the failed requests in the access log looks how. */
export const logLineClasses = observation({
  outcomes: [
    'log-closed-on-reuse',
    'log-mid-request',
    'log-never-dispatched',
    'log-answered-badly',
    'log-never-dispatched-tls-port',
  ],
  needs: { subjects: ['access-log'] },
  group: 'log-lines',
  from: 'access-log',
  isOfUnexplained: true,
  weights: {
    'keepalive-mismatch': [0.6, -4.5, -1.5, -5, -1.5],
    'requests-per-connection-limit': [0.8, -4.5, -2.5, -5, -2.5],
    deployment: [0, 0.8, 0, -3, 0],
    'deregistration-delay-elapsed': [-3, 0.8, -1, -4, -1],
    'target-crash': [-0.5, 1.5, 0.3, -3, 0.3],
    'worker-timeout': [-5, 1.2, -5, -5, -5],
    'connection-refused': [-5, -5, 3, -6, 2.2],
    'network-path': [-4, -4, 1.2, -6, 1.2],
    'tls-failure': [-5, -5, 1.5, -6, 3],
    'protocol-mismatch': [-0.5, -3, 0.5, 1, 0.5],
    'malformed-response': [0.6, 0.8, -5, 3, -5],
    'response-header-too-large': [0, 0.5, -5, 2, -5],
    'lambda-target-error': [-7, -7, -7, -2, -7],
    'request-body-refused': [0.6, 0.8, -5, 3, -5],
  },
  read: ({ accessLog }) => {
    if (accessLog === null || accessLog.elb502 === 0) return [];
    const { targetGroups, elb502 } = accessLog;
    return CLASSES.flatMap(({ of, id, predicate }) => {
      const count = targetGroups.reduce((sum, { signatures }) => sum + signatures[of], 0);
      if (count === 0) return [];
      const fact = `${thousands(count)} of ${thousands(elb502)} failed requests ${predicate}`;
      return [{ id: idOf(id, accessLog), fact, source: 'access log', strength: count / elb502 }];
    });
  },
});
