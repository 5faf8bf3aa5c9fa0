import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FleetEntry } from '../../lambda/model/alert.ts';
import { renderFleetTable } from '../../lambda/widget/fleet-table.ts';
import { escapeHtml } from '../../lambda/widget/html.ts';
import { answerWidget } from '../../lambda/widget.ts';

const ARN = 'arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app';

const entry = (name: string, changes: Partial<FleetEntry> = {}): FleetEntry => ({
  loadBalancerArn: `${ARN}/${name}/50dc6c495c0c9188`,
  region: 'eu-central-1',
  owner: null,
  phase: 'inactive',
  since: '2026-11-20T10:00:00.000Z',
  severity: 'none',
  verdict: null,
  probability: 0,
  count: 0,
  requests: 0,
  lastSeen: null,
  mismatch: null,
  driftCount: 0,
  incidentId: null,
  updatedAt: '2026-11-20T10:05:30.000Z',
  ...changes,
});

const rowsOf = (html: string): string[] => html.match(/<tr><td.*?<\/tr>/g) ?? [];

describe('the table of load balancers', () => {
  test('puts the worst first, then the one with more 502s, then by name', () => {
    const html = renderFleetTable([
      entry('quiet'),
      entry('warned-little', { severity: 'warning', count: 1 }),
      entry('burning', { severity: 'critical' }),
      entry('warned-much', { severity: 'warning', count: 9 }),
      entry('also-quiet'),
    ]);
    const names = rowsOf(html).map((row) => /<td>([a-z-]+)<\/td><td>eu-central-1/.exec(row)?.[1]);
    expect(names).toEqual(['burning', 'warned-much', 'warned-little', 'also-quiet', 'quiet']);
  });

  test('says cause, probability, share of failures and both timeouts', () => {
    const html = renderFleetTable([
      entry('shop', {
        severity: 'warning',
        phase: 'firing',
        verdict: 'keepalive-mismatch',
        probability: 0.934,
        count: 12,
        requests: 40_000,
        owner: 'team-shop',
        driftCount: 1,
        mismatch: {
          targetGroupArn: 'arn',
          idleTimeoutSeconds: 120,
          keepAliveSeconds: 75,
          source: 'tag',
          marginSeconds: -45,
        },
      }),
    ]);
    for (const text of [
      'keepalive-mismatch (93 %)',
      '12 (0.03 %)',
      '75 s (tag) against 120 s',
      'team-shop',
      'firing',
      '2026-11-20 10:05 UTC',
    ])
      expect(html).toContain(text);
  });

  test('says that nothing was looked at yet when the fleet is empty', () => {
    expect(renderFleetTable([])).toContain('No load balancer has been looked at yet');
  });

  test('stays under 50 kB for 100 load balancers in trouble', () => {
    const fleet = Array.from({ length: 100 }, (_, index) =>
      entry(`service-number-${index}`, {
        verdict: 'keepalive-mismatch',
        probability: 0.9,
        count: 3,
        owner: 'x',
      }),
    );
    expect(Buffer.byteLength(renderFleetTable(fleet))).toBeLessThan(50_000);
  });

  test('keeps hostile text as text, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (hostile) => {
        const html = renderFleetTable([entry('shop', { owner: `<script>${hostile}`, region: hostile })]);
        expect(html.replaceAll(/<\/?(table|thead|tbody|tr|th|td)( align="right")?>/g, '')).not.toMatch(
          /[<>"']/,
        );
      }),
    );
  });

  test('escapes nothing but the five signs that HTML gives a meaning', () => {
    expect(escapeHtml(`<a href="x">'&'</a> für 5 €`)).toBe(
      '&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt; für 5 €',
    );
  });
});

describe('an answer to CloudWatch', () => {
  const logged: unknown[] = [];
  const portsFor = (loadFleet: () => Promise<readonly FleetEntry[]>) => ({
    loadFleet,
    logFailure: (error: unknown) => logged.push(error),
  });
  const working = portsFor(async () => [entry('shop')]);
  const failing = portsFor(() => Promise.reject(new Error('dynamodb:Query is denied <b>')));

  test('documents itself in Markdown without touching the table', async () => {
    expect(await answerWidget({ describe: true }, failing)).toMatch(/^## alb502/);
  });

  test('draws the table for an event with a widget context', async () => {
    const event = { widgetContext: { theme: 'dark', timeRange: { start: 1, end: 2 } } };
    expect(await answerWidget(event, working)).toContain('<td>shop</td>');
  });

  test('shows a failed read in place of the table and logs it', async () => {
    const html = await answerWidget({}, failing);
    expect(logged).toEqual([new Error('dynamodb:Query is denied <b>')]);
    expect(html).toContain('could not be read');
    expect(html).toContain('dynamodb:Query is denied &lt;b&gt;');
  });

  test.each([[null], ['text'], [7], [undefined]])('refuses %j with one line', async (event) => {
    await expect(answerWidget(event, working)).rejects.toThrow(
      /^the event is not one of a CloudWatch custom widget[^\n]+$/,
    );
  });
});
