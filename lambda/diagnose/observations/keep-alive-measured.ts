import {
  isMeasured,
  knownKeepAliveShare,
  presumedStandings,
  standingText,
} from '../keep-alive/keep-alive.ts';
import { observation } from './observation.ts';

/** What was measured of the targets' keep-alive, against the idle timeout. */
export const keepAliveMeasured = observation({
  outcomes: ['keepalive-measured-short', 'keepalive-measured-safe'],
  needs: { subjects: ['attributes'] },
  // Without the idle timeout nothing can be said.
  restOnAbsence: ['keepalive-measured-short', 'keepalive-measured-safe'],
  group: 'keep-alive',
  from: 'probe-idle',
  weights: {
    'keepalive-mismatch': [2.6, -4.5],
    'requests-per-connection-limit': [-0.5, 0],
    deployment: [0, 0],
    'deregistration-delay-elapsed': [0, 0],
    'target-crash': [0, 0],
    'worker-timeout': [0, 0],
    'connection-refused': [0, 0],
    'network-path': [0, 0],
    'tls-failure': [0, 0],
    'protocol-mismatch': [0, 0],
    'malformed-response': [0, 0],
    'response-header-too-large': [0, 0],
    'lambda-target-error': [0, 0],
    'request-body-refused': [0, 0],
  },
  read: (bundle) => {
    const standings = presumedStandings(bundle);
    const [worst] = standings;
    if (!worst) return [];
    const seen = { fact: standingText(worst), source: worst.fact.detail };
    // Failures that line up at a keep-alive are counted where the log is read, by how many they are.
    if (worst.verdict === 'short')
      return worst.fact.source === 'probe' ? [{ id: 'keepalive-measured-short', ...seen }] : [];
    if (worst.verdict !== 'safe' || !standings.every(({ fact }) => isMeasured(fact))) return [];
    return [{ id: 'keepalive-measured-safe', ...seen, strength: knownKeepAliveShare(bundle) }];
  },
});
