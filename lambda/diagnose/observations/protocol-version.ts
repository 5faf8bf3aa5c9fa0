import { servingGroups } from '../bundle/serving-groups.ts';
import { printable } from '../remedies/command.ts';
import { observation } from './observation.ts';

const SOURCE = 'target group ProtocolVersion';

/** Which version of HTTP the groups speak to their targets. */
export const protocolVersion = observation({
  outcomes: ['http2-group', 'http1-groups-only'],
  needs: { subjects: ['target-groups'] },
  restOnAbsence: ['http1-groups-only'],
  group: 'protocol',
  from: 'scan',
  weights: {
    'keepalive-mismatch': [0, 0],
    'requests-per-connection-limit': [0, 0],
    deployment: [0, 0],
    'deregistration-delay-elapsed': [0, 0],
    'target-crash': [0, 0],
    'worker-timeout': [0, 0],
    'connection-refused': [0, 0],
    'network-path': [0, 0],
    'tls-failure': [0, 0],
    'protocol-mismatch': [0.8, -0.8],
    'malformed-response': [0, 0],
    'response-header-too-large': [0, 0],
    'lambda-target-error': [0, 0],
    'request-body-refused': [0, 0],
  },
  read: (bundle) => {
    const spoken = servingGroups(bundle).filter((group) => group.targetType !== 'lambda');
    if (spoken.length === 0) return [];
    const modern = spoken.find(
      ({ protocolVersion }) => protocolVersion === 'HTTP2' || protocolVersion === 'GRPC',
    );
    if (modern) {
      const fact = `target group ${printable(modern.name)} speaks ${modern.protocolVersion} to its targets`;
      return [{ id: 'http2-group', fact, source: SOURCE }];
    }
    // Groups of which only a log tells carry no protocol.
    if (spoken.some(({ protocolVersion }) => protocolVersion === null)) return [];
    const fact = 'all target groups speak HTTP/1.1 to their targets';
    return [{ id: 'http1-groups-only', fact, source: SOURCE }];
  },
});
