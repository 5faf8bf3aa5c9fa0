import { expect, test } from 'vitest';
import { verifyMarkdown, verifyText } from '../../lambda/verify/markdown.ts';
import type { VerifyRecord } from '../../lambda/verify/record.ts';

const AT = '2026-11-23T07:00:00.000Z';

function recordOf(failed502: number, configuration: VerifyRecord['configuration'] = {}): VerifyRecord {
  const failure = {
    at: AT,
    traceId: '1-00000000-0123456789abcdef01234567',
    byLoadBalancer: true,
    idleSeconds: 5.001,
  };
  return {
    version: 1,
    url: 'http://shop.example/',
    command: 'alb502 verify http://shop.example/',
    account: '123456789012',
    region: 'eu-central-1',
    configuration,
    measurement: {
      startedAt: AT,
      endedAt: AT,
      addresses: ['192.0.2.1'],
      requests: 80,
      byStatus: { 200: 80 - failed502, 502: failed502 },
      unanswered: 0,
      unansweredBecause: null,
      failed502,
      failures: Array.from({ length: failed502 }, () => failure),
      gaps: [{ seconds: 5, requests: 60, failures: failed502 }],
      leftOutSeconds: [60],
    },
  };
}

test('the record sets before and after side by side', () => {
  const before = recordOf(3, { targets: { keepalive_timeout: '5s' } });
  const after = recordOf(0, { targets: { keepalive_timeout: '75s' } });
  const text = verifyMarkdown({ ...after, before });
  expect(text).toContain('- account: 123456789012');
  expect(text).toContain('| 5 s | 3 of 60 | 0 of 60 |');
  expect(text).toContain('| targets | keepalive\\_timeout | 5s | 75s |');
  expect(text).toContain('    $ alb502 verify http://shop.example/');
  expect(text).toContain('1-00000000-0123456789abcdef01234567');
});

test('a run alone says that there is nothing to compare it with', () => {
  const text = verifyMarkdown({ ...recordOf(0), before: null });
  expect(text).toContain('| all requests | no record | 0 of 80 |');
  expect(text).not.toContain('## Before');
});

test('what a stranger named cannot become format', () => {
  const hostile = { 'a|b\n# c': { '`x`': '<script>' } };
  const text = verifyMarkdown({ ...recordOf(0, hostile), before: null });
  expect(text).toContain('| a\\|b \\# c | \\`x\\` | - | \\<script\\> |');
});

test('pauses that were not tried, and requests without an answer, are told', () => {
  const record = recordOf(1);
  const text = verifyText({
    ...record,
    measurement: { ...record.measurement, unanswered: 2, unansweredBecause: 'read ECONNRESET' },
  });
  expect(text).toContain('1 of 80 requests got 502 (1.3 %).');
  expect(text).toContain('not tried: 60 s; raise --max-seconds or --max-requests');
  expect(text).toContain('2 requests got no answer (read ECONNRESET)');
});
