import { expect, test } from 'vitest';
import { explainBySilentPair } from '../../../lambda/access-log/explain/silent-pair.ts';
import { type Logged, viewOf } from '../requests.ts';
import { saidBy } from './said.ts';

/** Requests of one node to one target, after pauses of 20 s to 600 s in no order. */
function requests(count: number, fails: (pauseSeconds: number, at: number) => boolean, scale = 1): Logged[] {
  let sent = 0;
  let isOpen = false;
  return Array.from({ length: count }, (_, at): Logged => {
    const pause = (20 + ((at * 197) % 581)) * scale;
    sent += pause;
    const one = { sent, took: 0.01, client: at % 40, path: `/shelf/${'abcdefgh'[at % 8]}` };
    // What fails takes the connection with it: the next request has a new one.
    const failed = isOpen && fails(pause, at);
    isOpen = !failed;
    return failed ? { ...one, failed: 'cut' } : one;
  });
}
const said = (logged: readonly Logged[]) => saidBy(explainBySilentPair, logged);

test('requests that fail whenever a node and a target were silent for long are told with that time', () => {
  expect(said(requests(300, (pause) => pause > 350))).toMatchObject([
    {
      kind: 'idle-time',
      of: 101,
      fact: 'came after their node and target had exchanged nothing for 353 s or longer, as no answered request did (the longest silence that was answered is 350 s): something closes connections that are idle so long',
      odds: { 'keepalive-mismatch': 0.58, 'network-path': 0.22 },
    },
  ]);
});

test('requests that break off late after each silence are told, with nothing surely said of why', () => {
  const hung = (longest: number) =>
    requests(300, (pause) => pause > 350).map((one, at): Logged => {
      const took = one.failed === undefined ? 0.01 : 1 + ((at * 7) % longest);
      return { ...one, took };
    });
  for (const longest of [1, 7]) {
    const [only, ...more] = said(hung(longest));
    expect(more).toEqual([]);
    expect(only).toMatchObject({ kind: 'idle-time', of: 101 });
    expect(only?.fact).toMatch(/unseen, or the target is not ready after so long$/);
    for (const probability of Object.values(only?.odds ?? {})) expect(probability).toBeLessThan(0.5);
  }
});

test('late and at once are looked at apart', () => {
  const logged = requests(300, (pause) => pause > 350).map((one, at): Logged => {
    if (one.failed !== undefined || at % 3 !== 0) return one;
    return { ...one, took: 9, failed: 'cut' };
  });
  expect(said(logged)).toMatchObject([{ kind: 'idle-time', odds: { 'keepalive-mismatch': 0.58 } }]);
});

test('a path that fails then is no reason of its own where it is answered after shorter silences', () => {
  const isDoubtful = (requestsOfPath: (pause: number) => string) => {
    const logged = requests(300, (pause) => pause > 450).map((one, at, all) => ({
      ...one,
      path: requestsOfPath(one.sent - (all[at - 1]?.sent ?? 0)),
    }));
    const view = viewOf(logged);
    return explainBySilentPair(view, new Float64Array(view.failures.length).fill(1)).map(
      (candidate) => candidate.isDoubtful ?? false,
    );
  };
  expect(isDoubtful(() => '/report')).toEqual([false]);
  expect(isDoubtful((pause) => (pause > 330 ? '/nightly' : '/shelf'))).toEqual([true]);
});

test('some that are answered after as long a silence leave it, more do not', () => {
  const but = (each: number) => requests(300, (pause, at) => pause > 350 && at % each !== 0);
  expect(said(but(29))[0]?.fact).toMatch(/, as \d answered requests did \(/);
  expect(said(but(3))).toEqual([]);
});

test.each<[string, Logged[]]>([
  ['failures that come after any silence', requests(300, (_, at) => at % 3 === 0)],
  ['fewer than eight failures', requests(20, (pause) => pause > 350)],
  ['half of the failures', requests(300, (pause, at) => pause > 480 || at % 3 === 0)],
  ['failures at one silence, as in a race', requests(600, (pause) => pause > 350 && pause < 380)],
  ['silences that are short', requests(300, (pause) => pause > 350 * 0.03, 0.03)],
])('%s are none', (_, logged) => {
  expect(logged.filter(({ failed }) => failed !== undefined).length).toBeGreaterThan(3);
  expect(said(logged)).toEqual([]);
});
