import {
  isMeasured,
  knownKeepAliveShare,
  presumedStandings,
  standingText,
} from '../keep-alive/keep-alive.ts';
import { observation } from './observation.ts';

/**
 * What is stated of the targets' keep-alive, by a tag, a header or the default of a server, against the idle timeout.
 */
export const keepAliveStated = observation({
  outcomes: [
    'keepalive-declared-short',
    'keepalive-equal',
    'keepalive-declared-safe',
    'keepalive-default-short',
    'keepalive-default-long',
  ],
  needs: { subjects: ['attributes'] },
  improvedBy: { subjects: ['tags'] },
  // Without the idle timeout nothing can be said.
  restOnAbsence: [
    'keepalive-declared-short',
    'keepalive-equal',
    'keepalive-declared-safe',
    'keepalive-default-short',
    'keepalive-default-long',
  ],
  group: 'keep-alive',
  from: 'tag',
  weights: {
    'keepalive-mismatch': [1.7, 1.5, -2.5, 0.2, -0.5],
    'requests-per-connection-limit': [0, 0, 0, 0, 0],
    deployment: [0, 0, 0, 0, 0],
    'deregistration-delay-elapsed': [0, 0, 0, 0, 0],
    'target-crash': [0, 0, 0, 0, 0],
    'worker-timeout': [0, 0, 0, 0, 0],
    'connection-refused': [0, 0, 0, 0, 0],
    'network-path': [0, 0, 0, 0, 0],
    'tls-failure': [0, 0, 0, 0, 0],
    'protocol-mismatch': [0, 0, 0, 0, 0],
    'malformed-response': [0, 0, 0, 0, 0],
    'response-header-too-large': [0, 0, 0, 0, 0],
    'lambda-target-error': [0, 0, 0, 0, 0],
    'request-body-refused': [0, 0, 0, 0, 0],
  },
  read: (bundle) => {
    const standings = presumedStandings(bundle);
    const [worst] = standings;
    if (!worst) return [];
    const seen = { fact: standingText(worst), source: worst.fact.detail };
    if (worst.verdict === 'assumed') return [{ id: 'keepalive-default-long', ...seen }];
    if (worst.verdict === 'short') {
      if (isMeasured(worst.fact)) return [];
      if (worst.fact.source === 'server-default') return [{ id: 'keepalive-default-short', ...seen }];
      return [{ id: worst.marginSeconds === 0 ? 'keepalive-equal' : 'keepalive-declared-short', ...seen }];
    }
    // A thin margin fails only with coarse timers, so it counts like an unknown keep-alive.
    if (worst.verdict === 'thin' || standings.every(({ fact }) => isMeasured(fact))) return [];
    return [{ id: 'keepalive-declared-safe', ...seen, strength: knownKeepAliveShare(bundle) }];
  },
});
