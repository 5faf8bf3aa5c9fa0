import { describe, expect, test } from 'vitest';
import { explainByTargetStop } from '../../../lambda/access-log/explain/target-stop.ts';
import { type Logged, summaryOfRequests } from '../requests.ts';
import { saidBy } from './said.ts';

/** Requests each second to a target, which takes a moment for each; it refuses between two times. */
const refusing = (from: number, to: number, tookSeconds: number, port = 9000): Logged[] =>
  Array.from({ length: 1800 }, (_, at) => ({
    sent: at + 0.31,
    took: tookSeconds,
    target: 1,
    port,
    client: at % 50,
    path: `/shelf/${at % 9}`,
    ...(at >= from && at < to ? { failed: 'refused' as const } : {}),
  }));

const others: Logged[] = Array.from({ length: 1800 }, (_, at) => ({
  sent: at + 0.7,
  took: 0.02,
  target: 2,
  client: at % 47,
  path: `/shelf/${at % 9}`,
}));

function oddsOf(from: number, to: number, tookSeconds: number, port?: number): ReadonlyMap<string, number> {
  const [explanation, ...more] =
    summaryOfRequests([...refusing(from, to, tookSeconds, port), ...others]).explanations ?? [];
  if (explanation === undefined || more.length > 0) throw new Error('one explanation was expected');
  expect(explanation.kind).toBe('target-stop');
  return new Map(explanation.causes.map(({ cause, probability }) => [cause, probability]));
}

describe('a target that refuses connections, and cut nothing off', () => {
  test('for some seconds, with hardly a request at work: it may have died and come back, or not', () => {
    const odds = oddsOf(900, 909, 0.02);
    expect(odds.get('connection-refused') ?? 0).toBeLessThan(0.7);
    expect(odds.get('target-crash') ?? 0).toBeGreaterThan(0.15);
  });

  test('for some seconds, with one request at work at nearly any time: what dies cuts it off', () => {
    const idle = oddsOf(900, 909, 0.02);
    const busy = oddsOf(900, 909, 0.95);
    expect(busy.get('target-crash') ?? 0).toBeLessThan((idle.get('target-crash') ?? 0) * 0.6);
  });

  test('for five minutes: it does not listen', () => {
    const odds = oddsOf(900, 1200, 0.02);
    expect(odds.get('connection-refused') ?? 0).toBeGreaterThan(0.85);
    expect(odds.get('target-crash') ?? 0).toBeLessThan(0.012);
  });

  test.each([443, 8443])(
    'for five minutes, on port %i: handshakes may fail, which leaves the same line',
    (port) => {
      const odds = oddsOf(900, 1200, 0.02, port);
      expect(odds.get('connection-refused') ?? 0).toBeLessThan(0.7);
      expect(odds.get('tls-failure') ?? 0).toBeGreaterThan(0.3);
    },
  );

  test('for some seconds, on port 443: a restart is no failed handshake', () => {
    expect(oddsOf(900, 909, 0.02, 443)).toEqual(oddsOf(900, 909, 0.02));
  });
});

/** Requests to the first target for which no connection is made in time. */
const dropped = (count: number): Logged[] =>
  Array.from({ length: count }, (_, at) => ({
    ...{ sent: 905 + (at * 280) / count, target: 1, failed: 'refused' as const, gaveUpAfter: 10 },
    ...{ client: at % 50, path: `/shelf/${at % 9}` },
  }));

test.each([
  [0, false],
  [200, false],
  [340, true],
])(
  'a port that is closed refuses at once: not where %i of 640 requests at the time get a 504',
  (count, isDropped) => {
    const said = summaryOfRequests([...refusing(900, 1200, 0.02), ...dropped(count), ...others])
      .explanations?.[0];
    const odds = new Map(said?.causes.map(({ cause, probability }) => [cause, probability]));
    expect(said?.fact.includes(`while ${count} other requests got a 504`)).toBe(isDropped);
    expect((odds.get('network-path') ?? 0) > (odds.get('connection-refused') ?? 0)).toBe(isDropped);
    expect((odds.get('connection-refused') ?? 0) > 0.8).toBe(!isDropped);
  },
);

