import { describe, expect, test } from 'vitest';
import { randomFrom } from '../../lab/worlds/access-log/random.ts';
import { LogAnalysis } from '../../lambda/access-log/analysis.ts';
import { targetsOf } from '../../lambda/access-log/explain/log-view.ts';
import { emptyLine, type LogLine, parseLine } from '../../lambda/access-log/reading/line.ts';
import { emptySummary, summaryOf } from '../../lambda/access-log/summarize.ts';
import { AnsweredSample } from '../../lambda/access-log/tally/answered-sample.ts';
import { tallyBudget } from '../../lambda/access-log/tally/budget.ts';
import { redactedPath } from '../../lambda/access-log/tally/failing-lines.ts';
import { mayBeClose } from '../../lambda/access-log/tally/failure.ts';
import { sentOrCreatedSeconds } from '../../lambda/access-log/tally/group-tally.ts';
import { LinesOutside } from '../../lambda/access-log/tally/lines-outside.ts';
import { LoadBalancerTally } from '../../lambda/access-log/tally/load-balancer-tally.ts';
import { Nodes } from '../../lambda/access-log/tally/nodes.ts';
import { PathTexts } from '../../lambda/access-log/tally/path-texts.ts';
import { isElb502, signatureOf } from '../../lambda/access-log/tally/signature.ts';
import type { KeepAliveEstimate } from '../../lambda/model/access-log-summary.ts';
import { type Changes, failedLine, lineWith } from './lines.ts';
import { BEGIN_SECONDS, type Logged, summaryOfRequests, viewOf } from './requests.ts';

const utf8 = new TextEncoder();

function parsed(text: string): LogLine {
  const line = emptyLine();
  const bytes = utf8.encode(text);
  expect(parseLine(line, bytes, 0, bytes.length)).toBeNull();
  return line;
}

test.each<readonly [line: string, is502: boolean, signature: string, close: boolean]>([
  [failedLine({ 7: '0.100' }), true, 'closedOnReuse', true],
  [failedLine({ 7: '0.101' }), true, 'midRequest', true],
  [failedLine({ 7: '0.250' }), true, 'midRequest', true],
  [failedLine({ 7: '0.251' }), true, 'midRequest', false],
  [failedLine({ 7: '0.000' }), true, 'closedOnReuse', true],
  [failedLine({ 7: '-1' }), true, 'neverDispatched', false],
  [failedLine({ 8: '0.000' }), true, 'answeredBadly', false],
  [failedLine({ 10: '200' }), true, 'answeredBadly', false],
  [failedLine({ 25: '"LambdaTimeout"' }), true, 'lambda', false],
  [failedLine({ 25: '"TargetError"' }), true, 'closedOnReuse', true],
  [failedLine({ 10: '502', 8: '0.000' }), false, 'answeredBadly', false],
  [lineWith({ 9: '503', 10: '-' }), false, 'answeredBadly', false],
])('the class of a failure: %s', (text, is502, signature, close) => {
  const line = parsed(text);
  const found = signatureOf(line);
  expect([isElb502(line), found]).toEqual([is502, signature]);
  const view = viewOf([{ sent: 0, took: line.targetSeconds, failed: 'cut' }]).failures[0];
  if (view === undefined) throw new Error('no failure');
  expect(mayBeClose({ ...view, signature: found, targetSeconds: line.targetSeconds })).toBe(close);
});

