import { describe, expect, test } from 'vitest';
import { renderLogs } from '../../bin/logs/report.ts';
import { verdictOf } from '../../bin/logs/verdict.ts';
import { LogAnalysis } from '../../lambda/access-log/analysis.ts';
import type { AccessLogSummary } from '../../lambda/model/access-log-summary.ts';
import { EXPORT, explanation, IDLE, loggedGroup, summaryOf } from '../alert/explained.ts';

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
      /^app\/shop\/\w+\n {2}keepalive-mismatch: [\s\S]+; (?:very )?likely \(\d+ %\) for\n? *31 of 60 failures\n {2}31 of 60: idle for 5\.00 s\n {2}28 of 60: GET \/export\n {2}1 of 60: unexplained\n/,
    );
  });

  test.each([30, 36, 40, 44, 52, 71])('a figure stays with its unit, at %i columns', (columns) => {
    const text = report(summaryOf([IDLE, EXPORT]), 60, columns);
    expect(text).not.toMatch(/\d\n *(?:%|s|min|ms)(?!\w)/);
    expect(text).not.toContain('\u00a0');
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
    expect(text).toContain(
      `${bound}; the keep-alive must be longer than it by 5 s or 10 %, whichever is more`,
    );
    expect(text).not.toMatch(/\b60 s/);
    const [read, raise, lower] = diagnosis.actions;
    expect(read?.why).toContain(bound);
    expect(read?.commands.join()).toMatch(/^aws elbv2 describe-load-balancer-attributes /);
    expect(raise?.title).toBe('On the targets of web: raise the keep-alive from 75 s to at least 83 s');
    expect(raise?.why).toContain('The timeout is above 75 s, so 83 s is the smallest value that can work');
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

describe('what a log only hints at', () => {
  const node = explanation(
    'node',
    60,
    'came through 1 load balancer node to targets that answered other nodes',
    [{ cause: 'network-path', probability: 0.1 }],
    { node: '10.0.1.7' },
  );

  test('is said without a cause that would be the likeliest, and without a change to verify', () => {
    const text = report(summaryOf([node]), null);
    expect(text).toContain(
      'undetermined: no cause stands out\n  60 of 60: through load balancer node 10.0.1.7 to',
    );
    expect(text).toContain('What was seen\n  · 60 of 60 failed requests came through');
    expect(text).toContain('this may be network-path (10 %) or something else\n');
    expect(text).not.toMatch(/likeliest|possible:|Verify/);
  });

  test('names the node and the one target that it does not reach', () => {
    const own = explanation(
      'node',
      60,
      'came through 1 load balancer node to a target that answered other nodes',
      [],
      {
        node: '10.0.1.7',
        target: '10.0.0.9:8080',
      },
    );
    expect(report(summaryOf([own]), null)).toContain(
      '60 of 60: through load balancer node 10.0.1.7 to target 10.0.0.9:8080, which answered other nodes',
    );
  });

  test('has a step that shows whether it is the one cause that may be it', () => {
    const idle = { ...IDLE, failures: 60, share: 1, cause: null };
    const open = { ...idle, causes: [{ cause: 'keepalive-mismatch' as const, probability: 0.49 }] };
    const [first] = verdictOf(summaryOf([open]), null).diagnosis.actions;
    expect(first?.why).toContain('it shows whether it is keepalive-mismatch.');
    expect(first?.commands).toContain('alb502 probe http://10.0.0.11:8080/');
    expect(report(summaryOf([open]), null)).toContain('60 of 60: idle for 5.00 s, doubtful\n');
  });
});

test('what speaks against the cause stands last, under its own heading, and no advice is given twice', () => {
  const stops = explanation('target-stop', 40, 'ended when their target stopped (9 times on 1 target)', [
    { cause: 'target-crash', probability: 0.9 },
  ]);
  const signatures = { closedOnReuse: 50, midRequest: 10, neverDispatched: 0, answeredBadly: 0, lambda: 0 };
  const text = report(summaryOf([stops], { targetGroups: [loggedGroup({ signatures })] }), null);
  const [before = '', after = ''] = text.split('What speaks against target-crash\n');
  expect(before).not.toMatch(/^ {2}- /m);
  expect(after).toMatch(/^ {2}- \d+ of 60 failed requests /);
  const commands = text
    .split('\n')
    .flatMap((line) => /alb502 (?:probe|scan) .*?(?= {3}#|$)/.exec(line) ?? []);
  expect(commands.length).toBeGreaterThan(0);
  expect(new Set(commands).size).toBe(commands.length);
});

test('how failures of another explanation look speaks against nothing', () => {
  const [stops, lambda] = [
    explanation('target-stop', 40, 'ended when their target stopped (9 times on 1 target)', [
      { cause: 'target-crash', probability: 0.9 },
    ]),
    explanation('lambda-reason', 20, 'name a failure of the Lambda function: LambdaUnhandled', [
      { cause: 'lambda-target-error', probability: 0.99 },
    ]),
  ];
  const signatures = { closedOnReuse: 5, midRequest: 35, neverDispatched: 0, answeredBadly: 0, lambda: 20 };
  const targetGroups = [loggedGroup({ signatures })];
  const text = report(summaryOf([stops, lambda], { targetGroups }), null);
  expect(text).toContain('+ 35 of 60 failed requests broke off');
  expect(text).not.toContain('What speaks against');
  expect(report(summaryOf([stops], { targetGroups }), null)).toContain('What speaks against');
});

test('where no cause has a chance there is still something to do', () => {
  const stops = explanation('target-stop', 60, 'ended when their target stopped (1 time on 1 target)', []);
  const text = report(summaryOf([stops]), null);
  expect(text).toContain('undetermined: no cause stands out');
  expect(text).toContain('failed requests were sent to a target that closed');
  expect(text).toContain(
    'What to do\n  1. Get the evidence that would settle it: what AWS says about the targets',
  );
  expect(text).toContain('it may show a cause that the log does not.');
});

test.each([
  ['GET /export', '100 %', ', every time this path is requested. Side effect: none', false],
  ['GET /export', 'under 1 %', '. Under 1 % of the requests for this path fail', false],
  ['POST /jobs', '30 %', 'Such a request may change data, so none is sent again', true],
])('a path is looked at as it fails: %s, %s', (path, share, words, mayChange) => {
  const fact = `are requests for ${path}, 4 % of all requests; ${share} of them fail`;
  const [look] = verdictOf(
    summaryOf([{ ...EXPORT, failures: 60, share: 1, fact, where: { ...EXPORT.where, path } }]),
    null,
  ).diagnosis.actions;
  expect(look?.why).toContain(words);
  // What may change something is not asked for again: it is captured.
  expect(look?.commands.some((line) => /^(?:curl|alb502 probe) /.test(line))).toBe(!mayChange);
  expect(look?.commands.some((line) => line.startsWith('tcpdump '))).toBe(mayChange);
});

describe('targets that refuse', () => {
  const refused = explanation(
    'target',
    60,
    'keep to 1 target with 25 % of all requests',
    [{ cause: 'connection-refused', probability: 0.78 }],
    { target: '10.0.0.11:8080' },
  );
  const adviceAt = (requests: number) => {
    const targets = [{ target: '10.0.0.11:8080', requests, elb502: 60, keepAlive: null }];
    const groups = [loggedGroup({ requests, answered: requests - 60, targets })];
    const { actions } = verdictOf(summaryOf([refused], { targetGroups: groups }), null).diagnosis;
    return actions.map(({ title }) => title).join();
  };

  test('at times are not said to have no server; what never answers is', () => {
    expect(adviceAt(9000)).toContain('find out what stops accepting on port 8080 for a while');
    expect(adviceAt(60)).toContain('make sure the server listens on port 8080');
  });
});

test.each([
  [3, '--since 3h   # this reaches back to the first failure of the log'],
  [30, '--since 30h   # this reaches'],
  [100, '--since 5d   # this reaches'],
  [400, '--since 3h   # when it happens again: AWS keeps the minutes for 15 days'],
])('a scan looks back to failures of %i hours ago, as far as AWS keeps them', (hours, command) => {
  const summary = summaryOf([{ ...EXPORT, failures: 60, share: 1 }]);
  const now = new Date(Date.parse(summary.firstSeen ?? '') + hours * 3_600_000).toISOString();
  const { missingEvidence } = verdictOf(summary, null, null, [], now).diagnosis;
  expect(missingEvidence.map(({ how }) => how).join('\n')).toContain(command);
});