const END = 1200;

/** A request every four seconds to a target. */
const steady = (target: number, from = 0, to = END, took = 0.02): Logged[] =>
  Array.from({ length: Math.floor((to - from) / 4) }, (_, at) => ({
    ...{ sent: from + 4 * at + 0.1 * target, took, target },
    ...{ client: at % 40, path: `/shelf/${'abcdefg'[at % 7]}` },
  }));

/** The same but for the time in which it is down. */
const down = (target: number, from: number, to: number): Logged[] => [
  ...steady(target, 0, from),
  ...steady(target, to),
];

/** Requests that end at one instant, after so much time each. */
const cutAt = (target: number, end: number, ages = [1.5, 0.9, 0.4]): Logged[] =>
  ages.map((took, at) => ({
    ...{
      sent: end - took,
      took,
      target,
      failed: 'cut',
      client: 50 + ((Math.floor(end / 10) + 10 * target + at) % 100),
    },
    path: `/shelf/${'abcdefg'[(Math.floor(end / 10) + at) % 7]}`,
  }));

const refused = (target: number, from: number, to: number): Logged[] =>
  Array.from({ length: to - from }, (_, at) => ({
    ...{ sent: from + at + 0.5, target, failed: 'refused', client: 160 + (at % 9) },
  }));

/** Requests that a target had when it stopped, and answered after that. */
const lived = (target: number, at: number, count: number, took = 14): Logged[] =>
  Array.from({ length: count }, (_, which) => ({ sent: at - 1 + 0.2 * which, took, target }));

const two = [...steady(2), ...steady(3)];
const crash = [...down(1, 600, 606), ...cutAt(1, 600.5)];
const gone = [...steady(1, 0, 600), ...cutAt(1, 600.5)];
const drained = (youngest: number): Logged[] => [
  ...steady(1, 0, 572),
  ...cutAt(1, 600, [28, 24, 21, youngest]),
];

/** Each of the first targets stops once, for eight seconds. */
const stops = (begins: readonly number[], more: (target: number, begin: number) => Logged[] = () => []) =>
  begins.flatMap((begin, at) => [
    ...down(at + 1, begin, begin + 8),
    ...cutAt(at + 1, begin + 0.5),
    ...more(at + 1, begin),
  ]);

/** A worker is killed once in a while, with what it works on besides: the first took so long. */
const killed = (times: readonly number[]): Logged[] =>
  times.flatMap((took, at) => [
    ...steady(1, at === 0 ? 0 : 156 + at * 150, 298 + at * 150),
    ...cutAt(1, 300 + at * 150, [0.5, 1.1]),
    {
      ...{ sent: 300 + at * 150 - took, took, target: 1, failed: 'cut' as const, client: 90 + at },
      path: `/shelf/${'abcdefg'[at % 7]}`,
    },
    ...(at === times.length - 1 ? steady(1, 306 + at * 150) : []),
  ]);

const [CUT, REFUSED] = [
  'ended when their target stopped',
  'were refused in a stretch by a target that answered before',
];
const DRAINED = 'ended when a target that was sent nothing more was cut off';

/** What one target works on breaks off thrice; what is sent to it soon after each. */
const broken = (after: readonly Partial<Logged>[]): Logged[] => [
  ...[300, 600, 900].flatMap((end, at) => [
    ...steady(1, at === 0 ? 4 : end - 294, end - 2),
    ...cutAt(1, end),
    ...(after[at] === undefined ? [] : [{ sent: end + 0.1, took: 0.02, target: 1, ...after[at] }]),
  ]),
  ...steady(1, 906),
];
const ON = 'what was sent right after was answered';

