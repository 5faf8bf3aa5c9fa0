import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FleetEntry, Incident } from '../../lambda/model/alert.ts';
import type { Cause } from '../../lambda/model/cause.ts';
import { escapeHtml, html } from '../../lambda/widget/html.ts';
import { answerWidget, type WidgetActions, type WidgetPorts } from '../../lambda/widget/widget.ts';
import { EXPORT, IDLE, summaryOf } from '../alert/explained.ts';
import { failingRequestAt } from '../alert/failing-request.ts';
import { POSTURE, RESOLVED, RESOLVED_INCIDENT, UNKNOWN } from '../gallery/widget-states.ts';
import { clicksOf, isClean, textOf } from './markup.ts';
import { arnOf, entry, NOW_MS, SAMPLE_FLEET, SAMPLE_INCIDENT, samplePorts } from './sample-fleet.ts';

const CHECKOUT = { view: 'load-balancer', loadBalancerArn: arnOf('checkout') };

/** Ports whose actions write down what they were asked for. */
function recordedActions(): { readonly ports: WidgetPorts; readonly done: unknown[] } {
  const done: unknown[] = [];
  const actions: WidgetActions = {
    acceptDrift: async ({ loadBalancerArn }, drift) => {
      done.push(['accept', loadBalancerArn, drift]);
    },
    silence: async ({ loadBalancerArn }, untilMs) => {
      done.push(['silence', loadBalancerArn, untilMs]);
    },
  };
  return { ports: samplePorts(undefined, { actions: () => actions }), done };
}

