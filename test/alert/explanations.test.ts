import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderReport } from '../../bin/diagnosis-report.ts';
import { withWholeFailures } from '../../lambda/access-log/explain/whole-failures.ts';
import { chatOf } from '../../lambda/alert/render/chat.ts';
import { incidentMarkdown, incidentText } from '../../lambda/alert/render/incident.ts';
import { briefFact, briefReasons, reasonsOf } from '../../lambda/alert/render/reasons.ts';
import {
  changedByText,
  countText,
  diagnosisSections,
  leadersLine,
  linesOf,
} from '../../lambda/alert/render/sections.ts';
import { smsOf } from '../../lambda/alert/render/sns.ts';
import { textOf } from '../../lambda/alert/render/text.ts';
import { diagnose } from '../../lambda/diagnose/diagnose.ts';
import {
  briefExplanations,
  briefStatement,
  causesLine,
  explainedCauses,
} from '../../lambda/diagnose/explanation-text.ts';
import type { Cause } from '../../lambda/model/cause.ts';
import type { Action, Diagnosis, Drift, EvidenceItem } from '../../lambda/model/diagnosis.ts';
import type { EvidenceBundle } from '../../lambda/model/evidence.ts';
import type { Explanation } from '../../lambda/model/explanation.ts';
import { recordAt } from '../store/entries.ts';
import { EXPORT, explanation, IDLE, loggedGroup, summaryOf, twoCauses } from './explained.ts';
import { minute, WEB } from './looks.ts';
import { alertOf, FAILING, series, shopBundle } from './shop.ts';

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
      explanation('target-stop', 9, 'ended when their target stopped (3 times on 1 target)', [], {
        target: '10.0.0.7:8080',
      }),
      'target 10.0.0.7:8080 stopped',
    ],
    [
      explanation(
        'target-stop',
        9,
        'were refused in a stretch by a target that answered before (1 time)',
        [],
        {
          target: '10.0.0.7:8080',
        },
      ),
      'refused in a stretch by target 10.0.0.7:8080 that answered before',
    ],
    [
      explanation(
        'moment',
        9,
        'came within 3 s at 14:03:07 UTC on 4 targets, in which 1 % of all requests came',
      ),
      'within 3 s at 14:03:07 UTC on 4 targets',
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
      .actions.filter(({ title }) => /make sure the server listens|find out what stops accepting/.test(title))
      .map(({ title }) => title);

  test('get no advice where the log was read whole', () => {
    expect(named(bundleOf([]))).toEqual([expect.stringContaining('targets of web')]);
    expect(named(bundleOf(['2 files'])).join()).toContain('targets of api');
  });
});

/** A diagnosis with these parts, and none of the others. */
const diagnosisWith = (parts: Partial<Diagnosis>): Diagnosis => ({
  ...alertOf(shopBundle({ at: 180, failing: FAILING }), 180).alert.diagnosis,
  ...{ verdict: 'target-crash', hypotheses: [], explanations: [], unexplained: null, drift: [] },
  ...{ missingEvidence: [], actions: [] },
  ...parts,
});

const items = (...weights: readonly number[]): EvidenceItem[] =>
  weights.map((weight, at) => ({ fact: `fact ${at}`, source: 'S', weight }));
const hypothesis = (cause: Cause, probability: number, evidence: readonly EvidenceItem[] = []) => ({
  ...{ cause, probability, evidence: [...evidence] },
});

