import { CAUSES, type Cause, type NamedCause } from '../model/cause.ts';
import type { Diagnosis } from '../model/diagnosis.ts';
import type { Explanation, Unexplained } from '../model/explanation.ts';
import { thousands } from '../model/thousands.ts';
import { isNamed } from './failure-parts.ts';
import { printable } from './remedies/command.ts';

/** What explains the failures of a log, and what nothing does. */
export type Explained = Pick<Diagnosis, 'explanations' | 'unexplained'>;

/** How many failures the log has; 0 where no log was read. */
export const failuresOf = ({ explanations, unexplained }: Explained): number =>
  explanations.reduce((sum, { failures }) => sum + failures, unexplained?.failures ?? 0);

/** `28 of 60`. */
export const portion = ({ failures }: Unexplained, all: number): string =>
  `${thousands(failures)} of ${thousands(all)}`;

const groupName = (arn: string): string => /targetgroup\/([^/]+)/.exec(arn)?.[1] ?? arn;

/** What is said of the failures: a diagnosis says before it how many they are. */
const predicateOf = ({ fact }: Explanation): string => fact.replace(/^[\d,]+ of [\d,]+ failed requests /, '');

/** The part of a fact before the figures that say how rare it is; a time of day has colons of its own. */
const headOf = (fact: string): string => fact.split(/[,;(]|:(?!\d)| with (?:under )?\d/, 1)[0] ?? fact;

const LEADS = /^(?:are (?:on |of |about )?|have a |keep to |came |were |ended when |name )/;

const generic = (explanation: Explanation): string => headOf(predicateOf(explanation)).replace(LEADS, '');

function idleText(explanation: Explanation): string {
  const [, low, seconds] =
    /(?:([\d.]+) s to )?([\d.]+) s after an answer of the same target/.exec(predicateOf(explanation)) ?? [];
  if (seconds === undefined) return generic(explanation);
  const doubt = explanation.cause === null ? ', doubtful' : '';
  const from = low === undefined ? '' : `${Number(low).toPrecision(3)} s to `;
  return `idle for ${from}${Number(seconds).toPrecision(3)} s${doubt}`;
}

function pathText(explanation: Explanation): string {
  const { path } = explanation.where;
  if (path !== null && !path.endsWith(' /*')) return path;
  return (
    /^are requests for (.+?), (?:under )?\d+ %/.exec(predicateOf(explanation))?.[1] ?? generic(explanation)
  );
}

function targetText(explanation: Explanation): string {
  const { where } = explanation;
  const fact = predicateOf(explanation);
  if (fact.startsWith('keep to 1 target group') && where.targetGroupArn !== null)
    return `target group ${groupName(where.targetGroupArn)}`;
  return where.target !== null && fact.startsWith('keep to 1 target ')
    ? `target ${where.target}`
    : generic(explanation);
}

function nodeText(explanation: Explanation): string {
  const { node, target } = explanation.where;
  const said = generic(explanation);
  const named = node === null ? said : said.replace('1 load balancer node', `load balancer node ${node}`);
  return target === null ? named : named.replace('a target that', `target ${target}, which`);
}

function stopText(explanation: Explanation): string {
  const { target } = explanation.where;
  const said = generic(explanation);
  return target === null ? said : said.replace(/\b(?:their|a) target\b/, `target ${target}`);
}

function lambdaText(explanation: Explanation): string {
  const [, reasons] = /^name a failure of the Lambda function: (.+)$/.exec(predicateOf(explanation)) ?? [];
  return reasons === undefined ? generic(explanation) : `Lambda: ${reasons}`;
}

/** The statement of an explanation in a few words: `idle for 5.00 s`, `GET /export`, `target group web`. */
export function briefStatement(explanation: Explanation): string {
  const statements: Partial<Record<Explanation['kind'], (explanation: Explanation) => string>> = {
    'idle-time': idleText,
    path: pathText,
    target: targetText,
    node: nodeText,
    'target-stop': stopText,
    'lambda-reason': lambdaText,
  };
  return printable((statements[explanation.kind] ?? generic)(explanation));
}

/** `28 of 60: idle for 5.00 s`, one for each explanation, the largest first, then what is unexplained. */
export function briefExplanations(explained: Explained): string[] {
  const { explanations, unexplained } = explained;
  const all = failuresOf(explained);
  const parts = explanations.map((one) => `${portion(one, all)}: ${briefStatement(one)}`);
  return unexplained === null || unexplained.failures === 0
    ? parts
    : [...parts, `${portion(unexplained, all)}: unexplained`];
}

/** From this probability on the first cause of an explanation is named as its cause. */
const LEADING_PROBABILITY = 0.5;
/** A cause with a smaller share of the failures is not listed separately. */
const LEAST_SHARE = 0.15;

/** The cause of an explanation, if one leads. */
export function leadingCause({ cause, causes }: Explanation): NamedCause | null {
  const [first] = causes;
  const leading =
    cause ?? (first !== undefined && first.probability >= LEADING_PROBABILITY ? first.cause : '');
  return isNamed(leading) ? leading : null;
}

/** Whether connections end at an age, and not after a number of requests, as far as explanations tell. */
export function endsAtAge(explanations: readonly Explanation[]): boolean {
  const limits = explanations.filter((one) => leadingCause(one) === 'requests-per-connection-limit');
  return limits.length > 0 && limits.every(({ kind }) => kind === 'connection-age');
}

/** A cause in one line, in words of what explains the failures where that says more of it. */
export const causeSentence = (cause: Cause, { explanations }: Pick<Diagnosis, 'explanations'>): string =>
  cause === 'requests-per-connection-limit' && endsAtAge(explanations)
    ? 'the target closes a connection at an age, unannounced'
    : CAUSES[cause];

/** A cause with the failures of all explanations that it leads. */
export interface ExplainedCause extends Unexplained {
  readonly cause: NamedCause;
}

/** The causes that account for a part of the failures that matters, the largest first. */
export function explainedCauses(explanations: readonly Explanation[]): ExplainedCause[] {
  const causes = new Map<NamedCause, ExplainedCause>();
  for (const explanation of explanations) {
    const cause = leadingCause(explanation);
    if (cause === null) continue;
    const known = causes.get(cause) ?? { cause, failures: 0, share: 0 };
    const { failures, share } = explanation;
    causes.set(cause, { cause, failures: known.failures + failures, share: known.share + share });
  }
  return [...causes.values()]
    .filter(({ share }) => share >= LEAST_SHARE)
    .sort((left, right) => right.share - left.share);
}

/** With less of the failures than this a cause is not said to be that of all of them. */
const NEARLY_ALL = 0.9;

/** ` for 60 of 100 failures`: what the probability of a cause is about; empty where that is nearly all of them. */
export function portionOfCause(cause: Cause, explained: Explained): string {
  const own = explainedCauses(explained.explanations).find((one) => one.cause === cause);
  return own === undefined || own.share >= NEARLY_ALL
    ? ''
    : ` for ${portion(own, failuresOf(explained))} failures`;
}

const NUMBERS = ['No', 'One', 'Two', 'Three', 'Four', 'Five', 'Six'];

/** `Two causes: keepalive-mismatch (28 of 60), malformed-response (31 of 60).`; null where there is one or none. */
export function causesLine(explained: Explained): string | null {
  const causes = explainedCauses(explained.explanations);
  if (causes.length < 2) return null;
  const all = failuresOf(explained);
  const parts = causes.map((part) => `${part.cause} (${portion(part, all)})`);
  return `${NUMBERS[causes.length] ?? causes.length} causes: ${parts.join(', ')}.`;
}

const percent = (probability: number): string => `${Math.min(99, Math.round(probability * 100))} %`;

/** What an explanation says of its cause, in words: it points at one that leads, others may be it. */
export function causesText(explanation: Explanation): string {
  const likely = explanation.causes.filter(({ probability }) => probability >= 0.1).slice(0, 3);
  if (likely.length === 0) return 'this tells no cause';
  const named = likely.map(({ cause, probability }) => `${cause} (${percent(probability)})`);
  return explanation.cause === null
    ? `this may be ${named.join(', ')} or something else`
    : `this points at ${named.join(' or ')}`;
}
