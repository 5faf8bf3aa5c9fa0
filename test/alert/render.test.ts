import fc from 'fast-check';
import { wrapAnsi } from 'fast-wrap-ansi';
import { describe, expect, test } from 'vitest';
import { busFormOf, notificationFromBus } from '../../lambda/alert/render/bus.ts';
import { chatOf, escapeMarkdown } from '../../lambda/alert/render/chat.ts';
import { smsOf, snsMessageOf, subjectOf } from '../../lambda/alert/render/sns.ts';
import { textOf } from '../../lambda/alert/render/text.ts';
import { titleOf } from '../../lambda/alert/render/title.ts';
import { alertSchema, type Notification, notificationSchema } from '../../lambda/model/alert.ts';
import { type Cause, NAMED_CAUSES } from '../../lambda/model/cause.ts';
import type { Diagnosis } from '../../lambda/model/diagnosis.ts';
import { awsCustomNotification } from './chat-card.schema.ts';
import { EXPORT, IDLE } from './explained.ts';
import { HOSTILE, hostileNotification } from './fc-notification.ts';
import { minute, SHOP } from './looks.ts';
import { alertOf, FAILING, shopBundle } from './shop.ts';

const mismatch = alertOf(shopBundle({ at: 180, failing: FAILING }), 180);
const MONITOR = { table: 'StateTable-1', region: 'eu-west-1', accountAlias: 'prod', widgetActions: true };
/** As the monitor sends it: account and dashboard known. */
const sent: Notification = {
  ...mismatch,
  monitor: MONITOR,
  alert: {
    ...mismatch.alert,
    links: {
      ...mismatch.alert.links,
      dashboard: 'https://dash.example/',
      runbook: 'https://wiki.example/502',
    },
  },
};
const withSymptom = (notification: Notification, symptom: Partial<Diagnosis['symptom']>): Notification => ({
  ...notification,
  alert: {
    ...notification.alert,
    diagnosis: {
      ...notification.alert.diagnosis,
      symptom: { ...notification.alert.diagnosis.symptom, ...symptom },
    },
  },
});
const linesOf = (text: string): string[] => text.trimEnd().split('\n');
const bytes = (text: string): number => new TextEncoder().encode(text).length;

describe('the text of a mismatch', () => {
  const text = textOf(mismatch);

  test('begins with how much, where and the cause in words, then how sure it is and since when', () => {
    expect(linesOf(text).slice(0, 2)).toEqual([
      '502s 0.033 % (30) on shop, 123456789012 eu-central-1: targets close idle connections at 75 s, before 120 s',
      'Warning. Cause almost certain (99 %). 30 of 90,000 requests got 502 (0.033 %), all between 01:45 and 02:55 UTC.',
    ]);
  });

  test('says what to change to what on which layer before anything else; a long command stands at the end', () => {
    expect(linesOf(text).slice(3, 5)).toEqual([
      'WHAT TO DO',
      '1. Set idle_timeout.timeout_seconds back from 120 to 60, where it was',
    ]);
    expect(text).toContain('On the targets of web (nginx): raise the keep-alive from 75 s to at least 132 s');
    expect(text).toContain('Or on the load balancer: lower idle_timeout.timeout_seconds from 120 to 68');
    const command = `   aws elbv2 modify-load-balancer-attributes --region eu-central-1 --load-balancer-arn ${SHOP} --attributes Key=idle_timeout.timeout_seconds,Value=60`;
    expect(linesOf(text).slice(-4, -2)).toEqual(['COMMANDS OF STEP 1', command]);
  });

  test('goes on in the order reasons, changes, links; the record has verification and rollback', () => {
    const headings = linesOf(text).filter((line) => /^[A-Z ]{3,}$/.test(line));
    expect(headings).toEqual(['WHAT TO DO', 'WHY', 'CHANGED']);
    expect(text).toContain(
      'shop: idle_timeout.timeout_seconds from 60 to 120 by user/dana with AWS CLI 2.17 at 01:35 UTC',
    );
    expect(text).not.toMatch(/VERIFY|ROLL BACK/);
    expect(text).toContain('Evidence, verification and rollback:\n   alb502 incident show ');
  });

  test('says all that decides in ten lines of a phone, and ends on its second screen', () => {
    const phone = wrapAnsi(textOf(sent), 40, { hard: true, trim: false }).trimEnd().split('\n');
    const unwrapped = phone.slice(0, 10).join('').replaceAll(' ', '');
    for (const part of ['502s0.033%(30)onshop', 'prodeu-central-1', 'idleconnections', 'backfrom120to60'])
      expect(unwrapped).toContain(part);
    // A mail on a phone shows some 30 lines of 40 characters.
    expect(phone.length).toBeLessThanOrEqual(60);
  });

  test.each([40, 80])('wraps at %i columns without losing a character', (columns) => {
    const wrapped = wrapAnsi(text, columns, { hard: true, trim: false });
    expect(wrapped.split('\n').every((line) => line.length <= columns)).toBe(true);
    expect(wrapped.replaceAll(/\s/g, '')).toBe(text.replaceAll(/\s/g, ''));
  });

  test('names the reason it was sent, the owner, the console and the record', () => {
    expect(text).toContain('Sent at 2026-11-23 03:00 UTC: 30 requests got 502');
    expect(text).toContain('Owner: team shop');
    expect(text).toContain(
      'https://eu-central-1.console.aws.amazon.com/ec2/home?region=eu-central-1#LoadBalancer:',
    );
    expect(text).toMatch(/alb502 incident show app\/shop\/0123456789abcdef@/);
  });

  test('names account, region and table of the monitor, and where it can be silenced, as far as it is known', () => {
    const said = textOf(sent);
    expect(said).toMatch(/ alb502 incident show \S+ --region eu-west-1 --table StateTable-1\n/);
    expect(said).toContain('Dashboard, also to silence it: https://dash.example/\n');
    expect(said).toContain('Runbook: https://wiki.example/502');
    expect(textOf({ ...sent, monitor: { ...MONITOR, widgetActions: false } })).toContain(
      '\nDashboard: https://dash.example/\n',
    );
  });
});