test.each([
  ['nothing', [], 0.9, 1, false],
  ['a request that it answered', [{}, {}, {}], 0.3, 0.7, true],
  ['at its very end, an answered one', [-0.09, -0.09, -0.09].map((by) => ({ sentBy: by })), 0.9, 1, false],
  ['after a restart, an answered one', [0.5, 0.5, 0.5].map((by) => ({ sentBy: by })), 0.9, 1, false],
  [
    'once an answered one, twice a refused one',
    [{}, { failed: 'refused' as const }, { failed: 'refused' as const }],
    0.8,
    1,
    false,
  ],
] as const)(
  'a server that ended answers nothing of what is sent right after: %s',
  (_, after, least, most, isOn) => {
    const moved = after.map((change, at) =>
      'sentBy' in change ? { sent: ([300, 600, 900][at] ?? 0) + 0.1 + change.sentBy } : change,
    );
    const [said] = saidBy(explainByTargetStop, [...two, ...broken(moved)]);
    expect(said?.fact.includes(ON)).toBe(isOn);
    expect(said?.odds['target-crash'] ?? 0).toBeGreaterThanOrEqual(least);
    expect(said?.odds['target-crash'] ?? 0).toBeLessThanOrEqual(most);
  },
);

/** One target of four ends in half an hour, and a new one takes its place; what the others do. */
const replacedAmong = (others: readonly Logged[]) => {
  const stop = refused(1, 1000, 1015).map((one, at) => ({ ...one, path: `/shelf/${'abcdefg'[at % 7]}` }));
  const all = [...others, ...steady(1, 0, 1000), ...stop, ...steady(9, 1005, 2000)];
  const [explanation] = summaryOfRequests(all).explanations ?? [];
  return Object.fromEntries(explanation?.causes.map(({ cause, probability }) => [cause, probability]) ?? []);
};

test('of several that go for good, one long after the other, each may have been taken away', () => {
  const crashOf = (gone: readonly number[]): number => {
    const [said] = saidBy(explainByTargetStop, [
      ...[11, 12, 13].flatMap((target) => steady(target, 0, 5500)),
      ...gone.flatMap((end, at) => [...steady(at + 1, 0, end), ...refused(at + 1, end, end + 5)]),
    ]);
    expect(said?.fact).toMatch(
      new RegExp(`^were refused in a stretch .*${gone.length} time.*did not come back`),
    );
    return said?.odds['target-crash'] ?? 0;
  };
  expect(crashOf([1000, 2700])).toBeGreaterThan(0.5);
  expect(crashOf([1000, 2700, 4400])).toBeLessThan(0.3);
});

test.each([
  ['came before it stopped was planned', -5, ', a new target took its place', 0.5, 1],
  ['came a minute after it had stopped was not', 60, ', a new target came only after that', 0, 0.25],
])('of several that go for good, what %s', (_, after, how, least, most) => {
  const ends = [1000, 1500, 2600, 3900];
  const requests = [11, 12, 13].flatMap((target) => steady(target, 0, 5500));
  for (const [at, end] of ends.entries())
    requests.push(
      ...steady(at + 1, at === 0 ? 0 : (ends[at - 1] ?? 0) + after, end),
      ...refused(at + 1, end, end + 5),
    );
  requests.push(...steady(ends.length + 1, 3900 + after, 5500));
  const [said] = saidBy(explainByTargetStop, requests);
  expect(said?.fact).toBe(`${REFUSED} (4 times on 4 targets, for up to 4 s, they did not come back${how})`);
  expect(said?.odds['deployment'] ?? 0).toBeGreaterThanOrEqual(least);
  expect(said?.odds['deployment'] ?? 0).toBeLessThanOrEqual(most);
});

test('a target that is replaced while others of its group go on is no deployment for sure', () => {
  const [second, third] = [steady(2, 0, 2000), steady(3, 0, 2000)];
  const alone = replacedAmong([...second, ...third, ...steady(4, 0, 2000)]);
  expect(alone['target-crash'] ?? 0).toBeGreaterThan(0.15);
  expect(alone['deployment'] ?? 0).toBeLessThan(0.6);
  for (const more of [
    // Another one ends some minutes later, or two more begin; or there is but one other.
    [...second, ...third, ...steady(4, 0, 1600)],
    [...second, ...third, ...steady(4, 1400, 2000)],
    second,
  ])
    expect(replacedAmong(more)['deployment'] ?? 0).toBeGreaterThan(0.9);
});