describe('the sample of answered requests', () => {
  test('has all while there is room, each with its path, time and bytes, and 4096 of more', () => {
    const sample = new AnsweredSample();
    for (let at = 0; at < 4096; at++) sample.add(at, at / 2, -at);
    expect([sample.seen, sample.paths.length]).toEqual([4096, 4096]);
    for (const at of [0, 63, 64, 127, 4095])
      expect([sample.paths[at], sample.targetSeconds[at], sample.bodyBytes[at]]).toEqual([at, at / 2, -at]);
    for (let at = 4096; at < 6000; at++) sample.add(at, at / 2, -at);
    expect([sample.seen, sample.paths.length, sample.bodyBytes.length]).toEqual([6000, 4096, 4096]);
    for (const [at, path] of sample.paths.entries())
      expect([sample.targetSeconds[at], sample.bodyBytes[at]]).toEqual([path / 2, -path]);
    expect(Math.max(...sample.paths)).toBeGreaterThan(5900);
  });

  test('is no longer than what was answered', () => {
    const sample = new AnsweredSample();
    expect(sample.paths).toHaveLength(0);
    for (let at = 1; at <= 70; at++) {
      sample.add(at, at, at);
      expect([sample.paths.length, sample.targetSeconds.length, sample.bodyBytes.length]).toEqual([
        at,
        at,
        at,
      ]);
    }
  });
});

describe('the node of a line', () => {
  const tally = () => new LoadBalancerTally('app/shop/1', tallyBudget(1000));
  const at = (second: number, node = '-') =>
    parsed(
      lineWith(
        {
          2: `2026-03-01T12:${String(Math.floor(second / 60)).padStart(2, '0')}:${String(second % 60).padStart(2, '0')}.5Z`,
          34: node,
        },
        34,
      ),
    );

  test('is that of its file, else the address that it has', () => {
    const [nodes, own] = [new Nodes(), tally()];
    nodes.startFile('192.0.2.1');
    expect([nodes.isOfFile, nodes.of(at(0, '192.0.2.9'), own)]).toEqual([true, 0]);
    nodes.startFile(undefined);
    expect(nodes.isOfFile).toBe(false);
    const named = ['192.0.2.9', '192.0.2.1', 'fd00::7', '[fd00::8]', '192.0.2.9'];
    expect(named.map((node) => nodes.of(at(0, node), own))).toEqual([1, 0, 2, 3, 1]);
    expect(own.segmentCount).toBe(0);
  });

  test.each<readonly [text: string, isAddress: boolean]>([
    ['::', true],
    ['FD00::AB', true],
    ['abc', false],
    ['10', false],
    ['x192.0.2.9', false],
    ['192.0.2.9x', false],
    ['unknown', false],
    ['-', false],
  ])('of records that have %s for one is told by it: %s', (text, isAddress) => {
    const [nodes, own] = [new Nodes(), tally()];
    nodes.startFile(undefined);
    // Of a record of JSON that did not fail the field is not looked at.
    const line = emptyLine();
    const bytes = utf8.encode(lineWith({ 34: text }, 34));
    parseLine(line, bytes, 0, bytes.length);
    const seen = [nodes.of(line, own), nodes.of(line, own)];
    expect([seen[0] === seen[1], own.segmentCount]).toEqual([true, isAddress ? 0 : 1]);
  });

  test('is otherwise told by stretches of time: a step back of more than half a minute begins another', () => {
    const [nodes, own] = [new Nodes(), tally()];
    nodes.startFile(undefined);
    const seconds = [0, 100, 70, 75, 69, 65, 130, 99];
    expect(seconds.map((second) => nodes.of(at(second), own))).toEqual([0, 0, 0, 0, 1, 1, 1, 2]);
    expect(own.segmentCount).toBe(3);
    // Another load balancer has stretches of its own.
    const other = tally();
    expect([
      nodes.of(at(0), other),
      nodes.of(at(1, '192.0.2.9'), other),
      nodes.of(at(2, '-'), other),
    ]).toEqual([...[0, 3, 0]]);
  });

  test('is one of five thousand that are told apart', () => {
    const [nodes, own] = [new Nodes(), tally()];
    nodes.startFile(undefined);
    const node = (number: number) => nodes.of(at(0, `10.0.${number >> 8}.${number & 255}`), own);
    for (let number = 0; number < 5000; number++) node(number);
    expect([node(4999), node(5000), node(1)]).toEqual([4999, 0, 1]);
  });
});

