import type { Diagnosis, MissingEvidence } from '../../model/diagnosis.ts';

/** What would tell more, without what stands among the actions already. */
export function furtherEvidence({ missingEvidence, actions }: Diagnosis): MissingEvidence[] {
  const commands = actions.flatMap((action) => action.commands.filter((line) => !line.startsWith('#')));
  return missingEvidence.filter(
    ({ what, how }) =>
      !actions.some(({ title }) => title.endsWith(`: ${what}`)) &&
      !commands.some((command) => how.startsWith(command)),
  );
}
