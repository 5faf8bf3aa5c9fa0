import { percent, sentenceOf } from '../lambda/alert/render/text-format.ts';
import type { Diagnosis } from '../lambda/model/diagnosis.ts';
import { likelihoodText } from '../lambda/model/likelihood.ts';

/** What was found of a load balancer, in a line: the cause in words with how sure that is, or what else there is. */
export function headline(diagnosis: Diagnosis): string {
  const { verdict, probability, mismatches, symptom, drift } = diagnosis;
  if (verdict === 'undetermined') return unclear(diagnosis);
  if (verdict !== null)
    return `${verdict} (${likelihoodText(probability)}, ${percent(probability)}): ${sentenceOf(verdict)}`;
  if (mismatches.length > 0)
    return `${symptom.known === false ? 'whether there were 502s is not known, and' : 'no 502 yet, but'} the keep-alive does not outlast the idle timeout`;
  if (drift.length > 0) return 'configuration differs from its baseline';
  return symptom.count === 0 ? 'its 502s could not be counted' : 'no finding';
}

/** The same in a few words, for a table. */
export function shortCause(diagnosis: Diagnosis): string {
  const { verdict, probability, mismatches, symptom, drift } = diagnosis;
  if (verdict === 'undetermined') return unclear(diagnosis);
  if (verdict !== null) return `${verdict} (${percent(probability)})`;
  if (mismatches.length > 0)
    return `keep-alive too short, ${symptom.known === false ? '502s not known' : 'no 502 yet'}`;
  if (drift.length > 0) return 'differs from its baseline';
  return symptom.count === 0 ? '502s could not be counted' : 'no finding';
}

/** Two names of what it may be say more than that it is unclear. */
function unclear({ hypotheses }: Diagnosis): string {
  const leaders = hypotheses.filter(({ cause }) => cause !== 'undetermined').slice(0, 2);
  if (leaders.length === 0) return 'cause unclear';
  return `cause unclear: ${leaders.map(({ cause, probability }) => `${cause} (${percent(probability)})`).join(' or ')}`;
}