test('lines that nobody asked for are told by their load balancers and times', () => {
  const outside = new LinesOutside();
  for (const [name, seconds] of [
    ['b', 5],
    ['a', 3],
    ['b', 9],
    ['a', 4],
  ] as const)
    outside.add(name, seconds);
  expect([outside.loadBalancers, outside.firstSeconds, outside.lastSeconds]).toEqual([['b', 'a'], 3, 9]);
  for (let at = 0; at < 1100; at++) outside.add(`${at}`, 6);
  expect([outside.loadBalancers.length, outside.loadBalancers.at(-1)]).toEqual([1000, '997']);
});

describe('runs of failures', () => {
  const failed = 'cut';
  /** Number of the run, of the run of the group, and whether it is the first, in the order in which they came. */
  const runsOf = (requests: readonly Logged[]) =>
    viewOf(requests).failures.map(({ run, groupRun, isFirstOfRun }) => [run, groupRun, isFirstOfRun]);

  test('end with an answer of their target to a request that was sent after their begin', () => {
    expect(
      runsOf([
        { sent: 1, failed },
        { sent: 2, failed },
        { sent: 3 },
        { sent: 4, failed },
        { sent: 3.9, took: 0.5 },
        { sent: 5, failed },
        { sent: 6, failed, target: 2 },
        { sent: 7, target: 2 },
        { sent: 8, failed },
        { sent: 9, failed, node: 1 },
        { sent: 10, failed, group: 'api' },
      ]),
    ).toEqual([
      ...[
        [1, 2, true],
        [1, 2, false],
        [3, 4, true],
        [3, 4, false],
        [5, 4, true],
        [3, 6, false],
        [7, 8, true],
        [9, 10, true],
      ],
    ]);
  });

  test('end with what was sent at the very moment of their begin, and not with what was sent before', () => {
    const later = (sent: number) =>
      runsOf([
        { sent: 1, took: 0.5, failed },
        { sent, took: 0.25 },
        { sent: 3, failed },
      ]).at(-1);
    expect([1.375, 1.5].map(later)).toEqual([
      [1, 2, false],
      [3, 4, true],
    ]);
  });

  test('are none where a request was for no target', () => {
    const tally = new LoadBalancerTally('app/shop/1', tallyBudget(1000));
    tally.add(parsed(failedLine({ 5: '-' })), 0, -1, 0);
    tally.add(parsed(failedLine({ 5: '-', 17: '-' })), -1, -1, 0);
    expect(tally.failures).toMatchObject([
      { run: 0, groupRun: 0, isFirstOfRun: true, group: 0, target: -1 },
      { run: 0, groupRun: 0, isFirstOfRun: true, group: -1, target: -1 },
    ]);
    expect(tally.groups.values().map((group) => group.requests)).toEqual([1]);
  });
});

