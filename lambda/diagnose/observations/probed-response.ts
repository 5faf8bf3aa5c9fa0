import type { ResponseFact, ResponseFault } from '../../model/evidence.ts';
import { printable } from '../remedies/command.ts';
import { symptomOf } from '../symptom.ts';
import { observation } from './observation.ts';

const FAULTS = {
  'response-header-too-large': {
    id: 'probe-header-too-large',
    predicate: 'answered with headers above the 32 K that a load balancer takes',
  },
  'malformed-response': { id: 'probe-malformed-response', predicate: 'answered with a malformed response' },
  'speaks-tls': {
    id: 'probe-speaks-tls',
    predicate: 'answered over TLS only, and its target group uses HTTP',
  },
  'speaks-plain-http': {
    id: 'probe-speaks-plain-http',
    predicate: 'answered in plain HTTP, and its target group uses HTTPS',
  },
  tls: { id: 'probe-tls', predicate: 'did not complete a TLS handshake' },
  refused: { id: 'probe-refused', predicate: 'refused the connection' },
} as const satisfies Readonly<Record<ResponseFault, { readonly id: string; readonly predicate: string }>>;

const asked = (fact: ResponseFact): string => printable(`${fact.target}${fact.path}`);

/** What the targets answered when paths were asked of them directly: by what share of those that are at fault. */
export const probedResponse = observation({
  outcomes: [
    'probe-header-too-large',
    'probe-malformed-response',
    'probe-speaks-tls',
    'probe-speaks-plain-http',
    'probe-tls',
    'probe-refused',
    'probe-response-fine',
  ],
  needs: {},
  group: 'probe',
  from: 'probe-path',
  weights: {
    'keepalive-mismatch': [0, 0, 0, 0, 0, 0, 0],
    'requests-per-connection-limit': [0, 0, 0, 0, 0, 0, 0],
    deployment: [0, 0, 0, 0, 0, 0, 0],
    'deregistration-delay-elapsed': [0, 0, 0, 0, 0, 0, 0],
    'target-crash': [0, 0, 0, 0, 0, 0.5, 0],
    'worker-timeout': [0, 0, 0, 0, 0, 0, 0],
    'connection-refused': [0, 0, 0, 0, 0, 1.5, -0.7],
    'network-path': [0, 0, 0, 0, 0, -1, 0],
    'tls-failure': [0, 0, -1, 5, 2.5, 0, -1],
    'protocol-mismatch': [0, 0, 5, 1, 0, 0, -2],
    'malformed-response': [-1.5, 5, 0, 0, 0, 0, -0.7],
    'response-header-too-large': [5, -1.5, 0, 0, 0, 0, -0.5],
    'lambda-target-error': [0, 0, 0, 0, 0, 0, 0],
    'request-body-refused': [0, 0, 0, 0, 0, 0, 0],
  },
  read: (bundle) => {
    const facts = bundle.responseFacts ?? [];
    const [first] = facts;
    if (first === undefined || symptomOf(bundle).failures.size === 0) return [];
    const wrong = new Map<ResponseFault, ResponseFact[]>();
    for (const fact of facts) {
      if (fact.fault !== null) wrong.set(fact.fault, [...(wrong.get(fact.fault) ?? []), fact]);
    }
    if (wrong.size === 0) {
      const fact = `${facts.length} paths asked of targets directly were answered well (${asked(first)})`;
      return [{ id: 'probe-response-fine', fact, source: 'probe' }];
    }
    const total = [...wrong.values()].flat().length;
    return [...wrong].flatMap(([fault, [hit, ...others]]) => {
      if (hit === undefined) return [];
      const { id, predicate } = FAULTS[fault];
      const fact = `asked directly, ${asked(hit)} ${predicate}: ${printable(hit.detail)}`;
      return [{ id, fact, source: `probe at ${hit.at}`, strength: (1 + others.length) / total }];
    });
  },
});
