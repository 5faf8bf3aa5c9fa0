import { thousands } from '../../model/thousands.ts';
import { hasAnswered } from '../bundle/log-answers.ts';
import { observation } from './observation.ts';

/** With fewer failures, that nothing explains them says nothing; */
const FEWEST_FAILURES = 6;
/** from this many on it counts in full. */
const ENOUGH_FAILURES = 30;

/** That nothing explains the failures, though there are enough of them and of answered requests to tell. */
export const logNothingInCommon = observation({
  outcomes: ['log-nothing-in-common'],
  needs: { subjects: ['access-log'] },
  group: 'log-lines',
  from: 'access-log',
  isOfUnexplained: true,
  weights: {
    'keepalive-mismatch': [-3.5],
    'requests-per-connection-limit': [-1.5],
    deployment: [-3],
    'deregistration-delay-elapsed': [-2.5],
    'target-crash': [-2],
    'worker-timeout': [-2.5],
    'connection-refused': [-1],
    'network-path': [-1.5],
    'tls-failure': [-0.5],
    'protocol-mismatch': [-1],
    'malformed-response': [-2.5],
    'response-header-too-large': [-2.5],
    'lambda-target-error': [-1],
    'request-body-refused': [-2.5],
  },
  read: ({ accessLog }) => {
    if (accessLog === null || accessLog.elb502 === 0 || !hasAnswered(accessLog)) return [];
    const { unexplained, explanations, elb502 } = accessLog;
    if (explanations === undefined || !unexplained || unexplained.failures < FEWEST_FAILURES) return [];
    const fact = `${thousands(unexplained.failures)} of ${thousands(elb502)} failed requests have no one thing in common that answered ones do not show nearly as often: no single path, client, target, moment, time of work, idle time or count of requests`;
    const strength = Math.min(1, unexplained.failures / ENOUGH_FAILURES);
    return [{ id: 'log-nothing-in-common', fact, source: 'access log', strength }];
  },
});