describe('what is counted', () => {
  const WORK: readonly Logged[] = [
    { sent: 0, took: 0.2, received: 900, method: 'POST' },
    { sent: 1, took: 0.4, target: 2, received: 5000, method: 'PUT' },
    { sent: 2, failed: 'cut', took: 3, client: 2 },
    { sent: 4.9, took: 0.3 },
    { sent: 6, failed: 'refused' },
    { sent: 5.99, took: 0.02 },
    { sent: 5.9, took: 0.11 },
    { sent: 7, failed: 'badly', took: 0.5, path: '/b' },
    { sent: 8, node: 1 },
  ];
  const view = viewOf(WORK);
  const [group] = view.tally.groups.values();
  const targets = group === undefined ? [] : targetsOf(group);

  test('of a load balancer are its lines, answers, failures and bodies, and when they were', () => {
    const { tally } = view;
    const { requests, elb502, firstSeconds, lastSeconds, firstLineSeconds, lastLineSeconds } = tally;
    const seconds = [firstSeconds, lastSeconds, firstLineSeconds, lastLineSeconds];
    expect([requests, elb502]).toEqual([9, 3]);
    expect(seconds.map((one) => Number((one - BEGIN_SECONDS).toFixed(3)))).toEqual([5, 7.5, 0.2, 8.004]);
    expect([tally.answered.seen, tally.times.total, tally.clients.total, tally.routes.total]).toEqual([
      6, 9, 9, 9,
    ]);
    expect([tally.bodySizes.countFrom(0), tally.bodySizes.countFrom(4000)]).toEqual([2, 1]);
    expect(tally.failures.map(({ bodyBytes, signature }) => [bodyBytes, signature])).toEqual([
      [-1, 'midRequest'],
      [-1, 'neverDispatched'],
      [-1, 'answeredBadly'],
    ]);
    expect(tally.pathTexts.textOf(tally.failures[2]?.exactPath ?? 0)).toContain(':443/b ');
  });

  test('of a group are its answers and the classes of its failures', () => {
    expect(group).toMatchObject({
      ...{ requests: 9, elb502: 3, target502: 0, answered: 6, lambdaReasons: {} },
      signatures: { closedOnReuse: 0, midRequest: 1, neverDispatched: 1, answeredBadly: 1, lambda: 0 },
    });
  });

  test('of a target are its answers, when they were, and how long it worked', () => {
    const since = (seconds: number) => Number((seconds - BEGIN_SECONDS).toFixed(3));
    expect(
      targets.map((one) => [
        ...[
          one.target,
          one.requests,
          one.elb502,
          since(one.firstAnswerSeconds),
          since(one.lastAnswerSeconds),
        ],
        ...[since(one.lastSentSeconds), Number(one.busySeconds.toFixed(3)), one.times.total],
      ]),
    ).toEqual([
      [1, 8, 3, 0.2, 8.004, 8, 0.634, 8],
      [2, 1, 0, 1.4, 1.4, 1, 0.4, 1],
    ]);
  });

  test('of a group is what it answered itself, and of a load balancer what any target did', () => {
    const tally = new LoadBalancerTally('app/shop/1', tallyBudget(1000));
    const post = { 11: '0', 13: '"POST https://shop.example.com:443/a HTTP/1.1"' };
    for (const changes of [{ 9: '502', 10: '502' }, { 9: '460', 10: '502' }, { 9: '503', 10: '-' }, post])
      tally.add(parsed(lineWith(changes)), 0, 0, 0);
    tally.add(parsed(failedLine()), 0, 0, 0);
    const [own] = tally.groups.values();
    expect([own?.requests, own?.target502, own?.answered, own?.lambdaReasons]).toEqual([5, 1, 3, {}]);
    expect([tally.answered.seen, tally.bodySizes.countFrom(0)]).toEqual([3, 1]);
  });

  test('of a target is no work where the line does not say how long it took', () => {
    const tally = new LoadBalancerTally('app/shop/1', tallyBudget(1000));
    for (const took of ['-1', '0.250']) tally.add(parsed(lineWith({ 7: took })), 0, 0, 2);
    const [target] = tally.groups.get(0)?.targets.values() ?? [];
    expect(target?.busySeconds).toBe(0.25);
    // Nodes that never sent it anything are none of its own.
    expect(target && [...target.streams.entries()].map(([node, { requests }]) => [node, requests])).toEqual([
      [2, 2],
    ]);
  });

  test('of a node and a target are its answers, and those that it gave while it refused others', () => {
    const [first] = targets;
    const streams = first === undefined ? [] : [...first.streams.entries()];
    expect(
      streams.map(([node, { requests, failures, answered, answeredWhileRefusing }]) => [
        ...[node, requests, failures, answered, answeredWhileRefusing],
      ]),
    ).toEqual([
      [0, 7, 3, 4, 1],
      [1, 1, 0, 1, 0],
    ]);
    // What was refused took no connection.
    expect(streams.map(([, { history }]) => history.exchanges().starts.length)).toEqual([6, 1]);
    expect(streams[0]?.[1].history.exchanges().ends.filter((end) => Number.isNaN(end))).toHaveLength(2);
  });

  test('of an answer beside a refusal is nothing unless it came clearly later, to what was sent before', () => {
    const whileRefusing = (sent: number, took: number) => {
      const { tally } = viewOf([
        { sent: 1, took: 1, failed: 'cut' },
        { sent, took },
      ]);
      return tally.groups.get(0)?.targets.get(1)?.streams.get(0)?.answeredWhileRefusing;
    };
    expect([whileRefusing(1.5, 0.504), whileRefusing(1.5, 0.506), whileRefusing(2.1, 0.5)]).toEqual([
      0, 1, 0,
    ]);
    // Nor once the target has answered what was sent after.
    const { tally } = viewOf([
      { sent: 1, took: 1, failed: 'cut' },
      { sent: 2.125, took: 0.125 },
      { sent: 1.5, took: 1 },
    ]);
    expect(tally.groups.get(0)?.targets.get(1)?.streams.get(0)?.answeredWhileRefusing).toBe(0);
  });

  test('of a connection that was taken over is not when it was given back', () => {
    const endsOf = (changes: Changes) => {
      const tally = new LoadBalancerTally('app/shop/1', tallyBudget(1000));
      tally.add(parsed(lineWith(changes)), 0, 0, 0);
      return [...(tally.groups.get(0)?.targets.get(0)?.streams.get(0)?.history.exchanges().ends ?? [])].map(
        Number.isNaN,
      );
    };
    expect(
      [
        ...[{}, { 1: 'wss' }, { 10: '101' }, { 9: '504', 10: '-' }, { 7: '-1', 10: '-', 9: '503' }],
        { 7: '0.000', 9: '502', 10: '-' },
      ].map(endsOf),
    ).toEqual([...[[false], [true], [true], [true], [], [true]]]);
  });

  test('of pairs of node and target that there is no room for are their requests', () => {
    const budget = { ...tallyBudget(1000), streamsLeft: 1, failuresLeft: 2 };
    const tally = new LoadBalancerTally('app/shop/1', budget);
    for (const target of [0, 1, 0, 1]) tally.add(parsed(failedLine()), 0, target, 0);
    expect([tally.elb502, tally.failures.length, budget.failuresLeft, budget.streamsLeft]).toEqual([
      4, 2, 0, 0,
    ]);
    expect(
      tally.groups
        .get(0)
        ?.targets.values()
        .map((target) => [target.requests, target.streams.values().length]),
    ).toEqual([
      [2, 1],
      [2, 0],
    ]);
    expect(tally.failures[1]).toMatchObject({ run: 0, target: 1 });
  });

  test('of two thousand failures and more is a sample', () => {
    const budget = { ...tallyBudget(1000), failuresLeft: 2000 };
    const tally = new LoadBalancerTally('app/shop/1', budget);
    const line = parsed(failedLine());
    for (let at = 0; at < 4000; at++) {
      line.endSeconds = at;
      tally.add(line, 0, 0, 0);
    }
    expect([tally.elb502, tally.failures.length]).toEqual([4000, 2000]);
    // As many of the second half as of the first, give or take what chance gives.
    const late = tally.failures.filter(({ endSeconds }) => endSeconds >= 2000).length;
    expect(Math.abs(late - 1000)).toBeLessThan(100);
  });
});

