import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderReport } from '../../bin/diagnosis-report.ts';
import { withWholeFailures } from '../../lambda/access-log/explain/whole-failures.ts';
import { chatOf } from '../../lambda/alert/render/chat.ts';
import { incidentMarkdown, incidentText } from '../../lambda/alert/render/incident.ts';
import { diagnosisSections } from '../../lambda/alert/render/sections.ts';
import { smsOf } from '../../lambda/alert/render/sns.ts';
import { textOf } from '../../lambda/alert/render/text.ts';
import { diagnose } from '../../lambda/diagnose/diagnose.ts';
import {
  briefExplanations,
  briefStatement,
  causesLine,
  explainedCauses,
} from '../../lambda/diagnose/explanation-text.ts';
import type { EvidenceBundle } from '../../lambda/model/evidence.ts';
import type { Explanation } from '../../lambda/model/explanation.ts';
import { recordAt } from '../store/entries.ts';
import { EXPORT, explanation, IDLE, loggedGroup, summaryOf, twoCauses } from './explained.ts';
import { minute, WEB } from './looks.ts';
import { alertOf, FAILING, series } from './shop.ts';

const alone = (one: Explanation): string => briefStatement(one);

describe('an explanation in a few words', () => {
  test.each([
    [IDLE, 'idle for 5.00 s'],
    [
      explanation(
        'idle-time',
        9,
        'came 75.02 s after an answer of the same target, which chance alone does less than once in a million times',
      ),
      'idle for 75.0 s, doubtful',
    ],
    [EXPORT, 'GET /export'],
    [
      explanation(
        'path',
        9,
        'are requests for GET /a, GET /b;c and 2 more paths, under 1 % of all requests; 9 % of them fail',
      ),
      'GET /a, GET /b;c and 2 more paths',
    ],
    [
      explanation('connection-requests', 9, 'are about request 101 of their connection, on 2 targets'),
      'request 101 of their connection',
    ],
    [
      explanation('connection-age', 9, 'are on connections older than 300 s, on 2 targets'),
      'connections older than 300 s',
    ],
    [
      explanation('target-time', 9, 'broke off after 30 s of work (29.9 s to 30.1 s)'),
      'broke off after 30 s of work',
    ],
    [
      explanation('client', 9, 'are of 3 clients with 4 % of all requests, on more than one path'),
      '3 clients',
    ],
    [
      explanation(
        'client',
        9,
        'came 5 s to 5.01 s after an answer to the same client: a rhythm of the client',
      ),
      '5 s to 5.01 s after an answer to the same client',
    ],
    [
      explanation(
        'request-body',
        9,
        'have a body of 20 kB or more, as 3 % of all requests have; smaller ones',
      ),
      'body of 20 kB or more',
    ],
    [
      explanation('target', 9, 'keep to 1 target group with 33 % of all requests, which never answered'),
      'target group web',
    ],
    [
      explanation('target', 9, 'keep to 1 target with 33 % of all requests', [], { target: '10.0.0.7:8080' }),
      'target 10.0.0.7:8080',
    ],
    [explanation('target', 9, 'keep to 2 targets with 33 % of all requests'), '2 targets'],
    [
      explanation('target-stop', 9, 'ended when their target stopped (3 times on 2 targets)'),
      'their target stopped',
    ],
    [
      explanation('moment', 9, 'came within 3 s on 4 targets, in which 1 % of all requests came'),
      'within 3 s on 4 targets',
    ],
    [
      explanation(
        'lambda-reason',
        9,
        'name a failure of the Lambda function: LambdaInvalidResponse, LambdaUnhandled',
      ),
      'Lambda: LambdaInvalidResponse, LambdaUnhandled',
    ],
    [explanation('node', 9, 'said in a way that is new'), 'said in a way that is new'],
  ])('%#: %s', (one, words) => {
    expect(alone(one)).toBe(words);
  });

  test('a path of a stranger stays on one line without control characters', () => {
    const path = 'GET /a\n\u001b[31m\u202eb';
    expect(alone({ ...EXPORT, where: { ...EXPORT.where, path } })).toBe('GET /a [31m b');
  });

  test('all of them, the largest first, with what is left', () => {
    expect(briefExplanations(summaryParts([IDLE, EXPORT]))).toEqual([
      '31 of 60: idle for 5.00 s',
      '28 of 60: GET /export',
      '1 of 60: unexplained',
    ]);
    expect(briefExplanations(summaryParts([]))).toEqual(['60 of 60: unexplained']);
    expect(briefExplanations({ explanations: [], unexplained: null })).toEqual([]);
  });
});