type Odds = Readonly<Record<string, number>>;

describe('targets that stop', () => {
  const CRASH = { 'target-crash': 0.68, deployment: 0.23 };
  const ROLLOUT = { deployment: 0.99 };
  const IN_TURN = { deployment: 0.958, 'target-crash': 0.03 };
  test.each<readonly [name: string, requests: readonly Logged[], fact: string, odds: Odds]>([
    ['as a process that dies', [...two, ...crash], `${CUT} (1 time on 1 target)`, CRASH],
    [
      'with requests that end one after the other',
      [
        ...two,
        ...down(1, 600, 606),
        ...[600.3, 600.9, 601.5].flatMap((end, at) => cutAt(1, end, [0.05 + at / 1e3])),
      ],
      `${CUT} (1 time on 1 target, for up to 1.2 s)`,
      // It took two of them after the first had ended.
      { 'target-crash': 0.15, deployment: 0.06 },
    ],
    [
      'and refuse until they are back',
      [...two, ...down(1, 600, 612), ...cutAt(1, 600.5), ...refused(1, 601, 610)],
      `${CUT} (1 time on 1 target, for up to 9 s)`,
      { 'target-crash': 0.87, deployment: 0.11 },
    ],
    [
      'and refuse for longer than a process takes',
      [...two, ...down(1, 600, 664), ...cutAt(1, 600.5), ...refused(1, 601, 663)],
      `${CUT} (1 time on 1 target, for up to 62 s)`,
      CRASH,
    ],
    [
      'again and again',
      [
        ...two,
        ...steady(1, 0, 300),
        ...steady(1, 306, 600),
        ...steady(1, 606),
        ...cutAt(1, 300.5),
        ...cutAt(1, 600.5),
      ],
      `${CUT} (2 times on 1 target)`,
      { 'target-crash': 0.96, deployment: 0.01 },
    ],
    [
      'for good',
      [...two, ...gone],
      `${CUT} (1 time on 1 target, it did not come back)`,
      { deployment: 0.88, 'target-crash': 0.09 },
    ],
    [
      'for good, as another takes up work',
      [...two, ...gone, ...steady(9, 590)],
      `${CUT} (1 time on 1 target, it did not come back, a new target took its place)`,
      ROLLOUT,
    ],
    [
      'as another takes up work',
      [...two, ...crash, ...steady(9, 590)],
      `${CUT} (1 time on 1 target, a new target took its place)`,
      { deployment: 0.89, 'target-crash': 0.07 },
    ],
    [
      'when they had been sent nothing for five seconds',
      [...two, ...drained(5.1)],
      `${DRAINED} (1 time on 1 target, it did not come back)`,
      { 'deregistration-delay-elapsed': 0.775, deployment: 0.21 },
    ],
    [
      'when they had been sent nothing for less than that',
      [...two, ...drained(4.9)],
      `${CUT} (1 time on 1 target, it did not come back)`,
      { deployment: 0.88, 'target-crash': 0.09 },
    ],
    [
      'listening, for less than a minute',
      [...two, ...down(1, 600, 660), ...refused(1, 600, 659)],
      `${REFUSED} (1 time on 1 target, for up to 58 s)`,
      { 'connection-refused': 0.27, 'target-crash': 0.22, 'network-path': 0.15, 'tls-failure': 0.05 },
    ],
    [
      'listening, for more than a minute',
      [...two, ...down(1, 600, 664), ...refused(1, 600, 663)],
      `${REFUSED} (1 time on 1 target, for up to 62 s)`,
      { 'connection-refused': 0.94, 'network-path': 0.02 },
    ],
    [
      'listening, for good',
      [...two, ...steady(1, 0, 600), ...refused(1, 600, 630)],
      `${REFUSED} (1 time on 1 target, for up to 29 s, it did not come back)`,
      { deployment: 0.409, 'network-path': 0.123, 'connection-refused': 0.111, 'target-crash': 0.082 },
    ],
    [
      'listening, and answer what they had after that',
      [...two, ...down(1, 600, 612), ...refused(1, 600, 610), ...lived(1, 600, 2)],
      `${REFUSED} (1 time on 1 target, for up to 9 s)`,
      { 'connection-refused': 0.16, 'network-path': 0.09, 'tls-failure': 0.03, 'target-crash': 0.02 },
    ],
    [
      'listening, and answer what they had meanwhile',
      [...two, ...down(1, 600, 612), ...refused(1, 600, 610), ...lived(1, 600, 2, 6)],
      `${REFUSED} (1 time on 1 target, for up to 9 s)`,
      { 'connection-refused': 0.71, 'network-path': 0.09 },
    ],
    [
      'and answer as much as they cut off',
      [...two, ...crash, ...lived(1, 600, 2)],
      `${CUT} (1 time on 1 target)`,
      { 'target-crash': 0.16, deployment: 0.09 },
    ],
    [
      'and answer less than they cut off',
      [...two, ...crash, ...lived(1, 600, 1)],
      `${CUT} (1 time on 1 target)`,
      CRASH,
    ],
    ['in turn', stops([600, 640, 680]), `${CUT} (3 times on 3 targets)`, IN_TURN],
    ['in turn, the last first', stops([680, 640, 600]), `${CUT} (3 times on 3 targets)`, IN_TURN],
    [
      'in turn, and finish what they have',
      stops([600, 640, 680], (target, begin) => lived(target, begin, 2, 10)),
      `${CUT} (3 times on 3 targets)`,
      { deployment: 0.983 },
    ],
    [
      'in turn, within ten seconds',
      stops([600, 604, 609]),
      `${CUT} (3 times on 3 targets)`,
      { 'target-crash': 0.705 },
    ],
    [
      'in turn, within eleven seconds',
      stops([600, 604, 611]),
      `${CUT} (3 times on 3 targets)`,
      { deployment: 0.93 },
    ],
    [
      'in turn, in a small part of the time',
      stops([500, 700, 850]),
      `${CUT} (3 times on 3 targets)`,
      { deployment: 0.56, 'target-crash': 0.365 },
    ],
    [
      'at any time',
      stops([300, 780, 870]),
      `${CUT} (3 times on 3 targets)`,
      { 'target-crash': 0.705, deployment: 0.07 },
    ],
    [
      'one of them while another is down',
      stops([600, 640, 643], (target, begin) => refused(target, begin + 1, begin + 6)),
      `${CUT} (3 times on 3 targets, for up to 5 s)`,
      { 'target-crash': 0.9 },
    ],
    [
      'in turn, with pauses as chance makes them',
      stops([500, 512, 690]),
      `${CUT} (3 times on 3 targets)`,
      { 'target-crash': 0.705, deployment: 0.07 },
    ],
    [
      'in turn, round after round',
      [100, 500, 900].flatMap((round) =>
        [0, 30, 60, 90].flatMap((later, at) => [
          ...(round === 100 ? steady(at + 1, 0, 100 + later) : []),
          ...cutAt(at + 1, round + later + 0.5),
          ...steady(at + 1, round + later + 8, round === 900 ? END : round + later + 400),
        ]),
      ),
      `${CUT} (12 times on 4 targets)`,
      { deployment: 0.85, 'target-crash': 0.12 },
    ],
    [
      'in rounds with pauses as chance makes them',
      [100, 500, 900].flatMap((round, turn) =>
        (
          [
            [0, 9, 14, 120],
            [0, 60, 66, 70],
            [0, 11, 90, 93],
          ][turn] ?? []
        ).flatMap((later, at) => [
          ...(round === 100 ? steady(at + 1, 0, 100 + later) : []),
          ...cutAt(at + 1, round + later + 0.5),
          ...steady(at + 1, round + later + 8, round === 900 ? END : round + 400),
        ]),
      ),
      `${CUT} (12 times on 4 targets)`,
      { 'target-crash': 0.961 },
    ],
    [
      'but take requests all the time',
      [
        ...two,
        ...down(1, 600, 606),
        ...[600.2, 600.9, 601.6, 602.3, 603].flatMap((end) => cutAt(1, end, [0.05])),
      ],
      'were broken off by a target that went on taking requests (1 time on 1 target, for up to 2.8 s)',
      { 'target-crash': 0.109, deployment: 0.04 },
    ],
    [
      'but take requests all the time, for half a minute each time',
      [
        ...two,
        ...steady(1).filter(({ sent }) => sent % 300 < 200 || sent % 300 >= 231),
        ...[200, 500, 800, 1100].flatMap((begin) =>
          [0.2, 5.9, 11.6, 17.3, 24, 29.6].flatMap((after) => cutAt(1, begin + after, [0.002])),
        ),
      ],
      'were broken off by a target that went on taking requests (4 times on 1 target, for about 29.4 s each time)',
      { 'target-crash': 0.107, deployment: 0.005 },
    ],
    ['two of them in turn', [...steady(3), ...stops([600, 640])], `${CUT} (2 times on 2 targets)`, CRASH],
    [
      'half of them in turn',
      [...[4, 5, 6].flatMap((target) => steady(target)), ...stops([600, 640, 680])],
      `${CUT} (3 times on 3 targets)`,
      IN_TURN,
    ],
    [
      'fewer than half of them in turn',
      [...[4, 5, 6, 7].flatMap((target) => steady(target)), ...stops([600, 640, 680])],
      `${CUT} (3 times on 3 targets)`,
      CRASH,
    ],
    [
      'in turn, drained and replaced',
      [600, 640, 680].flatMap((end, at) => [
        ...steady(at + 1, 0, end - 28),
        ...cutAt(at + 1, end, [27, 24, 21]),
        ...steady(at + 11, end - 30),
      ]),
      `${DRAINED} (3 times on 3 targets, they did not come back, a new target took its place)`,
      { deployment: 0.57, 'deregistration-delay-elapsed': 0.42 },
    ],
    [
      'each time that work has taken half a minute',
      [...two, ...killed([30, 30.01, 30.02, 30.03])],
      `${CUT} (4 times on 1 target)`,
      { 'worker-timeout': 0.91, 'target-crash': 0.06 },
    ],
    [
      'thrice when work has taken half a minute',
      [...two, ...killed([30, 30.01, 30.02])],
      `${CUT} (3 times on 1 target)`,
      { 'target-crash': 0.96 },
    ],
    [
      'mostly when work has taken half a minute',
      [...two, ...killed([30, 30.01, 30.02, 4, 9])],
      `${CUT} (5 times on 1 target)`,
      { 'worker-timeout': 0.91, 'target-crash': 0.06 },
    ],
    [
      'half of the times when work has taken half a minute',
      [...two, ...killed([30, 30.01, 30.02, 4, 9, 14])],
      `${CUT} (6 times on 1 target)`,
      { 'target-crash': 0.96 },
    ],
  ])('%s', (_, requests, fact, odds) => {
    const [said, ...more] = saidBy(explainByTargetStop, requests);
    expect(more).toEqual([]);
    expect(said?.kind).toBe(fact.startsWith(DRAINED) ? 'deregistration' : 'target-stop');
    expect(said?.fact).toBe(fact);
    for (const [cause, probability] of Object.entries(odds))
      expect(said?.odds[cause], cause).toBeCloseTo(probability, 2);
  });

  test('are none where a client has but one failure of them', () => {
    expect(saidBy(explainByTargetStop, [...two, ...down(1, 600, 606), ...cutAt(1, 600.5, [1.5])])).toEqual(
      [],
    );
  });
});