test('a request that was not sent came when it was created, if that was before its end', () => {
  const END = Date.UTC(2026, 2, 1, 12, 0, 5) / 1000 + 0.123456;
  const sent = (changes: Changes) =>
    Number((sentOrCreatedSeconds(parsed(failedLine(changes))) - END).toFixed(6));
  const unsent = { 7: '-1' };
  expect(sent({ ...unsent, 22: '2026-03-01T12:00:03.123456Z' })).toBe(-2);
  expect(sent({ ...unsent, 22: '2026-03-01T12:00:06.000000Z' })).toBe(0);
  expect(sent({ 7: '0.500', 22: '2026-03-01T12:00:03.123456Z' })).toBe(-0.5);
  expect(sent({ 7: '0.000', 22: '2026-03-01T12:00:03.123456Z' })).toBe(0);
});

describe('paths that failed', () => {
  test.each([
    ['GET https://shop:443/a/b?c=d HTTP/1.1', 'GET /a/b'],
    ['POST /a#b HTTP/1.1', 'POST /a'],
    ['GET HTTPS://shop:443 HTTP/1.1', 'GET /'],
    ['GET /to/http://shop/a', 'GET /to/http://shop/a'],
    ['get /a', '- /a'],
    ['ABCDEFGHIJKLMNOPQRSTU /a', '- /a'],
    ['- http://shop:80- -', '- /'],
    ['- - -', ''],
    ['GET', ''],
    ['', ''],
  ])('%j are shown as %j', (line, path) => {
    expect(redactedPath(line)).toBe(path);
  });

  test('are told with what the target got, as long as a rule rewrites all of them alike', () => {
    const rewritten = (host: string, uri: string, status = '"TransformSuccess"') =>
      parsed(failedLine({ 31: host, 32: uri, 33: status }, 33));
    const sentOf = (...lines: readonly LogLine[]) => {
      const texts = new PathTexts({ textBytesLeft: 10_000 });
      for (const line of lines) texts.add(1, line);
      return texts.sentOf(1);
    };
    const [a, b, none] = [rewritten('"-"', '"/a?x"'), rewritten('"-"', '"/b"'), rewritten('"-"', '"-"')];
    expect([sentOf(a), sentOf(a, a), sentOf(b), sentOf(none)]).toEqual(['/a', '/a', '/b', null]);
    expect([sentOf(a, b), sentOf(a, b, a), sentOf(a, none), sentOf(none, a)]).toEqual([
      null,
      null,
      null,
      null,
    ]);
    expect(sentOf(rewritten('"other"', '"-"'))).toBe('/cart/17');
    expect(sentOf(parsed(failedLine({ 13: '"GET"', 32: '"/a"' }, 33)))).toBe('/a');
    expect(sentOf(rewritten('"-"', '"/a"', '"TransformFailed"'))).toBeNull();
    // Of 2048 letters at most, 28 of which are scheme and host.
    const isKept = (length: number) => sentOf(rewritten('"-"', `"${'/a'.repeat(length / 2)}"`)) !== null;
    expect([isKept(2020), isKept(2022)]).toEqual([true, false]);
    // The request line has 54 letters, and what the target got two.
    const withRoom = (textBytesLeft: number) => {
      const budget = { textBytesLeft };
      const texts = new PathTexts(budget);
      texts.add(1, a);
      return [texts.textOf(1) !== '', texts.sentOf(1), budget.textBytesLeft];
    };
    expect([53, 55, 56, 60].map(withRoom)).toEqual([
      [false, null, 53],
      [true, null, 1],
      [true, '/a', 0],
      [true, '/a', 4],
    ]);
  });
});