describe('other texts', () => {
  test('a warning before the first 502 says that none was seen and gives the same advice', () => {
    const text = textOf(alertOf(shopBundle({ at: 180 }), 180));
    expect(linesOf(text).slice(0, 2)).toEqual([
      'WARNING, no 502 yet: shop, 123456789012 eu-central-1: targets close idle connections at 75 s, before 120 s',
      'Warning. No 502 in the window so far.',
    ]);
    expect(text).toContain('Value=60');
  });

  test('without the times of the failures the count stands alone', () => {
    const text = textOf(withSymptom(mismatch, { firstSeen: null }));
    expect(linesOf(text)[1]).toBe(
      'Warning. Cause almost certain (99 %). 30 of 90,000 requests got 502 (0.033 %).',
    );
  });

  test('a warning after an incident says that 502s can return, not that there was none', () => {
    const posture = alertOf(shopBundle({ at: 180 }), 180);
    const text = textOf(withSymptom(posture, { count: 30, requests: 90_000, ratio: 30 / 90_000 }));
    expect(linesOf(text).slice(0, 2)).toEqual([
      expect.stringMatching(/^WARNING, 502s can return: shop, /),
      'Warning. 30 of 90,000 requests got 502 (0.033 %) before they stopped.',
    ]);
  });

  test('502s that could not be counted are not known, in every format', () => {
    const posture = withSymptom(alertOf(shopBundle({ at: 180 }), 180), { known: false });
    for (const said of [textOf(posture), chatOf(posture).content.description])
      expect(said).toContain('Whether there are 502s is not known: they could not be read.');
    for (const said of [textOf(posture), subjectOf(posture), smsOf(posture), chatOf(posture).content.title])
      expect(said).toMatch(/^WARNING, 502s not known/);
    expect(JSON.stringify([textOf(posture), chatOf(posture)])).not.toMatch(/[Nn]o 502/);
    expect(subjectOf(withSymptom(mismatch, { known: false }))).toMatch(/^502s \(at least 30\) on shop/);
    expect(subjectOf(withSymptom(mismatch, { requestsKnown: false }))).toMatch(/^502s \(30\) on shop/);
  });

  test('a drift is told as what changed, by whom and when', () => {
    const drift = alertOf(shopBundle({ at: 180, keepAliveSeconds: 900 }), 180);
    const text = textOf(drift);
    expect(linesOf(text).slice(0, 5)).toEqual([
      'CHANGED: shop, 123456789012 eu-central-1: idle_timeout.timeout_seconds from 60 to 120 by user/dana',
      'Configuration differs from the baseline.',
      '',
      'CHANGED',
      'shop: idle_timeout.timeout_seconds from 60 to 120 by user/dana with AWS CLI 2.17 at 01:35 UTC',
    ]);
    expect(text).toContain('If this was intended:\n   alb502 baseline accept shop\n');
    for (const said of [text, subjectOf(drift), smsOf(drift), chatOf(drift).content.title])
      expect(said).not.toContain('undetermined');
  });

  test('a cause that is not decided is told as the two that lead', () => {
    const [first, second] = ['target-crash', 'malformed-response'] as const;
    const undetermined: Notification = {
      ...mismatch,
      cause: 'undetermined',
      alert: {
        ...mismatch.alert,
        diagnosis: {
          ...mismatch.alert.diagnosis,
          verdict: 'undetermined',
          hypotheses: [
            { cause: first, probability: 0.4, evidence: [] },
            { cause: second, probability: 0.3, evidence: [] },
          ],
        },
      },
    };
    const place = '502s 0.033 % (30) on shop, 123456789012 eu-central-1:';
    expect(textOf(undetermined).split('\n')[0]).toBe(
      `${place} target crash or malformed response, not decided yet`,
    );
    expect(subjectOf(undetermined)).toBe(`${place} target crash or malformed response`);
  });

  test('a resolve tells how long it lasted, the rate before and after, and the chance that silence is luck', () => {
    const resolved: Notification = {
      ...mismatch,
      reason: 'no 502 for 31 minutes with traffic (30 required)',
      alert: { ...mismatch.alert, event: 'resolved' },
      failing: { from: minute(105), to: minute(175) },
      proof: {
        before: { failures: 30, requests: 90_000, from: minute(105), to: minute(180) },
        after: { failures: 0, requests: 15_500, from: minute(175), to: minute(206) },
        chanceByPauses: 0.002,
        chanceByRequests: 0.0057,
      },
    };
    expect(linesOf(textOf(resolved)).slice(0, 7)).toEqual([
      'RESOLVED after 1 h 11 min: 502s on shop, 123456789012 eu-central-1: targets close idle connections at 75 s, before 120 s',
      '',
      'No 502 for 31 minutes with traffic (30 required).',
      '502s from 01:45 to 02:55 UTC.',
      'Before: 30 of 90,000 requests got 502 (0.033 %).',
      'Since then: 0 of 15,500 requests got 502.',
      'If it were still failing, a silence this long would have a chance of 0.2 % by its usual pauses, 0.57 % by its rate.',
    ]);
    const { description } = chatOf(resolved).content;
    expect(description).toContain('Before: 30 of 90,000 requests got 502 (0.033 %).');
    expect(description).toContain('Since then: 0 of 15,500 requests got 502.');
    expect(smsOf(resolved)).toMatch(/^RESOLVED after 1 h 11 min: 502s on shop, .*120 s$/);
  });

  test('a summary of a fleet-wide event counts the load balancers, names some, and says whose figures follow', () => {
    const group = { count: 190, names: [SHOP, SHOP.replace('shop', 'api')], members: [] };
    const text = textOf({ ...mismatch, group });
    expect(linesOf(text)[0]).toBe(
      '502s on 190 load balancers, 123456789012 eu-central-1: targets close idle connections at 75 s, before 120 s',
    );
    expect(text).toContain('They are shop, api and 188 more.');
    expect(smsOf({ ...mismatch, group })).toContain('190 load balancers');
    expect(textOf({ ...mismatch, group: { ...group, count: 2 } })).toContain('They are shop, api.\n');
  });
});

