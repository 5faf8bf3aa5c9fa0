import { chatOf } from '../../lambda/alert/render/chat.ts';
import { incidentMarkdown, incidentText } from '../../lambda/alert/render/incident.ts';
import { snsMessageOf, subjectOf } from '../../lambda/alert/render/sns.ts';
import { textOf } from '../../lambda/alert/render/text.ts';
import { diagnose } from '../../lambda/diagnose/diagnose.ts';
import { STOPGAP } from '../../lambda/diagnose/remedies/attribute-change.ts';
import type { Alert, Incident, Notification } from '../../lambda/model/alert.ts';
import type { Diagnosis, Drift } from '../../lambda/model/diagnosis.ts';
import type { Change } from '../../lambda/model/evidence.ts';
import type { Texts } from '../expected-texts.ts';
import { recordAt } from '../store/entries.ts';
import { twoCauses } from './explained.ts';
import { failingRequestAt } from './failing-request.ts';
import { minute, SHOP, WEB } from './looks.ts';
import { alertOf, FAILING, shopBundle } from './shop.ts';

const firing = alertOf(shopBundle({ at: 180, failing: FAILING }), 180);
const posture = alertOf(shopBundle({ at: 180 }), 180);
const [worst] = firing.alert.diagnosis.mismatches;
if (!worst) throw new Error('the shop has no mismatch');

type Changes = Partial<Omit<Notification, 'alert'>> & {
  readonly alert?: Partial<Alert>;
  readonly diagnosis?: Partial<Diagnosis>;
};

/** As a monitor with all its links sends it, with what differs. */
function sent(base: Notification, { alert, diagnosis, ...rest }: Changes): Notification {
  const links = {
    console: 'https://console.example/#shop',
    dashboard: 'https://dash.example/?a=1&b=2',
    runbook: 'https://wiki.example/502',
  };
  return {
    ...base,
    monitor: { table: 'StateTable-1', region: 'eu-west-1', accountAlias: null, widgetActions: true },
    ...rest,
    alert: { ...base.alert, links, ...alert, diagnosis: { ...base.alert.diagnosis, ...diagnosis } },
  };
}

const drift = (key: string, over: Partial<Drift> = {}): Drift => ({
  ...{ resourceArn: SHOP, key, baseline: '60', current: '120' },
  ...{ changedAt: minute(95), changedBy: 'arn:aws:sts::123456789012:assumed-role/deploy/dana:cli' },
  ...over,
});

const DRIFT = [
  drift('idle_timeout.timeout_seconds', { changedWith: 'AWS CLI 2.17', changedFrom: '203.0.113.9' }),
  drift('routing.http2.enabled', {
    baseline: null,
    current: 'true',
    changedAt: minute(-60),
    changedBy: 'sam',
  }),
  drift('tags', { current: null, changedAt: null, changedBy: null, unknownBecause: 'the trail was denied' }),
  drift('deregistration_delay.timeout_seconds', { resourceArn: WEB, changedBy: null, expected: true }),
  drift('access_logs.s3.enabled', { onset: 'the first 502 came 4 minutes later' }),
];

const chance = (cause: Diagnosis['hypotheses'][number]['cause'], probability: number) => ({
  ...{ cause, probability },
  evidence: [
    { fact: `all 2 targets are healthy (2 of 2); seen for 3 hours`, source: 'metrics', weight: 2 },
    { fact: 'no 502 came within 5 minutes of a change, but 3 within an hour', source: 'changes', weight: -1 },
  ],
});

/** With figures that do not change with the weights of the catalogue. */
const settled = (diagnosis: Diagnosis): Diagnosis => ({
  ...diagnosis,
  probability: 0.85,
  hypotheses: diagnosis.hypotheses.map((one, place) => ({
    ...one,
    probability: [0.85, 0.11][place] ?? 0.01,
  })),
});

const proof = {
  before: { failures: 30, requests: 90_000, from: minute(105), to: minute(180) },
  after: { failures: 2, requests: 15_500, from: minute(175), to: minute(206) },
  chanceByPauses: 0.0002,
  chanceByRequests: null,
};

const resolved: Changes = {
  reason: 'no 502 for 31 minutes with traffic (30 required)',
  failing: { from: minute(105), to: minute(175) },
  alert: { event: 'resolved' },
};