describe('a summary', () => {
  /** Failures so many seconds after an answer of their target, among other requests. */
  const races = (count: number, idleSeconds: number, of: Partial<Logged>): Logged[] => {
    const random = randomFrom(idleSeconds * 100 + (of.target ?? 0));
    const one = (sent: number): Logged => ({
      ...{ ...of, sent, path: `/${'abcdefgh'.charAt(random.whole(8))}`, client: random.whole(60) },
    });
    return Array.from({ length: count }, (_, at): Logged[] => {
      const answered = 100 * at + 40 + 25 * random.next();
      const failed = answered + 0.01 + idleSeconds + 0.002 * random.next();
      return [
        ...Array.from({ length: random.whole(30) }, () => one(100 * (at + random.next()))).filter(
          ({ sent }) => sent < answered - 1 || sent > failed,
        ),
        { ...one(answered), took: 0.01 },
        { ...one(failed), took: 0.002, failed: 'cut' },
      ];
    }).flat();
  };

  test('has the keep-alive of each group and target whose failures show it', () => {
    const { targetGroups, explanations } = summaryOfRequests([
      ...races(2, 5, { target: 1 }),
      ...races(14, 5, { target: 2 }),
      ...races(20, 5, { target: 3 }),
      ...races(3, 5, { target: 6 }),
      ...races(20, 7, { group: 'api', target: 4 }),
      ...races(14, 3, { group: 'api', target: 2 }).map(({ failed: _, ...answered }) => answered),
      ...[10, 20, 30, 40].map((sent): Logged => ({ sent, group: 'bad', target: 5, failed: 'badly' })),
    ]);
    expect(explanations?.[0]).toMatchObject({ kind: 'idle-time', failures: 39 });
    const short = (estimate: KeepAliveEstimate | null) =>
      estimate && [Math.round(estimate.seconds * 10) / 10, estimate.failures];
    expect(
      targetGroups.map(({ elb502, keepAlive, targets }) => [
        ...[elb502, short(keepAlive)],
        targets.map((target) => [target.target.replace(/.*\.(\d+):.*/, '$1'), short(target.keepAlive)]),
      ]),
    ).toEqual([
      [
        39,
        [5, 39],
        [
          ['3', [5, 20]],
          ['2', [5, 14]],
          ['6', null],
          ['1', null],
        ],
      ],
      // All are of one target: what is known of the group is known of it.
      [
        20,
        [7, 20],
        [
          ['4', [7, 20]],
          ['2', null],
        ],
      ],
      [4, null, [['5', null]]],
    ]);
  });

  test('has what was counted and not kept', () => {
    const tally = new LoadBalancerTally('app/shop/1', tallyBudget(1000));
    tally.leftOut.add('targets beyond the first');
    expect(summaryOf(tally, String, String).leftOut).toEqual(['targets beyond the first']);
  });

  test('of a load balancer of which nothing was read has nothing', () => {
    expect(emptySummary('app/shop/1')).toEqual({
      ...{ loadBalancer: 'app/shop/1', linesRead: 0, linesRejected: 0, requests: 0, elb502: 0 },
      ...{ firstSeen: null, lastSeen: null, targetGroups: [], leftOut: [] },
    });
  });

  test('has the groups and targets with most failures first, then those with most requests', () => {
    const { targetGroups } = summaryOfRequests([
      { sent: 0, group: 'quiet', target: 9 },
      ...[1, 2, 3].map((sent): Logged => ({ sent, group: 'busy', target: 8 })),
      { sent: 4, group: 'failing', target: 3, failed: 'badly' },
      { sent: 5, group: 'failing', target: 5 },
      ...[6, 7].map((sent): Logged => ({ sent, group: 'failing', target: 4 })),
    ]);
    expect(
      targetGroups.map(({ targetGroupArn, requests, elb502, answered, targets }) => [
        ...[/targetgroup\/(\w+)/.exec(targetGroupArn)?.[1], requests, elb502, answered],
        targets.map(({ target }) => target.replace(/.*\.(\d+):.*/, '$1')).join(),
      ]),
    ).toEqual([
      ['failing', 4, 1, 3, '3,4,5'],
      ['busy', 3, 0, 3, '8'],
      ['quiet', 1, 0, 1, '9'],
    ]);
  });

  test('has when the first and the last failed, and nothing where none did', () => {
    const quiet = summaryOfRequests([{ sent: 0 }]);
    expect([quiet.firstSeen, quiet.lastSeen, quiet.linesRead, quiet.linesRejected]).toEqual([
      null,
      null,
      1,
      0,
    ]);
    const failing = summaryOfRequests([
      { sent: 0 },
      { sent: 2, failed: 'refused' },
      { sent: 3, failed: 'refused' },
    ]);
    expect([failing.firstSeen, failing.lastSeen]).toEqual([
      '2026-10-05T06:00:02.000Z',
      '2026-10-05T06:00:03.000Z',
    ]);
  });

  test('counts nodes with three failed requests and no answered one, where others have answered ones', () => {
    const nodes = (failures: number, answered: number, others = 1, target = 1) =>
      summaryOfRequests([
        ...Array.from(
          { length: failures },
          (_, at): Logged => ({ sent: at, failed: 'badly', node: 1, target: 1 + (at % target) }),
        ),
        ...Array.from({ length: answered }, (_, at): Logged => ({ sent: 9 + at, node: 1 })),
        ...Array.from({ length: others }, (_, at): Logged => ({ sent: 20 + at, node: 2 })),
      ]).nodesWithoutAnswers;
    expect([nodes(3, 0), nodes(2, 0), nodes(3, 1), nodes(3, 0, 0), nodes(3, 0, 1, 3)]).toEqual([
      1, 0, 0, 0, 1,
    ]);
  });
});

