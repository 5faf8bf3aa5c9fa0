import Table from 'cli-table3';
import type { AccessLogReading } from '../../lambda/access-log/analysis-result.ts';
import { requestLine } from '../../lambda/alert/render/failing-request.ts';
import { furtherEvidence } from '../../lambda/alert/render/further-evidence.ts';
import { oneLine } from '../../lambda/alert/render/text-format.ts';
import { hasAnswered } from '../../lambda/diagnose/bundle/log-answers.ts';
import {
  briefExplanations,
  causeSentence,
  causesLine,
  portionOfCause,
} from '../../lambda/diagnose/explanation-text.ts';
import { undeterminedText } from '../../lambda/diagnose/leaders.ts';
import type { LoggedTarget, LoggedTargetGroup } from '../../lambda/model/access-log-summary.ts';
import { likelihoodText } from '../../lambda/model/likelihood.ts';
import { nameOfLogged } from '../../lambda/model/logged-name.ts';
import { thousands } from '../../lambda/model/thousands.ts';
import { style as pc } from '../terminal.ts';
import { healthCheckLines } from './health-check-lines.ts';
import { indent } from './indent.ts';
import { keepAliveLine } from './keep-alive-line.ts';
import { percent } from './percent.ts';
import { reasonLines } from './reason-lines.ts';
import type { LogVerdict } from './verdict.ts';

const MOST_TARGETS = 12;
const MOST_REASONS = 5;
const MOST_REQUESTS = 6;
const MOST_UNKNOWN = 3;

const lines = (value: number): string => `${thousands(value)} ${value === 1 ? 'line' : 'lines'}`;

/** A rate that stays readable when it is small. */
function rate(part: number, whole: number): string {
  if (whole === 0 || part === 0) return '0 %';
  const value = (part / whole) * 100;
  return `${Number(value.toPrecision(2))} %`;
}

function headline({ summary, ranking, diagnosis }: LogVerdict, columns: number): string {
  const failed = `${thousands(summary.elb502)} of ${thousands(summary.requests)} requests failed with a 502 of the load balancer's own (${rate(summary.elb502, summary.requests)})`;
  if (ranking === null)
    return `${pc.bold(nameOfLogged(summary.loadBalancer))}\n  ${pc.green('no 502')} of its own in ${thousands(summary.requests)} requests`;
  const when = `${summary.firstSeen ?? ''} to ${summary.lastSeen ?? ''}`;
  const verdict =
    ranking.verdict === 'undetermined'
      ? `${pc.yellow('undetermined')}: ${undeterminedText(diagnosis)}`
      : `${pc.red(ranking.verdict)}: ${causeSentence(ranking.verdict, diagnosis)}; ${likelihoodText(ranking.probability)} (${percent(ranking.probability)})${portionOfCause(ranking.verdict, diagnosis)}`;
  const causes = causesLine(diagnosis);
  const only = hasAnswered(summary) ? [] : [ONLY_FAILED];
  return [
    pc.bold(nameOfLogged(summary.loadBalancer)),
    ...[
      verdict,
      ...only,
      ...briefExplanations(diagnosis),
      ...(causes === null ? [] : [causes]),
      failed,
      when,
    ].map((line) => indent(line, columns)),
  ].join('\n');
}

const ONLY_FAILED = 'only failed requests are in the log: without answered ones nothing stands out';

/** What would tell more than the actions do. */
function missingLines({ diagnosis }: LogVerdict, columns: number): string[] {
  const rest = furtherEvidence(diagnosis);
  if (rest.length === 0) return [];
  return [
    pc.bold('Still unknown'),
    ...rest
      .slice(0, MOST_UNKNOWN)
      .flatMap(({ what, how }) => [indent(oneLine(what), columns, '  - '), `    ${oneLine(how)}`]),
  ];
}

function targetsTable(targets: readonly LoggedTarget[]): string {
  const table = new Table({
    head: ['target', 'requests', '502', 'share', 'keep-alive'],
    colAligns: ['left', 'right', 'right', 'right', 'left'],
    style: { head: [], border: [], compact: true },
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
  });
  for (const target of targets.slice(0, MOST_TARGETS))
    table.push([
      target.target,
      thousands(target.requests),
      thousands(target.elb502),
      rate(target.elb502, target.requests),
      target.keepAlive === null ? '' : `${target.keepAlive.seconds.toFixed(2)} s`,
    ]);
  return table.toString();
}

