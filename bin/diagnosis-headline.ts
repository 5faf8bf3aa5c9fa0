import { percent, sentenceOf } from '../lambda/alert/render/text-format.ts';
import { portionOfCause } from '../lambda/diagnose/explanation-text.ts';
import { leadersOf } from '../lambda/diagnose/leaders.ts';
import { mismatchSeverity } from '../lambda/diagnose/severity.ts';
import type { Diagnosis } from '../lambda/model/diagnosis.ts';
import { likelihoodText } from '../lambda/model/likelihood.ts';

/** What was found of a load balancer, in a line: the cause in words with how sure that is, or what else there is. */
export function headline(diagnosis: Diagnosis): string {
  const { verdict, probability, mismatches, symptom, drift } = diagnosis;
  if (verdict === 'undetermined') return unclear(diagnosis);
  if (verdict !== null)
    return `${verdict} (${likelihoodText(probability)}, ${percent(probability)}${portionOfCause(verdict, diagnosis)}): ${sentenceOf(verdict)}`;
  if (mismatches.length > 0)
    return `${symptom.known === false ? 'whether there were 502s is not known, and' : 'no 502 yet, but'} ${mismatchText(mismatches)}`;
  if (drift.length > 0) return 'configuration differs from its baseline';
  return symptom.count === 0 ? 'its 502s could not be counted' : 'no finding';
}

/** What is known, or what the server does unless somebody configured it. */
function mismatchText(mismatches: Diagnosis['mismatches']): string {
  const [worst] = mismatches;
  return worst?.assumed && mismatchSeverity(mismatches) === 'info'
    ? `the keep-alive would not outlast the idle timeout by the server's default (${worst.keepAliveSeconds} s, idle timeout ${worst.idleTimeoutSeconds} s): check`
    : 'the keep-alive does not outlast the idle timeout';
}

/** The same in a few words, for a table. */
export function shortCause(diagnosis: Diagnosis): string {
  const { verdict, probability, mismatches, symptom, drift } = diagnosis;
  if (verdict === 'undetermined') return unclear(diagnosis);
  if (verdict !== null) return `${verdict} (${percent(probability)})`;
  if (mismatches.length > 0)
    return `keep-alive ${mismatchSeverity(mismatches) === 'info' ? 'may be ' : ''}too short, ${symptom.known === false ? '502s not known' : 'no 502 yet'}`;
  if (drift.length > 0) return 'differs from its baseline';
  return symptom.count === 0 ? '502s could not be counted' : 'no finding';
}

/** Two names of what it may be say more than that it is unclear. */
function unclear(diagnosis: Diagnosis): string {
  const leaders = leadersOf(diagnosis).slice(0, 2);
  if (leaders.length === 0) return 'cause unclear';
  return `cause unclear: ${leaders.map(({ cause, probability }) => `${cause} (${percent(probability)})`).join(' or ')}`;
}
