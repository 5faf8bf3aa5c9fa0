import { type Random, randomFrom } from '../../lab/worlds/access-log/random.ts';
import { LogAnalysis } from '../../lambda/access-log/analysis.ts';
import type { Attacked } from './attacked.ts';
import { attackGzip } from './log-gzip.ts';
import { lineAt } from './log-lines.ts';
import { isGroupArn, isLoadBalancer, isWhole, linesIn, statusesIn } from './log-oracle.ts';

const BEGIN_SECONDS = 1_772_323_200;
/** More whole lines than a file needs for its successes to be read no further than to their group. */
const LONG_FILE_LINES = 5000;

type Bytes = Uint8Array<ArrayBuffer>;
const bytesOf = (text: string): Bytes => Uint8Array.from(Buffer.from(text, 'latin1'));
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

const joined = (...parts: readonly Uint8Array[]): Bytes => Uint8Array.from(Buffer.concat(parts));

/** Takes away the bytes of a stretch. */
function without(bytes: Bytes, from: number, length: number): Bytes {
  return joined(bytes.subarray(0, from), bytes.subarray(from + length));
}

/** Places of line ends. */
function lineEnds(bytes: Bytes): number[] {
  const ends: number[] = [];
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) ends.push(at);
  return ends;
}

/** Ways in which the bytes of a log are damaged. */
const DAMAGES: Readonly<Record<string, (bytes: Bytes, random: Random) => Bytes>> = {
  'a line that is cut and joined to the next': (bytes, random) => {
    const end = random.pick(lineEnds(bytes).slice(0, -1));
    const begin = bytes.lastIndexOf(10, end - 1) + 1;
    const from = begin + random.whole(end - begin + 1);
    return without(bytes, from, end + 1 - from);
  },
  'two lines with a space between them': (bytes, random) => {
    const result = Uint8Array.from(bytes);
    result[random.pick(lineEnds(bytes).slice(0, -1))] = 32;
    return result;
  },
  'a hole': (bytes, random) => without(bytes, random.whole(bytes.length), 1 + random.whole(1500)),
  'an end that is cut off': (bytes, random) => bytes.slice(0, random.whole(bytes.length)),
  'a begin that is cut off': (bytes, random) => bytes.slice(random.whole(bytes.length)),
  'flipped bits': (bytes, random) => {
    const result = Uint8Array.from(bytes);
    for (let flips = 1 + random.whole(6); flips > 0; flips--) {
      const at = random.whole(result.length);
      result[at] = (result[at] ?? 0) ^ (1 << random.whole(8));
    }
    return result;
  },
  'a line end that became another byte': (bytes, random) => {
    const result = Uint8Array.from(bytes);
    const end = random.pick(lineEnds(bytes));
    result[end] = random.whole(256);
    return result;
  },
  'a stretch of zeros': (bytes, random) => {
    const from = random.whole(bytes.length);
    return Uint8Array.from(bytes).fill(0, from, from + random.whole(900));
  },
  'a stretch that is written twice': (bytes, random) => {
    const from = random.whole(bytes.length);
    const end = from + random.whole(1200);
    return joined(bytes.subarray(0, end), bytes.subarray(from));
  },
  nothing: (bytes) => bytes,
};

function read(bytes: Uint8Array, chunkBytes: number) {
  const analysis = new LogAnalysis();
  analysis.startFile('access.log');
  for (let at = 0; at < bytes.length; at += chunkBytes) analysis.feed(bytes.subarray(at, at + chunkBytes));
  analysis.endFile();
  return analysis.reading();
}

/**
 * Holds what alb502 reads of these bytes against the other reader.
 *
 * @param skipped - so many first lines are known to be whole and are not looked at again
 * @returns what is wrong with it, or null
 */