describe('an answer to CloudWatch', () => {
  const failing = (logged: unknown[]) =>
    samplePorts([], {
      loadFleet: () => Promise.reject(new Error('dynamodb:Query is denied <b>')),
      logFailure: (error) => logged.push(error),
    });

  test('documents itself in Markdown without touching the table', async () => {
    const logged: unknown[] = [];
    expect(await answerWidget({ describe: true }, failing(logged))).toMatch(/^## alb502/);
    expect(logged).toEqual([]);
  });

  test('shows a failed read in place of the table, and logs it', async () => {
    const logged: unknown[] = [];
    const markup = await answerWidget({}, failing(logged));
    expect(logged).toEqual([new Error('dynamodb:Query is denied <b>')]);
    expect(textOf(markup)).toContain('could not be read.\n dynamodb:Query is denied &lt;b&gt;');
  });

  test.each([
    [null],
    ['text'],
    [7],
    [undefined],
    [{ view: 'everything' }],
    [{ view: 'load-balancer' }],
    [{ view: 'silence', loadBalancerArn: 'shop' }],
  ])('refuses %j with one line', async (event) => {
    await expect(answerWidget(event, samplePorts())).rejects.toThrow(
      /^the event is not one of a CloudWatch custom widget[^\n]+$/,
    );
  });
});

describe('the record of a load balancer', () => {
  test('has what to do, how to roll back, the evidence, what changed and the history', async () => {
    const text = textOf(await answerWidget(CHECKOUT, samplePorts()));
    for (const said of [
      'targets of checkout-web close idle connections after 75 s',
      '214 of 18,400 requests got 502 (1.2 %), from 10:30 to 11:57',
      'Set the idle timeout of checkout back to 60 s',
      'Key=idle_timeout.timeout_seconds,Value=60',
      'Value=300',
      '502s began 6 minutes after the idle timeout was raised',
      'switch on access_logs.s3.enabled',
      'assumed-role/deploy/pipeline',
      'severity rose to critical',
      SAMPLE_INCIDENT.id,
    ])
      expect(text).toContain(said);
    // A cause that has hardly a chance is not named beside the one that it is.
    expect(text).not.toContain('Next likely');
  });

  type Chance = readonly [cause: Cause, probability: number];
  test.each<readonly [verdict: Cause, chances: readonly Chance[], said: RegExp | null]>([
    [
      'keepalive-mismatch',
      [
        ['keepalive-mismatch', 0.8],
        ['deployment', 0.05],
        ['target-crash', 0.049],
      ],
      /Next likely: deployment 5 %\s*$/m,
    ],
    [
      'undetermined',
      [
        ['undetermined', 0.7],
        ['deployment', 0.15],
        ['target-crash', 0.1],
      ],
      /Possible: deployment 15 %, target-crash 10 %/,
    ],
    [
      'undetermined',
      [
        ['undetermined', 0.85],
        ['deployment', 0.12],
      ],
      null,
    ],
  ])('names the causes beside %s that have a chance: %j', async (verdict, chances, said) => {
    const hypotheses = chances.map(([cause, probability]) => ({ cause, probability, evidence: [] }));
    const incident: Incident = {
      ...SAMPLE_INCIDENT,
      diagnosis: { ...SAMPLE_INCIDENT.diagnosis, verdict, hypotheses },
    };
    const ports = samplePorts(undefined, { loadIncident: async () => incident });
    const text = textOf(await answerWidget(CHECKOUT, ports));
    if (said === null) expect(text).not.toMatch(/Next likely|Possible/);
    else expect(text).toMatch(said);
  });

  test('tells what explains the failures before what to do, as text whatever is in a path', async () => {
    const hostile = { ...EXPORT, where: { ...EXPORT.where, path: 'GET /<b>x' } };
    const { explanations = [], unexplained = null } = summaryOf([IDLE, hostile]);
    const incident: Incident = {
      ...SAMPLE_INCIDENT,
      diagnosis: { ...SAMPLE_INCIDENT.diagnosis, explanations, unexplained },
    };
    const markup = await answerWidget(
      CHECKOUT,
      samplePorts(undefined, { loadIncident: async () => incident }),
    );
    const text = textOf(markup);
    for (const said of ['31 of 60: idle for 5.00 s', '28 of 60: GET /&lt;b&gt;x', '1 of 60: unexplained'])
      expect(text).toContain(said);
    expect(text.indexOf('31 of 60')).toBeLessThan(text.indexOf('What to do'));
    expect(text).toContain('Two causes: keepalive-mismatch (31 of 60), malformed-response (28 of 60).');
    expect(isClean(markup)).toBe(true);
  });

  test('names the newest failed requests by their trace, as text whatever is in them', async () => {
    const requests = Array.from({ length: 8 }, (_, second) => failingRequestAt(second));
    const hostile = { ...failingRequestAt(9), url: 'https://x/<img src=x onerror=alert(1)>' };
    const failingRequests = { requests: [...requests, hostile], atLeast: 40 };
    const answer = await answerWidget(
      CHECKOUT,
      samplePorts(undefined, { loadIncident: async () => ({ ...SAMPLE_INCIDENT, failingRequests }) }),
    );
    expect(answer).not.toContain('<img');
    const text = textOf(answer);
    for (const { traceId } of failingRequests.requests.slice(-5)) expect(text).toContain(traceId ?? '');
    expect(text).not.toContain(failingRequestAt(3).traceId ?? '');
    expect(text).toContain('and at least 35 more');
  });

  test('without an incident, says what is known and how to learn more', async () => {
    const text = textOf(
      await answerWidget({ view: 'load-balancer', loadBalancerArn: arnOf('images') }, samplePorts()),
    );
    expect(text).toContain('No 502 yet');
    expect(text).toContain('alb502 scan --region eu-central-1 --load-balancer images');
  });

  test('of a configuration without an incident has what to do and how to roll back', async () => {
    const text = textOf(
      await answerWidget(
        { view: 'load-balancer', loadBalancerArn: arnOf('accounts') },
        samplePorts([POSTURE]),
      ),
    );
    expect(text).toContain('What to do');
    expect(text).toContain('keepalive_timeout 330s;');
    expect(text).toMatch(/How to roll back\n.*keepalive_timeout 75s;/s);
  });

  test('of an incident that ended has when, the rate before and after, and its evidence', async () => {
    const ports = samplePorts([RESOLVED], {
      loadIncident: async (id) => (id === RESOLVED_INCIDENT.id ? RESOLVED_INCIDENT : null),
    });
    const text = textOf(await answerWidget({ ...CHECKOUT, loadBalancerArn: arnOf('media') }, ports));
    for (const said of [
      'Resolved ',
      'It was ',
      'Before: 214 of 18,400 requests (1.2 %)',
      'Since then: 0 of 9,120 requests.',
      'What was advised',
      'All targets stayed healthy',
    ])
      expect(text).toContain(said);
  });

  test('links to the console, says how sure in words, and draws the share of each explanation', async () => {
    const markup = await answerWidget(CHECKOUT, samplePorts());
    expect(markup).toMatch(
      /<a href="https:\/\/eu-central-1\.console\.aws\.amazon\.com\/ec2\/home[^"]+" target="_blank" rel="noreferrer">/,
    );
    expect(textOf(markup)).toContain(' (almost certain, 97 %)');
    expect(markup).toMatch(/aria-label="98 %"><rect class="g" [^>]+><rect class="k" width="88"/);
    expect(markup).toMatch(/aria-label="2 %">/);
  });

  test('of 502s that could not be read says so', async () => {
    const view = { view: 'load-balancer', loadBalancerArn: arnOf('partner-gateway') };
    const text = textOf(await answerWidget(view, samplePorts([UNKNOWN])));
    expect(text).toContain('Whether there are 502s is not known: they could not be read.');
    expect(text).not.toMatch(/[Nn]o 502/);
  });

  test('says so where it is gone', async () => {
    const text = textOf(
      await answerWidget({ ...CHECKOUT, loadBalancerArn: arnOf('deleted') }, samplePorts()),
    );
    expect(text).toContain('is gone');
  });

  test('stays under 50 kB, however much there is to say', async () => {
    const long = 'a long sentence about what was seen in the log of the load balancer '.repeat(40);
    const many = <T>(one: T): T[] => Array.from({ length: 200 }, () => one);
    const { diagnosis } = SAMPLE_INCIDENT;
    const [hypothesis] = diagnosis.hypotheses;
    const huge: Incident = {
      ...SAMPLE_INCIDENT,
      diagnosis: {
        ...diagnosis,
        hypotheses: hypothesis
          ? [{ ...hypothesis, evidence: many({ fact: long, source: 'log', weight: 1 }) }]
          : [],
        actions: many({ title: long, why: long, commands: [long], rollback: [long] }),
        missingEvidence: many({ what: long, how: long, separates: [] }),
      },
      timeline: many({ at: SAMPLE_INCIDENT.openedAt, phase: 'firing', reason: long, event: null }),
    };
    const markup = await answerWidget(CHECKOUT, samplePorts(undefined, { loadIncident: async () => huge }));
    expect(Buffer.byteLength(markup)).toBeLessThan(50_000);
  });

  test('keeps the indentation of a configuration, and a command whole or not at all', async () => {
    const configuration = ['spec:', '  template:', '    metadata: {}', `aws ${'x'.repeat(1000)}`];
    const [action] = SAMPLE_INCIDENT.diagnosis.actions;
    if (!action) throw new Error('the sample has no action');
    const actions = [{ ...action, commands: [...configuration, 'y'.repeat(2001)] }];
    const incident = { ...SAMPLE_INCIDENT, diagnosis: { ...SAMPLE_INCIDENT.diagnosis, actions } };
    const fleet = [entry('checkout', { severity: 'warning', incidentId: 'x' })];
    const markup = await answerWidget(CHECKOUT, samplePorts(fleet, { loadIncident: async () => incident }));
    for (const line of configuration) expect(markup).toContain(`<pre>${line}</pre>`);
    expect(markup).not.toContain('yyy');
    expect(textOf(markup)).toContain('A command of 2,001 characters is in the mail and the record.');
  });

  test('keeps hostile text as text', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 30 }), async (text) => {
        const hostile = `</pre><script>alert(1)</script>${text}`;
        const poison = (value: unknown): unknown => {
          if (typeof value === 'string')
            return /^\d{4}-|^(firing|updated|keepalive)/.test(value) ? value : hostile;
          if (Array.isArray(value)) return value.map(poison);
          if (typeof value !== 'object' || value === null) return value;
          return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, poison(inner)]));
        };
        const poisoned = poison({
          actions: SAMPLE_INCIDENT.diagnosis.actions,
          drift: SAMPLE_INCIDENT.diagnosis.drift,
        });
        const diagnosis = { ...SAMPLE_INCIDENT.diagnosis, ...Object(poisoned) };
        const incident: Incident = { ...SAMPLE_INCIDENT, id: hostile, diagnosis };
        const fleet: FleetEntry[] = [
          entry('checkout', { severity: 'warning', owner: hostile, incidentId: 'x' }),
        ];
        const markup = await answerWidget(
          CHECKOUT,
          samplePorts(fleet, { loadIncident: async () => incident }),
        );
        expect(isClean(markup)).toBe(true);
      }),
    );
  });
});