describe('why the diagnosis says what it says', () => {
  const [crash, other] = [hypothesis('target-crash', 0.6, items(2)), hypothesis('deployment', 0.3, items(1))];
  const open = hypothesis('undetermined', 0.9, items(3));

  test.each<readonly [string, Partial<Diagnosis>, string | null]>([
    ['is told of the verdict', { hypotheses: [other, crash] }, 'target-crash'],
    [
      'is told of the likeliest where there is none',
      { verdict: 'undetermined', hypotheses: [open, other, crash] },
      'deployment',
    ],
    [
      'is told of the likeliest where the verdict has none',
      { verdict: 'tls-failure', hypotheses: [open, crash] },
      'target-crash',
    ],
    ['is not told where no cause is', { verdict: 'undetermined', hypotheses: [open] }, null],
    ['is not told without evidence', { hypotheses: [hypothesis('target-crash', 0.6)] }, null],
    [
      'is told by a log alone',
      { hypotheses: [hypothesis('target-crash', 0.6)], explanations: [EXPORT] },
      'target-crash',
    ],
  ])('%s', (_, parts, cause) => {
    expect(reasonsOf(diagnosisWith(parts), 3)?.cause ?? null).toBe(cause);
  });

  test('leaves what explains other failures out of what speaks against it', () => {
    const of = (weight: number) =>
      reasonsOf(
        diagnosisWith({
          hypotheses: [
            hypothesis('target-crash', 0.6, [...items(2), { fact: EXPORT.fact, source: 'L', weight }]),
          ],
          explanations: [EXPORT],
        }),
        3,
      );
    expect(of(1)).toMatchObject({ evidence: [{ fact: 'fact 0' }, { fact: EXPORT.fact }], others: [] });
    for (const weight of [0, -1])
      expect(of(weight)).toMatchObject({
        evidence: [{ fact: 'fact 0' }],
        others: [
          `${EXPORT.fact}; this points at malformed-response (72 %) or response-header-too-large (17 %)`,
        ],
      });
    expect(of(1)?.brief).toEqual(['28 of 28: GET /export']);
  });

  test('shows so many pieces of evidence, and in brief the largest parts of the log', () => {
    const explanations = [31, 20, 9, 5, 2].map((failures) =>
      explanation('node', failures, 'came through 1 node'),
    );
    const diagnosis = diagnosisWith({
      hypotheses: [hypothesis('target-crash', 0.6, items(2, 0, -1, 1))],
      explanations,
    });
    expect(reasonsOf(diagnosis, 3)?.evidence).toHaveLength(3);
    expect(briefReasons(diagnosis, 3)).toEqual([
      [31, 20, 9, 5].map((failures) => `${failures} of 67: through 1 node`).join(' · '),
      ...['+ fact 0', '- fact 1', '- fact 2'],
    ]);
    expect(briefReasons({ ...diagnosis, explanations: [] }, 1)).toEqual(['+ fact 0']);
    expect(briefReasons(diagnosisWith({}), 3)).toEqual([]);
  });

  test.each([
    ['all 2 targets are healthy (web, api) now', 'all 2 targets are healthy now'],
    ['one thing; and another', 'one thing'],
    ['one thing, but not another', 'one thing'],
    ['x'.repeat(110), 'x'.repeat(110)],
    ['x'.repeat(111), `${'x'.repeat(109)}…`],
  ])('in brief "%s" is "%s"', (fact, brief) => {
    expect(briefFact(fact)).toBe(brief);
  });
});

