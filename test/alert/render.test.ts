import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import wrapAnsi from 'wrap-ansi';
import { busFormOf } from '../../lambda/alert/render/bus.ts';
import { chatOf, escapeMarkdown } from '../../lambda/alert/render/chat.ts';
import { smsOf, snsMessageOf, subjectOf } from '../../lambda/alert/render/sns.ts';
import { textOf } from '../../lambda/alert/render/text.ts';
import { alertSchema, type Notification, notificationSchema } from '../../lambda/model/alert.ts';
import { awsCustomNotification } from './chat-card.schema.ts';
import { HOSTILE, hostileNotification } from './fc-notification.ts';
import { minute, SHOP } from './looks.ts';
import { alertOf, FAILING, shopBundle } from './shop.ts';

const mismatch = alertOf(shopBundle({ at: 180, failing: FAILING }), 180);
const linesOf = (text: string): string[] => text.trimEnd().split('\n');
const bytes = (text: string): number => new TextEncoder().encode(text).length;

describe('the text of a mismatch', () => {
  const text = textOf(mismatch);

  test('begins with what, where and the cause, then how it comes about and how bad it is', () => {
    expect(linesOf(text).slice(0, 3)).toEqual([
      'FIRING warning: 502s on shop (eu-central-1): keepalive-mismatch',
      'Targets of web close idle connections after 75 s, but the load balancer reuses them for up to 120 s: a request sent on one that just closed gets 502 (99 % sure).',
      '30 of 90,000 requests got 502 (0.033 %), 01:45 to 02:55 UTC.',
    ]);
  });

  test('says what to change to what on which layer before anything else, with its command', () => {
    expect(linesOf(text).slice(4, 7)).toEqual([
      'WHAT TO DO',
      '1. Set idle_timeout.timeout_seconds back from 120 to 60, where it was',
      `   aws elbv2 modify-load-balancer-attributes --region eu-central-1 --load-balancer-arn ${SHOP} --attributes Key=idle_timeout.timeout_seconds,Value=60`,
    ]);
    expect(text).toContain('On the targets of web (nginx): raise the keep-alive from 75 s to at least 132 s');
    expect(text).toContain('Or on the load balancer: lower idle_timeout.timeout_seconds from 120 to 68');
  });

  test('goes on in the order certainty, verification, rollback', () => {
    const headings = linesOf(text).filter((line) => /^[A-Z ]{6,}$/.test(line));
    expect(headings).toEqual([
      'WHAT TO DO',
      'WHY WE THINK SO',
      'CHANGED SINCE THE BASELINE',
      'VERIFY',
      'ROLL BACK',
    ]);
    expect(text).toContain('To undo 1:');
    expect(text).toContain('Value=120');
  });

  test('fits what, where, cause and the first change with its command on the first screen of a phone', () => {
    const phone = wrapAnsi(text, 40, { hard: true, trim: false }).split('\n').slice(0, 24).join('\n');
    const unwrapped = phone.replaceAll('\n', '').replaceAll(' ', '');
    for (const part of ['502sonshop', 'eu-central-1', 'keepalive-mismatch', 'backfrom120to60', 'Value=60'])
      expect(unwrapped).toContain(part);
  });

  test.each([40, 80])('wraps at %i columns without losing a character', (columns) => {
    const wrapped = wrapAnsi(text, columns, { hard: true, trim: false });
    expect(wrapped.split('\n').every((line) => line.length <= columns)).toBe(true);
    expect(wrapped.replaceAll(/\s/g, '')).toBe(text.replaceAll(/\s/g, ''));
  });

  test('names the reason it was sent, the owner, the console and the record', () => {
    expect(text).toContain('Sent because: 30 502s in the window.');
    expect(text).toContain('Owner: team shop');
    expect(text).toContain(
      'https://eu-central-1.console.aws.amazon.com/ec2/home?region=eu-central-1#LoadBalancer:',
    );
    expect(text).toMatch(/alb502 incident show app\/shop\/0123456789abcdef@/);
  });
});

