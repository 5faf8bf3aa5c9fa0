import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FleetEntry } from '../../lambda/model/alert.ts';
import { ROWS_A_PAGE } from '../../lambda/widget/fleet-table.ts';
import { answerWidget, type WidgetPorts } from '../../lambda/widget/widget.ts';
import { IGNORED, RESOLVED, UNKNOWN } from '../gallery/widget-states.ts';
import { clicksOf, isClean, rowsOf, textOf } from './markup.ts';
import {
  ago,
  arnOf,
  ENDPOINT,
  entry,
  mismatchOf,
  NOW_MS,
  SAMPLE_FLEET,
  SAMPLE_RECURRING,
  samplePorts,
} from './sample-fleet.ts';

const CONTEXT = {
  theme: 'light',
  width: 1200,
  timezone: { label: 'UTC', offsetISO: '+00:00', offsetInMinutes: 0 },
  timeRange: { mode: 'relative', start: NOW_MS - 3 * 3_600_000, end: NOW_MS },
};

const drawn = (
  fleet: readonly FleetEntry[],
  context: Readonly<Record<string, unknown>> = {},
  parameters: Readonly<Record<string, unknown>> = {},
): Promise<string> =>
  answerWidget({ ...parameters, widgetContext: { ...CONTEXT, ...context } }, samplePorts(fleet));

const FILTER = { view: 'fleet', page: 0 };

/** What the form in the widget holds. */
const forms = (values: Readonly<Record<string, unknown>>) => ({ forms: { all: values } });

const namesIn = (markup: string): string[] =>
  [...markup.matchAll(/class="n">([^<]*)</g)].map(([, name = '']) => name);

const failing = (index: number): FleetEntry =>
  entry(`service-number-${String(index).padStart(3, '0')}`, {
    severity: 'warning',
    phase: 'firing',
    verdict: 'keepalive-mismatch',
    probability: 0.9,
    count: 300,
    requests: 9_000,
    owner: 'team with a name',
    mismatch: mismatchOf('service', 75, 120),
    driftCount: 2,
    drift: [
      {
        resourceArn: arnOf('service'),
        key: 'routing.http.desync_mitigation_mode',
        baseline: 'defensive',
        current: 'strictest',
        changedAt: null,
        changedBy: null,
      },
    ],
    incidentId: `app/service-number-${index}/50dc6c495c0c9188@2026-11-23T10:30`,
  });