describe('the other formats of a mismatch', () => {
  test('an SMS and a subject say how much, where and the cause in words', () => {
    const place = '502s 0.033 % (30) on shop, 123456789012 eu-central-1:';
    expect(smsOf(mismatch)).toBe(`${place} targets close idle connections at 75 s, before 120 s`);
    expect(subjectOf(mismatch)).toBe(`${place} idle close at 75 s, before 120 s`);
    expect(subjectOf(sent)).toBe(
      '502s 0.033 % (30) on shop, prod eu-central-1: targets close idle connections at 75 s, before 120 s',
    );
  });

  test('an SMS has the first step where there is room, and no character that it cannot show', () => {
    const step = (title: string) => ({ title, why: '', commands: [], rollback: [] });
    const of = (title: string, event: 'firing' | 'resolved' = 'firing') => {
      const diagnosis = { ...mismatch.alert.diagnosis, region: 'é…', mismatches: [], actions: [step(title)] };
      return smsOf({ ...mismatch, alert: { ...mismatch.alert, event, diagnosis } });
    };
    const place = ' on shop, 123456789012 ?...: targets close idle connections too early';
    expect(of('Raise it')).toBe(`502s 0.033 % (30)${place}. Raise it`);
    expect(of('')).toBe(`502s 0.033 % (30)${place}`);
    expect(of('Raise it', 'resolved')).toMatch(/^RESOLVED.*: 502s on shop, .* too early$/);
    const room = 140 - `502s 0.033 % (30)${place}. `.length;
    expect(of('x'.repeat(room))).toHaveLength(140);
    expect(of('x'.repeat(room + 1))).toBe(`502s 0.033 % (30)${place}`);
  });

  test.each(NAMED_CAUSES)('%s has words of its own, long and short', (cause) => {
    const diagnosis = { ...mismatch.alert.diagnosis, mismatches: [], explanations: [] };
    const one: Notification = { ...mismatch, cause, alert: { ...mismatch.alert, diagnosis } };
    const named: Notification = { ...one, monitor: { ...MONITOR, accountAlias: 'x'.repeat(60) } };
    for (const title of [titleOf(one), titleOf(named, 100)]) {
      expect(title).toMatch(/: [A-Za-z ]+$/);
      expect(title).not.toContain('undefined');
    }
  });

  const race = mismatch.alert.diagnosis.mismatches;

  test.each<readonly [name: string, Partial<Diagnosis>, cause: Cause, title: RegExp]>([
    [
      'a keep-alive as long as the timeout',
      { mismatches: race.map((one) => ({ ...one, keepAliveSeconds: 120, marginSeconds: 0 })) },
      'keepalive-mismatch',
      /: targets close idle connections at 120 s, no later than the ALB$/,
    ],
    [
      'connections that end at an age',
      {
        mismatches: [],
        explanations: [
          {
            ...{ kind: 'connection-age', cause: 'requests-per-connection-limit', causes: [], failures: 30 },
            ...{ share: 1, gainNats: 40, fact: 'are on connections older than 300 s' },
            where: { targetGroupArn: null, target: null, node: null, path: null },
          },
        ],
      },
      'requests-per-connection-limit',
      /: targets close connections at an age$/,
    ],
    ['nothing that leads', { hypotheses: [] }, 'undetermined', /: cause not known yet$/],
    [
      'three causes of failures',
      {
        explanations: [
          { ...IDLE, share: 0.4 },
          { ...EXPORT, share: 0.3 },
          { ...EXPORT, share: 0.2, cause: 'target-crash' },
        ],
      },
      'keepalive-mismatch',
      /: idle close and malformed response$/,
    ],
    [
      'causes of failures that are others',
      { explanations: [IDLE, EXPORT] },
      'deployment',
      /: targets replaced /,
    ],
    [
      'one cause of failures',
      { explanations: [EXPORT] },
      'malformed-response',
      /: targets send invalid HTTP$/,
    ],
  ])('%s in the title', (_, part, cause, title) => {
    const diagnosis = { ...mismatch.alert.diagnosis, ...part };
    expect(titleOf({ ...mismatch, cause, alert: { ...mismatch.alert, diagnosis } })).toMatch(title);
  });

  test('a critical alert and an update are told apart from the first message', () => {
    const of = (event: 'firing' | 'updated', severity: 'critical' | 'warning') =>
      subjectOf({ ...sent, alert: { ...sent.alert, event, severity } }).split(' on ')[0];
    expect(of('firing', 'critical')).toBe('CRITICAL 502s 0.033 % (30)');
    expect(of('updated', 'warning')).toBe('STILL 502s 0.033 % (30)');
    expect(of('updated', 'critical')).toBe('STILL CRITICAL 502s 0.033 % (30)');
  });

  test('a chat card has what AWS asks of it, its links, and commands that can be copied', () => {
    const card = awsCustomNotification.parse(chatOf(sent));
    expect(card.content.title).toBe(
      '502s 0.033 % (30) on shop, prod eu-central-1: targets close idle connections at 75 s, before 120 s',
    );
    expect(card.content.description).toContain(
      'Owner: team shop · <https://wiki.example/502|runbook> · <https://dash.example/|dashboard> · <https://eu-central-1.console.aws.amazon.com/',
    );
    expect(card.content.nextSteps?.[0]).toMatch(
      /^Set idle_timeout.timeout_seconds back .*: `aws elbv2 .*Value=60`$/,
    );
    expect(card.content.nextSteps?.[1]).toContain('`keepalive_timeout 132s;`');
    expect(card.content.nextSteps?.at(-1)).toMatch(
      /^Evidence, verification and rollback: `alb502 incident show .*--table StateTable-1`$/,
    );
  });

  test('all cards of an incident share a thread, and no two incidents do', () => {
    const update: Notification = {
      ...mismatch,
      alert: { ...mismatch.alert, event: 'updated', id: 'another' },
    };
    const later = alertOf(shopBundle({ at: 400, failing: [390] }), 400);
    expect(chatOf(update).metadata.threadId).toBe(chatOf(mismatch).metadata.threadId);
    expect(chatOf(update).id).not.toBe(chatOf(mismatch).id);
    expect(chatOf(later).metadata.threadId).not.toBe(chatOf(mismatch).metadata.threadId);
  });

  test('the machine form is the contract, whole', () => {
    expect(alertSchema.strip().parse(JSON.parse(busFormOf(sent)))).toEqual({
      ...sent.alert,
      links: { ...sent.alert.links, silence: 'https://dash.example/' },
      account: '123456789012',
      accountAlias: 'prod',
      title:
        '502s 0.033 % (30) on shop, prod eu-central-1: targets close idle connections at 75 s, before 120 s',
      summary: expect.stringMatching(
        /^Warning. Cause almost certain \(99 %\)\. 30 of 90,000 .*\nWHAT TO DO\n1\. Set/,
      ),
    });
  });

  test('the attributes let subscriptions filter', () => {
    expect(snsMessageOf(mismatch).attributes).toEqual({
      ...{ severity: 'warning', event: 'firing', cause: 'keepalive-mismatch' },
      loadBalancer: 'app/shop/0123456789abcdef',
    });
  });
});