describe('failures at the moments of a job', () => {
  interface Job {
    readonly runs?: number;
    readonly requests?: number;
    /** How many of its runs fail. */
    readonly failing?: number;
    /** Whether all end at one instant. */
    readonly atOnce?: boolean;
    /** What each request of a run asks for, and who asks. */
    readonly path?: (turn: number) => string;
    readonly client?: (turn: number) => number;
  }

  /** Some requests each time, of which the later ones break off at any time within a second. */
  const job = ({
    runs = 10,
    requests = 12,
    failing = runs,
    atOnce = false,
    path = () => '/job',
    client = (turn) => 60 + turn,
  }: Job) =>
    Array.from({ length: runs * requests }, (_, at): Logged => {
      const [run, turn] = [Math.floor(at / requests), at % requests];
      const begin = 100 * run + 50;
      const request = { sent: begin + turn / 40, target: 1, client: client(turn), path: path(turn) };
      if (turn < 4) return { ...request, took: 0.1 };
      const took = begin + 2 + (atOnce ? 0 : ((turn * 37 + run * 61) % 97) / 97) - request.sent;
      return { ...request, took, ...(run < failing ? { failed: 'cut' as const } : {}) };
    });
  const shelves = (turn: number): string => `/shelf/${'abcdefg'[turn % 7]}`;
  const stopOf = (made: Job) => {
    const others = [1, 2].flatMap((target) =>
      steady(target).map((one) => ({ ...one, sent: one.sent + 0.9 })),
    );
    const [said] = saidBy(explainByTargetStop, [...others, ...job(made)]);
    return said?.odds['target-crash'] ?? 0;
  };
  const anybody = (turn: number): number => turn;
  const partly = (most: number) => (turn: number) => (turn > most ? '/job' : shelves(turn));

  test.each<readonly [name: string, made: Job, crash: number]>([
    ['that fails each time', {}, 0.16],
    ['that fails eight times in ten', { failing: 8 }, 0.16],
    ['that fails seven times in ten', { failing: 7 }, 0.32],
    ['of so many requests that some take the same time in each', { requests: 36 }, 0.14],
    ['that ran thrice', { runs: 3 }, 0.16],
    ['that ran twice', { runs: 2 }, 0.32],
    ['that ends at one instant each time', { atOnce: true }, 0.96],
    ['whose clients ask for what others have', { path: shelves }, 0.16],
    ['whose clients are others as well', { client: anybody }, 0.16],
    ['that is not told from others', { path: shelves, client: anybody }, 0.32],
    ['that has six of eight of them', { path: partly(5), client: anybody }, 0.16],
    ['that has five of eight of them', { path: partly(6), client: anybody }, 0.32],
  ])('%s', (_, made, crash) => {
    expect(stopOf(made)).toBeCloseTo(crash, 2);
  });

  test('are of its path, however much more a stop would explain', () => {
    const { explanations } = summaryOfRequests([...steady(1), ...steady(2), ...job({})]);
    expect(explanations?.map(({ kind }) => kind)).toEqual(['path']);
  });
});