function summaryParts(explanations: readonly Explanation[]) {
  const { unexplained = null } = summaryOf(explanations);
  return { explanations: [...explanations], unexplained };
}

describe('the causes that are told', () => {
  test('are those with a part that matters and a leader', () => {
    const small = { ...EXPORT, failures: 8, share: 0.133 };
    const unsure = {
      ...EXPORT,
      cause: null,
      causes: [{ cause: 'malformed-response' as const, probability: 0.49 }],
    };
    expect(explainedCauses([IDLE, EXPORT]).map(({ cause }) => cause)).toEqual([
      'keepalive-mismatch',
      'malformed-response',
    ]);
    expect(explainedCauses([IDLE, small])).toHaveLength(1);
    expect(explainedCauses([IDLE, unsure])).toHaveLength(1);
    expect(causesLine(summaryParts([IDLE, EXPORT]))).toBe(
      'Two causes: keepalive-mismatch (31 of 60), malformed-response (28 of 60).',
    );
    expect(causesLine(summaryParts([IDLE]))).toBeNull();
  });

  test('two explanations of one cause are one', () => {
    const [sent] = explainedCauses([EXPORT, { ...EXPORT, failures: 20, share: 0.333 }]);
    expect(sent).toMatchObject({ cause: 'malformed-response', failures: 48 });
  });
});

