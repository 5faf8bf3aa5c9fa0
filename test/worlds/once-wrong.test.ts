import { expect, test } from 'vitest';
import { judge } from '../../bench/estimate/judge.ts';
import { drawWorld } from '../../lab/worlds/access-log/world.ts';

/** Worlds that were once told wrongly, each for a reason that a line of the engine now answers. */
const LONGEST_MS = 300_000;

function judged(family: string, seed: number) {
  const world = drawWorld(family, seed);
  if (world === null) throw new Error(`${family} ${seed} is no world any more`);
  return judge(world);
}

test.each([3_210_003, 6041])(
  'an age limit of connections whose first answers lie one age back is no keep-alive (%i)',
  (seed) => {
    const { verdict, isDefensible, falseEstimates } = judged('connection age limit', seed);
    expect(falseEstimates).toEqual([]);
    expect(verdict).not.toBe('keepalive-mismatch');
    expect(isDefensible).toBe(true);
  },
  LONGEST_MS,
);

test(
  'of thousands of failures by lot with a race beside them the race has its quarter',
  () => {
    const { verdict, shares } = judged('race and random', 7007);
    expect(verdict).toBe('undetermined');
    const race = shares.find(({ cause }) => cause === 'keepalive-mismatch');
    expect(Math.abs((race?.given ?? 1) - (race?.truth ?? 0))).toBeLessThan(0.1);
  },
  LONGEST_MS,
);

test(
  'a limit of requests is counted anew where a keep-alive closed the connection',
  () => {
    const { verdict } = judged('race and request limit', 3_960_002);
    expect(verdict).toBe('requests-per-connection-limit');
  },
  LONGEST_MS,
);

test(
  'a way from a node that is broken for a while is told of the node',
  () => {
    const { verdict, probability } = judged('network path and random', 4_180_002);
    expect(verdict).toBe('network-path');
    expect(probability).toBeGreaterThan(0.9);
  },
  LONGEST_MS,
);

test(
  'a target that refuses for some seconds and comes back is not surely one that does not listen',
  () => {
    const { verdict, probability } = judged('crash', 3_320_003);
    if (verdict === 'connection-refused') expect(probability).toBeLessThan(0.8);
  },
  LONGEST_MS,
);

test(
  'large bodies that are refused on a path that fails as well have a share of their own',
  () => {
    const { shares } = judged('path and large bodies', 4_090_002);
    expect(shares.find(({ cause }) => cause === 'request-body-refused')?.given).toBeGreaterThan(0.3);
  },
  LONGEST_MS,
);

test(
  'the keep-alive of one target is not read from large bodies that are refused beside the race',
  () => {
    const { falseEstimates, isEstimateGood } = judged('race and large bodies', 64_820_003);
    expect(falseEstimates).toEqual([]);
    expect(isEstimateGood).toBe(true);
  },
  LONGEST_MS,
);

test.each([
  ['race', 5_200_018],
  ['race, pollers at its period', 5_240_000],
])(
  'a race of those who poll one path is a keep-alive, not that path (%s)',
  (family, seed) => {
    const { verdict, isEstimateGood } = judged(family, seed);
    expect(verdict).toBe('keepalive-mismatch');
    expect(isEstimateGood).toBe(true);
  },
  LONGEST_MS,
);

test(
  'connections that are used once and then idle are as old as they were idle: that is the idle time',
  () => {
    const { verdict, isEstimateGood } = judged('race, many targets', 5_210_009);
    expect(verdict).toBe('keepalive-mismatch');
    expect(isEstimateGood).toBe(true);
  },
  LONGEST_MS,
);

test(
  'an idle time of the length of an age that was found is that age',
  () => {
    const { verdict, falseEstimates } = judged('connection age limit', 5_310_003);
    expect(verdict).toBe('requests-per-connection-limit');
    expect(falseEstimates).toEqual([]);
  },
  LONGEST_MS,
);

test.each([
  ['rhythm: long poll', 9_230_009],
  ['rhythm: webhook delivered again', 9_220_002],
  ['rhythm: webhook delivered again', 9_720_000],
])(
  'a path that never answers, or a few failures after ordinary work, are not surely a timeout (%s)',
  (family, seed) => {
    const { verdict, probability, isDefensible } = judged(family, seed);
    expect(isDefensible || (verdict === 'worker-timeout' && probability < 0.7)).toBe(true);
  },
  LONGEST_MS,
);

test(
  'a busy path of which less than one request in fifty fails is not called its own cause',
  () => {
    const { verdict } = judged('race, looked at once a second', 5_270_004);
    expect(['undetermined', 'keepalive-mismatch']).toContain(verdict);
  },
  LONGEST_MS,
);

test.each([
  ['rhythm: long poll', 10_330_000],
  ['rhythm: poller', 10_380_013],
] as const)(
  'what one caller asks of one route and takes about as long each time is not surely a timeout (%s)',
  (family, seed) => {
    const { verdict, probability } = judged(family, seed);
    if (verdict === 'worker-timeout') expect(probability).toBeLessThan(0.7);
  },
  LONGEST_MS,
);

test.each([
  ['rhythm: cron job', 20_560_001],
  ['rhythm: poller', 20_580_000],
] as const)(
  'a path that fails whenever it is asked, or by a few large bodies of many, is not surely something else (%s)',
  (family, seed) => {
    const { verdict, probability, isDefensible } = judged(family, seed);
    expect(isDefensible || probability < 0.7, verdict).toBe(true);
  },
  LONGEST_MS,
);

test(
  'what ticks has a request sent one tick before, failed or not: that is no age of its connection',
  () => {
    const { verdict, isDefensible } = judged('rhythm: game tick', 56_520_001);
    expect(verdict).toBe('malformed-response');
    expect(isDefensible).toBe(true);
  },
  LONGEST_MS,
);

test.each([56_030_005, 58_030_001, 61_730_188])(
  'a race of a pool that takes the connection which was idle longest has the keep-alive of that one (%i)',
  (seed) => {
    const { isEstimateGood, falseEstimates } = judged('race, one target', seed);
    expect(falseEstimates).toEqual([]);
    expect(isEstimateGood).toBe(true);
  },
  LONGEST_MS,
);

test(
  'targets that crash beside many timeouts are not told as killed by these',
  () => {
    const { verdict, isDefensible } = judged('crash and worker timeout', 56_950_001);
    expect(isDefensible).toBe(true);
    expect(verdict).not.toBe('worker-timeout');
  },
  LONGEST_MS,
);
