import { type Reasons, reasonsOf } from '../../lambda/alert/render/reasons.ts';
import { oneLine } from '../../lambda/alert/render/text-format.ts';
import { briefStatement } from '../../lambda/diagnose/explanation-text.ts';
import { leadersBeside } from '../../lambda/diagnose/leaders.ts';
import type { Diagnosis } from '../../lambda/model/diagnosis.ts';
import type { Explanation } from '../../lambda/model/explanation.ts';
import { style as pc } from '../terminal.ts';
import { indent } from './indent.ts';
import { percent } from './percent.ts';
import type { LogVerdict } from './verdict.ts';

const MOST_FACTS = 6;

function reasonsHeading({ verdict }: Diagnosis, { cause, probability }: Reasons): string {
  if (cause === null) return 'What was seen';
  return verdict === 'undetermined'
    ? `What speaks for ${cause}, the likeliest at ${percent(probability)}`
    : `Why ${cause}`;
}

/** The explanation that a cause has most of its failures from; null where none allows it. */
function explanationFor({ explanations }: Diagnosis, cause: string): Explanation | null {
  const partOf = ({ share, causes }: Explanation): number =>
    share * (causes.find((one) => one.cause === cause)?.probability ?? 0);
  const [most] = explanations.filter((one) => partOf(one) > 0).sort((a, b) => partOf(b) - partOf(a));
  return most ?? null;
}

/** Causes beside the one that the reasons are about: such as an explanation allows, or something speaks for. */
function elseLine(diagnosis: Diagnosis, { cause }: Reasons): string[] {
  const { explanations, hypotheses } = diagnosis;
  const next = leadersBeside(diagnosis, cause).flatMap((one): string[] => {
    const explanation = explanationFor(diagnosis, one.cause);
    const said = `${one.cause} ${percent(one.probability)}`;
    if (explanation !== null)
      return [explanations.length < 2 ? said : `${said} (${briefStatement(explanation)})`];
    const evidence = hypotheses.find((hypothesis) => hypothesis.cause === one.cause)?.evidence ?? [];
    return evidence.some(({ weight }) => weight > 0) ? [said] : [];
  });
  return next.length === 0 ? [] : [`${cause === null ? 'possible' : 'else'}: ${next.slice(0, 3).join(', ')}`];
}

/** What speaks for the leading cause, strongest first; what speaks against it; what explains other failures. */
export function reasonLines({ diagnosis }: LogVerdict, columns: number): string[] {
  const found = diagnosis.verdict === null ? null : reasonsOf(diagnosis, MOST_FACTS);
  if (found === null) return [];
  const { cause, evidence, others } = found;
  const isFor = ({ weight }: (typeof evidence)[number]): boolean => weight > 0;
  const against = evidence.filter((item) => !isFor(item));
  return [
    pc.bold(reasonsHeading(diagnosis, found)),
    ...evidence.filter(isFor).map(({ fact }) => indent(oneLine(fact), columns, '  + ')),
    ...others.map((sentence) => indent(oneLine(sentence), columns, '  · ')),
    ...elseLine(diagnosis, found).map((line) => indent(line, columns)),
    ...(against.length === 0 ? [] : [pc.bold(`What speaks against ${cause}`)]),
    ...against.map(({ fact }) => indent(oneLine(fact), columns, '  - ')),
  ];
}