/** One of each kind of alert that docs/alerts.md does not show. */
export const NOTIFICATIONS: Readonly<Record<string, Notification>> = {
  'two causes': sent(alertOf(twoCauses(), 180), {
    ...{ alert: { severity: 'critical' }, owner: null },
    diagnosis: settled(diagnose(twoCauses())),
  }),
  'still failing, nothing decided': sent(firing, {
    ...{
      cause: 'undetermined',
      reason: 'still failing 4 hours after the last message',
      alert: { event: 'updated' },
    },
    diagnosis: {
      ...{ verdict: 'undetermined', probability: 0.4, drift: [] },
      hypotheses: [
        chance('target-crash', 0.4),
        chance('undetermined', 0.3),
        chance('malformed-response', 0.2),
      ],
      actions: [
        {
          title: 'Get the evidence that would settle it: the access log',
          why: 'so',
          commands: [],
          rollback: [],
        },
        { title: 'Only a remark', why: 'so', commands: ['# here', 'a = 1', 'b', 'c'], rollback: [] },
      ],
    },
  }),
  'another cause by now': sent(firing, {
    ...{ cause: 'target-crash', alert: { event: 'updated', severity: 'critical' } },
    diagnosis: { verdict: 'deployment', probability: 0.6, actions: [], loadBalancerArn: '\u202enwod' },
    monitor: { table: 'a\u2028b', region: '\u202eeu', accountAlias: null, widgetActions: false },
  }),
  'a default that nobody confirmed': sent(posture, {
    alert: { severity: 'info' },
    diagnosis: {
      mismatches: [
        {
          ...worst,
          ...{ keepAliveSeconds: 5.04, marginSeconds: -114.96, assumed: true },
          detail: 'default of Node.js',
        },
      ],
    },
  }),
  'a thin margin that the configuration shows': sent(posture, {
    alert: { links: { ...posture.alert.links, console: '' } },
    diagnosis: {
      actions: [
        {
          ...{ title: 'Lower it (in Terraform)', why: 'so', rollback: [] },
          commands: [
            '# the resource aws_lb of shop:',
            'idle_timeout = 60',
            STOPGAP,
            `aws ${'x'.repeat(400)}`,
          ],
        },
      ],
      mismatches: [
        {
          ...worst,
          ...{
            keepAliveSeconds: 122,
            marginSeconds: 2,
            source: 'configuration',
            detail: 'the command of shop:42',
          },
        },
      ],
    },
  }),
  'a changed configuration': sent(firing, {
    ...{ cause: 'undetermined', reason: 'configuration differs from the baseline' },
    alert: { event: 'drift', severity: 'info', incidentId: `drift:${SHOP}` },
    diagnosis: {
      drift: DRIFT,
      actions: [{ title: 'Set it back', why: 'so', commands: ['x'.repeat(401)], rollback: [] }],
    },
  }),
  'a configuration that is back': sent(firing, {
    ...resolved,
    ...{ reason: 'the configuration is the baseline again', failing: null },
    alert: { event: 'resolved', incidentId: `drift:${SHOP}` },
  }),
  'over, with what can bring it back': sent(firing, { ...resolved, proof }),
  'over, as far as is known': sent(firing, { ...resolved, proof: null, cause: 'deployment' }),
  'a monitor that fell silent': sent(firing, {
    ...{ cause: 'undetermined', reason: 'no look for 15 minutes' },
    alert: { event: 'heartbeat-lost', severity: 'critical' },
    diagnosis: { actions: [], drift: [] },
  }),
  'a fleet': sent(firing, {
    group: {
      count: 1190,
      names: Array.from({ length: 12 }, (_, index) => SHOP.replace('shop', `shop-${index}`)),
      members: [SHOP, SHOP.replace('shop', 'api')],
    },
  }),
};

function rendered(notification: Notification): string {
  const { content, metadata } = chatOf(notification);
  const { title, description, nextSteps, keywords } = content;
  return [
    `Subject: ${subjectOf(notification)}`,
    '',
    textOf(notification),
    '---- in a chat',
    title,
    '',
    description,
    '',
    ...nextSteps.map((step) => `- ${step}`),
    '',
    `${keywords.join(' | ')} | ${metadata.eventType} | ${metadata.summary}`,
    JSON.stringify(metadata.additionalContext),
    JSON.stringify(snsMessageOf(notification).attributes),
  ].join('\n');
}

const { incident } = recordAt(10);
if (!incident) throw new Error('the example has no incident');

const change: Change = {
  ...{ at: minute(7), eventName: 'CreateRule', resourceArn: SHOP, principal: null, sourceIpAddress: null },
  ...{ userAgent: null, from: null, to: null },
};

/** What an incident has where little was read, and what a record has less of than there was. */
const bare: Incident = {
  ...incident,
  ...{ firstFailure: null, lastFailure: null, returns: 1 },
  diagnosis: { ...incident.diagnosis, verdict: null, region: 'a*b' },
  region: '*a*_b_',
  proof: { ...proof, chanceByPauses: null },
  configuration: {
    baseline: null,
    opened: { [SHOP]: { z: '1', a: '2' } },
    latest: { [SHOP]: { z: '2', a: '3' }, [WEB]: { new: 'x' } },
  },
  changes: Array.from({ length: 21 }, (_, index) => ({ ...change, at: minute(index) })),
  failingRequests: {
    requests: [
      { ...failingRequestAt(1), target: null, traceId: null, targetStatus: 200 },
      { ...failingRequestAt(2), rewrittenUrl: 'http://inner/a' },
    ],
    atLeast: 2,
  },
};

const undecided: Diagnosis = {
  ...firing.alert.diagnosis,
  ...{ verdict: 'undetermined', probability: 0.4, drift: [...DRIFT, ...DRIFT] },
  hypotheses: [chance('target-crash', 0.4), chance('deployment', 0.3)],
  missingEvidence: ['the access log', 'the log of the targets'].map((what) => ({
    ...{ what, how: `read ${what}`, separates: [] },
  })),
};

export const RENDERED: Texts = {
  ...Object.fromEntries(
    Object.entries(NOTIFICATIONS).map(([name, one]) => [name, () => rendered(one).trimEnd()]),
  ),
  'the record of an incident': () =>
    incidentText({ ...incident, diagnosis: settled(diagnose(twoCauses())) }).trimEnd(),
  'the record of one that is not decided': () =>
    incidentText({ ...incident, diagnosis: undecided }).trimEnd(),
  'the record of one of which little is known': () => incidentText(bare).trimEnd(),
  'the same as Markdown, with one change': () => incidentMarkdown({ ...bare, changes: [change] }).trimEnd(),
};