function judge(bytes: Uint8Array, chunkBytes: number, skipped: { lines: number; failed: number }) {
  const { loadBalancers, rejected, linesRejected, linesRead } = read(bytes, chunkBytes);
  const lines = textOf(bytes)
    .split('\n')
    .map((line) => line.replace(/\r$/, ''));
  const rejectedLines = new Set(rejected.map(({ line }) => line - 1));
  let [failed, notEmpty] = [skipped.failed, skipped.lines];
  for (let at = skipped.lines; at < lines.length; at++) {
    const line = lines[at] ?? '';
    if (/^[ \t]*$/.test(line)) continue;
    notEmpty++;
    if (rejectedLines.has(at)) {
      if (isWhole(line)) return `rejects a whole line: ${line}`;
      continue;
    }
    const joinedLines = linesIn(line);
    notEmpty += joinedLines.length - 1;
    for (const one of joinedLines) {
      const statuses = statusesIn(one);
      if (statuses.length > 1) return `takes two lines for one: ${one}`;
      if (statuses[0] === '502') failed++;
    }
  }
  const groups = loadBalancers.flatMap(({ targetGroups }) => targetGroups);
  const counted =
    loadBalancers.reduce((sum, { elb502 }) => sum + elb502, 0) +
    groups.reduce((sum, { target502 }) => sum + target502, 0);
  if (counted !== failed) return `counts ${counted} of ${failed} lines with 502`;
  if (linesRead !== notEmpty) return `reads ${linesRead} of ${notEmpty} lines`;
  const requests = loadBalancers.reduce((sum, balancer) => sum + balancer.requests, 0);
  if (requests + linesRejected !== linesRead) return `loses ${linesRead - linesRejected - requests} lines`;
  const phantom =
    groups.map(({ targetGroupArn }) => targetGroupArn).find((arn) => !isGroupArn(arn)) ??
    loadBalancers.map(({ loadBalancer }) => loadBalancer).find((name) => !isLoadBalancer(name));
  return phantom === undefined ? null : `finds a group or load balancer named ${phantom}`;
}

interface Log {
  readonly bytes: Bytes;
  readonly lines: number;
  readonly failed: number;
}

function logOf(random: Random, lines: number, failing: number): Log {
  const texts = Array.from({ length: lines }, (_, at) => lineAt(random, BEGIN_SECONDS + at / 7, failing));
  const failed = texts.filter((text) => statusesIn(text)[0] === '502').length;
  return { bytes: bytesOf(`${texts.join('\n')}\n`), lines, failed };
}

/**
 * Damages generated logs and holds what is read of them against another reader: every 502 is counted or its line
 * rejected, no whole line is rejected, and no group is found that nobody has.
 *
 * @param rounds - how often each damage is tried
 */
function attackLines(rounds: number, seed: number): Attacked {
  const random = randomFrom(seed);
  const long = logOf(random, LONG_FILE_LINES, 0.002);
  const wrong: string[] = [];
  let tried = 0;
  for (let round = 0; round < rounds; round++)
    for (const [name, damage] of Object.entries(DAMAGES)) {
      const { bytes } = logOf(random, 2 + random.whole(8), 0.5);
      const damaged = damage(bytes, random);
      // Every fourth comes late in a long file.
      const isLate = round % 4 === 3;
      const whole = isLate ? joined(long.bytes, damaged) : damaged;
      const chunkBytes = isLate ? 1 << 20 : 1 + random.whole(4000);
      const problem = judge(whole, chunkBytes, isLate ? long : { lines: 0, failed: 0 });
      tried++;
      if (problem !== null) wrong.push(`${name}${isLate ? ' late in a long file' : ''}: ${problem}`);
    }
  return { tried, survived: tried - wrong.length, wrong };
}

/**
 * All attacks on logs: damaged lines and damaged gzip data.
 *
 * @param rounds - how often each way to damage lines is tried; those of gzip data a quarter as often
 */
export async function attackLogs(rounds = 200, seed = 19): Promise<Attacked> {
  const all = [attackLines(rounds, seed), await attackGzip(Math.ceil(rounds / 4), seed)];
  return {
    tried: all.reduce((sum, { tried }) => sum + tried, 0),
    survived: all.reduce((sum, { survived }) => sum + survived, 0),
    wrong: all.flatMap(({ wrong }) => wrong),
  };
}