describe('what is asked for', () => {
  const read = (
    lines: readonly string[],
    filter: ConstructorParameters<typeof LogAnalysis>[0] = {},
    problem?: string,
  ) => {
    const analysis = new LogAnalysis(filter);
    analysis.startFile('x.log');
    analysis.feed(utf8.encode(lines.join('\n')));
    analysis.endFile(problem);
    return analysis.reading();
  };
  const at = (second: number) => lineWith({ 2: `2026-03-01T12:00:0${second}.000000Z`, 3: 'app/shop/1' });
  const NOON = Date.UTC(2026, 2, 1, 12) / 1000;

  test('are lines from one time on, and before another, of one load balancer by either name', () => {
    const seconds = [0, 1, 2, 3].map(at);
    const counts = (filter: ConstructorParameters<typeof LogAnalysis>[0]) => {
      const { loadBalancers, linesOutside } = read([...seconds, lineWith({ 3: 'app/web/2' })], filter);
      return [loadBalancers.reduce((sum, { requests }) => sum + requests, 0), linesOutside];
    };
    expect(counts({})).toEqual([5, 0]);
    expect(counts({ startSeconds: NOON + 1 })).toEqual([4, 1]);
    expect(counts({ endSeconds: NOON + 2 })).toEqual([2, 3]);
    expect(counts({ startSeconds: NOON + 1, endSeconds: NOON + 3 })).toEqual([2, 3]);
    expect(counts({ loadBalancer: 'shop' })).toEqual([4, 1]);
    expect(counts({ loadBalancer: 'app/shop/1' })).toEqual([4, 1]);
    expect(counts({ loadBalancer: 'app/web/2' })).toEqual([1, 4]);
    expect(counts({ loadBalancer: 'app' })).toEqual([0, 5]);
    const { outside } = read(seconds, { loadBalancer: 'web' });
    expect([outside.loadBalancers, outside.firstSeconds, outside.lastSeconds]).toEqual([
      ['app/shop/1'],
      NOON,
      NOON + 3,
    ]);
  });

  test('a file that could not be read to its end is one rejected line more, for that reason', () => {
    const reading = read([at(0), 'x', at(1), 'y'], {}, 'cut short');
    expect([reading.linesRead, reading.linesRejected]).toEqual([4, 3]);
    expect(reading.rejected.at(-1)).toEqual({ file: 'x.log', line: 4, reason: 'cut short' });
    expect([...reading.reasons.values()]).toEqual([2, 1]);
    expect(read([at(0)]).linesRejected).toBe(0);
  });

  test('lines may begin with blanks, tabs and a byte order mark, and with nothing else', () => {
    const lines = [` \t ${at(0)}`, `\ufeff${at(1)}`, `\ufeff  ${at(2)}`, '', ' \t', '\ufeff'];
    expect(read(lines)).toMatchObject({ linesRead: 3, linesRejected: 0, loadBalancers: [{ requests: 3 }] });
    expect(read([`.${at(0)}`])).toMatchObject({ linesRead: 1, linesRejected: 1 });
  });

  test('load balancers are told with most failures first, then with most requests', () => {
    const of = (name: string, failed: number, answered: number) => [
      ...Array.from({ length: failed }, () => failedLine({ 3: `app/${name}/1` })),
      ...Array.from({ length: answered }, () => lineWith({ 3: `app/${name}/1` })),
    ];
    const { loadBalancers } = read([...of('a', 0, 1), ...of('b', 1, 0), ...of('c', 0, 2), ...of('d', 2, 0)]);
    expect(loadBalancers.map(({ loadBalancer }) => loadBalancer.charAt(4)).join('')).toBe('dbca');
    expect(loadBalancers[2]?.leftOut).toEqual([]);
  });
});