describe('what a viewer may change', () => {
  test('is offered nowhere and refused unless the configuration allows it', async () => {
    const offered = clicksOf(await answerWidget(CHECKOUT, samplePorts()));
    expect(offered).toEqual([]);
    const text = textOf(await answerWidget({ ...CHECKOUT, view: 'silence' }, samplePorts()));
    expect(text).toContain('Not allowed.');
  });

  test('is asked for twice: every button that changes something has a confirmation', async () => {
    const { ports } = recordedActions();
    const markup = await answerWidget(CHECKOUT, ports);
    expect(clicksOf(markup)).toEqual([
      { view: 'accept-drift', loadBalancerArn: arnOf('checkout') },
      { view: 'silence', loadBalancerArn: arnOf('checkout') },
    ]);
    expect(markup.match(/ confirmation="[^"]+\?"/g)).toHaveLength(2);
  });

  test('silences for one hour', async () => {
    const { ports, done } = recordedActions();
    expect(textOf(await answerWidget({ ...CHECKOUT, view: 'silence' }, ports))).toContain(
      'Silenced for one hour',
    );
    expect(done).toEqual([['silence', arnOf('checkout'), NOW_MS + 3_600_000]]);
  });

  test('accepts the drift that was shown', async () => {
    const { ports, done } = recordedActions();
    const drift = SAMPLE_FLEET.find(({ loadBalancerArn }) => loadBalancerArn === arnOf('checkout'))?.drift;
    expect(textOf(await answerWidget({ ...CHECKOUT, view: 'accept-drift' }, ports))).toContain('Accepted');
    expect(done).toEqual([['accept', arnOf('checkout'), drift]]);
  });
});

describe('markup', () => {
  test('escapes nothing but the five signs that HTML gives a meaning', () => {
    expect(escapeHtml(`<a href="x">'&'</a> für 5 €`)).toBe(
      '&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt; für 5 €',
    );
  });

  test('takes values for text, templates for markup, and null for nothing', () => {
    const inner = html`<b>${'<i>'}</b>`;
    expect(html`<p>${inner}${null}${[1, '&', inner]}</p>`.markup).toBe(
      '<p><b>&lt;i&gt;</b>1&amp;<b>&lt;i&gt;</b></p>',
    );
  });

  test('loses control characters and marks that turn the direction of writing', () => {
    expect(html`${'a\u202eb\u0000c\nd'}`.markup).toBe('a b c d');
  });
});

test('a region that may not be looked at, or whose changes no trail tells of, stands above the table', async () => {
  const at = '2026-11-20T10:00:00.000Z';
  const beats = { lastBackstopAt: at, passStartedAt: null, passAfterArn: null, posturePending: [] };
  const loadRegions = async () => [
    { region: 'eu-central-1', progress: { ...beats, trail: { checkedAt: at, state: 'none' as const } } },
    { region: 'eu-west-3', progress: { ...beats, deniedAt: at } },
    { region: 'us-east-1', progress: { ...beats, trail: { checkedAt: at, state: 'exists' as const } } },
  ];
  const markup = await answerWidget({ widgetContext: {} }, samplePorts(undefined, { loadRegions }));
  expect(markup).toContain('No CloudTrail trail in eu-central-1.');
  expect(markup).toContain('Not watched: eu-west-3.');
  expect(markup).not.toContain('us-east-1.');
  expect(await answerWidget({ widgetContext: {} }, samplePorts())).not.toMatch(/Not watched|CloudTrail/);
});