interface Formats {
  readonly default: string;
  readonly email: string;
  readonly sms: string;
  readonly https: string;
  readonly lambda: string;
  readonly sqs: string;
}

const formatsOf = (notification: Notification): Formats => JSON.parse(snsMessageOf(notification).message);

/** Control characters but the line feed, separators of lines and paragraphs, marks of direction. */
const isControl = (code: number): boolean =>
  (code < 32 && code !== 10) ||
  (code >= 127 && code < 160) ||
  (code >= 0x2028 && code <= 0x202e) ||
  (code >= 0x2066 && code <= 0x2069);

describe('whatever stands in names, tags and log lines', () => {
  const always = (property: (notification: Notification) => void): void =>
    fc.assert(fc.property(hostileNotification, property), { numRuns: 150 });

  test('a message stays below the limit of SNS with all its formats valid', () => {
    always((notification) => {
      const { message, attributes } = snsMessageOf(notification);
      expect(bytes(message)).toBeLessThanOrEqual(256 * 1024 - 2048);
      expect(Object.values(attributes).every((value) => value.length <= 256)).toBe(true);
      const formats = formatsOf(notification);
      alertSchema.parse(JSON.parse(formats.sqs));
      alertSchema.parse(JSON.parse(formats.lambda));
      awsCustomNotification.parse(JSON.parse(formats.https));
      expect(formats.default).toBe(formats.email);
      expect(bytes(busFormOf(notification))).toBeLessThan(240_000);
    });
  });

  test('a notification survives the table and fits into one item of it', () => {
    always((notification) => {
      const stored = JSON.stringify(notification);
      expect(bytes(stored)).toBeLessThan(200_000);
      expect(notificationSchema.parse(JSON.parse(stored))).toEqual(JSON.parse(stored));
    });
  });

  test('a long alias of the account leaves room for the load balancer and the cause', () => {
    const accountAlias = 'a-very-long-alias-of-an-account-of-a-large-company-in-production';
    const named: Notification = { ...sent, monitor: { ...MONITOR, accountAlias } };
    expect(textOf(named).split('\n')[0]).toContain(`on shop, ${accountAlias} eu-central-1: targets close`);
    for (const short of [smsOf(named), subjectOf(named)])
      expect(short).toMatch(/ on shop, a-very-long-alias-of-.* eu-central-1: idle close at 75 s/);
    const diagnosis = { ...named.alert.diagnosis, region: 'far-away-'.repeat(12) };
    const far = { ...named, alert: { ...named.alert, diagnosis } };
    expect(subjectOf(far)).toMatch(/^502s 0\.033 % \(30\) on shop, a-very-long-alias-of-an\.\.\. far-.*~$/);
  });

  test('an SMS is one line of at most 140 printable ASCII characters, a subject of fewer than 100', () => {
    always((notification) => {
      expect(smsOf(notification)).toMatch(/^[\x20-\x7e]{1,140}$/);
      expect(subjectOf(notification)).toMatch(/^[A-Z5][\x20-\x7e]{1,98}$/);
    });
  });

  test('no line of the text is forged and no control character or direction mark reaches a terminal', () => {
    always((notification) => {
      const text = textOf(notification);
      const codes = [...text].map((character) => character.codePointAt(0) ?? 0);
      expect(codes.filter(isControl)).toEqual([]);
      expect(text).not.toMatch(/^(Subject|line two|# heading)/m);
    });
  });

  test('no mention, link or format of a chat client comes out of a name', () => {
    always((notification) => {
      const { content, metadata } = chatOf(notification);
      const prose = [
        content.title,
        content.description,
        ...content.nextSteps,
        ...content.keywords,
        metadata.summary,
      ]
        .join('\n')
        // Code and the two marks of our own are left out: chat clients format nothing inside code.
        .replace(/`[^`\n]*`/g, '')
        .replace(/^\*[^*\n]*\*/gm, '')
        .replace(/<https:\/\/[\w./?=&%#:~+,;-]+\|(?:runbook|dashboard|load balancer)>/g, '');
      expect(prose).not.toMatch(/[<>`*~|[\]\\]|@\w|:\/\//);
      expect(content.description).not.toMatch(/<!|<@|<https?:[^>]*evil/);
    });
  });

  test.each([
    ['*b* ~s~ `c` |x| [l](u) a\\b', '∗b∗ ∼s∼ ˋcˋ ¦x¦ (l)(u) a∖b'],
    ['<!channel> & co', '&lt;!channel&gt; &amp; co'],
    ['@here a@b @ c', '@\u200bhere a@\u200bb @ c'],
    ['_it_ a_b', '‗it‗ a_b'],
    ['https://x', 'https:\u200b//x'],
  ])('what would be a format, a mention or a link only looks like it: %s', (text, escaped) => {
    expect(escapeMarkdown(text)).toBe(escaped);
  });

  test.each(HOSTILE)('escaping leaves one line without marks: %j', (text) => {
    expect(escapeMarkdown(text)).not.toMatch(/[\r\n\u2028<>`*~|[\]\\]|@\w|:\/\//);
  });
});

describe('a message that is too long', () => {
  const long = 'x'.repeat(3000);
  const huge: Notification = {
    ...mismatch,
    alert: {
      ...mismatch.alert,
      diagnosis: {
        ...mismatch.alert.diagnosis,
        actions: Array.from({ length: 60 }, (_, index) => ({
          title: `Step ${index}`,
          why: long,
          commands: [`echo ${index}`],
          rollback: [long],
        })),
      },
    },
  };

  test('is shortened with a pointer to the record, in every format still valid, and loses no first step', () => {
    const formats = formatsOf(huge);
    expect(bytes(snsMessageOf(huge).message)).toBeLessThan(240_001);
    expect(formats.email).toContain('Shortened: alb502 incident show');
    expect(formats.email).toContain('1. Step 0\n   echo 0');
    const alert = alertSchema.parse(JSON.parse(formats.sqs));
    expect(alert.dedupKey).toBe(mismatch.alert.dedupKey);
    expect(alert.diagnosis.actions.length).toBeGreaterThan(0);
  });

  test('names as many load balancers as subscriptions can filter on, and carries fewer over the bus', () => {
    const names = Array.from({ length: 3000 }, (_, index) => `shop-${String(index).padStart(4, '0')}`);
    const members = names.map((name) => SHOP.replace('shop', name));
    const fleet: Notification = { ...mismatch, group: { count: 3000, names: [SHOP], members } };
    const { attributes, message } = snsMessageOf(fleet);
    expect(bytes(JSON.stringify(attributes.loadBalancer)) + bytes(message)).toBeLessThanOrEqual(240_000);
    const addressed = names.map((name) => `app/${name}/0123456789abcdef`);
    const some = attributes.loadBalancer;
    expect(addressed.slice(0, some.length)).toEqual(some);
    expect(some.length).toBeGreaterThan(1000);
    const few = { ...fleet, group: { count: 3, names: [SHOP], members: members.slice(0, 3) } };
    expect(snsMessageOf(few).attributes.loadBalancer).toEqual(addressed.slice(0, 3));
    const onBus = (one: Notification) => notificationFromBus(JSON.parse(busFormOf(one)))?.group?.members;
    expect(onBus(fleet)).toEqual(members.slice(0, 500));
    const long = members.map((name) => `${name}${'x'.repeat(1000)}`);
    expect(onBus({ ...fleet, group: { count: 3000, names: [SHOP], members: long } })).toEqual([]);
  });

  test('about an incident whose id does not fit says the least, and asks for the id', () => {
    const id = 'x'.repeat(300_000);
    const forged: Notification = {
      ...mismatch,
      alert: { ...mismatch.alert, incidentId: id, dedupKey: id, id },
    };
    const { message } = snsMessageOf(forged);
    expect(bytes(message)).toBeLessThan(20_000);
    const { email, default: text, sms, sqs, lambda, https } = formatsOf(forged);
    expect(email).toBe(`${smsOf(mismatch)}\nShortened: alb502 incident show INCIDENT_LEFT_OUT\n`);
    expect([text, sms, lambda]).toEqual([email, smsOf(mismatch), sqs]);
    const short = `${'x'.repeat(511)}…`;
    const { diagnosis, ...alert } = alertSchema.strip().parse(JSON.parse(sqs));
    expect(alert).toMatchObject({ id: short, dedupKey: short, incidentId: short, title: smsOf(mismatch) });
    expect(alert.links).toMatchObject({
      console: mismatch.alert.links.console,
      runbook: null,
      dashboard: null,
    });
    expect(diagnosis).toMatchObject({ loadBalancerArn: SHOP, severity: 'warning', actions: [] });
    expect(awsCustomNotification.parse(JSON.parse(https)).content.title).toMatch(/^502s on shop/);
  });

  test('shows the id of an incident as far as it can be one', () => {
    const of = (length: number) => {
      const incidentId = 'x'.repeat(length);
      return formatsOf({ ...huge, alert: { ...huge.alert, incidentId } })
        .email.split('\n')
        .at(-2);
    };
    expect(of(250)).toBe(`Shortened: alb502 incident show ${'x'.repeat(250)}`);
    expect(of(251)).toBe('Shortened: alb502 incident show INCIDENT_LEFT_OUT');
  });

  test('is cut between lines in a chat', () => {
    const runbook = `https://wiki.example/${'r'.repeat(4000)}`;
    const { alert } = sent;
    const { description } = chatOf({
      ...sent,
      alert: { ...alert, links: { ...alert.links, runbook } },
    }).content;
    expect(description).toMatch(/got 502 \(0\.033 %\), .*UTC\.\n…$/);
    const fits = (size: number) => {
      const short = `https://wiki.example/${'r'.repeat(size)}`;
      return chatOf({ ...sent, alert: { ...alert, links: { ...alert.links, runbook: short } } }).content
        .description;
    };
    for (let size = 2600; size < 3600; size += 7) expect(fits(size).length).toBeLessThanOrEqual(4000);
  });

  test('is not shortened where it fits', () => {
    expect(formatsOf(mismatch).email).not.toContain('Shortened');
  });
});
