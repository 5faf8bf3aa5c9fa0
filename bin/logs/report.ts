import Table from 'cli-table3';
import wrapAnsi from 'wrap-ansi';
import type { AccessLogReading } from '../../lambda/access-log/analysis.ts';
import { requestLine } from '../../lambda/alert/render/failing-request.ts';
import { oneLine } from '../../lambda/alert/render/words.ts';
import type {
  KeepAliveEstimate,
  LoggedTarget,
  LoggedTargetGroup,
} from '../../lambda/model/access-log-summary.ts';
import { CAUSES } from '../../lambda/model/cause.ts';
import { requiredKeepAliveSeconds } from '../../lambda/model/required-keep-alive.ts';
import { style as pc } from '../terminal.ts';
import type { LogVerdict } from './verdict.ts';

const MOST_TARGETS = 12;
const MOST_REASONS = 5;
const MOST_FACTS = 6;
const MOST_REQUESTS = 6;

const count = (value: number): string => value.toLocaleString('en-US');
const percent = (share: number): string => (share > 0.99 ? 'over 99 %' : `${Math.round(share * 100)} %`);

/** A rate that stays readable when it is small. */
function rate(part: number, whole: number): string {
  if (whole === 0 || part === 0) return '0 %';
  const value = (part / whole) * 100;
  return `${Number(value.toPrecision(2))} %`;
}

/** Seconds with the digits that the interval supports. */
function seconds({ seconds: value, low, high }: KeepAliveEstimate): string {
  const digits = high - low > 0.1 ? 1 : high - low > 0.01 ? 2 : 3;
  return `${value.toFixed(digits)} s (${low.toFixed(digits)} to ${high.toFixed(digits)})`;
}

function indent(text: string, columns: number, first = '  '): string {
  const rest = ' '.repeat(first.length);
  return wrapAnsi(text, columns - first.length, { trim: true })
    .split('\n')
    .map((line, at) => `${at === 0 ? first : rest}${line}`)
    .join('\n');
}

function headline({ summary, ranking }: LogVerdict): string {
  const failed = `${count(summary.elb502)} of ${count(summary.requests)} requests failed with a 502 of the load balancer's own (${rate(summary.elb502, summary.requests)})`;
  if (ranking === null)
    return `${pc.bold(summary.loadBalancer)}\n  ${pc.green('no 502')} of its own in ${count(summary.requests)} requests`;
  const when = `${summary.firstSeen ?? ''} to ${summary.lastSeen ?? ''}`;
  const verdict =
    ranking.verdict === 'undetermined'
      ? pc.yellow(`undetermined: ${CAUSES.undetermined}`)
      : pc.red(`${ranking.verdict}: ${CAUSES[ranking.verdict]}`);
  return `${pc.bold(summary.loadBalancer)}\n  ${verdict}, ${percent(ranking.probability)} sure\n  ${failed}\n  ${when}`;
}

/** What speaks for the leading cause, strongest first; what speaks against it too. */
function reasons({ ranking }: LogVerdict, columns: number): string[] {
  if (ranking === null) return [];
  const leaders = ranking.hypotheses.filter(({ cause }) => cause !== 'undetermined');
  const first = leaders[0];
  if (!first) return [];
  const lines = [pc.bold(`Why ${first.cause}`)];
  for (const { fact, weight } of first.evidence.slice(0, MOST_FACTS))
    lines.push(indent(fact, columns, weight > 0 ? '  + ' : '  - '));
  const others = leaders.slice(1, 4).filter(({ probability }) => probability >= 0.03);
  if (others.length > 0)
    lines.push(
      indent(
        `else: ${others.map(({ cause, probability }) => `${cause} ${percent(probability)}`).join(', ')}`,
        columns,
      ),
    );
  return lines;
}

function keepAliveLine(group: LoggedTargetGroup, idleTimeoutSeconds: number): string {
  const { keepAlive } = group;
  if (keepAlive === null)
    return group.signatures.closedOnReuse >= 3
      ? 'keep-alive of the targets: cannot be told from these lines'
      : 'keep-alive of the targets: no failure tells it';
  const required = requiredKeepAliveSeconds(idleTimeoutSeconds);
  const relation =
    keepAlive.seconds >= required
      ? pc.green(`long enough for an idle timeout of ${idleTimeoutSeconds} s`)
      : pc.red(`needs at least ${Math.ceil(required)} s for an idle timeout of ${idleTimeoutSeconds} s`);
  return `keep-alive of the targets: ${pc.bold(seconds(keepAlive))}, read from ${keepAlive.failures} failures; chance of luck ${keepAlive.pValue.toExponential(0)}; ${relation}`;
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
      count(target.requests),
      count(target.elb502),
      rate(target.elb502, target.requests),
      target.keepAlive === null ? '' : `${target.keepAlive.seconds.toFixed(2)} s`,
    ]);
  return table.toString();
}

function groupLines(group: LoggedTargetGroup, idleTimeoutSeconds: number, columns: number): string[] {
  const name = /targetgroup\/([^/]+)/.exec(group.targetGroupArn)?.[1] ?? group.targetGroupArn;
  const lines = [
    `${pc.bold(`Target group ${name}`)}: ${count(group.elb502)} of ${count(group.requests)} failed`,
  ];
  if (group.elb502 > 0) lines.push(indent(keepAliveLine(group, idleTimeoutSeconds), columns));
  if (group.target502 > 0)
    lines.push(
      indent(
        `${count(group.target502)} more 502s are the targets' own answers; those are not counted`,
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
    ...(left > 0 ? [`  and ${count(left)} more between them; --json names up to 20`] : []),
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
  const lines = [pc.yellow(`${count(reading.linesRejected)} lines could not be read:`)];
  const byCount = [...reading.reasons].sort((a, b) => b[1] - a[1]);
  for (const [reason, times] of byCount.slice(0, MOST_REASONS)) {
    const first = reading.rejected.find((line) => line.reason === reason);
    const where = first ? ` (first: ${first.file}${first.line > 0 ? `:${first.line}` : ''})` : '';
    lines.push(indent(`${count(times)} × ${reason}${where}`, columns));
  }
  if (byCount.length > MOST_REASONS)
    lines.push(`  and ${byCount.length - MOST_REASONS} other reasons; --json lists the lines`);
  return lines;
}

/** The report for a person. */
export function renderLogs(
  reading: AccessLogReading,
  verdicts: readonly LogVerdict[],
  { idleTimeoutSeconds, columns }: { readonly idleTimeoutSeconds: number; readonly columns: number },
): string {
  const blocks = verdicts.map((verdict) =>
    [
      headline(verdict),
      ...reasons(verdict, columns),
      ...verdict.summary.targetGroups
        .filter((group) => group.elb502 > 0 || group.target502 > 0)
        .flatMap((group) => groupLines(group, idleTimeoutSeconds, columns)),
      ...requestLines(verdict),
      ...actionLines(verdict, columns),
    ].join('\n'),
  );
  const foot = [`${count(reading.linesRead)} lines read`, ...rejectedLines(reading, columns)];
  if (reading.linesOutside > 0)
    foot.push(`${count(reading.linesOutside)} lines of other load balancers or times left out`);
  return `${[...blocks, foot.join('\n')].join('\n\n')}\n`;
}
