import { CAUSE_ROWS } from '../../lambda/diagnose/causes.ts';
import { diagnose } from '../../lambda/diagnose/diagnose.ts';
import type { Candidate } from '../../lambda/diagnose/remedies/candidate.ts';
import { knownCandidates } from '../../lambda/diagnose/remedies/evidence-candidates.ts';
import { missingEvidence } from '../../lambda/diagnose/remedies/missing-evidence.ts';
import { trapCandidates } from '../../lambda/diagnose/remedies/trap-candidates.ts';
import { NAMED_CAUSES, type NamedCause } from '../../lambda/model/cause.ts';
import type { Action } from '../../lambda/model/diagnosis.ts';
import type { EvidenceBundle } from '../../lambda/model/evidence.ts';
import type { Texts } from '../expected-texts.ts';
import { ADVISED, CONFIGURED, LIMITED_SERVERS, TRAPS, UNREAD } from './advice-worlds.ts';
import { bundleWith, declared, type Edit, groupTag, idleTimeout } from './bundle.ts';
import { OWNED } from './owned.ts';

const block = (mark: string, lines: readonly string[]): readonly string[] =>
  lines.map((line) => `${mark} ${line}`);

/** An action as a person reads it: `|` before what is to be run or written, `<` before the way back. */
const actionText = ({ title, why, commands, rollback, layer, owner }: Action): string =>
  [`* ${title}`, why, `(${layer}, ${owner})`, ...block('|', commands), ...block('<', rollback)].join('\n');

const textOf = (actions: readonly Action[]): string => actions.map(actionText).join('\n');

const adviceOf = (bundle: EvidenceBundle, causes: readonly NamedCause[]): string =>
  causes.map((cause) => `${cause}\n\n${textOf(CAUSE_ROWS[cause].advise(bundle)) || 'nothing'}`).join('\n\n');

const candidateText = ({ what, how, commands, rollback, sideEffects, layer }: Candidate): string =>
  [
    `* ${what}${layer === undefined ? '' : ` (${layer})`}`,
    how,
    sideEffects,
    ...block('|', commands),
    ...block('<', rollback),
  ].join('\n');

/** What was not read at all, then what was tried and failed. */
const unreadText = (bundle: EvidenceBundle): string =>
  [
    ...knownCandidates(bundle).map(candidateText),
    ...missingEvidence(bundle, new Map()).map(({ what, how }) => `- ${what}\n  ${how}`),
  ].join('\n');

const textsOf = (edits: Readonly<Record<string, Edit>>, text: (bundle: EvidenceBundle) => string): Texts =>
  Object.fromEntries(Object.entries(edits).map(([name, edit]) => [name, () => text(bundleWith(edit))]));

/** What people are advised to do, in each kind of surroundings. */
export const ADVICE: Texts = {
  ...Object.fromEntries(
    Object.entries(ADVISED).map(([name, [edit, causes = NAMED_CAUSES]]) => [
      name,
      () => adviceOf(bundleWith(edit), causes),
    ]),
  ),
  ...Object.fromEntries(
    LIMITED_SERVERS.map((server) => [
      `a limit of requests on ${server}`,
      () =>
        adviceOf(bundleWith(groupTag('web', 'alb502:server', server), declared(5), idleTimeout(60)), [
          'requests-per-connection-limit',
        ]),
    ]),
  ),
  ...textsOf(UNREAD, unreadText),
  ...textsOf(TRAPS, (bundle) => trapCandidates(bundle).map(candidateText).join('\n')),
  ...OWNED,
  ...textsOf(CONFIGURED, (bundle) => textOf(diagnose(bundle).actions)),
};
