import { type Reasons, reasonsOf } from '../../lambda/alert/render/reasons.ts';
import { oneLine } from '../../lambda/alert/render/text-format.ts';
import { leadersBeside } from '../../lambda/diagnose/leaders.ts';
import type { Diagnosis } from '../../lambda/model/diagnosis.ts';
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

/** Causes beside the one that the reasons are about. */
function elseLine(diagnosis: Diagnosis, { cause }: Reasons): string[] {
  const next = leadersBeside(diagnosis, cause).slice(0, 3);
  return next.length === 0
    ? []
    : [
        `${cause === null ? 'possible' : 'else'}: ${next.map((one) => `${one.cause} ${percent(one.probability)}`).join(', ')}`,
      ];
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