describe('numbers of failures', () => {
  test('add up to all, whatever rounding made of them', () => {
    const part = fc.nat(100).map((failures) => ({ ...IDLE, failures, share: 0 }));
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), fc.nat(3), fc.nat(3), (explanations, more, fewer) => {
        const sent = explanations.reduce((sum, { failures }) => sum + failures, 0);
        const [first] = explanations;
        const all = Math.max(0, sent + more - Math.min(fewer, first?.failures ?? 0));
        const parts = withWholeFailures({ explanations, unexplained: { failures: 0, share: 0 } }, all);
        const sum = parts.explanations.reduce((so, { failures }) => so + failures, 0);
        expect(sum + (parts.unexplained?.failures ?? Number.NaN)).toBe(all);
        expect(parts.unexplained?.failures).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe('a log with two causes', () => {
  const bundle = twoCauses();
  const diagnosis = diagnose(bundle);
  const titles = diagnosis.actions.map(({ title }) => title);
  const alert = alertOf(bundle, 180);

  test('has the actions of both, each under its share, those of the verdict first', () => {
    expect(diagnosis.verdict).toBe('keepalive-mismatch');
    const places = [
      /^For 31 of 60 failures \(keepalive-mismatch\): on the targets of web \(nginx\): raise the keep-alive from 5 s/,
      /^For 28 of 60 failures \(malformed-response\): on the targets: look at the raw response to GET \/export$/,
      /^Verify/,
    ].map((words) => titles.findIndex((title) => words.test(title)));
    expect(places).not.toContain(-1);
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(
      titles.filter((title) => title.startsWith('For 31 of 60') || title.startsWith('For 28 of 60')),
    ).toHaveLength(
      titles.filter((title) => !title.startsWith('Verify') && !title.startsWith('If this was not')).length,
    );
  });

  test('is told in the first lines of the text, and in the reasons', () => {
    const text = textOf(alert);
    const lines = text.split('\n');
    expect(lines.slice(0, 4)).toContain(
      'Two causes: keepalive-mismatch (31 of 60), malformed-response (28 of 60).',
    );
    const why = lines.indexOf('WHY');
    expect(lines[why + 2]).toBe('31 of 60: idle for 5.00 s · 28 of 60: GET /export · 1 of 60: unexplained');
    expect(lines[0]).toMatch(/: idle close and malformed response$/);
    expect(diagnosisSections(diagnosis).flat().join('\n')).toMatch(
      /^28 of 60 failed requests are requests for GET \/export, 4 % of all requests; 100 % of them fail; this points at malformed-response \(7\d %\) or response-header-too-large \(1\d %\)\.$/m,
    );
    expect(text).toContain('on the targets: look at the raw response to GET /export\n');
    expect(text).not.toMatch(/^- 28 of 60/m);
  });

  test('is told in chat, in an SMS as far as it goes, and in the report of scan', () => {
    const { description, nextSteps } = chatOf(alert).content;
    expect(description).toContain('31 of 60: idle for 5.00 s\n28 of 60: GET /export\n1 of 60: unexplained');
    expect(description).toContain('Two causes: keepalive-mismatch (31 of 60)');
    expect(nextSteps.join('\n')).toContain('For 28 of 60 failures');
    expect(smsOf(alert)).toMatch(/^[\x20-\x7e]{1,140}$/);
    expect(
      renderReport(
        { diagnoses: [diagnosis], skipped: [] },
        { where: 'eu-central-1', unread: [], named: false, detailsWith: null },
        200,
      ),
    ).toContain('31 of 60: idle for 5.00 s · 28 of 60: GET /export · 1 of 60: unexplained');
  });

  test('stands in the record of the incident, as text and as Markdown', () => {
    const { incident } = recordAt(10);
    if (!incident) throw new Error('the example has no incident');
    const record = { ...incident, diagnosis };
    expect(incidentText(record)).toContain(
      '31 of 60: idle for 5.00 s · 28 of 60: GET /export · 1 of 60: unexplained\n',
    );
    expect(incidentMarkdown(record)).toContain('31 of 60: idle for 5.00 s · 28 of 60: GET /export');
  });
});

describe('what other evidence says', () => {
  test('moves the causes of the explanation it is about', () => {
    const fact = {
      ...{ targetGroupArn: WEB, target: '10.0.0.11:8080', path: '/export' },
      ...{
        fault: 'response-header-too-large' as const,
        detail: 'response headers of 40,000 bytes',
        at: minute(179),
      },
    };
    const bundle: EvidenceBundle = {
      ...twoCauses(),
      accessLog: summaryOf([{ ...EXPORT, failures: 60, share: 1 }]),
      responseFacts: [fact],
    };
    const { explanations, verdict, actions } = diagnose(bundle);
    expect(explanations[0]?.causes[0]?.cause).toBe('response-header-too-large');
    expect(verdict).toBe('response-header-too-large');
    expect(actions[0]?.title).toBe(
      'On the targets: send fewer or smaller response headers in answers to GET /export',
    );
  });
});

describe('groups that did not fail', () => {
  const other = WEB.replace('/web/', '/api/');
  const refused = explanation('target', 60, 'keep to 1 target group with 33 % of all requests', [
    { cause: 'connection-refused', probability: 0.9 },
  ]);
  const bundleOf = (leftOut: string[]): EvidenceBundle => {
    const bundle = twoCauses();
    const [web] = bundle.targetGroups;
    if (!web) throw new Error('the shop has no group');
    const groups = [loggedGroup(), loggedGroup({ targetGroupArn: other, elb502: 0 })];
    return {
      ...bundle,
      loadBalancer: { ...bundle.loadBalancer, attributes: { 'idle_timeout.timeout_seconds': '60' } },
      targetGroups: [web, { ...web, arn: other, name: 'api' }].map((group) => ({
        ...group,
        tags: { 'alb502:keep-alive-seconds': '75' },
      })),
      metrics: [
        ...bundle.metrics,
        series('TargetConnectionErrorCount', new Map(FAILING.map((time) => [time, 2]))),
      ],
      accessLog: summaryOf([refused], { targetGroups: groups, leftOut }),
    };
  };
  const named = (bundle: EvidenceBundle) =>
    diagnose(bundle)
      .actions.filter(({ title }) => title.includes('make sure the server listens'))
      .map(({ title }) => title);

  test('get no advice where the log was read whole', () => {
    expect(named(bundleOf([]))).toEqual([expect.stringContaining('targets of web')]);
    expect(named(bundleOf(['2 files'])).join()).toContain('targets of api');
  });
});
