import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PICTURE_COLUMNS, pictureOf, titledPicture } from '../../../lab/timeline/picture.ts';
import type { TimelineEvent, WireTimeline } from '../../../lab/timeline/timeline.ts';

const WHATS = [
  'connect',
  'connected',
  'refused',
  'unreachable',
  'connect-timeout',
  'tls',
  'tls-connected',
  'tls-failed',
  'tls-timeout',
  'request',
  'response',
  'complete',
  'fin',
  'rst',
  'close',
  'client-request',
  'client-answer',
] as const satisfies readonly TimelineEvent['what'][];

type Seen = readonly [seconds: number, where: 'node' | 'target', what: TimelineEvent['what'], about?: string];

const timeline = (seen: readonly Seen[], more: Partial<WireTimeline> = {}): WireTimeline => ({
  fault: 'closed-before-response',
  traceId: '1-00000000-0123456789abcdef01234567',
  node: '10.0.0.10',
  target: '127.0.0.1:8080',
  lambda: false,
  startedAt: '2026-01-01T00:00:00.000Z',
  elbStatus: 502,
  times: '0.001 0.023 -1',
  events: seen.map(([seconds, where, what, about = null]) => ({ seconds, where, what, about })),
  ...more,
});

/** The part of a picture below its header. */
const linesOf = (seen: readonly Seen[]): readonly string[] => pictureOf(timeline(seen)).split('\n').slice(1);

describe('a picture', () => {
  test('of the idle race shows both packets where they left and where they came', () => {
    const picture = pictureOf(
      timeline([
        [0, 'node', 'request', 'GET /item/25'],
        [0.01, 'target', 'request'],
        [0.02, 'target', 'response'],
        [0.03, 'node', 'response'],
        [0.031, 'node', 'complete', '200'],
        [6.02, 'target', 'fin'],
        [6.025, 'node', 'client-request', 'GET /item/1'],
        [6.026, 'node', 'request', 'GET /item/1'],
        [6.03, 'node', 'fin'],
        [6.031, 'node', 'client-answer', '502'],
      ]),
    );
    expect(picture).toBe(
      [
        '    lab s client            node                     target',
        '    0.000 |                  |-- GET /item/25 --------->|',
        '    0.020 |                  |<------------------ 200 --|',
        '    0.031 |                  |    (idle for 5.995 s)    |',
        '    6.020 |                  |        <---------- FIN --|  target closes',
        '    6.025 |-- GET /item/1 -->|-- GET /item/1 -->        |  FIN is under way',
        '    6.030 |                  |<---------- FIN --        |',
        '    6.031 |<---------- 502 --|                          |  log: 0.001 0.023 -1',
      ].join('\n'),
    );
  });

  test('draws a packet that came at once as one arrow', () => {
    expect(
      linesOf([
        [0, 'target', 'fin'],
        [0.01, 'node', 'fin'],
      ]),
    ).toEqual(['    0.000 |                  |<------------------ FIN --|  target closes']);
  });

  test('says how a request ended that was waited for longer than for its first bytes', () => {
    const lines = linesOf([
      [0, 'node', 'request', 'GET /'],
      [0.1, 'node', 'response'],
      [2, 'node', 'complete', '200'],
    ]);
    expect(lines.map((line) => line.slice(0, 9).trim())).toEqual(['0.000', '0.100', '2.000']);
    expect(lines[1]).toContain('bytes');
    expect(lines[2]).toContain('response complete (200)');
  });

  test('of a function has its reason beside the answer', () => {
    const picture = pictureOf(
      timeline(
        [
          [0, 'node', 'client-request', 'GET /shape'],
          [0.001, 'node', 'request', 'Invoke'],
          [0.01, 'node', 'response', 'LambdaInvalidResponse'],
          [0.011, 'node', 'client-answer', '502'],
        ],
        { lambda: true, target: null },
      ),
    );
    expect(picture).toBe(
      [
        '    lab s client            node                     function',
        '    0.000 |-- GET /shape --->|-- Invoke --------------->|',
        '    0.010 |                  |<---------------- bytes --|  LambdaInvalidResponse',
        '    0.011 |<---------- 502 --|                          |  log: 0.001 0.023 -1',
      ].join('\n'),
    );
    expect(titledPicture(timeline([], { target: null }))).toContain('10.0.0.10 -> -');
  });

  const events = fc
    .array(
      fc.record({
        seconds: fc.integer({ min: 0, max: 86_400_000 }).map((milliseconds) => milliseconds / 1000),
        where: fc.constantFrom('node', 'target'),
        what: fc.constantFrom(...WHATS),
        about: fc.option(fc.string({ maxLength: 60, unit: fc.constantFrom(...'GET /item-200 ') })),
      }),
      { maxLength: 40 },
    )
    .map((list) => list.toSorted((one, other) => one.seconds - other.seconds));

  test('fits its columns, has no more lines than it needs, and its times ascend', () => {
    fc.assert(
      fc.property(events, fc.string({ maxLength: 60 }), (list, times) => {
        const [, ...lines] = pictureOf(timeline([], { events: list, times })).split('\n');
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(PICTURE_COLUMNS);
        const stamps = lines.map((line) => line.slice(0, 9).trim()).filter((stamp) => stamp !== '');
        expect(stamps).toEqual(stamps.toSorted((one, other) => Number(one) - Number(other)));
        // An answer and an idle time beside it are the most that an event is told with.
        expect(stamps.length).toBeLessThanOrEqual(2 * list.length);
        for (const stamp of stamps) expect(list.map(({ seconds }) => seconds.toFixed(3))).toContain(stamp);
      }),
    );
  });

  test('has every bar in its column', () => {
    fc.assert(
      fc.property(events, (list) => {
        const [, ...lines] = pictureOf(timeline([], { events: list })).split('\n');
        for (const line of lines) expect([line[10], line[29], line[56]]).toEqual(['|', '|', '|']);
      }),
    );
  });

  test('tells every packet that left', () => {
    fc.assert(
      fc.property(events, (list) => {
        const picture = pictureOf(timeline([], { events: list }));
        const left = list.filter(({ what, where }) => what === 'fin' && where === 'target').length;
        expect(picture.match(/target closes/g)?.length ?? 0).toBe(left);
      }),
    );
  });
});