describe('targets that stop again and again', () => {
  const HOURS = 5;
  const LONG = HOURS * 3600;
  interface Stopped {
    readonly target: number;
    readonly at: number;
    /** What it is asked as it stops, beside what others ask. */
    readonly asked?: string;
    readonly client?: number;
  }

  /** Each target is asked every four seconds, but for eight seconds after it stopped. */
  const log = (stopped: readonly Stopped[], more: readonly Logged[] = []): Logged[] => [
    ...[1, 2, 3].flatMap((target) =>
      steady(target, 0, LONG).filter(
        ({ sent }) =>
          !stopped.some((stop) => stop.target === target && sent >= stop.at - 1 && sent < stop.at + 8),
      ),
    ),
    ...stopped.flatMap(({ target, at, asked, client = 200 }): Logged[] => [
      ...cutAt(target, at, [0.3, 0.7]),
      ...refused(target, Math.floor(at) + 2, Math.floor(at) + 5),
      ...(asked === undefined
        ? []
        : [
            {
              sent: at - 2 - (at % 7),
              took: 2 + (at % 7),
              target,
              failed: 'cut' as const,
              path: asked,
              client,
            },
          ]),
    ]),
    ...more,
  ];
  /** At ten past each hour, so many seconds later for each target. */
  const hourly = (apart: number, targets = [1, 2, 3]): Stopped[] =>
    Array.from({ length: HOURS }, (_, hour) =>
      targets.map((target, at) => ({ target, at: hour * 3600 + 600.2 + at * apart })),
    ).flat();
  /** One of the targets at a time, as if drawn. */
  const drawn = (period: number, count: number, more: Partial<Stopped> = {}): Stopped[] =>
    Array.from({ length: count }, (_, at) => ({
      ...{ target: 1 + ((at * at + (at >> 1)) % 3), at: 900.2 + at * period },
      ...more,
    }));
  /** So many times as many requests as usual in the seconds before each hour's restart. */
  const rush = Array.from({ length: HOURS * 30 }, (_, at): Logged => {
    const second = Math.floor(at / 30) * 3600 + 591 + (at % 30) / 4;
    return {
      sent: second,
      took: 0.02,
      target: 1 + (at % 3),
      client: at % 40,
      path: `/shelf/${'abcdefg'[at % 7]}`,
    };
  });
  const EACH_TIME = ', each time with a request for GET /import in flight';

  test.each<readonly [name: string, requests: readonly Logged[], fact: string, odds: Odds]>([
    [
      'one after the other at one minute of each hour, by a plan',
      log(hourly(40)),
      '(15 times on 3 targets, for up to 4.3 s, always at the same minutes of the hour)',
      { deployment: 0.975, 'target-crash': 0.022 },
    ],
    [
      'all at one moment of each hour, by a plan',
      log(hourly(0)),
      '(15 times on 3 targets, for up to 4.3 s, always at the same minutes of the hour)',
      { deployment: 0.975, 'target-crash': 0.022 },
    ],
    [
      'all at one moment of each hour, in a rush',
      log(hourly(0), rush),
      '(15 times on 3 targets, for up to 4.3 s, always at the same minutes of the hour)',
      { deployment: 0.462, 'target-crash': 0.511 },
    ],
    [
      'one of them at one minute of each hour, by a plan or by what is asked then',
      log(drawn(3600, HOURS)),
      '(5 times on 3 targets, for up to 4.3 s, always at the same minutes of the hour)',
      { deployment: 0.462, 'target-crash': 0.511 },
    ],
    [
      'one of them at one minute of each hour, with the same request',
      log(drawn(3600, HOURS, { asked: '/import' })),
      `(5 times on 3 targets, for up to 4.3 s)${EACH_TIME}`,
      { deployment: 0, 'target-crash': 0.993 },
    ],
    [
      'at equal pauses, as one client asks',
      log(drawn(30, 9, { asked: '/import' })),
      `(9 times on 3 targets, for up to 4.3 s)${EACH_TIME}`,
      { deployment: 0, 'target-crash': 0.993 },
    ],
    [
      'at equal pauses, with the same request at two of three',
      log(drawn(30, 9).map((stop, at) => (at % 3 === 0 ? stop : { ...stop, asked: '/import' }))),
      '(9 times on 3 targets, for up to 4.3 s)',
      {},
    ],
    [
      'at equal pauses, with a request that is asked often',
      log(drawn(30, 9, { asked: '/shelf/a' }).map((stop, at) => ({ ...stop, client: 200 + at }))),
      '(9 times on 3 targets, for up to 4.3 s)',
      {},
    ],
  ])('%s', (_, requests, fact, odds) => {
    const [said] = saidBy(explainByTargetStop, requests);
    expect(said?.fact).toBe(`${CUT} ${fact}`);
    for (const [cause, probability] of Object.entries(odds))
      expect(said?.odds[cause] ?? 0, cause).toBeCloseTo(probability, 2);
  });
});