describe('the sections of a diagnosis', () => {
  const action = (title: string, parts: Partial<Action> = {}): Action => ({
    ...{ title, why: 'so it is', commands: [], rollback: [] },
    ...parts,
  });
  const drift = (parts: Partial<Drift> = {}): Drift => ({
    resourceArn:
      'arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/shop/50dc6c495c0c9188',
    ...{ key: 'k', baseline: '60', current: '300', changedAt: null, changedBy: null },
    ...parts,
  });

  test('are what happened, what to do, why, what changed, what is unknown, how to verify and to undo', () => {
    const diagnosis = diagnosisWith({
      at: '2026-11-20T12:00:00.000Z',
      symptom: {
        ...{ count: 12, requests: 4000, ratio: 0.003 },
        ...{ firstSeen: '2026-11-19T23:10:00.000Z', lastSeen: '2026-11-20T11:20:00.000Z' },
      },
      hypotheses: [
        hypothesis('target-crash', 0.7, items(2, -1)),
        hypothesis('undetermined', 0.2),
        hypothesis('deployment', 0.05),
        hypothesis('worker-timeout', 0.04),
      ],
      actions: [
        action('Verify: ask again', { commands: ['curl /'] }),
        ...[1, 2, 3, 4, 5, 6, 7].map((at) => action(`Do ${at}`)),
      ].map((one, at) =>
        at === 2
          ? {
              ...one,
              why: 'it helps Side effects: it costs Also check: the rest',
              commands: ['aws do'],
              rollback: ['aws undo'],
            }
          : one,
      ),
      drift: Array.from({ length: 10 }, (_, at) => drift({ key: `k${at}` })),
      missingEvidence: [1, 2, 3, 4, 5].map((at) => ({ what: `what ${at}`, how: `how ${at}`, separates: [] })),
    });
    expect(diagnosisSections(diagnosis)).toEqual([
      ['12 of 4,000 requests got 502 (0.3 %), all between 2026-11-19 23:10 and 11:20 UTC.'],
      [
        'WHAT TO DO',
        ...[
          '1. Do 1',
          '   So it is',
          '2. Do 2',
          '   aws do',
          '   It helps',
          '   Side effects: it costs',
          '   Also check: the rest',
        ],
        ...[3, 4, 5, 6].flatMap((at) => [`${at}. Do ${at}`, '   So it is']),
      ],
      ['WHY WE THINK SO', '+ fact 0 [S]', '- fact 1 [S]', 'Next likely: deployment (5 %)'],
      [
        'CHANGED SINCE THE BASELINE',
        ...[0, 1, 2, 3, 4, 5, 6, 7].flatMap((at) => [
          `shop: k${at} 60 -> 300`,
          '  By whom and when is not known',
        ]),
        'and 2 more',
      ],
      ['STILL UNKNOWN', ...[1, 2, 3, 4].flatMap((at) => [`- what ${at}`, `  how ${at}`])],
      ['VERIFY', 'Ask again; so it is', '  curl /'],
      ['ROLL BACK', 'To undo 2:', '   aws undo'],
    ]);
  });

  test('of what is not determined begin with the likeliest, and leave out what is the first step already', () => {
    const diagnosis = diagnosisWith({
      verdict: 'undetermined',
      symptom: { count: 5, requests: 10, ratio: 0.5, firstSeen: null, lastSeen: null, known: false },
      hypotheses: [
        hypothesis('undetermined', 0.5),
        hypothesis('target-crash', 0.3, items(1)),
        hypothesis('deployment', 0.2),
      ],
      explanations: [explanation('node', 5, 'came through 1 node')],
      drift: [drift({ baseline: null, current: null, onset: 'since then all fail' })],
      missingEvidence: [1, 2].map((at) => ({ what: `what ${at}`, how: `how ${at}`, separates: [] })),
      actions: [action('Get the evidence that would settle it: what 1')],
    });
    expect(diagnosisSections(diagnosis)).toEqual([
      ['At least 5 requests got 502; not all could be counted.'],
      ['WHAT TO DO', '1. Get the evidence that would settle it: what 1', '   So it is'],
      [
        'EVIDENCE (for target-crash, the likeliest at 30 %)',
        ...['5 of 5: through 1 node', '+ fact 0 [S]', 'came through 1 node; this tells no cause.'],
      ],
      [
        'CHANGED SINCE THE BASELINE',
        'shop: k (none) -> (none)',
        '  By whom and when is not known',
        '  Since then all fail.',
      ],
      ['STILL UNKNOWN', '- what 2', '  how 2'],
      [],
      [],
    ]);
    expect(leadersLine(diagnosis)).toBe(
      'The evidence does not separate target-crash (30 %), deployment (20 %).',
    );
    expect(
      diagnosisSections({ ...diagnosis, missingEvidence: diagnosis.missingEvidence.slice(0, 1) })[4],
    ).toEqual([]);
  });

  test('name all differences where these are eight, and undo no step that they leave out', () => {
    const eight = Array.from({ length: 8 }, (_, at) => drift({ key: `k${at}` }));
    const steps = [1, 2, 3, 4, 5, 6, 7].map((at) => action(`Do ${at}`, { rollback: [`aws undo ${at}`] }));
    const sections = diagnosisSections(diagnosisWith({ drift: eight, actions: steps }));
    expect(sections[3]?.at(-2)).toBe('shop: k7 60 -> 300');
    expect(sections[6]?.slice(-2)).toEqual(['To undo 6:', '   aws undo 6']);
  });

  test('of a diagnosis that has no cause at all name none', () => {
    expect(leadersLine(diagnosisWith({ hypotheses: [hypothesis('undetermined', 1)] }))).toBe(
      'No cause stands out.',
    );
  });

  test('have no other cause that is hardly likely, and at most four sentences of other failures', () => {
    const diagnosis = diagnosisWith({
      hypotheses: [hypothesis('target-crash', 0.9, items(1)), hypothesis('deployment', 0.009)],
      explanations: [1, 2, 3, 4, 5].map((at) => explanation('node', at, `came through node ${at}`)),
    });
    const [, , certainty = []] = diagnosisSections(diagnosis);
    expect(certainty.slice(2)).toEqual([
      '+ fact 0 [S]',
      ...[1, 2, 3, 4].map((at) => `came through node ${at}; this tells no cause.`),
    ]);
  });

  test('without a failure say so, or that it is not known', () => {
    const symptom = { count: 0, requests: 10, ratio: 0, firstSeen: null, lastSeen: null };
    expect(diagnosisSections(diagnosisWith({ symptom }))[0]).toEqual(['No 502 in the window so far.']);
    expect(diagnosisSections(diagnosisWith({ symptom: { ...symptom, known: false } }))[0]).toEqual([
      'Whether there are 502s is not known: they could not be read.',
    ]);
    expect(countText(diagnosisWith({ symptom: { ...symptom, count: 1200, requestsKnown: false } }))).toBe(
      '1,200 requests got 502; how many there were is not known',
    );
  });

  test('say who changed what, as far as it is known', () => {
    const by = (parts: Partial<Drift>) => changedByText(drift(parts), '2026-11-20T12:00:00.000Z');
    expect(by({ unknownBecause: 'the trail was not read' })).toBe(
      'by whom and when is not known: the trail was not read',
    );
    const changedAt = '2026-11-20T10:31:00.000Z';
    expect(by({ changedAt })).toBe('at 10:31 UTC by an unknown principal');
    expect(
      by({ changedAt, changedBy: 'sam', changedFrom: '192.0.2.1', changedWith: 'Terraform', expected: true }),
    ).toBe('at 10:31 UTC by sam from 192.0.2.1 with Terraform (an expected changer)');
  });

  test('are parted by an empty line, and nothing in them breaks a line', () => {
    expect(linesOf([['a', '  b'], [], ['c\nd']])).toBe('a\n  b\n\nc d\n');
  });
});
