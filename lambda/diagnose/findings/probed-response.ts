import type { ResponseFact } from '../../model/evidence.ts';
import { printable } from '../command.ts';
import type { Finding, FindingReader } from '../finding.ts';
import { symptomOf } from '../symptom.ts';

const FAULTS = [
  {
    fault: 'response-header-too-large',
    id: 'probe-header-too-large',
    words: 'answered with headers above the 32 K that a load balancer takes',
  },
  {
    fault: 'malformed-response',
    id: 'probe-malformed-response',
    words: 'answered with a malformed response',
  },
] as const;

const asked = (fact: ResponseFact): string => printable(`${fact.target}${fact.path}`);

/** What the targets answered when paths were asked of them directly: by what share of those that are at fault. */
export const probedResponseFindings: FindingReader = (bundle) => {
  const facts = bundle.responseFacts ?? [];
  const [first] = facts;
  if (first === undefined || symptomOf(bundle).failures.size === 0) return [];
  const wrong = facts.filter(({ fault }) => fault !== null);
  if (wrong.length === 0) {
    const fact = `${facts.length} paths asked of targets directly were answered well (${asked(first)})`;
    return [{ id: 'probe-response-fine', fact, source: 'probe' }];
  }
  return FAULTS.flatMap(({ fault, id, words }): Finding[] => {
    const hits = wrong.filter((fact) => fact.fault === fault);
    const [hit] = hits;
    if (hit === undefined) return [];
    const fact = `asked directly, ${asked(hit)} ${words}: ${printable(hit.detail)}`;
    return [{ id, fact, source: `probe at ${hit.at}`, strength: hits.length / wrong.length }];
  });
};
