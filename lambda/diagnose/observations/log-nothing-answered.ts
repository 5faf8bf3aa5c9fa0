import { answeredBy } from '../bundle/log-answers.ts';
import { observation } from './observation.ts';

/** That no target that failed answered anything: either none ever did, or the answered requests are not in the log. */
export const logNothingAnswered = observation({
  outcomes: ['log-nothing-answered'],
  needs: { subjects: ['access-log'] },
  group: 'log-lines',
  from: 'access-log',
  isOfUnexplained: true,
  weights: {
    'keepalive-mismatch': [-1.2],
    'requests-per-connection-limit': [-3],
    deployment: [-1],
    'deregistration-delay-elapsed': [-2],
    'target-crash': [-1.5],
    'worker-timeout': [0],
    'connection-refused': [-0.6],
    'network-path': [0],
    'tls-failure': [1.2],
    'protocol-mismatch': [2],
    'malformed-response': [0],
    'response-header-too-large': [0],
    'lambda-target-error': [0],
    'request-body-refused': [0],
  },
  read: ({ accessLog }) => {
    const failing = accessLog?.targetGroups.filter(({ elb502 }) => elb502 > 0) ?? [];
    if (failing.length === 0 || accessLog?.elb502 === 0 || answeredBy(failing) > 0) return [];
    const fact = 'no request to what failed was answered in the log';
    return [{ id: 'log-nothing-answered', fact, source: 'access log' }];
  },
});
