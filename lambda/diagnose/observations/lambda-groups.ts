import { lambdaShare } from '../bundle/serving-groups.ts';
import { observation } from './observation.ts';

const SOURCE = 'target group TargetType';

/** Whether the targets are Lambda functions. */
export const lambdaGroups = observation({
  outcomes: ['no-lambda-group', 'lambda-groups-only'],
  needs: { subjects: ['target-groups'] },
  restOnAbsence: ['no-lambda-group', 'lambda-groups-only'],
  group: 'lambda',
  from: 'scan',
  weights: {
    'keepalive-mismatch': [0, -8],
    'requests-per-connection-limit': [0, -8],
    deployment: [0, -5],
    'deregistration-delay-elapsed': [0, -8],
    'target-crash': [0, -6],
    'worker-timeout': [0, -6],
    'connection-refused': [0, -8],
    'network-path': [0, -8],
    'tls-failure': [0, -8],
    'protocol-mismatch': [0, -8],
    'malformed-response': [0, -5],
    'response-header-too-large': [0, -5],
    'lambda-target-error': [-8, 0],
    'request-body-refused': [0, -5],
  },
  read: (bundle) => {
    switch (lambdaShare(bundle)) {
      case 'never':
        return [{ id: 'no-lambda-group', fact: 'no target is a Lambda function', source: SOURCE }];
      case 'only':
        return [{ id: 'lambda-groups-only', fact: 'all targets are Lambda functions', source: SOURCE }];
      default:
        return [];
    }
  },
});
