import fc from 'fast-check';
import { notificationOf } from '../../lambda/alert/notification.ts';
import { ALERT_EVENTS, type Notification } from '../../lambda/model/alert.ts';
import { CAUSE_IDS } from '../../lambda/model/cause.ts';
import { type Diagnosis, diagnosisSchema, SEVERITIES } from '../../lambda/model/diagnosis.ts';
import { EXPLANATION_KINDS } from '../../lambda/model/explanation.ts';
import { KEEP_ALIVE_SOURCES } from '../../lambda/model/keep-alive-source.ts';
import { minute } from './looks.ts';

/** What a name, tag, header or log line can hold when someone means harm. */
export const HOSTILE = [
  'shop',
  '',
  '*bold* _it_ ~no~ `code` |x|',
  '[click](https://evil.example/x)',
  '<https://evil.example|click>',
  '<!channel> <@U123> @here @everyone @channel',
  '<script>alert(1)</script>&amp;&lt;',
  'line one\nline two\r\nSubject: forged\u2028para\u2029end',
  '\u001b[31mred\u001b[0m\u0007\u0000\u009b2J',
  '\u202eevil\u202c\u2066x\u2069',
  '```\n# heading\n```',
  '"; rm -rf / #$(id)`id`',
  '\\n\\u0000\\"',
  '😀'.repeat(300),
  '\ud800 lone \udc00',
  'n'.repeat(10_000),
  'ü'.repeat(10_000),
] as const;

const text = fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ maxLength: 40, unit: 'binary' }));
const nullable = fc.option(text, { nil: null });
const cause = fc.constantFrom(...CAUSE_IDS);
const share = fc.double({ min: 0, max: 1, noNaN: true });
const list = <T>(item: fc.Arbitrary<T>, maxLength: number) => fc.array(item, { maxLength });

export const hostileDiagnosis: fc.Arbitrary<Diagnosis> = fc.record({
  loadBalancerArn: text,
  region: text,
  at: fc.constant(minute(0)),
  severity: fc.constantFrom(...SEVERITIES),
  symptom: fc.record({
    count: fc.nat(100_000),
    requests: fc.nat(10_000_000),
    ratio: fc.double({ min: 0, max: 1, noNaN: true }),
    firstSeen: fc.constantFrom(null, minute(1)),
    lastSeen: fc.constantFrom(null, minute(2)),
  }),
  verdict: fc.option(cause, { nil: null }),
  probability: fc.double({ min: 0, max: 1, noNaN: true }),
  hypotheses: list(
    fc.record({
      cause,
      probability: fc.double({ min: 0, max: 1, noNaN: true }),
      evidence: list(fc.record({ fact: text, source: text, weight: fc.integer({ min: -9, max: 9 }) }), 12),
    }),
    6,
  ),
  explanations: list(
    fc.record({
      kind: fc.constantFrom(...EXPLANATION_KINDS),
      cause: fc.option(cause, { nil: null }),
      causes: list(fc.record({ cause, probability: share }), 4),
      failures: fc.nat(100_000),
      share,
      gainNats: fc.double({ min: -10, max: 1e6, noNaN: true }),
      fact: text,
      where: fc.record({ targetGroupArn: nullable, target: nullable, node: nullable, path: nullable }),
    }),
    8,
  ),
  unexplained: fc.option(fc.record({ failures: fc.nat(100_000), share }), { nil: null }),
  mismatches: list(
    fc.record({
      targetGroupArn: text,
      idleTimeoutSeconds: fc.nat(4000),
      keepAliveSeconds: fc.nat(4000),
      source: fc.constantFrom(...KEEP_ALIVE_SOURCES),
      marginSeconds: fc.integer({ min: -4000, max: 4000 }),
    }),
    12,
  ),
  drift: list(
    fc.record({
      ...{ resourceArn: text, key: text, baseline: nullable, current: nullable },
      changedAt: fc.constantFrom(null, minute(3)),
      changedBy: nullable,
    }),
    12,
  ),
  missingEvidence: list(fc.record({ what: text, how: text, separates: list(cause, 3) }), 6),
  actions: list(fc.record({ title: text, why: text, commands: list(text, 6), rollback: list(text, 6) }), 8),
});

/** Notifications as an investigation writes them, with hostile text in every field. */
export const hostileNotification: fc.Arbitrary<Notification> = fc
  .record({
    diagnosis: hostileDiagnosis,
    event: fc.constantFrom(...ALERT_EVENTS),
    cause,
    severity: fc.constantFrom(...SEVERITIES),
    reason: text,
    incidentId: text,
    owner: nullable,
    runbook: fc.constantFrom(null, 'https://wiki.example/502', `https://wiki.example/${'r'.repeat(9000)}`),
    group: fc.option(fc.record({ count: fc.nat(5000), names: list(text, 20), members: list(text, 20) }), {
      nil: null,
      freq: 4,
    }),
  })
  .map(({ diagnosis, event, cause: about, severity, reason, incidentId, owner, runbook, group }) => {
    const announcement = {
      event,
      incidentId,
      dedupKey: incidentId,
      reason,
      cause: about,
      severity,
      grouped: false,
    };
    const input = { announcement, diagnosis: diagnosisSchema.parse(diagnosis), owner, runbook };
    return { ...notificationOf({ ...input, dashboardUrl: null, now: minute(9) }), group };
  });
