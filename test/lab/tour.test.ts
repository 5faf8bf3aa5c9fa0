import { expect, test } from 'vitest';
import { connectionRefused } from '../../lab/scenarios/connection-refused.ts';
import { tlsFailure } from '../../lab/scenarios/tls-failure.ts';
import { runTour } from '../../lab/tour.ts';

/** Calls the widget function as the page's script does. */
async function widgetOf(url: string): Promise<string> {
  const answer = await fetch(new URL('/widget', url), { method: 'POST', body: '{}' });
  return answer.text();
}

test('the page shows the load balancer while the tour stays, and goes when it is told to', async () => {
  const ending = new AbortController();
  const told: string[] = [];
  let url = '';
  let shown: Promise<string> = Promise.resolve('');
  const report = await runTour(
    { ...tlsFailure, scale: 60 },
    {
      seed: 7,
      signal: ending.signal,
      page: true,
      timeline: false,
      full: false,
      stay: true,
      say: ({ head, text }) => {
        told.push(`${head} ${text}`);
        if (head === 'PAGE') url = text.split(' ', 1)[0] ?? '';
        if (text.includes('Ctrl-C ends all')) shown = widgetOf(url).finally(() => ending.abort());
      },
    },
  );
  expect(report).toMatchObject({ verdict: 'tls-failure', asTold: true });
  expect(await shown).toContain('lab-tls-failure');
  expect(await shown).toContain('<svg');
  expect(told.findIndex((text) => text.startsWith('PAGE'))).toBeLessThan(told.indexOf('TRAFFIC begins'));
  await expect(fetch(url)).rejects.toThrow();
});

test('a failure that is fixed is told from the first 502 to the record of the incident', async () => {
  const told: string[] = [];
  const report = await runTour(
    { ...connectionRefused, scale: 60 },
    {
      seed: 7,
      signal: new AbortController().signal,
      page: false,
      timeline: true,
      full: true,
      stay: false,
      say: ({ head, text }) => void told.push(`${head} ${text}`),
    },
  );
  const at = (start: string) => told.findIndex((text) => text.startsWith(start));
  const chapters = [
    'SCENARIO',
    'TRAFFIC',
    '502',
    'ALERT',
    'CHAT',
    'FIX ',
    'PROBE',
    'INCIDENT',
    'TIMELINE',
    'SUMMARY',
  ];
  const places = chapters.map(at);
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  expect(places[0]).toBe(0);
  expect(told[at('TIMELINE')]).toMatch(/^502 connection-refused, .*<-+ RST --\|.*log: -1 -1 -1/ms);
  // A busy machine may add kinds of its own.
  expect(report.timelines).toContainEqual(
    expect.objectContaining({ fault: 'connection-refused', times: '-1 -1 -1' }),
  );
  expect(report.failuresAfterFix).toBe(0);
  expect(report.requestsAfterFix).toBeGreaterThan(0);
  expect(report.incident?.proof).toMatchObject({ after: { failures: 0 } });
  expect(told[at('INCIDENT')]).toContain('\n## Proof\n');
});