describe('the table of load balancers', () => {
  test('puts the worst first, then the one with more 502s, then by name; the quiet ones stand below by name', async () => {
    const markup = await drawn([
      entry('quiet'),
      entry('warned-little', { severity: 'warning', count: 1 }),
      entry('burning', { severity: 'critical' }),
      entry('warned-much', { severity: 'warning', count: 9 }),
      entry('also-quiet'),
    ]);
    expect(namesIn(markup)).toEqual(['burning', 'warned-much', 'warned-little']);
    expect(textOf(markup)).toMatch(/2 without findings\nalso-quiet, quiet/);
  });

  test('says severity, cause and probability, 502s, both timeouts, drift, since when, region and owner', async () => {
    const [checkout = ''] = rowsOf(await drawn(SAMPLE_FLEET));
    for (const said of [
      'critical',
      'checkout',
      'eu-central-1 · team checkout',
      'keepalive-mismatch',
      '97 %',
      'firing since 10:30',
      '1.2 % lately',
      '75 s',
      '300 s',
      'idle_timeout: 60 → ',
    ])
      expect(textOf(checkout)).toContain(said);
    expect(checkout).toContain(
      'aria-label="keep-alive 75 s (probe) with an idle timeout of 300 s; it takes at least 330 s"',
    );
    expect(checkout).toMatch(/aria-label="\d+ 502s, 23 Nov 09:00 to 12:00"/);
  });

  test('shows the two causes that lead where none can be named, and says so of a row without them', async () => {
    const undecided = { severity: 'warning', phase: 'firing', verdict: 'undetermined' } as const;
    const leaders = ['target-crash', 'malformed-response'] as const;
    const ended = { id: 'app/over/1@2026-11-23T08:00', at: ago(60), verdict: 'undetermined' } as const;
    const markup = await drawn([
      entry('led', { ...undecided, leaders: [...leaders] }),
      entry('older', undecided),
      entry('over', { leaders: [...leaders], ended }),
    ]);
    const [led = '', older = '', over = ''] = rowsOf(markup).map(textOf);
    expect(led).toContain('target crash or malformed response, not decided yet');
    expect(older).toContain('cause not known yet');
    expect(over).toMatch(/target crash or malformed response, not decided(?! yet)/);
    for (const row of [led, older, over]) expect(row).not.toContain('undetermined');
  });

  test('opens the load balancer with a click, in a pop-up', async () => {
    const markup = await drawn([entry('shop', { severity: 'warning' })]);
    expect(clicksOf(markup)).toEqual([FILTER, { view: 'load-balancer', loadBalancerArn: arnOf('shop') }]);
    expect(markup).toContain(`</button><cwdb-action action="call" display="popup" endpoint="${ENDPOINT}">`);
  });

  test('asks for the 502s of the rows that it shows, over the range of the dashboard and its zoom', async () => {
    const asked: unknown[] = [];
    const ports = samplePorts([entry('quiet'), entry('shop', { severity: 'warning' })], {
      readFailures: async (entries, range) => {
        asked.push([entries.map(({ loadBalancerArn }) => loadBalancerArn), range]);
        return new Map();
      },
    });
    const zoom = { start: NOW_MS - 600_000, end: NOW_MS - 300_000 };
    await answerWidget({ widgetContext: CONTEXT }, ports);
    await answerWidget({ widgetContext: { ...CONTEXT, timeRange: { ...CONTEXT.timeRange, zoom } } }, ports);
    await answerWidget({}, ports);
    expect(asked).toEqual([
      [[arnOf('shop')], { start: NOW_MS - 3 * 3_600_000, end: NOW_MS }],
      [[arnOf('shop')], zoom],
      [[arnOf('shop')], { start: NOW_MS - 3 * 3_600_000, end: NOW_MS }],
    ]);
  });

  test('falls back to the 502s of the last look where CloudWatch does not answer', async () => {
    const ports = samplePorts([entry('shop', { severity: 'warning', count: 12 })], {
      readFailures: async () => null,
    });
    const markup = await answerWidget({ widgetContext: CONTEXT }, ports);
    expect(textOf(markup)).toMatch(/12 \nin the last look/);
    expect(markup).not.toContain('class="sp"');
  });

  test('tells times in the zone of the dashboard', async () => {
    const fleet = [entry('shop', { severity: 'warning', since: ago(90), updatedAt: ago(60) })];
    const zoned = await drawn(fleet, {
      timezone: { label: 'Local', offsetISO: '+05:30', offsetInMinutes: 330 },
    });
    expect(textOf(zoned)).toContain('since 16:00');
    expect(textOf(zoned)).toMatch(/23 Nov 14:30 to 17:30 \(Local\)\n.* · last look 16:30 · /);
    expect(textOf(await drawn(fleet))).toMatch(/23 Nov 09:00 to 12:00 \(UTC\)\n.* · last look 11:00 · /);
  });

  test('has other colours in the dark theme, and fewer columns where it is narrow', async () => {
    const light = await drawn(SAMPLE_FLEET);
    const dark = await drawn(SAMPLE_FLEET, { theme: 'dark' });
    expect(dark).not.toBe(light);
    expect(dark.replace(/<style>.*<\/style>/, '')).toBe(light.replace(/<style>.*<\/style>/, ''));
    const columns = (markup: string) => markup.match(/<th /g)?.length;
    expect(columns(light)).toBe(6);
    expect(columns(await drawn(SAMPLE_FLEET, { width: 600 }))).toBe(4);
    expect(columns(await drawn(SAMPLE_FLEET, { width: 328 }))).toBeUndefined();
    expect(namesIn(await drawn(SAMPLE_FLEET, { width: 328 }))).toEqual(namesIn(light));
  });

  test('takes a context that makes no sense for none', async () => {
    const markup = await drawn(SAMPLE_FLEET, {
      theme: 'neon',
      width: 'wide',
      timezone: 7,
      timeRange: { start: 'now' },
    });
    expect(markup).toBe(await drawn(SAMPLE_FLEET));
  });

  test('lists what a text or a severity finds, the quiet ones too, and says so where nothing is like that', async () => {
    const found = async (values: Readonly<Record<string, unknown>>) =>
      namesIn(await drawn(SAMPLE_FLEET, forms(values)));
    expect(await found({ filter: 'TEAM SEARCH' })).toEqual(['search-api']);
    expect(await found({ filter: 'worker-timeout' })).toEqual(['media']);
    expect(await found({ shown: 'critical' })).toEqual(['checkout']);
    expect(await found({ filter: 'j', shown: 'quiet' })).toEqual(['jobs']);
    expect(await found({ filter: '', shown: 'quiet' })).toContain('wiki');
    expect(await found({ filter: 7, shown: 'everything' })).toEqual(namesIn(await drawn(SAMPLE_FLEET)));
    const none = await drawn(SAMPLE_FLEET, forms({ filter: '"><b>' }));
    expect(textOf(none)).toContain('None of 17 load balancers is like that.');
    expect(none).toContain('value="&quot;&gt;&lt;b&gt;"');
  });

  test('calls a failure that ended resolved, with when, and no warning any more', async () => {
    const [row = ''] = rowsOf(await drawn([RESOLVED]));
    expect(textOf(row)).toMatch(/resolved\n.*media\n.*keepalive-mismatch\n.*resolved 11:00/s);
    expect(row).not.toMatch(/class="s (?:warning|critical|none)"|lately/);
    expect(textOf(await drawn([RESOLVED]))).toContain('1 resolved');
  });

  test('marks what is silenced, by whom a person or a tag, as long as it lasts', async () => {
    const fleet = [entry('shop', { severity: 'warning' }), IGNORED];
    const until = (minutes: number) => new Date(NOW_MS + minutes * 60_000).toISOString();
    const silenced = (minutes: number) =>
      samplePorts(fleet, {
        loadSilences: async () => [
          {
            loadBalancerArn: arnOf('shop'),
            silence: { at: null, until: until(minutes), by: null, reason: null },
          },
        ],
      });
    const text = textOf(await answerWidget({ widgetContext: CONTEXT }, silenced(55)));
    expect(text).toContain('silenced until 12:55');
    expect(text).toContain('silenced by tag');
    expect(textOf(await answerWidget({ widgetContext: CONTEXT }, silenced(-1)))).not.toContain('until 11:59');
  });

  test('marks what is silenced in a window, how it recurs, and which of two silences ends last', async () => {
    const fleet = [entry('shop', { severity: 'warning' })];
    const loadRecurringSilences = async () => [{ loadBalancerArn: arnOf('shop'), silence: SAMPLE_RECURRING }];
    const once = (minutes: number) => async () => [
      {
        loadBalancerArn: arnOf('shop'),
        silence: {
          at: null,
          until: new Date(NOW_MS + minutes * 60_000).toISOString(),
          by: null,
          reason: null,
        },
      },
    ];
    const textWith = async (over: Partial<WidgetPorts>) =>
      textOf(
        await answerWidget(
          { widgetContext: CONTEXT },
          samplePorts(fleet, { loadRecurringSilences, ...over }),
        ),
      );
    const text = await textWith({});
    expect(text).toContain('silenced until 13:30');
    expect(text).toContain('every Monday 12:30 for 2 h Europe/Berlin');
    expect(await textWith({ loadSilences: once(30) })).toContain('silenced until 13:30');
    expect(await textWith({ loadSilences: once(120) })).toContain('silenced until 14:00');
    const later = await textWith({ now: () => NOW_MS + 91 * 60_000 });
    expect(later).not.toContain('silenced');
  });

  test('opened, tells of its recurring silences also between their windows, until they are over', async () => {
    const fleet = [entry('shop', { severity: 'warning' })];
    const loadRecurringSilences = async () => [{ loadBalancerArn: arnOf('shop'), silence: SAMPLE_RECURRING }];
    const event = { view: 'load-balancer', loadBalancerArn: arnOf('shop'), widgetContext: CONTEXT };
    const openedAt = async (nowMs: number) =>
      textOf(await answerWidget(event, samplePorts(fleet, { loadRecurringSilences, now: () => nowMs })));
    const text = await openedAt(NOW_MS + 91 * 60_000);
    expect(text).not.toContain('silenced until');
    expect(text).toContain(
      'Silenced every Monday 12:30 for 2 h Europe/Berlin, until 1 Mar 00:00, by dana (weekly restart)',
    );
    expect(await openedAt(Date.parse('2027-03-01T00:00:00Z'))).not.toContain('Silenced every');
  });

  test('says not known, not zero, where the 502s could not be read', async () => {
    for (const width of [328, 600, 1200]) {
      const markup = await drawn([UNKNOWN], { width });
      expect(textOf(markup)).toContain('502s not known');
      expect(textOf(markup)).toContain('1 not known');
      expect(textOf(markup)).not.toMatch(/no 502|Nothing found/);
    }
  });

  test('says what the highest bar of a picture stands for', async () => {
    const ports = samplePorts([entry('shop', { severity: 'warning', count: 9 })], {
      readFailures: async () => new Map([[arnOf('shop'), [0, 7, 2]]]),
    });
    expect(textOf(await answerWidget({ widgetContext: CONTEXT }, ports))).toContain('at most 7 in 1 h');
  });

  test('shows that it is alive: what was looked at, when, and when the next look is', async () => {
    const beats = { lastBackstopAt: ago(2), passStartedAt: ago(60), passAfterArn: null };
    const watched = (posturePending: readonly string[]) => ({
      loadRegions: async () => [{ region: 'eu-central-1', progress: { ...beats, posturePending } }],
    });
    const said = async (fleet: readonly FleetEntry[], pending: readonly string[]) =>
      textOf(await answerWidget({ widgetContext: CONTEXT }, samplePorts(fleet, watched(pending))));
    expect(await said([entry('shop')], [])).toContain(
      'Looked at 1 load balancer in 1 region · last look 11:59 · every configuration again at 17:00 · 502s are asked for every minute',
    );
    expect(await said([entry('shop')], ['a', 'b'])).toContain('last look 11:59 · 2 wait for theirs · 502s');
    const first = await said([], ['a', 'b']);
    expect(first).toContain('No load balancer has been looked at yet.');
    expect(first).toContain('Watching eu-central-1, asked last at 11:58 (UTC)');
    expect(first).toContain('2 load balancers wait for their first look');
  });

  test('says so where nothing was looked at yet, and where nothing was found', async () => {
    expect(textOf(await drawn([]))).toContain('No load balancer has been looked at yet');
    const fine = await drawn([entry('shop'), entry('blog')]);
    expect(textOf(fine)).toContain('Nothing found.');
    expect(rowsOf(fine)).toEqual([]);
  });

  test('shows 500 load balancers failing page by page', async () => {
    const fleet = Array.from({ length: 500 }, (_, index) => failing(index));
    const seen = new Set<string>();
    for (let page = 0; page < Math.ceil(500 / ROWS_A_PAGE); page++) {
      const markup = await drawn(fleet, {}, { view: 'fleet', page });
      for (const name of namesIn(markup)) seen.add(name);
      const turns = clicksOf(markup).slice(1 + ROWS_A_PAGE);
      if (page === 0) expect(turns).toEqual([{ view: 'fleet', page: 1 }]);
    }
    expect(seen.size).toBe(500);
    expect(textOf(await drawn(fleet, {}, { view: 'fleet', page: 999 }))).toContain('476 to 500 of 500.');
  });

  test.each([
    ['failing', failing],
    ['quiet', (index: number) => entry(`service-number-${index}`)],
    ['half failing', (index: number) => (index % 2 ? failing(index) : entry(`service-number-${index}`))],
  ])('stays under 50 kB and two seconds for 200 load balancers, %s', async (_, make) => {
    const fleet = Array.from({ length: 200 }, (_, index) => make(index));
    const begun = performance.now();
    const markup = await drawn(fleet);
    expect(performance.now() - begun).toBeLessThan(2_000);
    expect(Buffer.byteLength(markup)).toBeLessThan(50_000);
  });

  test('keeps hostile text as text, whatever it is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 40 }), fc.boolean(), async (text, narrow) => {
        const hostile = `"'><script>alert(1)</script><img src=x onerror=alert(1)>${text}`;
        const fleet = [
          entry('shop', {
            severity: 'warning',
            loadBalancerArn: `${arnOf('a')}/${hostile}/1`,
            region: hostile,
            owner: hostile,
            driftCount: 1,
            drift: [
              {
                resourceArn: hostile,
                key: hostile,
                baseline: hostile,
                current: hostile,
                changedAt: null,
                changedBy: hostile,
              },
            ],
          }),
          entry('b', { loadBalancerArn: `x/${hostile}/y` }),
        ];
        const timezone = { label: '<b>', offsetISO: '', offsetInMinutes: 0 };
        expect(isClean(await drawn(fleet, { width: narrow ? 500 : 1200, timezone }))).toBe(true);
      }),
    );
  });
});
