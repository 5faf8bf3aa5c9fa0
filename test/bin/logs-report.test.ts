import { describe, expect, test } from 'vitest';
import { renderLogs } from '../../bin/logs/report.ts';
import { verdictOf } from '../../bin/logs/verdict.ts';
import { LogAnalysis } from '../../lambda/access-log/analysis.ts';
import type { AccessLogSummary } from '../../lambda/model/access-log-summary.ts';
import { EXPORT, IDLE, loggedGroup, summaryOf } from '../alert/explained.ts';

const estimate = { seconds: 75.02, low: 75, high: 75.04, failures: 31, pValue: 4e-31 };

const report = (summary: AccessLogSummary, idleTimeoutSeconds: number | null, columns = 200): string =>
  renderLogs(new LogAnalysis({}).reading(), [verdictOf(summary, idleTimeoutSeconds)], {
    idleTimeoutSeconds,
    columns,
  });

const oneLine = (text: string): string => text.replace(/\s+/g, ' ');

describe('on a phone', () => {
  const lines = report(summaryOf([IDLE, EXPORT]), 60, 40).split('\n');

  test('the first lines say the cause and what explains how many failures', () => {
    expect(lines.slice(0, 10).join('\n')).toMatch(
      /^app\/shop\/\w+\n {2}keepalive-mismatch: [\s\S]+; (?:very )?likely \(\d+ %\)\n {2}31 of 60: idle for 5\.00 s\n {2}28 of 60: GET \/export\n {2}1 of 60: unexplained\n/,
    );
  });

  test('prose keeps to 40 columns; only commands and tables do not', () => {
    const isProse = (line: string) => !/^ {5,}\S|[│┌├└]|^ {4}alb502 /.test(line);
    expect(lines.filter((line) => line.length > 40 && isProse(line))).toEqual([]);
  });
});

describe('targets that keep connections for 75 s', () => {
  const idle = {
    ...IDLE,
    failures: 60,
    share: 1,
    fact: 'came 75.02 s after an answer of the same target, which chance alone does less than once in a million times',
  };
  const summary = summaryOf([idle], { targetGroups: [loggedGroup({ keepAlive: estimate })] });
  const bound = 'a connection was reused after 75.0 s idle, so the idle timeout is above 75 s';

  test('prove an idle timeout above that, where nobody gave one; the default does not refute them', () => {
    const { diagnosis } = verdictOf(summary, null);
    expect(diagnosis.verdict).toBe('keepalive-mismatch');
    const text = oneLine(report(summary, null));
    expect(text).toContain(`${bound}; the keep-alive must be 5 s or 10 % longer than it`);
    expect(text).not.toMatch(/\b60 s/);
    const [read, raise, lower] = diagnosis.actions;
    expect(read?.why).toContain(bound);
    expect(read?.commands.join()).toMatch(/^aws elbv2 describe-load-balancer-attributes /);
    expect(raise?.title).toBe(
      'On the targets of web: raise the keep-alive from 75 s to 5 s or 10 % above the idle timeout',
    );
    expect(raise?.why).toContain(
      'The timeout is above 75 s, so these lines use the smallest value that can work (83 s)',
    );
    expect(lower?.title).toBe('Or on the load balancer: set idle_timeout.timeout_seconds to 68 or less');
  });

  test('contradict a shorter one that was given', () => {
    expect(oneLine(report(summary, 60))).toContain(
      `longer than the idle timeout of 60 s that was given, but ${bound}`,
    );
  });

  test('ask to check the one that was given', () => {
    const [check] = verdictOf(summary, 60).diagnosis.actions;
    expect(check?.title).toBe(
      'Check the idle timeout: it is 60 s (as given), yet a connection was reused after 75.0 s idle',
    );
    expect(check?.commands.join()).toContain('describe-load-balancer-attributes');
    expect(
      verdictOf(summary, 120)
        .diagnosis.actions.map(({ title }) => title)
        .join(),
    ).not.toContain('Check');
  });

  test('are too short for a longer one that was given', () => {
    expect(oneLine(report(summary, 120))).toContain(
      'needs at least 132 s for the idle timeout of 120 s that was given',
    );
  });
});

test('what strangers wrote stays on its line', () => {
  const hostile = {
    ...EXPORT,
    fact: 'are\n\u001b[2Jforged',
    where: { ...EXPORT.where, path: 'GET /\u001b[2J\nx' },
  };
  const text = report(summaryOf([{ ...IDLE, causes: [] }, hostile]), null);
  expect(text).not.toContain('\u001b[2J');
  expect(text).toContain('28 of 60: GET / [2J x\n');
});
