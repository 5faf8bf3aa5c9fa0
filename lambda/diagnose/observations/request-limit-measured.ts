import type { KeepAliveFact, TargetGroup } from '../../model/evidence.ts';
import { servingGroups } from '../bundle/serving-groups.ts';
import { factsInForce } from '../keep-alive/facts-in-force.ts';
import { keepsConnections } from '../keep-alive/keep-alive.ts';
import { printable } from '../remedies/command.ts';
import { observation } from './observation.ts';

/**
 * The highest default that servers have: nginx ends a connection after 1,000 requests. A probe that sent fewer requests
 * leaves a limit possible.
 */
const HIGHEST_DEFAULT_LIMIT = 1_000;

type Counted = NonNullable<KeepAliveFact['requestsPerConnection']> & { readonly fact: KeepAliveFact };

const nameOf = ({ name }: TargetGroup): string => printable(name);

/** How many requests a probe could send on one connection to a target, and how the connection ended. */
export const requestLimitMeasured = observation({
  outcomes: ['request-limit-unannounced', 'request-limit-announced', 'request-limit-not-met'],
  needs: {},
  group: 'probe',
  from: 'probe-idle',
  weights: {
    'keepalive-mismatch': [0, 0, 0],
    'requests-per-connection-limit': [3.9, -2, -1],
    deployment: [0, 0, 0],
    'deregistration-delay-elapsed': [0, 0, 0],
    'target-crash': [0, 0, 0],
    'worker-timeout': [0, 0, 0],
    'connection-refused': [0, 0, 0],
    'network-path': [0, 0, 0],
    'tls-failure': [0, 0, 0],
    'protocol-mismatch': [0, 0, 0],
    'malformed-response': [0, 0, 0],
    'response-header-too-large': [0, 0, 0],
    'lambda-target-error': [0, 0, 0],
    'request-body-refused': [0, 0, 0],
  },
  read: (bundle) => {
    const groups = servingGroups(bundle).filter(keepsConnections);
    const counted = groups.map((group) => ({
      group,
      results: factsInForce(bundle.keepAliveFacts, group, bundle.window.end).flatMap((fact): Counted[] =>
        fact.requestsPerConnection === undefined ? [] : [{ ...fact.requestsPerConnection, fact }],
      ),
    }));
    const known = counted.filter(({ results }) => results.length > 0);
    for (const { group, results } of known) {
      const hit = results.find(({ end }) => end === 'unannounced');
      if (hit === undefined) continue;
      const fact = `targets of ${nameOf(group)} end a connection after ${hit.served} requests, and no response announces it`;
      return [{ id: 'request-limit-unannounced', fact, source: sourceOf(hit) }];
    }
    const [first] = known;
    const [one] = first?.results ?? [];
    if (first === undefined || one === undefined) return [];
    // What was counted of some groups is not said of all.
    const share = known.length / groups.length;
    if (known.every(({ results }) => results.every(({ end }) => end === 'announced'))) {
      const fact = `targets of ${nameOf(first.group)} announce that they end a connection after ${one.served} requests`;
      return [{ id: 'request-limit-announced', fact, source: sourceOf(one), strength: share }];
    }
    const fewest = Math.min(...known.flatMap(({ results }) => results.map(({ served }) => served)));
    const strength = share * Math.min(1, Math.log(fewest) / Math.log(HIGHEST_DEFAULT_LIMIT));
    if (strength <= 0) return [];
    const fact = `targets of ${nameOf(first.group)} took ${fewest} requests on one connection`;
    return [{ id: 'request-limit-not-met', fact, source: sourceOf(one), strength }];
  },
});

const sourceOf = ({ fact: { target, at } }: Counted): string =>
  `probe of ${printable(target ?? 'a target')}${at === null ? '' : ` at ${at}`}`;