describe('other texts', () => {
  test('a warning before the first 502 says that none was seen and gives the same advice', () => {
    const text = textOf(alertOf(shopBundle({ at: 180 }), 180));
    expect(linesOf(text)[0]).toBe('WARNING before the first 502: shop (eu-central-1): keepalive-mismatch');
    expect(text).toContain('No 502 in the window so far.');
    expect(text).toContain('Value=60');
  });

  test('a drift tells the old and the new value, when and by whom', () => {
    const text = textOf(alertOf(shopBundle({ at: 180, keepAliveSeconds: 900 }), 180));
    expect(linesOf(text)[0]).toBe('DRIFT: shop (eu-central-1): configuration differs from its baseline');
    expect(linesOf(text).slice(1, 4)).toEqual([
      '',
      'CHANGED SINCE THE BASELINE',
      expect.stringMatching(/^shop: idle_timeout.timeout_seconds 60 -> 120/),
    ]);
    expect(text).toMatch(/01:35 UTC by arn:aws:iam::123456789012:user\/dana/);
    expect(text).toContain('If it is meant: alb502 baseline accept');
  });

  test('a resolve gives the proof: the rate before and after, and the chance that silence is luck', () => {
    const resolved: Notification = {
      ...mismatch,
      reason: 'no 502 for 31 minutes with traffic, 30 were required',
      alert: { ...mismatch.alert, event: 'resolved' },
      proof: {
        before: { failures: 30, requests: 90_000, from: minute(105), to: minute(180) },
        after: { failures: 0, requests: 15_500, from: minute(175), to: minute(206) },
        chanceByPauses: 0.002,
        chanceByRequests: 0.0057,
      },
    };
    expect(linesOf(textOf(resolved)).slice(0, 6)).toEqual([
      'RESOLVED: 502s on shop (eu-central-1): keepalive-mismatch',
      'No 502 for 31 minutes with traffic, 30 were required.',
      '',
      'Before: 30 of 90,000 requests got 502, 01:45 to 03:00 UTC.',
      'Since 02:55 UTC: 0 of 15,500.',
      'Chance that this silence is luck: 0.2 % by its usual pauses, 0.57 % by its rate.',
    ]);
  });

  test('a summary of a fleet-wide event counts the load balancers, names some, and says whose figures follow', () => {
    const group = { count: 190, names: [SHOP, SHOP.replace('shop', 'api')], members: [] };
    const text = textOf({ ...mismatch, group });
    expect(linesOf(text)[0]).toBe(
      'FIRING warning: 502s on 190 load balancers (eu-central-1): keepalive-mismatch',
    );
    expect(text).toContain('They are shop, api and 188 more.');
    expect(smsOf({ ...mismatch, group })).toContain('190 load balancers');
  });
});

describe('the other formats of a mismatch', () => {
  test('an SMS says what, where, the cause and the first change', () => {
    expect(smsOf(mismatch)).toBe(
      'FIRING warning shop: keepalive-mismatch. Set idle_timeout.timeout_seconds back from 120 to 60, where it was',
    );
  });

  test('a subject says what, where and the cause', () => {
    expect(subjectOf(mismatch)).toBe('FIRING warning: shop: keepalive-mismatch');
  });

  test('a chat card has what AWS asks of it, and commands that can be copied', () => {
    const card = awsCustomNotification.parse(chatOf(mismatch));
    expect(card.content.title).toBe('FIRING warning: shop (eu-central-1): keepalive-mismatch');
    expect(card.content.nextSteps?.[0]).toMatch(
      /^Set idle_timeout.timeout_seconds back .*: `aws elbv2 .*Value=60`$/,
    );
    expect(card.content.nextSteps?.[1]).toContain('`keepalive_timeout 132s;`');
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
    expect(alertSchema.strip().parse(JSON.parse(busFormOf(mismatch)))).toEqual(mismatch.alert);
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

  test('an SMS is one line of at most 140 printable ASCII characters, a subject of fewer than 100', () => {
    always((notification) => {
      expect(smsOf(notification)).toMatch(/^[\x20-\x7e]{1,140}$/);
      expect(subjectOf(notification)).toMatch(/^[A-Z][\x20-\x7e]{1,98}$/);
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
        .replace(/^\*[^*\n]*\*/gm, '');
      expect(prose).not.toMatch(/[<>`*~|[\]\\]|@\w|:\/\//);
      expect(content.description).not.toMatch(/<!|<@|<https?:/);
    });
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

  test('is not shortened where it fits', () => {
    expect(formatsOf(mismatch).email).not.toContain('Shortened');
  });
});
