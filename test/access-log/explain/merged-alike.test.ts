import { expect, test } from 'vitest';
import { randomFrom } from '../../../lab/worlds/access-log/random.ts';
import type { Candidate } from '../../../lambda/access-log/explain/explanation.ts';
import { explainByIdleTime } from '../../../lambda/access-log/explain/idle-time.ts';
import { readOfOwn } from '../../../lambda/access-log/explain/merged-alike.ts';
import type { Found } from '../../../lambda/access-log/explain/rivals.ts';
import { type Logged, viewOf } from '../requests.ts';

const FAILURES = 24;
/** Of four failures one comes a little later than the others: it has another reason. */
const isLate = (at: number): boolean => at % 4 === 3;

const random = randomFrom(3);
const requests: readonly Logged[] = Array.from({ length: FAILURES }, (_, at): Logged[] => {
  const answered = at * 100 + 20 * random.next();
  const sent = answered + 0.01 + 5 + 0.003 * random.next() + (isLate(at) ? 0.007 : 0);
  return [
    { sent: answered, took: 0.01, client: at, path: '/shelf' },
    { sent, took: 0.006, client: 100 + at, path: '/shelf', failed: 'cut' },
    ...[40, 46, 52, 58, 64, 70, 76, 82, 88].map((from, more) => ({
      sent: at * 100 + from + 6 * random.next(),
      took: 0.01,
      client: 200 + 10 * at + more,
      path: '/shelf',
    })),
  ];
}).flat();

const view = viewOf(requests);
const found = (candidate: Candidate): Found => ({ candidate, fit: { share: 0.5, gainNats: 50 }, gain: 50 });

function idleTime(): Candidate {
  const all = explainByIdleTime(view, new Float64Array(FAILURES).fill(1));
  const idle = all.find(({ kind }) => kind === 'idle-time');
  if (idle === undefined) throw new Error('there is no idle time');
  return idle;
}

const bodies: Candidate = {
  kind: 'request-body',
  ratios: new Float64Array(FAILURES).fill(1),
  searchedNats: 0,
  statement: () => ({
    fact: 'have large bodies',
    where: { targetGroupArn: null, target: null, node: null, path: null },
    causes: [],
  }),
};

/** The idle time, where the bodies are responsible for some failures. */
function beside(areBodies: (at: number) => boolean): Candidate {
  const own = Float64Array.from({ length: FAILURES }, (_, at) => (areBodies(at) ? 0.1 : 0.9));
  const kept = [found(idleTime()), found(bodies)];
  const [one] = readOfOwn(kept, [own, own.map((part) => 0.95 - part)], view.failures);
  if (one === undefined) throw new Error('it is gone');
  return one.candidate;
}

test('a keep-alive is read without the failures that something else is mostly responsible for', () => {
  const before = idleTime().idle?.estimate;
  const { idle, ratios } = beside(isLate);
  expect(before?.high).toBeGreaterThan(5.012);
  expect(idle?.estimate.high).toBeLessThan(5.011);
  expect(idle?.estimate.failures).toBe(18);
  expect(ratios).toEqual(idleTime().ratios);
  expect([...(idle?.ofOthers ?? [])]).toEqual(view.failures.filter((_, at) => isLate(at)));
});

test('nothing changes where all failures are its own', () => {
  const { idle } = beside(() => false);
  expect(idle?.estimate).toEqual(idleTime().idle?.estimate);
  expect(idle?.ofOthers).toBeUndefined();
});

test('no keep-alive is told where those that stay do not show it', () => {
  const candidate = beside((at) => at > 1);
  expect(candidate.idle?.isOpen).toBe(true);
  const { fact, causes } = candidate.statement(new Float64Array(FAILURES).fill(1));
  expect(fact).toContain('; those that nothing else explains do not show such a time');
  expect(Math.max(...causes.map(({ probability }) => probability))).toBeLessThan(0.7);
});
