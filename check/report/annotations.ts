import type { CheckResult } from '../check-repository.ts';
import type { CheckSeverity } from '../compare/rules.ts';

const COMMANDS: Readonly<Record<CheckSeverity, string>> = {
  error: 'error',
  warning: 'warning',
  note: 'notice',
};

const data = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');

/**
 * Findings as workflow commands of GitHub Actions, which shows them in the pull request
 * (https://docs.github.com/actions/reference/workflow-commands-for-github-actions).
 */
export const annotations = ({ findings }: CheckResult): readonly string[] =>
  findings.map(({ severity, place, rule, message, write }) => {
    const lines = write[0]?.lines ?? [];
    const text = lines.length === 0 ? message : `${message}\nWrite:\n${lines.join('\n')}`;
    return `::${COMMANDS[severity]} file=${property(place.file)},line=${place.line},title=${property(`alb502 ${rule}`)}::${data(text)}`;
  });