function groupLines(group: LoggedTargetGroup, idleTimeoutSeconds: number | null, columns: number): string[] {
  const name = /targetgroup\/([^/]+)/.exec(group.targetGroupArn)?.[1] ?? group.targetGroupArn;
  const lines = [
    `${pc.bold(`Target group ${name}`)}: ${thousands(group.elb502)} of ${thousands(group.requests)} failed`,
  ];
  if (group.elb502 > 0) lines.push(indent(keepAliveLine(group, idleTimeoutSeconds), columns));
  if (group.target502 > 0)
    lines.push(
      indent(
        `${thousands(group.target502)} more 502s are the targets' own answers; those are not counted`,
        columns,
      ),
    );
  if (group.elb502 > 0 && group.targets.length > 0) {
    lines.push(targetsTable(group.targets).replace(/^/gm, '  '));
    if (group.targets.length > MOST_TARGETS)
      lines.push(`  and ${group.targets.length - MOST_TARGETS} more targets`);
  }
  return lines;
}

/** The first and the newest; each on one line, for it is copied and searched for. */
function requestLines({ summary: { failingRequests = [], elb502 } }: LogVerdict): string[] {
  if (failingRequests.length === 0) return [];
  const half = MOST_REQUESTS / 2;
  const shown =
    failingRequests.length <= MOST_REQUESTS
      ? failingRequests
      : [...failingRequests.slice(0, half), ...failingRequests.slice(-half)];
  const left = elb502 - shown.length;
  return [
    pc.bold('Failed requests'),
    ...shown.map((request) => `  ${oneLine(requestLine(request))}`),
    ...(left > 0 ? [`  and ${thousands(left)} more between them; --json names up to 20`] : []),
  ];
}

function actionLines({ actions }: LogVerdict, columns: number): string[] {
  if (actions.length === 0) return [];
  const lines = [pc.bold('What to do')];
  actions.forEach(({ title, why, commands, rollback }, at) => {
    lines.push(indent(pc.bold(title), columns, `  ${at + 1}. `), indent(why, columns, '     '));
    // Commands are copied, so they are never broken.
    lines.push(...commands.map((command) => `       ${pc.cyan(command)}`));
    if (rollback.length > 0)
      lines.push('     to undo:', ...rollback.map((command) => `       ${pc.cyan(command)}`));
  });
  return lines;
}

function rejectedLines(reading: AccessLogReading, columns: number): string[] {
  if (reading.linesRejected === 0) return [];
  const shown = [pc.yellow(`${lines(reading.linesRejected)} could not be read:`)];
  const byCount = [...reading.reasons].sort((a, b) => b[1] - a[1]);
  for (const [reason, times] of byCount.slice(0, MOST_REASONS)) {
    const first = reading.rejected.find((line) => line.reason === reason);
    const where = first ? ` (first: ${first.file}${first.line > 0 ? `:${first.line}` : ''})` : '';
    shown.push(indent(`${thousands(times)} × ${reason}${where}`, columns));
  }
  if (byCount.length > MOST_REASONS)
    shown.push(`  and ${byCount.length - MOST_REASONS} other reasons; --json lists the lines`);
  return shown;
}

/** The report for a person. */
export function renderLogs(
  reading: AccessLogReading,
  verdicts: readonly LogVerdict[],
  { idleTimeoutSeconds, columns }: { readonly idleTimeoutSeconds: number | null; readonly columns: number },
): string {
  const blocks = verdicts.map((verdict) =>
    [
      headline(verdict, columns),
      ...reasonLines(verdict, columns),
      ...verdict.summary.targetGroups
        .filter((group) => group.elb502 > 0 || group.target502 > 0)
        .flatMap((group) => groupLines(group, idleTimeoutSeconds, columns)),
      ...healthCheckLines(verdict, columns),
      ...actionLines(verdict, columns),
      ...missingLines(verdict, columns),
      ...requestLines(verdict),
    ].join('\n'),
  );
  // Without an access log nothing is said of 502s, but what the checks say is.
  const checked = verdicts.length > 0 ? [] : reading.healthChecks.all();
  for (const { loadBalancer, healthCheckLog } of checked)
    blocks.push(
      [
        pc.bold(loadBalancer ?? 'a load balancer that is not named'),
        ...healthCheckLines({ healthCheckLog }, columns),
      ].join('\n'),
    );
  const foot = [`${lines(reading.linesRead)} read`, ...rejectedLines(reading, columns)];
  for (const [name, records] of reading.absentFields)
    foot.push(
      pc.yellow(
        `${thousands(records)} ${records === 1 ? 'record has' : 'records have'} no ${name}: they are counted, and nothing is concluded from them`,
      ),
    );
  for (const { summary } of verdicts)
    for (const what of summary.leftOut)
      foot.push(`${nameOfLogged(summary.loadBalancer)}: ${what} are counted, but not looked at one by one`);
  if (reading.linesOutside > 0)
    foot.push(`${lines(reading.linesOutside)} of other load balancers or times left out`);
  return `${[...blocks, foot.join('\n')].join('\n\n')}\n`;
}
